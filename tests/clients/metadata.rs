//! Downloads of every kind of picture, with and without a packet of the vendor's own, read by exiftool and by Pillow. Pillow
//! makes the pictures, and a stand-in hands them over as the vendor does.

use std::path::Path;
use std::process::Stdio;

use axum::extract::State;
use axum::routing::{get, post};
use axum::{Json, Router};
use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;
use imagen4_client::ApiKey;
use imagen4_core::RunState;
use imagen4_proxy::config::Paying;
use imagen4_tests::{Playground, answer};
use reqwest::Method;
use serde_json::{Value, json};
use tokio::net::TcpListener;
use tokio::process::Command;

use super::{here, python};

const PROMPT: &str = "A “fox” & <its> cub, 一只狐狸 🦊";

async fn script(task: &str, folder: &Path) {
    let status = Command::new(python())
        .args(["metadata.py", task])
        .arg(folder)
        .current_dir(here())
        .env("PROMPT", PROMPT)
        .stdin(Stdio::null())
        .kill_on_drop(true)
        .status();
    assert!(status.await.expect("it runs").success(), "metadata.py {task}");
}

/// A vendor whose every prediction is completed at once, with the pictures whose names begin with the negative prompt.
async fn stand_in(folder: &Path) -> String {
    let submit = async |State(folder): State<std::path::PathBuf>, Json(input): Json<Value>| {
        let kind = input["negative_prompt"].as_str().unwrap_or_default().to_owned();
        let outputs = ["jpg", "png", "webp"].map(|ending| {
            let bytes = std::fs::read(folder.join(format!("{kind}.{ending}"))).expect("a picture");
            STANDARD.encode(bytes)
        });
        let id = format!("p-{kind}");
        Json(json!({ "code": 200, "data": { "id": id, "status": "completed", "outputs": outputs } }))
    };
    let routes = Router::new()
        .route("/api/v3/wavespeed-ai/imagen4", post(submit))
        .route(
            "/api/v3/model/price",
            post(async || Json(json!({ "code": 200, "data": { "price": 0.12, "currency": "USD" } }))),
        )
        .route("/api/v3/balance", get(async || Json(json!({ "code": 200, "data": { "balance": 10 } }))))
        .with_state(folder.to_owned());
    let listener = TcpListener::bind("127.0.0.1:0").await.expect("a port");
    let origin = format!("http://{}", listener.local_addr().expect("an address"));
    tokio::spawn(async move { axum::serve(listener, routes).await });
    origin
}

#[tokio::test]
async fn downloads_tell_exiftool_and_pillow_what_they_were_made_from() {
    let folder = tempfile::tempdir().expect("a folder");
    script("make", folder.path()).await;
    let origin = stand_in(folder.path()).await;
    let paying = Paying::KeyOwner { key: ApiKey::new("wsk_test").expect("a key"), origin };
    let playground = Playground::with(|config| config.paying = paying).await;
    for kind in ["plain", "theirs", "packed"] {
        let body = json!({ "prompt": PROMPT, "negative_prompt": kind, "num_images": 3, "seed": 7 });
        let run = playground.run(kind, &body).await;
        let run = playground.wait(run.id, RunState::Archived).await;
        for image in &run.images {
            let request = playground.request(Method::GET, &format!("/{}?download", image.url));
            let ending = image.content_type.rsplit('/').next().unwrap_or_default().replace("jpeg", "jpg");
            let file = folder.path().join(format!("{kind}-download.{ending}"));
            std::fs::write(file, answer(request).await.body).expect("written");
        }
    }
    script("check", folder.path()).await;
}
