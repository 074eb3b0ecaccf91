use super::*;

fn failed(task_code: Option<i64>, error: Option<&str>) -> Problem {
    let mut prediction = Prediction::from_data(&serde_json::json!({ "id": "p", "status": "failed" })).expect("one");
    (prediction.task_code, prediction.error) = (task_code, error.map(str::to_owned));
    failure(&prediction)
}

#[test]
fn what_content_rules_blocked_is_not_worth_another_try() {
    let blocked = [
        failed(Some(1200), None),
        failed(Some(1200), Some("nope")),
        failed(Some(1403), Some("Content flagged by moderation.")),
        failed(None, Some("This prompt violates our Content Policy")),
        failed(None, Some("Blocked by the safety filters")),
        refusal(400, "The prompt contains sensitive content"),
        refusal(403, "Rejected: NSFW prompt"),
    ];
    for problem in blocked {
        assert_eq!((problem.code, problem.retryable), (ProblemCode::ContentRefused, false), "{:?}", problem.detail);
    }
    for problem in [failed(Some(1403), Some("out of memory")), failed(None, None)] {
        assert_eq!((problem.code, problem.retryable), (ProblemCode::GenerationFailed, true), "{:?}", problem.detail);
    }
    assert_eq!(refusal(422, "seed is too large").code, ProblemCode::Refused);
}

#[test]
fn advice_to_contact_support_carries_the_prediction() {
    for problem in [forgotten("abc1"), no_pictures("abc1"), incomplete(1, 4, "abc1")] {
        let detail = problem.detail.unwrap_or_default();
        assert!(detail.ends_with("Contact WaveSpeed support with prediction ID abc1."), "{detail}");
    }
}
