//! The stream: what is going on at once, what changes as it happens, what was missed after a break.

use std::time::Duration;

use imagen4_core::RunState;
use imagen4_tests::Playground;
use reqwest::Method;
use serde_json::{Value, json};

/// Reads a stream until an event is as wanted; answers all events so far.
pub(crate) async fn read_until(
    playground: &Playground,
    last_id: Option<&str>,
    wanted: impl Fn(&str, &Value) -> bool,
) -> Vec<(String, Value)> {
    let mut request = playground.request(Method::GET, "/api/events");
    if let Some(id) = last_id {
        request = request.header("last-event-id", id);
    }
    let mut response = request.send().await.expect("a stream");
    assert_eq!(response.headers()["content-type"], "text/event-stream");
    assert_eq!(response.headers()["x-accel-buffering"], "no");
    let mut text = String::new();
    let mut events = Vec::new();
    let reading = async {
        while let Some(chunk) = response.chunk().await.expect("more") {
            text.push_str(&String::from_utf8_lossy(&chunk));
            while let Some((event, rest)) = text.split_once("\n\n") {
                let field =
                    |name: &str| event.lines().find_map(|line| line.strip_prefix(name)).unwrap_or_default().trim();
                let (name, data) =
                    (field("event:").to_owned(), serde_json::from_str(field("data:")).unwrap_or_default());
                let found = wanted(&name, &data);
                events.push((name, data));
                if found {
                    return;
                }
                text = rest.to_owned();
            }
        }
    };
    tokio::time::timeout(Duration::from_secs(20), reading).await.expect("the event comes");
    events
}

#[tokio::test]
async fn a_stream_tells_what_goes_on_and_how_it_ends() {
    let playground = Playground::with(|config| config.latency = Duration::from_millis(1500)).await;
    let run = playground.run("1", &json!({ "prompt": "a fox in snow", "num_images": 2 })).await;
    let events = read_until(&playground, None, |_, data| data["state"] == "archived").await;
    let mut states: Vec<_> = events.iter().filter_map(|(_, data)| data["state"].as_str()).collect();
    states.dedup();
    assert!(states.ends_with(&["running", "completed", "archived"]), "{states:?}");
    let kept: Vec<_> = events.iter().filter_map(|(_, data)| data["images"].as_array().map(Vec::len)).collect();
    assert!(kept.contains(&1), "each picture is told as it is kept: {kept:?}");
    assert!(events.iter().any(|(name, _)| name == "spend"));
    let revisions: Vec<_> = events.iter().filter_map(|(_, data)| data["revision"].as_u64()).collect();
    assert!(revisions.is_sorted(), "{revisions:?}");
    let (_, last) = events.last().expect("events");
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
    let events = read_until(&playground, Some(&last_id), |name, _| name == "spend").await;
    let ids: Vec<_> = events.iter().filter(|(name, _)| name == "run").map(|(_, data)| data["id"].clone()).collect();
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
