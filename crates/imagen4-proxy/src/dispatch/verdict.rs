//! What an answer of the vendor means for a run, in its state machine and in plain words. Pure: no I/O, no clock.

use std::time::Duration;

use imagen4_client::{ApiError, SubmitError};
use imagen4_core::{Billed, Prediction, PredictionStatus, Problem, ProblemCode, RunEvent, Timestamp};

use crate::ledger::Facts;

/// Wait before a request that was never sent is tried again.
const RETRY_AFTER_NOT_SENT: Duration = Duration::from_secs(5);
/// Wait after a 429 that does not say how long.
const RETRY_AFTER_LIMIT: Duration = Duration::from_secs(20);
/// A completed prediction without outputs is asked again for so long.
const OUTPUTS_MAY_LAG_MS: u64 = 60_000;
/// The vendor's task code for content moderation.
const MODERATED: i64 = 1200;

/// Why the answer to a submission is not known.
pub(super) enum Lost {
    /// The connection, or what came over it.
    Answer,
    /// The proxy was restarted in between.
    Restart,
}

impl From<Lost> for Problem {
    fn from(lost: Lost) -> Self {
        let how = match lost {
            Lost::Answer => "The connection broke after the request was sent.",
            Lost::Restart => "The proxy was stopped while the request was under way.",
        };
        let detail = format!(
            "{how} The vendor may have accepted and billed it, so it is not sent again. The money stays set aside."
        );
        Self::new(ProblemCode::AnswerLost).billed(Billed::Unknown).detail(detail)
    }
}

/// What the answer to the one POST means.
pub(super) fn of_submission(answer: Result<Prediction, SubmitError>, now: Timestamp) -> (RunEvent, Facts) {
    let wait = |time: Duration| now + u64::try_from(time.as_millis()).unwrap_or(u64::MAX);
    let because = |problem| Facts { problem: Some(problem), ..Facts::default() };
    match answer {
        Ok(prediction) => (RunEvent::Accepted, Facts { prediction: Some(prediction), ..Facts::default() }),
        Err(SubmitError::Refused { status, message }) => (RunEvent::Refused, because(refusal(status, &message))),
        Err(SubmitError::RateLimited { retry_after, .. }) => {
            let problem = Problem::new(ProblemCode::RateLimited)
                .detail("It stays in the queue and is sent as soon as there is room.");
            let not_before = Some(wait(retry_after.unwrap_or(RETRY_AFTER_LIMIT)));
            (RunEvent::NotSent, Facts { not_before, ..because(problem) })
        }
        Err(SubmitError::NeverSent { .. }) => {
            let problem = Problem::new(ProblemCode::VendorUnreachable)
                .detail("Nothing was sent. It stays in the queue and is tried again.");
            (RunEvent::NotSent, Facts { not_before: Some(wait(RETRY_AFTER_NOT_SENT)), ..because(problem) })
        }
        Err(SubmitError::MaybeAccepted { .. }) => (RunEvent::AnswerLost, because(Lost::Answer.into())),
    }
}

/// A refusal in plain words: what it means and what to do.
fn refusal(status: u16, message: &str) -> Problem {
    let (code, advice) = match status {
        401 | 403 => (ProblemCode::KeyRefused, "Check WAVESPEED_API_KEY; a new key works only after the first top-up."),
        402 => (ProblemCode::InsufficientCredits, "Top up the vendor's account, then try again."),
        400 if message.to_ascii_lowercase().contains("credit") => {
            (ProblemCode::InsufficientCredits, "Top up the vendor's account, then try again.")
        }
        404 => (ProblemCode::ModelRetired, "The vendor does not know this model any longer; choose another one."),
        _ => (ProblemCode::Refused, "Nothing was generated."),
    };
    Problem::new(code).detail(format!("{advice} The vendor says: {message}"))
}

/// What to do after a poll.
#[derive(Debug, PartialEq)]
pub(super) enum Poll {
    /// Ask again later; the prediction, when it was told.
    Wait(Option<Prediction>),
    /// The pictures can be fetched.
    Fetch(Prediction),
    /// The run ends.
    End(RunEvent, Box<Problem>, Option<Prediction>),
}

/// What a poll's answer means. `empty_since` is when the prediction was first seen completed without outputs.
pub(super) fn of_poll(
    answer: Result<Prediction, ApiError>,
    empty_since: &mut Option<Timestamp>,
    now: Timestamp,
) -> Poll {
    // No failing GET ever ends a run.
    let Ok(prediction) = answer else { return Poll::Wait(None) };
    match prediction.status {
        PredictionStatus::Completed if !prediction.outputs.is_empty() => Poll::Fetch(prediction),
        PredictionStatus::Completed => {
            let since = *empty_since.get_or_insert(now);
            if now.ms_since(since) < OUTPUTS_MAY_LAG_MS {
                return Poll::Wait(Some(prediction));
            }
            let problem = Problem::new(ProblemCode::NoPictures)
                .billed(Billed::Yes)
                .detail("The vendor says completed and lists no pictures. Ask its support with the prediction id.");
            Poll::End(RunEvent::Expired, Box::new(problem), Some(prediction))
        }
        ref status if status.is_failure() => {
            let code = match prediction.task_code {
                Some(MODERATED) => ProblemCode::ContentRefused,
                _ => ProblemCode::GenerationFailed,
            };
            let said = prediction.error.as_ref().map(|error| format!(" The vendor says: {error}")).unwrap_or_default();
            let detail = format!("It ended as {status}. The vendor refunds failed runs within 3 hours.{said}");
            let problem = Problem::new(code).billed(Billed::RefundExpected).detail(detail);
            Poll::End(RunEvent::Failed, Box::new(problem), Some(prediction))
        }
        _ => Poll::Wait(Some(prediction)),
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use serde_json::json;

    const NOW: Timestamp = Timestamp::from_ms(1_800_000_000_000);

    fn prediction(status: &str, outputs: serde_json::Value) -> Prediction {
        Prediction::from_data(&json!({ "id": "a", "status": status, "outputs": outputs, "error": "boom" }))
            .expect("readable")
    }

    fn refused(status: u16, message: &str) -> (RunEvent, ProblemCode, Billed) {
        let (event, facts) = of_submission(Err(SubmitError::Refused { status, message: message.to_owned() }), NOW);
        let problem = facts.problem.expect("a problem");
        (event, problem.code, problem.billed)
    }

    #[test]
    fn a_refusal_is_not_billed_and_says_what_to_do() {
        for (status, message, code) in [
            (401, "Invalid API key", ProblemCode::KeyRefused),
            (400, "Insufficient credits. Please top up.", ProblemCode::InsufficientCredits),
            (402, "no", ProblemCode::InsufficientCredits),
            (404, "model not found", ProblemCode::ModelRetired),
            (422, "bad", ProblemCode::Refused),
        ] {
            assert_eq!(refused(status, message), (RunEvent::Refused, code, Billed::No));
        }
    }

    #[test]
    fn what_was_not_taken_waits_and_what_may_have_been_is_unknown() {
        let limited = SubmitError::RateLimited { message: String::new(), retry_after: Some(Duration::from_secs(7)) };
        let (event, facts) = of_submission(Err(limited), NOW);
        assert_eq!((event, facts.not_before), (RunEvent::NotSent, Some(NOW + 7000)));
        let (event, facts) = of_submission(Err(SubmitError::NeverSent { reason: String::new() }), NOW);
        assert_eq!((event, facts.not_before), (RunEvent::NotSent, Some(NOW + 5000)));
        let (event, facts) = of_submission(Err(SubmitError::MaybeAccepted { reason: String::new() }), NOW);
        assert_eq!((event, facts.problem.map(|problem| problem.billed)), (RunEvent::AnswerLost, Some(Billed::Unknown)));
    }

    #[test]
    fn no_failing_poll_and_no_new_status_ends_a_run() {
        for error in [
            ApiError::Refused { status: 404, message: String::new() },
            ApiError::Refused { status: 401, message: String::new() },
            ApiError::Unavailable { reason: String::new() },
        ] {
            assert_eq!(of_poll(Err(error), &mut None, NOW), Poll::Wait(None));
        }
        assert!(matches!(of_poll(Ok(prediction("dreaming", json!([]))), &mut None, NOW), Poll::Wait(Some(_))));
    }

    #[test]
    fn every_terminal_status_ends_it() {
        assert!(matches!(
            of_poll(Ok(prediction("completed", json!(["https://a/1.jpeg"]))), &mut None, NOW),
            Poll::Fetch(_)
        ));
        for status in ["failed", "cancelled", "timeout", "deleted"] {
            let poll = of_poll(Ok(prediction(status, json!(null))), &mut None, NOW);
            let Poll::End(RunEvent::Failed, problem, _) = poll else { panic!("{poll:?}") };
            assert_eq!(problem.billed, Billed::RefundExpected);
            assert!(problem.detail.is_some_and(|detail| detail.contains(status) && detail.contains("boom")));
        }
    }

    #[test]
    fn outputs_may_come_a_minute_late() {
        let mut since = None;
        let empty = || Ok(prediction("completed", json!([])));
        assert!(matches!(of_poll(empty(), &mut since, NOW), Poll::Wait(_)));
        assert!(matches!(of_poll(empty(), &mut since, NOW + 59_999), Poll::Wait(_)));
        assert!(matches!(of_poll(empty(), &mut since, NOW + 60_000), Poll::End(RunEvent::Expired, _, _)));
    }
}
