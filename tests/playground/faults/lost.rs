//! The answer to a submission is lost: the run is unknown, its money stays held, and nothing is ever sent twice.

use imagen4_core::{Billed, ProblemCode, RunState};
use imagen4_engine::faults::{Effect, Fate, On, Rule};
use imagen4_tests::{Vendor, fast};
use serde_json::json;

use super::{at, problem, said, states};

#[tokio::test]
async fn an_accepted_run_whose_answer_never_came_is_found_archived_and_billed_once() {
    let effects = [
        Effect::AcceptAndDrop,
        Effect::AcceptAndError { status: 502 },
        Effect::AcceptAndError { status: 500 },
        Effect::AcceptAndCode { code: 5000 },
        Effect::Malformed,
        Effect::Truncate,
        Effect::NotAPicture,
    ];
    let rules = effects
        .iter()
        .enumerate()
        .map(|(n, effect)| Rule::on(On::Submit).prompt(format!("fox {n}")).always().then(effect.clone()));
    let vendor = Vendor::scripted(fast(60), rules).await;
    let playground = vendor.customer().await;
    let mut runs = Vec::new();
    for (n, effect) in effects.iter().enumerate() {
        let body = json!({ "prompt": format!("fox {n}"), "num_images": 2 });
        runs.push((playground.run(&n.to_string(), &body).await.id, effect));
    }
    for (id, effect) in runs {
        let run = playground.wait(id, RunState::Archived).await;
        use RunState::{Archived, Completed, Queued, Running, Submitting, Unknown};
        assert_eq!(states(&run), [Queued, Submitting, Unknown, Running, Completed, Archived], "{effect:?}");
        assert_eq!((run.billed, run.problem.clone(), run.images.len()), (Billed::Yes, None, 2), "{effect:?}");
        assert_eq!(vendor.bills_for(run.request.prompt()), 1, "{effect:?}");
    }
    assert_eq!(playground.money().await, (effects.len() as i64 * 80_000, 0));
}

#[tokio::test]
async fn what_never_arrived_is_proven_by_two_looks_a_quarter_of_an_hour_apart_and_its_money_is_free() {
    let effects = [Effect::Drop, Effect::Error { status: 502 }, Effect::Error { status: 503 }];
    let rules = effects
        .iter()
        .enumerate()
        .map(|(n, effect)| Rule::on(On::Submit).prompt(format!("fox {n}")).then(effect.clone()));
    let vendor = Vendor::scripted(fast(300), rules).await;
    let playground = vendor.customer().await;
    let mut ids = Vec::new();
    for n in 0..effects.len() {
        let run = playground.run(&n.to_string(), &json!({ "prompt": format!("fox {n}") })).await;
        ids.push(playground.wait(run.id, RunState::Unknown).await);
    }
    for run in &ids {
        assert_eq!((run.billed, problem(run).code), (Billed::Unknown, ProblemCode::AnswerLost));
        assert!(said(run).contains("may have accepted and billed it, so it is not sent again"), "{}", said(run));
    }
    for run in ids {
        let run = playground.wait(run.id, RunState::Rejected).await;
        let proven_after = at(&run, RunState::Rejected).ms_since(at(&run, RunState::Unknown));
        assert!(proven_after >= 15 * 60_000, "{proven_after} ms");
        assert_eq!((run.billed, problem(&run).code), (Billed::No, ProblemCode::NeverArrived));
        assert!(problem(&run).retryable && said(&run).contains("Not charged; try again"), "{}", said(&run));
    }
    assert_eq!((vendor.bill(), playground.money().await), (Vec::new(), (0, 0)));
}

#[tokio::test]
async fn an_unknown_run_holds_its_money_and_survives_restarts_without_being_sent_again() {
    let rules = [
        Rule::on(On::Submit).prompt("fox").always().then(Effect::AcceptAndDrop),
        Rule::on(On::List).always().then(Effect::Error { status: 503 }),
    ];
    let vendor = Vendor::scripted(fast(60), rules).await;
    let mut playground = vendor.customer().await;
    let run = playground.run("1", &json!({ "prompt": "a fox", "num_images": 3 })).await;
    playground.wait(run.id, RunState::Unknown).await;
    for _ in 0..3 {
        playground.restart().await;
        let run = playground.look(run.id).await;
        assert_eq!((run.state, run.billed), (RunState::Unknown, Billed::Unknown));
        assert_eq!((playground.money().await, vendor.bill().len()), ((0, 120_000), 1));
    }
    vendor.engine.clear_script();
    let run = playground.wait(run.id, RunState::Archived).await;
    assert_eq!((run.images.len(), vendor.bill().len(), playground.money().await), (3, 1, (120_000, 0)));
}

#[tokio::test]
async fn what_only_the_bill_shows_is_booked_and_said_to_be_gone() {
    let gone = Fate { vanish_after_ms: Some(0), ..Fate::default() };
    let vendor = Vendor::scripted(fast(300), [Rule::on(On::Submit).then(Effect::AcceptAndDrop).fate(gone)]).await;
    let playground = vendor.customer().await;
    let run = playground.run("1", &json!({ "prompt": "a fox" })).await;
    let run = playground.wait(run.id, RunState::Expired).await;
    use RunState::{Expired, Queued, Running, Submitting, Unknown};
    assert_eq!(states(&run), [Queued, Submitting, Unknown, Running, Expired]);
    assert_eq!((run.billed, problem(&run).code), (Billed::Yes, ProblemCode::PicturesExpired));
    assert!(said(&run).contains("billed it and no longer has it"), "{}", said(&run));
    assert_eq!((vendor.bill().len(), playground.money().await), (1, (40_000, 0)));
}
