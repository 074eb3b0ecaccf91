//! Models that go away: before the click, between quote and hold, and while a run waits.

use imagen4_core::{Billed, ProblemCode, RunState};
use imagen4_engine::faults::{Effect, On, Rule};
use imagen4_proxy::store::RateLimits;
use imagen4_tests::{Vendor, fast};
use reqwest::Method;
use serde_json::{Value, json};

const FLUX: &str = "wavespeed-ai/flux-dev";

fn flux(prompt: &str) -> Value {
    json!({ "model": FLUX, "input": { "prompt": prompt } })
}

#[tokio::test]
async fn a_model_that_is_gone_says_since_when_and_what_is_closest_and_stays_for_history() {
    let vendor = Vendor::open().await;
    let mut playground = vendor.customer().await;
    let run = playground.run("1", &flux("a fox")).await;
    playground.wait(run.id, RunState::Archived).await;
    vendor.engine.retire(FLUX);
    // The list is not asked for yet: the quote says it, or the refusal.
    let list = playground.call(Method::POST, "/api/models/refresh", &Value::Null).await.json();
    let row = list["models"].as_array().and_then(|all| all.iter().find(|row| row["id"] == FLUX)).expect("it stays");
    assert_eq!(row["offered"], false);
    assert!(row["gone_since"].is_string(), "{row}");
    assert_eq!(row["closest"].as_array().map(Vec::len), Some(3));
    let closest = row["closest"].clone();
    assert!(closest.to_string().contains("wavespeed-ai/flux-schnell"), "{row}");
    for (path, key) in [("/api/quote", None), ("/api/runs", Some("2"))] {
        let answer = match key {
            None => playground.call(Method::POST, path, &flux("a fox")).await,
            Some(key) => playground.submit(key, &flux("a fox")).await,
        };
        let problem = answer.json();
        assert_eq!((answer.status, &problem["code"]), (410, &json!("model_retired")), "{path}");
        assert_eq!(problem["closest"], closest);
        assert!(problem["detail"].as_str().is_some_and(|text| text.contains("since")), "{problem}");
    }
    let program = playground.request(Method::POST, &format!("/api/v3/{FLUX}")).bearer_auth("any");
    let program = program.header("content-type", "application/json").body(json!({ "prompt": "a fox" }).to_string());
    assert_eq!(imagen4_tests::answer(program).await.status, 410);
    // The click before is answered for ever, and its run reads as before.
    let again = playground.submit("1", &flux("a fox")).await;
    assert_eq!((again.status, &again.json()["id"]), (200, &json!(run.id)));
    playground.restart().await;
    let row = playground.get(&format!("/api/models/{FLUX}")).await.json();
    assert_eq!((&row["offered"], row["gone_since"].is_string()), (&json!(false), true));
    assert_eq!(playground.look(run.id).await.request.model, FLUX);
    let found = playground.get(&format!("/api/runs?model={FLUX}")).await.json();
    assert_eq!(found["runs"].as_array().map(Vec::len), Some(1));
    vendor.engine.restore(FLUX);
    playground.call(Method::POST, "/api/models/refresh", &Value::Null).await;
    let back = playground.run("2", &flux("a fox")).await;
    playground.wait(back.id, RunState::Archived).await;
    assert_eq!(vendor.bill().len(), 2);
}

#[tokio::test]
async fn a_quote_that_says_it_is_gone_holds_nothing() {
    let vendor = Vendor::open().await;
    let playground = vendor.customer().await;
    vendor.engine.retire(FLUX);
    let refused = playground.submit("1", &flux("a fox")).await;
    assert_eq!((refused.status, &refused.json()["code"]), (410, &json!("model_retired")));
    assert_eq!((playground.money().await, vendor.bill().len()), ((0, 0), 0));
}

#[tokio::test]
async fn what_goes_between_quote_and_hold_is_refused_and_not_billed() {
    let vendor = Vendor::open().await;
    let playground = vendor.customer().await;
    // It is quoted, and gone when the run leaves.
    vendor.engine.script(Rule::on(On::Submit).model(FLUX).then(Effect::Retire { model: FLUX.to_owned() }));
    let run = playground.run("1", &flux("a fox")).await;
    let run = playground.wait(run.id, RunState::Rejected).await;
    assert_eq!((run.billed, run.problem.map(|problem| problem.code)), (Billed::No, Some(ProblemCode::ModelRetired)));
    assert_eq!((playground.money().await, vendor.bill().len()), ((0, 0), 0));
}

#[tokio::test]
async fn what_goes_while_a_run_waits_is_rejected_released_and_said() {
    let slow = Rule::on(On::Submit)
        .prompt("slow")
        .fate(imagen4_engine::faults::Fate { latency_ms: Some(120_000), ..Default::default() });
    let vendor = Vendor::scripted(fast(60), [slow]).await;
    let slots = RateLimits { max_concurrent: Some(1), ..RateLimits::default() };
    let playground = vendor.customer_with(|config| config.slots = slots).await;
    let first = playground.run("1", &json!({ "prompt": "slow" })).await;
    let waiting = playground.run("2", &flux("a fox")).await;
    let (spent, held) = playground.money().await;
    assert_eq!(spent + held, 52_000);
    vendor.engine.retire(FLUX);
    playground.call(Method::POST, "/api/models/refresh", &Value::Null).await;
    let waiting = playground.wait(waiting.id, RunState::Rejected).await;
    let problem = waiting.problem.expect("it says why");
    assert_eq!((waiting.billed, problem.code), (Billed::No, ProblemCode::ModelRetired));
    assert!(problem.detail.is_some_and(|detail| detail.contains("while the run was queued")));
    playground.wait(first.id, RunState::Archived).await;
    assert_eq!((playground.money().await, vendor.bill().len()), ((40_000, 0), 1));
}
