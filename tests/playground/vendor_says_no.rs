//! A refusal ends the run in plain words, with its money released.

use imagen4_core::{Billed, MicroUsd, Problem, ProblemCode, RunState};
use imagen4_engine::Env;
use imagen4_engine::faults::{Effect, On, Rule};
use imagen4_tests::{KEY, Playground, Vendor};
use reqwest::Method;
use serde_json::json;

/// The problem of a run that is refused after it was quoted and held.
async fn rejected(vendor: &Vendor) -> Problem {
    let playground = vendor.customer().await;
    let run = playground.run("1", &json!({ "prompt": "a fox in snow", "num_images": 2 })).await;
    let run = playground.wait(run.id, RunState::Rejected).await;
    assert_eq!((run.billed, vendor.engine.entries().len()), (Billed::No, 0));
    assert_eq!(playground.money().await, (0, 0));
    run.problem.expect("a reason")
}

async fn says(effect: Effect) -> Vendor {
    Vendor::scripted(Env::system(), [Rule::on(On::Submit).always().then(effect)]).await
}

#[tokio::test]
async fn a_wrong_key() {
    let vendor = Vendor::open().await;
    let playground = Playground::with(|config| config.paying = vendor.paying("wsk_wrong")).await;
    let answer = playground.submit("1", &json!({ "prompt": "a fox" })).await;
    let problem = answer.json();
    assert_eq!((answer.status, &problem["code"], &problem["billed"]), (401, &json!("key_refused"), &json!("no")));
    assert!(problem["detail"].as_str().is_some_and(|detail| detail.contains("WAVESPEED_API_KEY")));
    assert_eq!(playground.get("/api/runs").await.json()["runs"], json!([]), "without a price nothing is recorded");

    let revoked = says(Effect::Refuse { status: 401, message: "Invalid API key".to_owned() }).await;
    let problem = rejected(&revoked).await;
    assert_eq!((problem.code, problem.billed), (ProblemCode::KeyRefused, Billed::No));
    assert!(problem.detail.is_some_and(|detail| detail.contains("WAVESPEED_API_KEY")));
}

#[tokio::test]
async fn no_credit() {
    let vendor = Vendor::with(|options| options.credit = MicroUsd::new(79_999)).await;
    assert_eq!(rejected(&vendor).await.code, ProblemCode::InsufficientCredits);
}

#[tokio::test]
async fn a_retired_model() {
    let vendor = says(Effect::Refuse { status: 404, message: "model not found".to_owned() }).await;
    assert_eq!(rejected(&vendor).await.code, ProblemCode::ModelRetired);
}

#[tokio::test]
async fn nobody_at_home_keeps_a_run_queued_that_has_its_price() {
    let vendor = Vendor::open().await;
    let listener = imagen4_engine::http::listen(([127, 0, 0, 1], 0).into()).expect("a port");
    let origin = format!("http://{}", listener.local_addr().expect("an address"));
    let (leave, left) = tokio::sync::oneshot::channel::<()>();
    let serving = imagen4_engine::http::serve(vendor.engine.clone(), listener, async { drop(left.await) });
    let serving = tokio::spawn(serving);
    let playground = Playground::with(|config| {
        let key = imagen4_client::ApiKey::new(KEY).expect("a key");
        config.paying = imagen4_proxy::config::Paying::KeyOwner { key, origin };
    })
    .await;
    let body = json!({ "prompt": "a fox in snow" });
    let quote = playground.call(Method::POST, "/api/quote", &body).await;
    assert_eq!(quote.json()["price_microusd"], 40_000);
    drop(leave);
    serving.abort();
    drop(serving.await);
    let run = playground.run("1", &body).await;
    let run = playground.wait_for(run.id, |run| run.problem.is_some()).await;
    assert_eq!((run.state, run.billed), (RunState::Queued, Billed::No));
    assert_eq!(run.problem.map(|problem| problem.code), Some(ProblemCode::VendorUnreachable));
    assert_eq!(playground.money().await, (0, 40_000));
    let unpriced = playground.submit("2", &json!({ "prompt": "a fox", "num_images": 2 })).await;
    assert_eq!((unpriced.status, &unpriced.json()["code"]), (503, &json!("price_unknown")));
    assert_eq!(playground.money().await, (0, 40_000), "what has no price is not held");
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
            let answer: &[u8] = match request[..length].starts_with(b"POST /api/v3/model/price") {
                true => b"HTTP/1.1 200 OK\r\ncontent-length: 34\r\nconnection: close\r\n\r\n{\"code\":200,\"data\":{\"price\":0.04}}",
                false => b"HTTP/1.1 200 OK\r\ncontent-length: 9\r\n\r\n{\"code\":2",
            };
            drop(stream.write_all(answer).await);
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
