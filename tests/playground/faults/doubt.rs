//! Lost runs that cannot be looked for, or told apart: nothing is guessed, and the person has the last word.

use imagen4_core::{Billed, ProblemCode, RunId, RunState};
use imagen4_engine::faults::{Effect, On, Rule};
use imagen4_tests::{Vendor, fast, until};
use reqwest::Method;
use serde_json::json;

use super::{at, problem, said};

/// So many looks take more than the quarter of an hour after which a clean list would be a proof.
const LOOKS: u64 = 9;

#[tokio::test]
async fn while_list_or_bill_cannot_be_had_a_lost_run_stays_unknown_and_keeps_its_hold() {
    for (hidden, place) in [(On::List, 0), (On::Billings, 1)] {
        let drop = Rule::on(On::Submit).then(Effect::Drop);
        let hide = Rule::on(hidden).always().then(Effect::Error { status: 503 });
        let vendor = Vendor::scripted(fast(600), [drop, hide]).await;
        let playground = vendor.customer().await;
        let run = playground.run("1", &json!({ "prompt": "a fox" })).await;
        until("many looks", async || vendor.engine.script_uses()[1] >= LOOKS + 2).await;
        let run = playground.look(run.id).await;
        assert_eq!((run.state, run.billed), (RunState::Unknown, Billed::Unknown), "case {place}");
        assert_eq!((problem(&run).code, playground.money().await), (ProblemCode::AnswerLost, (0, 40_000)));

        let cleared_at = vendor.env.now();
        vendor.engine.clear_script();
        let run = playground.wait(run.id, RunState::Rejected).await;
        let proven_after = at(&run, RunState::Rejected).ms_since(cleared_at);
        assert!(proven_after >= 15 * 60_000, "only looks that saw something count: {proven_after} ms");
        assert_eq!((playground.money().await, vendor.bill().len()), ((0, 0), 0));
    }
}

#[tokio::test]
async fn a_list_without_inputs_still_finds_the_only_run_of_its_time() {
    let vendor = Vendor::on(fast(60), |options| {
        options.list_without_inputs = true;
        options.faults = vec![Rule::on(On::Submit).prompt("fox").then(Effect::AcceptAndDrop)];
    })
    .await;
    let playground = vendor.customer().await;
    // One that is known does not stand in the way.
    let known = playground.run("1", &json!({ "prompt": "a hen" })).await;
    playground.wait(known.id, RunState::Archived).await;
    let lost = playground.run("2", &json!({ "prompt": "a fox" })).await;
    let lost = playground.wait(lost.id, RunState::Archived).await;
    at(&lost, RunState::Unknown);
    let ids: Vec<String> = vendor.bill().into_iter().map(|taken| taken.id).collect();
    assert_eq!(lost.prediction.map(|prediction| prediction.id), ids.last().cloned());
    assert_eq!((ids.len(), playground.money().await), (2, (80_000, 0)));
}

#[tokio::test]
async fn of_two_lost_at_the_same_time_the_person_says_which_is_which() {
    let vendor = Vendor::on(fast(60), |options| {
        options.list_without_inputs = true;
        options.faults = vec![Rule::on(On::Submit).times(2).then(Effect::AcceptAndDrop)];
    })
    .await;
    let playground = vendor.customer().await;
    let both = json!({ "requests": [{ "prompt": "a fox" }, { "prompt": "a hen" }] });
    let group = playground.submit_group("both", &both).await.json();
    let ids: Vec<RunId> = serde_json::from_value(json!([group["runs"][0]["id"], group["runs"][1]["id"]])).expect("ids");
    let bill = || vendor.bill().into_iter().map(|taken| (taken.input["prompt"].clone(), taken.id));
    for id in &ids {
        let run = playground.wait_for(*id, |run| said(run).contains("could be this run")).await;
        assert_eq!((run.state, run.billed), (RunState::Unknown, Billed::Unknown));
        let candidates = run.problem.map(|problem| problem.candidates).unwrap_or_default();
        assert!(bill().all(|(_, id)| candidates.contains(&id)), "{candidates:?}");
    }
    assert_eq!(playground.money().await, (0, 80_000));

    let fox = bill().find(|(prompt, _)| prompt == "a fox").expect("on the bill").1;
    let resolve = async |run: RunId, prediction: &str| {
        let body = json!({ "action": "adopt", "prediction": prediction });
        playground.call(Method::POST, &format!("/api/runs/{run}/resolve"), &body).await
    };
    let nobody = resolve(ids[0], &"0".repeat(32)).await;
    assert_eq!(
        (nobody.status, nobody.json()["fields"]["prediction"].clone()),
        (422, json!("is not known to WaveSpeed"))
    );
    assert_eq!(resolve(ids[0], &fox).await.status, 200);
    let chosen = playground.wait(ids[0], RunState::Archived).await;
    assert_eq!(chosen.prediction.map(|prediction| prediction.id), Some(fox.clone()));
    // Then only one is left for the other, and nobody need be asked.
    let other = playground.wait(ids[1], RunState::Archived).await;
    assert_ne!(other.prediction.map(|prediction| prediction.id), Some(fox.clone()));
    assert_eq!((vendor.bill().len(), playground.money().await), (2, (80_000, 0)));
    let late = resolve(ids[1], &fox).await;
    assert_eq!((late.status, late.json()["code"].clone()), (409, json!("wrong_state")));
}

#[tokio::test]
async fn a_prediction_of_another_run_cannot_be_chosen() {
    let rules = [
        Rule::on(On::Submit).prompt("fox").then(Effect::Drop),
        Rule::on(On::List).always().then(Effect::Error { status: 503 }),
    ];
    let vendor = Vendor::scripted(fast(60), rules).await;
    let playground = vendor.customer().await;
    let hen = playground.run("1", &json!({ "prompt": "a hen" })).await;
    let hen = playground.wait(hen.id, RunState::Archived).await.prediction.expect("a prediction").id;
    let fox = playground.run("2", &json!({ "prompt": "a fox" })).await;
    playground.wait(fox.id, RunState::Unknown).await;
    let body = json!({ "action": "adopt", "prediction": hen });
    let answer = playground.call(Method::POST, &format!("/api/runs/{}/resolve", fox.id), &body).await;
    assert_eq!((answer.status, answer.json()["fields"]["prediction"].clone()), (422, json!("belongs to another run")));
    assert_eq!((playground.look(fox.id).await.state, playground.money().await), (RunState::Unknown, (40_000, 40_000)));
}
