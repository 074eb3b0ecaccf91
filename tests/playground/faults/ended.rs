//! Predictions that end without pictures, or in a way that no document knows.

use imagen4_core::{Billed, ProblemCode, RunState};
use imagen4_engine::faults::{Ending, Failure, Fate, OddStatus, On, Rule};
use imagen4_tests::{Vendor, fast};
use serde_json::json;

use super::{problem, said};

#[tokio::test]
async fn a_failed_run_says_why_and_its_money_comes_back_when_the_bill_shows_it() {
    let failure = |code: i64, status: Ending| Failure { code, error: format!("vendor's words {code}"), status };
    let cases = [
        (failure(1200, Ending::Failed), ProblemCode::ContentRefused, "failed"),
        (failure(1403, Ending::Failed), ProblemCode::GenerationFailed, "failed"),
        (failure(5000, Ending::Cancelled), ProblemCode::GenerationFailed, "cancelled"),
        (failure(5000, Ending::Timeout), ProblemCode::GenerationFailed, "timeout"),
    ];
    let rules = cases.iter().enumerate().map(|(n, (failure, _, _))| {
        let fate = Fate { fail: Some(failure.clone()), ..Fate::default() };
        Rule::on(On::Submit).prompt(format!("fox {n}")).fate(fate)
    });
    let vendor = Vendor::scripted(fast(1500), rules).await;
    let playground = vendor.customer().await;
    let mut runs = Vec::new();
    for n in 0..cases.len() {
        let run = playground.run(&n.to_string(), &json!({ "prompt": format!("fox {n}") })).await;
        runs.push(playground.wait(run.id, RunState::Failed).await);
    }
    for (run, (failure, code, word)) in runs.iter().zip(&cases) {
        assert_eq!((problem(run).code, run.images.len()), (*code, 0), "{word}");
        assert!(
            said(run).contains(&format!("Status on WaveSpeed: {word}.")) != (*word == "failed")
                && said(run).contains(&failure.error),
            "{}",
            said(run)
        );
    }
    let before = playground.spend().await;
    if vendor.refunds() == 0 {
        // The promise of a refund is not one.
        assert!(runs.iter().all(|run| run.billed == Billed::RefundExpected));
        assert_eq!((before.spent_microusd.micros(), before.refunds_expected_microusd.micros()), (160_000, 160_000));
    }
    for run in runs {
        let run = playground.wait_for(run.id, |run| run.billed == Billed::Refunded).await;
        assert_eq!(run.state, RunState::Failed);
    }
    let after = playground.spend().await;
    assert_eq!((after.spent_microusd.micros(), after.held_microusd.micros()), (0, 0));
    assert_eq!((after.refunds_expected_microusd.micros(), vendor.bill().len(), vendor.refunds()), (0, 4, 4));
}

#[tokio::test]
async fn a_refund_that_is_not_on_the_bill_is_not_believed() {
    let vendor = Vendor::on(fast(3000), |options| {
        options.refund_after = std::time::Duration::from_secs(400 * 24 * 3600);
        options.faults = vec![Rule::on(On::Submit).fate(Fate::failed(1403))];
    })
    .await;
    let playground = vendor.customer().await;
    let run = playground.run("1", &json!({ "prompt": "a fox" })).await;
    let failed = playground.wait(run.id, RunState::Failed).await;
    let three_hours = super::at(&failed, RunState::Failed) + 3 * 3_600_000;
    imagen4_tests::until("three hours and more", async || vendor.env.now() > three_hours + 3_600_000).await;
    let run = playground.look(run.id).await;
    let spend = playground.spend().await;
    assert_eq!((run.billed, spend.spent_microusd.micros()), (Billed::RefundExpected, 40_000));
    assert_eq!(spend.refunds_expected_microusd.micros(), 40_000);
}

#[tokio::test]
async fn a_status_that_no_document_knows_is_shown_and_waited_out() {
    let odd = OddStatus { name: "warming_up".to_owned(), ms: Some(60_000) };
    let fate = Fate { status: Some(odd), ..Fate::default() };
    let vendor = Vendor::scripted(fast(20), [Rule::on(On::Submit).fate(fate)]).await;
    let playground = vendor.customer().await;
    let run = playground.run("1", &json!({ "prompt": "a fox" })).await;
    let is_odd = |run: &imagen4_core::Run| run.prediction.as_ref().is_some_and(|its| its.status == "warming_up");
    let run = playground.wait_for(run.id, is_odd).await;
    assert_eq!((run.state, run.billed, run.problem.clone()), (RunState::Running, Billed::Yes, None));
    let run = playground.wait(run.id, RunState::Archived).await;
    assert_eq!((run.images.len(), vendor.bill().len()), (1, 1));
}

#[tokio::test]
async fn a_prediction_that_never_ends_is_given_up_when_the_vendor_forgets_it() {
    let fate = Fate { latency_ms: Some(400 * 24 * 3_600_000), ..Fate::default() };
    let vendor = Vendor::scripted(fast(120_000), [Rule::on(On::Submit).fate(fate)]).await;
    let playground = vendor.customer().await;
    let run = playground.run("1", &json!({ "prompt": "a fox" })).await;
    let run = playground.wait(run.id, RunState::Expired).await;
    let after = super::at(&run, RunState::Expired).ms_since(super::at(&run, RunState::Submitting));
    assert!(after >= 7 * 24 * 3_600_000, "{after} ms");
    assert_eq!((run.billed, problem(&run).code), (Billed::Yes, ProblemCode::PicturesExpired));
    let days = playground.spend().await.days;
    // On a clock as fast as this one a new day may begin before the run is accepted.
    let day = &run.created_at.to_string()[..10];
    assert_eq!((days.len(), days[0].spent_microusd.micros(), days[0].day.as_str()), (1, 40_000, day));
}
