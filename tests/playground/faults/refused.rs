//! The vendor says no before it accepts: nothing is billed, the money is free, and the words say what to do.

use imagen4_core::{Billed, ProblemCode, RunState};
use imagen4_engine::Env;
use imagen4_engine::faults::{Effect, On, Rule};
use imagen4_tests::Vendor;
use serde_json::json;

use super::{problem, said, states};

#[tokio::test]
async fn whatever_the_vendor_refuses_ends_rejected_in_plain_words_and_costs_nothing() {
    use ProblemCode::{InsufficientCredits, KeyRefused, ModelRetired, Refused};
    let cases = [
        (400, "prompt is not allowed", Refused, "Nothing was generated."),
        (400, "Insufficient credits. Please top up your account to continue.", InsufficientCredits, "Top up"),
        (401, "Invalid API key", KeyRefused, "WAVESPEED_API_KEY"),
        (402, "payment required", InsufficientCredits, "Top up"),
        (403, "forbidden for this key", KeyRefused, "WAVESPEED_API_KEY"),
        (404, "model is retired", ModelRetired, "choose another one"),
        (413, "too large", Refused, "Nothing was generated."),
        (422, "unprocessable", Refused, "Nothing was generated."),
    ];
    let rules = cases.iter().enumerate().map(|(place, (status, message, _, _))| {
        let refuse = Effect::Refuse { status: *status, message: (*message).to_owned() };
        Rule::on(On::Submit).prompt(format!("fox {place}")).then(refuse)
    });
    let vendor = Vendor::scripted(Env::system(), rules).await;
    let playground = vendor.customer().await;
    for (place, (status, message, code, advice)) in cases.iter().enumerate() {
        let body = json!({ "prompt": format!("fox {place}"), "num_images": 2 });
        let run = playground.run(&place.to_string(), &body).await;
        let run = playground.wait(run.id, RunState::Rejected).await;
        assert_eq!((run.billed, problem(&run).code, problem(&run).billed), (Billed::No, *code, Billed::No), "{status}");
        assert!(said(&run).contains(advice) && said(&run).contains(message), "{}", said(&run));
        assert_eq!(states(&run), [RunState::Queued, RunState::Submitting, RunState::Rejected]);
        assert_eq!(playground.money().await, (0, 0), "{status}");
    }
    assert_eq!(vendor.bill(), []);
    // And the next one is an ordinary run.
    let run = playground.run("fine", &json!({ "prompt": "a hen" })).await;
    playground.wait(run.id, RunState::Archived).await;
    assert_eq!((vendor.bill().len(), playground.money().await), (1, (40_000, 0)));
}

#[tokio::test]
async fn a_submission_that_is_served_slowly_is_only_slow() {
    let rule = Rule::on(On::Submit).then(Effect::Delay { ms: 30_000 });
    let answer = Rule::on(On::Submit).then(Effect::DelayAnswer { ms: 30_000 });
    let vendor = Vendor::scripted(imagen4_tests::fast(100), [rule, answer]).await;
    let playground = vendor.customer().await;
    for key in ["1", "2"] {
        let run = playground.run(key, &json!({ "prompt": "a fox" })).await;
        let run = playground.wait(run.id, RunState::Archived).await;
        assert_eq!((run.billed, run.problem.clone()), (Billed::Yes, None));
        let waited = super::at(&run, RunState::Running).ms_since(super::at(&run, RunState::Submitting));
        assert!(waited >= 30_000, "{waited}");
    }
    assert_eq!((vendor.bill().len(), playground.money().await), (2, (80_000, 0)));
}
