//! Failures and lost answers, in the vendor's words.

use imagen4_core::RunState;
use imagen4_engine::faults::{Effect, Ending, Failure, Fate, On, Rule};
use imagen4_tests::{Vendor, fast};
use serde_json::json;

use super::{data, ended, id, post, submit};

#[tokio::test]
async fn a_failure_is_a_success_with_its_reason_and_reads_like_nothing_to_try_again() {
    let error = "HTTP 503: connection timeout (429)".to_owned();
    let failure = Failure { code: 1200, error, status: Ending::Failed };
    let fails = Rule::on(On::Submit).prompt("fox").fate(Fate { fail: Some(failure), ..Fate::default() });
    let refuses = Rule::on(On::Submit)
        .prompt("hen")
        .then(Effect::Refuse { status: 400, message: "Insufficient credits".to_owned() });
    let vendor = Vendor::scripted(fast(1), [fails, refuses]).await;
    let playground = vendor.customer().await;
    for (prompt, code, billed) in [("a fox", 1200, "refund expected within 3 hours"), ("a hen", 1407, "Not charged")] {
        let told = ended(&playground, &id(&submit(&playground, &json!({ "prompt": prompt })).await)).await;
        assert_eq!((&told["status"], &told["code"], &told["outputs"]), (&json!("failed"), &json!(code), &json!([])));
        let error = told["error"].as_str().expect("words");
        assert!(error.contains(billed), "{error}");
        let error = error.to_lowercase();
        assert!(!["http 5", "429", "timeout", "connection"].iter().any(|trigger| error.contains(trigger)), "{error}");
    }
}

#[tokio::test]
async fn a_lost_answer_is_processing_for_three_hours_and_then_says_that_it_may_be_billed() {
    let hide = |on| Rule::on(on).always().then(Effect::Error { status: 503 });
    let drop = Rule::on(On::Submit).then(Effect::AcceptAndDrop);
    let vendor = Vendor::scripted(fast(3_600), [drop, hide(On::List), hide(On::Billings)]).await;
    let playground = vendor.customer().await;
    let id = id(&submit(&playground, &json!({ "prompt": "a fox" })).await);
    playground.wait(id.parse().expect("an id"), RunState::Unknown).await;
    let status = async |word: &str| {
        let listed =
            data(&post(&playground, "predictions", &json!({ "page": 1, "page_size": 10, "status": word })).await);
        listed["total"].as_u64()
    };
    assert_eq!((status("processing").await, status("timeout").await), (Some(1), Some(0)));
    let told = ended(&playground, &id).await;
    assert_eq!((&told["status"], &told["code"]), (&json!("timeout"), &json!(5004)));
    assert!(told["error"].as_str().expect("words").contains("may be charged $0.04"), "{told}");
    assert_eq!((status("processing").await, status("timeout").await), (Some(0), Some(1)));
    // It is found all the same, and then it is completed.
    vendor.engine.clear_script();
    playground.wait(id.parse().expect("an id"), RunState::Archived).await;
    assert_eq!(ended(&playground, &id).await["status"], "completed");
    assert_eq!(vendor.bill().len(), 1);
}
