//! Questions that fail while a prediction is under way: none of them ends a run that the vendor still has.

use imagen4_core::{Billed, ProblemCode, RunState};
use imagen4_engine::faults::{Effect, Fate, On, Rule};
use imagen4_tests::{Vendor, fast, until};
use serde_json::json;

use super::{at, problem, said};

#[tokio::test]
async fn no_failing_question_ends_a_run() {
    let refuse = |status| Effect::Refuse { status, message: "no".to_owned() };
    let effects = [
        Effect::Error { status: 500 },
        Effect::Error { status: 503 },
        Effect::Drop,
        Effect::AcceptAndDrop,
        Effect::Malformed,
        Effect::Truncate,
        Effect::NotAPicture,
        Effect::AcceptAndCode { code: 5000 },
        Effect::RateLimit { retry_after_s: Some(5) },
        Effect::RateLimit { retry_after_s: None },
        refuse(400),
        refuse(404),
    ];
    let rules = effects
        .iter()
        .enumerate()
        .map(|(n, effect)| Rule::on(On::Result).prompt(format!("fox {n}.")).times(3).then(effect.clone()));
    let vendor = Vendor::on(fast(60), |options| {
        options.faults = rules.collect();
        // Pictures in the answer to the POST would spare it the questions.
        options.latency = std::time::Duration::from_secs(1);
    })
    .await;
    let playground = vendor.customer().await;
    let mut ids = Vec::new();
    for n in 0..effects.len() {
        ids.push(playground.run(&n.to_string(), &json!({ "prompt": format!("fox {n}.") })).await.id);
    }
    for (id, effect) in ids.into_iter().zip(&effects) {
        let run = playground.wait(id, RunState::Archived).await;
        assert_eq!((run.billed, run.problem), (Billed::Yes, None), "{effect:?}");
    }
    assert!(vendor.engine.script_uses().iter().all(|uses| *uses == 3), "{:?}", vendor.engine.script_uses());
    assert_eq!(vendor.bill().len(), effects.len());
}

#[tokio::test]
async fn a_key_that_is_refused_meanwhile_is_told_and_asking_goes_on_by_itself() {
    let refuse = Effect::Refuse { status: 401, message: "Invalid API key".to_owned() };
    let vendor = Vendor::on(fast(60), |options| {
        options.latency = std::time::Duration::from_secs(1);
        options.faults = vec![Rule::on(On::Result).always().then(refuse)];
    })
    .await;
    let playground = vendor.customer().await;
    let run = playground.run("1", &json!({ "prompt": "a fox" })).await;
    let run = playground.wait_for(run.id, |run| run.problem.is_some()).await;
    assert_eq!((run.state, run.billed), (RunState::Running, Billed::Yes));
    assert_eq!((problem(&run).code, problem(&run).billed), (ProblemCode::KeyRefused, Billed::Yes));
    assert!(said(&run).contains("It continues as soon as the key is accepted again"), "{}", said(&run));
    let seen = vendor.engine.script_uses()[0];
    until("asked again", async || vendor.engine.script_uses()[0] > seen).await;

    vendor.engine.clear_script();
    let run = playground.wait(run.id, RunState::Archived).await;
    assert_eq!((run.problem, vendor.bill().len(), playground.money().await), (None, 1, (40_000, 0)));
}

#[tokio::test]
async fn what_the_result_denies_and_the_list_shows_is_completed_from_the_list() {
    let deny = Effect::Refuse { status: 404, message: "task not found".to_owned() };
    let vendor = Vendor::on(fast(300), |options| {
        options.latency = std::time::Duration::from_secs(1);
        options.faults = vec![Rule::on(On::Result).always().then(deny)];
    })
    .await;
    let playground = vendor.customer().await;
    let run = playground.run("1", &json!({ "prompt": "a fox", "num_images": 2 })).await;
    let run = playground.wait(run.id, RunState::Archived).await;
    let after = at(&run, RunState::Completed).ms_since(at(&run, RunState::Running));
    assert!(after >= 10 * 60_000, "tolerated for ten minutes first: {after} ms");
    assert_eq!((run.images.len(), vendor.bill().len()), (2, 1));
}

#[tokio::test]
async fn what_vanished_for_good_is_said_to_be_billed_and_not_known_any_more() {
    let fate = Fate { latency_ms: Some(3_600_000), vanish_after_ms: Some(60_000), ..Fate::default() };
    let vendor = Vendor::scripted(fast(300), [Rule::on(On::Submit).fate(fate)]).await;
    let playground = vendor.customer().await;
    let run = playground.run("1", &json!({ "prompt": "a fox" })).await;
    let run = playground.wait(run.id, RunState::Expired).await;
    let after = at(&run, RunState::Expired).ms_since(at(&run, RunState::Running));
    assert!(after >= 11 * 60_000, "{after} ms");
    assert_eq!((run.billed, problem(&run).code), (Billed::Yes, ProblemCode::PicturesExpired));
    assert!(said(&run).contains("billed it and no longer has it"), "{}", said(&run));
    assert_eq!(playground.money().await, (40_000, 0));
}

#[tokio::test]
async fn what_vanished_and_was_refunded_is_failed_and_its_money_is_back() {
    let fate = Fate { vanish_after_ms: Some(1), latency_ms: Some(60_000), ..Fate::failed(1403) };
    let vendor = Vendor::on(fast(300), |options| {
        options.refund_after = std::time::Duration::from_secs(60);
        options.faults = vec![Rule::on(On::Submit).fate(fate)];
    })
    .await;
    let playground = vendor.customer().await;
    let run = playground.run("1", &json!({ "prompt": "a fox" })).await;
    let run = playground.wait(run.id, RunState::Failed).await;
    assert_eq!((run.billed, problem(&run).code), (Billed::Refunded, ProblemCode::GenerationFailed));
    assert_eq!((playground.money().await, vendor.refunds()), ((0, 0), 1));
}
