//! A vendor that stumbles on the way: pictures that come late, too few of them, a 429 for what was accepted.

use std::sync::Arc;
use std::sync::atomic::{AtomicUsize, Ordering};

use axum::extract::{Path, State};
use axum::http::{HeaderMap, StatusCode};
use axum::response::{IntoResponse, Response};
use axum::routing::{get, post};
use axum::{Json, Router};
use imagen4_core::{ProblemCode, RunState};
use imagen4_proxy::config::Paying;
use imagen4_tests::{KEY, Playground};
use serde_json::{Value, json};
use tokio::net::TcpListener;

const PNG: &[u8] = b"\x89PNG\r\n\x1a\n\0\0\0\rIHDR\0\0\x04\0\0\0\x04\0\x08\x02\0\0\0IEND";

/// How it stumbles, and what it was asked.
#[derive(Default)]
struct Stub {
    /// What it says of the outputs, `HOST` standing for its address.
    outputs: &'static str,
    /// How often picture 2 is not there yet.
    late: AtomicUsize,
    /// Whether it answers 429 to what it accepts.
    turns_away: bool,
    posts: AtomicUsize,
}

async fn submit(State(stub): State<Arc<Stub>>) -> Response {
    stub.posts.fetch_add(1, Ordering::SeqCst);
    match stub.turns_away {
        true => (StatusCode::TOO_MANY_REQUESTS, Json(json!({ "message": "slow down" }))).into_response(),
        false => Json(json!({ "code": 200, "data": { "id": "p1", "status": "created" } })).into_response(),
    }
}

async fn price(Json(query): Json<Value>) -> Json<Value> {
    let images = query["inputs"]["num_images"].as_f64().unwrap_or(1.0);
    Json(json!({ "code": 200, "data": { "price": 0.04 * images, "currency": "USD" } }))
}

async fn list(Json(query): Json<Value>) -> Json<Value> {
    assert_eq!(query["include_inputs"], true);
    let input = json!({ "prompt": "a fox in snow", "seed": 7 });
    Json(json!({ "code": 200, "data": { "items": [{ "id": "p1", "status": "created", "input": input }] } }))
}

async fn result(State(stub): State<Arc<Stub>>, headers: HeaderMap) -> Json<Value> {
    let host = headers["host"].to_str().expect("ASCII");
    let outputs: Value = serde_json::from_str(&stub.outputs.replace("HOST", host)).expect("JSON");
    Json(json!({ "code": 200, "data": { "id": "p1", "status": "completed", "outputs": outputs,
        "has_nsfw_contents": [false, true] } }))
}

async fn picture(State(stub): State<Arc<Stub>>, Path(number): Path<u32>) -> Response {
    let late = |left: usize| left.checked_sub(1);
    match number == 2 && stub.late.fetch_update(Ordering::SeqCst, Ordering::SeqCst, late).is_ok() {
        true => StatusCode::SERVICE_UNAVAILABLE.into_response(),
        false => PNG.into_response(),
    }
}

/// A proxy in front of it.
async fn playground(stub: Arc<Stub>) -> Playground {
    let listener = TcpListener::bind(("127.0.0.1", 0)).await.expect("a port");
    let origin = format!("http://{}", listener.local_addr().expect("an address"));
    let app = Router::new()
        .route("/api/v3/wavespeed-ai/imagen4", post(submit))
        .route("/api/v3/model/price", post(price))
        .route("/api/v3/predictions", post(list))
        .route("/api/v3/predictions/p1/result", get(result))
        .route("/pictures/{number}", get(picture))
        .with_state(stub);
    tokio::spawn(axum::serve(listener, app).into_future());
    let key = imagen4_client::ApiKey::new(KEY).expect("a key");
    Playground::with(|config| config.paying = Paying::KeyOwner { key, origin }).await
}

const BOTH: &str = r#"["http://HOST/pictures/1", "http://HOST/pictures/2"]"#;

#[tokio::test]
async fn a_picture_that_comes_late_is_waited_for() {
    let stub = Arc::new(Stub { outputs: BOTH, late: AtomicUsize::new(1), ..Stub::default() });
    let playground = playground(stub).await;
    let run = playground.run("1", &json!({ "prompt": "a fox in snow", "num_images": 2 })).await;
    let half = playground.wait_for(run.id, |run| run.images.len() == 1).await;
    assert_eq!((half.state, half.images[0].index), (RunState::Completed, 0));
    let run = playground.wait(run.id, RunState::Archived).await;
    assert_eq!(run.images.iter().map(|image| (image.index, image.nsfw)).collect::<Vec<_>>(), [(0, false), (1, true)]);
}

#[tokio::test]
async fn flags_stay_with_their_pictures_when_one_cannot_be_read() {
    let stub = Arc::new(Stub { outputs: r#"[null, "http://HOST/pictures/2"]"#, ..Stub::default() });
    let playground = playground(stub).await;
    let run = playground.run("1", &json!({ "prompt": "a fox in snow" })).await;
    let run = playground.wait(run.id, RunState::Archived).await;
    assert_eq!(run.images.iter().map(|image| (image.index, image.nsfw)).collect::<Vec<_>>(), [(1, true)]);
}

#[tokio::test]
async fn bytes_that_are_no_picture_are_never_kept() {
    let stub = Arc::new(Stub { outputs: r#"["PHN2Zz48L3N2Zz4="]"#, ..Stub::default() });
    let playground = playground(stub).await;
    let run = playground.run("1", &json!({ "prompt": "a fox in snow" })).await;
    let run = playground.wait(run.id, RunState::Completed).await;
    assert_eq!(run.images.len(), 0);
}

#[tokio::test]
async fn a_429_for_what_was_accepted_is_seen_through() {
    let stub = Arc::new(Stub { outputs: BOTH, turns_away: true, ..Stub::default() });
    let playground = playground(stub.clone()).await;
    let run = playground.run("1", &json!({ "prompt": "a fox in snow", "seed": 7, "num_images": 2 })).await;
    playground.wait(run.id, RunState::Archived).await;
    assert_eq!(stub.posts.load(Ordering::SeqCst), 1, "it is on the vendor's list, so it is not sent again");

    let other = playground.run("2", &json!({ "prompt": "a fox in snow", "seed": 8 })).await;
    let other = playground.wait_for(other.id, |run| run.problem.is_some()).await;
    assert_eq!(other.state, RunState::Queued, "and what is not there waits");
    assert_eq!(other.problem.map(|problem| problem.code), Some(ProblemCode::RateLimited));
}
