//! One click is one run, and the day's budget is a wall. The engine's own bill is the witness.

use imagen4_core::{Billed, MicroUsd, RunState};
use imagen4_tests::{KEY, Playground, Vendor};
use serde_json::json;

#[tokio::test]
async fn the_same_click_again_is_the_same_run_and_billed_once() {
    let vendor = Vendor::open().await;
    let playground = Playground::with(|config| config.paying = vendor.paying(KEY)).await;
    // Without a seed: the one that is rolled must not make the repetition a new request.
    let body = json!({ "prompt": "a fox in snow", "num_images": 2 });
    let run = playground.run("click", &body).await;
    let spelled_out = json!({ "num_images": 2, "aspect_ratio": "1:1", "seed": null, "prompt": "a fox in snow" });
    for again in [&body, &spelled_out] {
        let answer = playground.submit("click", again).await;
        assert_eq!((answer.status, answer.json()["id"].clone()), (200, json!(run.id)));
    }
    let other = playground.submit("click", &json!({ "prompt": "a heron" })).await;
    assert_eq!((other.status, other.json()["code"].clone()), (422, json!("idempotency_key_reused")));
    playground.wait(run.id, RunState::Archived).await;
    assert_eq!(playground.submit("click", &body).await.status, 200);
    assert_eq!(vendor.engine.entries().len(), 1);
    assert_eq!(playground.get("/api/spend").await.json()["spent_microusd"], 80_000);
}

#[tokio::test]
async fn a_crowd_under_one_key_is_one_run() {
    let vendor = Vendor::open().await;
    let playground = Playground::with(|config| config.paying = vendor.paying(KEY)).await;
    let body = json!({ "prompt": "a fox in snow" });
    let (a, b, c, d) = tokio::join!(
        playground.submit("click", &body),
        playground.submit("click", &body),
        playground.submit("click", &body),
        playground.submit("click", &body)
    );
    let mut statuses = [a.status, b.status, c.status, d.status];
    statuses.sort_unstable();
    assert_eq!(statuses, [200, 200, 200, 202]);
    let id = serde_json::from_value(a.json()["id"].clone()).expect("an id");
    playground.wait(id, RunState::Archived).await;
    assert_eq!(vendor.engine.entries().len(), 1);
}

#[tokio::test]
async fn the_budget_is_a_wall_and_samples_do_not_count() {
    let vendor = Vendor::open().await;
    let mut playground = Playground::with(|config| config.daily_budget = MicroUsd::parse("0.10")).await;
    for click in ["s1", "s2"] {
        let sample = playground.run(click, &json!({ "prompt": "a fox", "num_images": 4 })).await;
        playground.wait(sample.id, RunState::Archived).await;
    }
    assert_eq!(playground.get("/api/spend").await.json()["spent_microusd"], 0);

    playground.config.paying = vendor.paying(KEY);
    playground.restart().await;
    let run = playground.run("1", &json!({ "prompt": "a fox", "num_images": 2 })).await;
    let refused = playground.submit("2", &json!({ "prompt": "a fox" })).await;
    assert_eq!((refused.status, refused.json()["code"].clone()), (402, json!("over_budget")));
    assert!(
        refused.json()["detail"].as_str().is_some_and(|detail| detail == "needs $0.04, $0.02 left. Nothing was sent.")
    );
    playground.wait(run.id, RunState::Archived).await;
    assert_eq!(playground.submit("3", &json!({ "prompt": "a fox" })).await.status, 402);
    assert_eq!(vendor.engine.entries().len(), 1);
}

#[tokio::test]
async fn a_key_added_later_leaves_samples_as_they_are() {
    let vendor = Vendor::open().await;
    let mut playground = Playground::with(|config| config.latency = std::time::Duration::from_secs(600)).await;
    let sample = playground.run("1", &json!({ "prompt": "a fox in snow" })).await;
    let sample = playground.wait(sample.id, RunState::Running).await;

    playground.config.paying = vendor.paying(KEY);
    playground.restart().await;
    let paid = playground.run("2", &json!({ "prompt": "a heron" })).await;
    let paid = playground.wait(paid.id, RunState::Archived).await;
    assert_eq!((paid.upstream.as_str(), paid.billed), (vendor.origin.as_str(), Billed::Yes));
    let still = playground.look(sample.id).await;
    assert_eq!((still.state, still.upstream.as_str()), (RunState::Running, "embedded"));
    assert_eq!(vendor.engine.entries().len(), 1, "the vendor never heard of the sample");

    // Back without the key: it goes on at its own upstream.
    playground.config.paying = imagen4_proxy::config::Paying::Nobody;
    playground.config.latency = std::time::Duration::ZERO;
    playground.restart().await;
    playground.wait(sample.id, RunState::Archived).await;
}

#[tokio::test]
async fn the_accounts_limits_are_kept() {
    let vendor = Vendor::open().await;
    let playground = Playground::with(|config| {
        config.paying = vendor.paying(KEY);
        config.slots = imagen4_proxy::store::RateLimits {
            images_per_minute: Some(2),
            max_concurrent: Some(2),
            ..Default::default()
        };
    })
    .await;
    let first = playground.run("1", &json!({ "prompt": "a fox", "num_images": 2 })).await;
    playground.wait(first.id, RunState::Archived).await;
    let second = playground.run("2", &json!({ "prompt": "a fox" })).await;
    let config = playground.get("/api/config").await.json();
    assert!(config["limits"]["next_slot_at"].is_string(), "{config}");
    assert_eq!(playground.look(second.id).await.state, RunState::Queued);
    assert_eq!(vendor.engine.entries().len(), 1);
}
