//! The stream: what is going on at once, what changes as it happens, what was missed after a break.

use std::time::Duration;

use imagen4_core::RunState;
use imagen4_tests::Playground;
use reqwest::Method;
use serde_json::json;

#[tokio::test]
async fn a_stream_tells_what_goes_on_and_how_it_ends() {
    let playground = Playground::with(|config| config.latency = Duration::from_millis(1500)).await;
    let run = playground.run("1", &json!({ "prompt": "a fox in snow", "num_images": 2 })).await;
    let events = playground.events(None, |event| event.data["state"] == "archived").await;
    let mut states: Vec<_> = events.iter().filter_map(|event| event.data["state"].as_str()).collect();
    states.dedup();
    assert!(states.ends_with(&["running", "completed", "archived"]), "{states:?}");
    let kept: Vec<_> = events.iter().filter_map(|event| event.data["images"].as_array().map(Vec::len)).collect();
    assert!(kept.contains(&1), "each picture is told as it is kept: {kept:?}");
    assert!(events.iter().any(|event| event.name == "spend"));
    let revisions: Vec<_> = events.iter().filter_map(|event| event.data["revision"].as_u64()).collect();
    assert!(revisions.is_sorted(), "{revisions:?}");
    let last = &events.last().expect("events").data;
    assert_eq!((last["id"].clone(), last["images"].as_array().map(Vec::len)), (json!(run.id), Some(2)));
}

#[tokio::test]
async fn whoever_comes_back_gets_what_was_missed() {
    let playground = Playground::embedded().await;
    let seen = playground.run("1", &json!({ "prompt": "a fox in snow" })).await;
    let seen = playground.wait(seen.id, RunState::Archived).await;
    let missed = playground.run("2", &json!({ "prompt": "a heron" })).await;
    playground.wait(missed.id, RunState::Archived).await;
    let last_id = seen.revision.to_string();
    let events = playground.events(Some(&last_id), |event| event.name == "spend").await;
    let ids: Vec<_> = events.iter().filter(|event| event.name == "run").map(|event| event.data["id"].clone()).collect();
    assert_eq!(ids, [json!(missed.id)]);
}

#[tokio::test]
async fn an_open_stream_does_not_hold_up_a_shutdown() {
    let mut playground = Playground::embedded().await;
    let mut stream = playground.request(Method::GET, "/api/events").send().await.expect("a stream");
    let first = stream.chunk().await.expect("bytes");
    assert!(first.is_some());
    let end = tokio::spawn(async move { while let Ok(Some(_)) = stream.chunk().await {} });
    tokio::time::timeout(Duration::from_secs(5), playground.stop()).await.expect("it stops at once");
    end.await.expect("the stream ended");
}
