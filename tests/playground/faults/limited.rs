//! 429: the run waits in the queue and is billed once, whoever said it and whether it was true or not.

use imagen4_core::api::{HoldReason, ServerConfig};
use imagen4_core::{Billed, ProblemCode, RunState};
use imagen4_engine::faults::{Effect, Fate, On, Rule};
use imagen4_proxy::store::RateLimits;
use imagen4_tests::{Vendor, fast, until};
use serde_json::json;

use super::{at, problem, said, states};

#[tokio::test]
async fn what_comes_too_fast_waits_in_the_queue_and_is_sent_later_once() {
    for (retry_after_s, at_least_ms) in [(None, 20_000), (Some(45), 45_000)] {
        let limit = Rule::on(On::Submit).then(Effect::RateLimit { retry_after_s });
        let vendor = Vendor::scripted(fast(20), [limit]).await;
        let playground = vendor.customer().await;
        let run = playground.run("1", &json!({ "prompt": "a fox" })).await;
        let waiting = playground.wait_for(run.id, |run| run.problem.is_some()).await;
        assert_eq!((waiting.state, waiting.billed), (RunState::Queued, Billed::No));
        assert_eq!((problem(&waiting).code, vendor.bill().len()), (ProblemCode::RateLimited, 0));
        assert!(said(&waiting).contains("stays in the queue") && problem(&waiting).retryable, "{}", said(&waiting));
        assert_eq!(playground.money().await, (0, 40_000));
        let config = playground.get("/api/config").await.json();
        assert!(config["limits"]["next_slot_at"].is_string(), "{config}");

        let run = playground.wait(run.id, RunState::Archived).await;
        assert_eq!((run.problem.clone(), vendor.bill().len(), playground.money().await), (None, 1, (40_000, 0)));
        let waited = vendor.bill()[0].at.ms_since(run.created_at);
        assert!(waited >= at_least_ms, "{waited} ms");
        use RunState::{Archived, Completed, Queued, Running, Submitting};
        assert_eq!(
            states(&run),
            [Queued, Submitting, Running, Completed, Archived],
            "an attempt is no step of its life"
        );
    }
}

#[tokio::test]
async fn a_429_that_lies_is_found_out_and_billed_once() {
    let lie = Effect::AcceptAndRateLimit { retry_after_s: Some(1) };
    let vendor = Vendor::scripted(fast(20), [Rule::on(On::Submit).always().then(lie)]).await;
    let playground = vendor.customer().await;
    let run = playground.run("1", &json!({ "prompt": "a fox", "num_images": 2 })).await;
    let run = playground.wait(run.id, RunState::Archived).await;
    assert_eq!((run.billed, run.images.len(), run.problem), (Billed::Yes, 2, None));
    assert_eq!((vendor.bill().len(), playground.money().await), (1, (80_000, 0)));
}

#[tokio::test]
async fn a_429_is_not_believed_while_the_list_cannot_be_had() {
    let rules = [
        Rule::on(On::Submit).then(Effect::AcceptAndRateLimit { retry_after_s: None }),
        Rule::on(On::List).times(8).then(Effect::Error { status: 503 }),
    ];
    let vendor = Vendor::scripted(fast(60), rules).await;
    let playground = vendor.customer().await;
    let run = playground.run("1", &json!({ "prompt": "a fox" })).await;
    let run = playground.wait(run.id, RunState::Archived).await;
    assert!(states(&run).contains(&RunState::Unknown), "{:?}", states(&run));
    assert_eq!((vendor.bill().len(), playground.money().await), (1, (40_000, 0)));
}

#[tokio::test]
async fn a_crowd_that_is_limited_again_and_again_is_billed_once_each() {
    let limit = Rule::on(On::Submit).always().chance(60).then(Effect::RateLimit { retry_after_s: Some(2) });
    let vendor = Vendor::scripted(fast(100), [limit]).await;
    let playground = vendor.customer().await;
    let requests: Vec<_> = (0..12).map(|n| json!({ "prompt": format!("fox {n}") })).collect();
    let group = playground.submit_group("all", &json!({ "requests": requests })).await.json();
    for run in group["runs"].as_array().expect("runs") {
        let id = serde_json::from_value(run["id"].clone()).expect("an id");
        playground.wait(id, RunState::Archived).await;
    }
    assert_eq!((vendor.bill().len(), playground.money().await), (12, (480_000, 0)));
}

#[tokio::test]
async fn what_the_vendor_does_not_know_or_calls_completed_holds_no_slot() {
    for fate in [
        Fate { vanish_after_ms: Some(1), latency_ms: Some(3_600_000), ..Fate::default() },
        Fate { empty_outputs: true, ..Fate::default() },
        Fate { fewer: Some(1), ..Fate::default() },
    ] {
        let rules = [
            Rule::on(On::Submit).then(Effect::RateLimit { retry_after_s: Some(2) }),
            Rule::on(On::Submit).prompt("odd").fate(fate.clone()),
        ];
        let vendor = Vendor::scripted(fast(20), rules).await;
        let playground = vendor.customer().await;
        // After the 429 one run is sent at a time, for ten minutes.
        let first = playground.run("1", &json!({ "prompt": "the first" })).await;
        playground.wait(first.id, RunState::Archived).await;
        let odd = playground.run("2", &json!({ "prompt": "odd", "num_images": 2 })).await;
        playground.wait(odd.id, RunState::Running).await;
        let third = playground.run("3", &json!({ "prompt": "the third" })).await;
        let third = playground.wait_for(third.id, |run| run.state != RunState::Queued).await;
        assert_eq!(playground.look(odd.id).await.state, RunState::Running, "still asked for: {fate:?}");
        let waited = at(&third, RunState::Submitting).ms_since(third.created_at);
        assert!(waited < 30_000, "{waited} ms: {fate:?}");
        playground.wait(third.id, RunState::Archived).await;
        assert_eq!(vendor.bill().len(), 3);
    }
}

#[tokio::test]
async fn a_queue_that_waits_says_for_what_and_until_when() {
    let limit = Effect::RateLimit { retry_after_s: Some(30) };
    let vendor = Vendor::on(fast(20), |options| {
        options.latency = std::time::Duration::from_secs(40);
        options.faults = vec![Rule::on(On::Submit).then(limit)];
    })
    .await;
    let playground = vendor
        .customer_with(|config| {
            config.slots = RateLimits { images_per_minute: Some(3), max_concurrent: Some(3), ..RateLimits::default() }
        })
        .await;
    let hold = async || {
        let config: ServerConfig =
            serde_json::from_value(playground.get("/api/config").await.json()).expect("a config");
        config.limits.queue_hold
    };
    let holds_for = async |reason| {
        until("the queue says why", async || {
            hold().await.is_some_and(|hold| hold.reason == reason && (hold.until.is_some() || reason.is_about_others()))
        })
        .await;
    };
    assert_eq!(hold().await, None);
    let run = playground.run("1", &json!({ "prompt": "a fox" })).await;
    // The one that was turned away says itself when it is tried again, and those behind it why they wait.
    let waiting = playground.wait_for(run.id, |run| run.not_before.is_some()).await;
    assert!(waiting.not_before > Some(waiting.created_at));
    playground.run("2", &json!({ "prompt": "a second fox" })).await;
    holds_for(HoldReason::Paused).await;
    // Then one at a time, because of the 429; and three pictures a minute.
    holds_for(HoldReason::SlowedDown).await;
    let last = playground.run("3", &json!({ "prompt": "a third fox", "num_images": 4 })).await;
    holds_for(HoldReason::ImagesPerMinute).await;
    let last = playground.wait(last.id, RunState::Archived).await;
    assert_eq!((last.not_before, hold().await), (None, None));
}
