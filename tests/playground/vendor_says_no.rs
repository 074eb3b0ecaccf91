//! A refusal ends the run in plain words, with its money released.

use imagen4_core::{Billed, MicroUsd, Problem, ProblemCode, RunState};
use imagen4_tests::{KEY, Playground, Vendor};
use serde_json::json;

async fn rejected(vendor: &Vendor, key: &str) -> Problem {
    let playground = Playground::with(|config| config.paying = vendor.paying(key)).await;
    let run = playground.run("1", &json!({ "prompt": "a fox in snow", "num_images": 2 })).await;
    let run = playground.wait(run.id, RunState::Rejected).await;
    assert_eq!((run.billed, vendor.engine.entries().len()), (Billed::No, 0));
    let spend = playground.get("/api/spend").await.json();
    assert_eq!((&spend["spent_microusd"], &spend["held_microusd"]), (&json!(0), &json!(0)));
    run.problem.expect("a reason")
}

#[tokio::test]
async fn a_wrong_key() {
    let problem = rejected(&Vendor::open().await, "wsk_wrong").await;
    assert_eq!((problem.code, problem.billed), (ProblemCode::KeyRefused, Billed::No));
    assert!(problem.detail.is_some_and(|detail| detail.contains("WAVESPEED_API_KEY")));
}

#[tokio::test]
async fn no_credit() {
    let vendor = Vendor::with(|options| options.credit = MicroUsd::new(79_999)).await;
    assert_eq!(rejected(&vendor, KEY).await.code, ProblemCode::InsufficientCredits);
}

#[tokio::test]
async fn a_retired_model() {
    let vendor = Vendor::with(|options| options.retired = vec!["wavespeed-ai/imagen4".to_owned()]).await;
    assert_eq!(rejected(&vendor, KEY).await.code, ProblemCode::ModelRetired);
}

#[tokio::test]
async fn nobody_at_home_keeps_the_run_queued() {
    let vendor = Vendor::open().await;
    let playground = Playground::with(|config| {
        let closed = "http://127.0.0.1:9".to_owned();
        config.paying = match vendor.paying(KEY) {
            imagen4_proxy::config::Paying::KeyOwner { key, .. } => {
                imagen4_proxy::config::Paying::KeyOwner { key, origin: closed }
            }
            nobody => nobody,
        };
    })
    .await;
    let run = playground.run("1", &json!({ "prompt": "a fox in snow" })).await;
    let run = playground.wait_for(run.id, |run| run.problem.is_some()).await;
    assert_eq!((run.state, run.billed), (RunState::Queued, Billed::No));
    assert_eq!(run.problem.map(|problem| problem.code), Some(ProblemCode::VendorUnreachable));
    assert_eq!(playground.get("/api/spend").await.json()["held_microusd"], 40_000);
}

#[tokio::test]
async fn an_answer_that_nobody_can_read_may_be_billed_and_is_never_sent_again() {
    use std::sync::Arc;
    use std::sync::atomic::{AtomicUsize, Ordering};
    use tokio::io::{AsyncReadExt, AsyncWriteExt};

    let listener = tokio::net::TcpListener::bind(("127.0.0.1", 0)).await.expect("a port");
    let origin = format!("http://{}", listener.local_addr().expect("an address"));
    let posts = Arc::new(AtomicUsize::new(0));
    let seen = posts.clone();
    tokio::spawn(async move {
        while let Ok((mut stream, _)) = listener.accept().await {
            let mut request = [0; 4096];
            let length = stream.read(&mut request).await.unwrap_or(0);
            seen.fetch_add(usize::from(request[..length].starts_with(b"POST /api/v3/wavespeed-ai/")), Ordering::SeqCst);
            drop(stream.write_all(b"HTTP/1.1 200 OK\r\ncontent-length: 9\r\n\r\n{\"code\":2").await);
        }
    });
    let mut playground = Playground::with(|config| {
        let key = imagen4_client::ApiKey::new(KEY).expect("a key");
        config.paying = imagen4_proxy::config::Paying::KeyOwner { key, origin };
    })
    .await;
    let run = playground.run("1", &json!({ "prompt": "a fox in snow" })).await;
    let run = playground.wait(run.id, RunState::Unknown).await;
    assert_eq!(run.billed, Billed::Unknown);
    assert_eq!(run.problem.map(|problem| problem.code), Some(ProblemCode::AnswerLost));
    assert_eq!(playground.get("/api/spend").await.json()["held_microusd"], 40_000, "its money stays set aside");
    playground.restart().await;
    assert_eq!(playground.look(run.id).await.state, RunState::Unknown);
    assert_eq!(posts.load(Ordering::SeqCst), 1);
}
