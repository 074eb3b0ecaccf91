//! What an answer of the vendor means for a run, in its state machine and in plain words. Pure: no I/O, no clock.

use imagen4_client::{ApiError, SubmitError};
use imagen4_core::{Billed, Prediction, PredictionStatus, Problem, ProblemCode, RunEvent, Timestamp};

use crate::ledger::Facts;

/// Shortest and longest wait before a request that was never sent is tried again, in milliseconds. In between it is a
/// quarter of the time that the run has waited already.
const NOT_SENT_MS: (u64, u64) = (5_000, 300_000);
/// Wait after a 429 that does not say how long, in milliseconds.
const LIMITED_MS: u64 = 20_000;
/// What a 429 may ask for: not at once, and not for ever.
const RETRY_AFTER_MS: (u64, u64) = (1_000, 900_000);
/// A completed prediction with fewer outputs than were paid for is asked again for so long.
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

/// What the answer to the one POST means for a run that was accepted here at `accepted_at`.
pub(super) fn of_submission(
    answer: Result<Prediction, SubmitError>,
    accepted_at: Timestamp,
    now: Timestamp,
) -> (RunEvent, Facts) {
    let because = |problem| Facts { problem: Some(problem), ..Facts::default() };
    match answer {
        Ok(prediction) => (RunEvent::Accepted, Facts { prediction: Some(prediction), ..Facts::default() }),
        Err(SubmitError::Refused { status, message }) => (RunEvent::Refused, because(refusal(status, &message))),
        Err(SubmitError::RateLimited { retry_after, .. }) => {
            let problem = Problem::new(ProblemCode::RateLimited)
                .detail("It stays in the queue and is sent as soon as there is room.");
            let asked = retry_after.map_or(LIMITED_MS, |time| u64::try_from(time.as_millis()).unwrap_or(u64::MAX));
            let not_before = Some(now + asked.clamp(RETRY_AFTER_MS.0, RETRY_AFTER_MS.1));
            (RunEvent::NotSent, Facts { not_before, ..because(problem) })
        }
        Err(SubmitError::NeverSent { .. }) => {
            let problem = Problem::new(ProblemCode::VendorUnreachable)
                .detail("Nothing was sent. It stays in the queue and is tried again.");
            let wait = (now.ms_since(accepted_at) / 4).clamp(NOT_SENT_MS.0, NOT_SENT_MS.1);
            (RunEvent::NotSent, Facts { not_before: Some(now + wait), ..because(problem) })
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

/// What a poll's answer means for a run of `paid` pictures. `lagging_since` is when the prediction was first seen completed
/// with fewer.
pub(super) fn of_poll(
    answer: Result<Prediction, ApiError>,
    paid: usize,
    lagging_since: &mut Option<Timestamp>,
    now: Timestamp,
) -> Poll {
    // No failing GET ever ends a run.
    let Ok(prediction) = answer else { return Poll::Wait(None) };
    match prediction.status {
        PredictionStatus::Completed if prediction.readable_outputs() >= paid => Poll::Fetch(prediction),
        PredictionStatus::Completed => {
            let since = *lagging_since.get_or_insert(now);
            if now.ms_since(since) < OUTPUTS_MAY_LAG_MS {
                return Poll::Wait(Some(prediction));
            }
            if prediction.readable_outputs() > 0 {
                return Poll::Fetch(prediction);
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
    use std::time::Duration;

    use super::*;
    use serde_json::json;

    const NOW: Timestamp = Timestamp::from_ms(1_800_000_000_000);

    fn prediction(status: &str, outputs: serde_json::Value) -> Prediction {
        Prediction::from_data(&json!({ "id": "a", "status": status, "outputs": outputs, "error": "boom" }))
            .expect("readable")
    }

    fn refused(status: u16, message: &str) -> (RunEvent, ProblemCode, Billed) {
        let (event, facts) = of_submission(Err(SubmitError::Refused { status, message: message.to_owned() }), NOW, NOW);
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
        let (event, facts) = of_submission(Err(limited), NOW, NOW);
        assert_eq!((event, facts.not_before), (RunEvent::NotSent, Some(NOW + 7000)));
        for (asked, granted) in [(0, 1_000), (999_999_999, 900_000)] {
            let limited =
                SubmitError::RateLimited { message: String::new(), retry_after: Some(Duration::from_secs(asked)) };
            assert_eq!(of_submission(Err(limited), NOW, NOW).1.not_before, Some(NOW + granted));
        }
        // The longer it waits, the rarer it is tried.
        for (waited, wait) in [(0, 5_000), (60_000, 15_000), (9_000_000, 300_000)] {
            let never = SubmitError::NeverSent { reason: String::new() };
            let (event, facts) = of_submission(Err(never), NOW - waited, NOW);
            assert_eq!((event, facts.not_before), (RunEvent::NotSent, Some(NOW + wait)));
        }
        let (event, facts) = of_submission(Err(SubmitError::MaybeAccepted { reason: String::new() }), NOW, NOW);
        assert_eq!((event, facts.problem.map(|problem| problem.billed)), (RunEvent::AnswerLost, Some(Billed::Unknown)));
    }

    #[test]
    fn no_failing_poll_and_no_new_status_ends_a_run() {
        for error in [
            ApiError::Refused { status: 404, message: String::new() },
            ApiError::Refused { status: 401, message: String::new() },
            ApiError::Unavailable { reason: String::new() },
        ] {
            assert_eq!(of_poll(Err(error), 1, &mut None, NOW), Poll::Wait(None));
        }
        assert!(matches!(of_poll(Ok(prediction("dreaming", json!([]))), 1, &mut None, NOW), Poll::Wait(Some(_))));
    }

    #[test]
    fn every_terminal_status_ends_it() {
        assert!(matches!(
            of_poll(Ok(prediction("completed", json!(["https://a/1.jpeg"]))), 1, &mut None, NOW),
            Poll::Fetch(_)
        ));
        for status in ["failed", "cancelled", "timeout", "deleted"] {
            let poll = of_poll(Ok(prediction(status, json!(null))), 1, &mut None, NOW);
            let Poll::End(RunEvent::Failed, problem, _) = poll else { panic!("{poll:?}") };
            assert_eq!(problem.billed, Billed::RefundExpected);
            assert!(problem.detail.is_some_and(|detail| detail.contains(status) && detail.contains("boom")));
        }
    }

    #[test]
    fn fewer_pictures_than_were_paid_for_are_asked_for_again_and_then_taken() {
        let mut since = None;
        let half = || Ok(prediction("completed", json!(["https://a/1.jpeg", null])));
        assert!(matches!(of_poll(half(), 2, &mut since, NOW), Poll::Wait(_)));
        assert!(matches!(of_poll(half(), 2, &mut since, NOW + 60_000), Poll::Fetch(_)));
    }

    #[test]
    fn outputs_may_come_a_minute_late() {
        let mut since = None;
        let empty = || Ok(prediction("completed", json!([])));
        assert!(matches!(of_poll(empty(), 1, &mut since, NOW), Poll::Wait(_)));
        assert!(matches!(of_poll(empty(), 1, &mut since, NOW + 59_999), Poll::Wait(_)));
        assert!(matches!(of_poll(empty(), 1, &mut since, NOW + 60_000), Poll::End(RunEvent::Expired, _, _)));
    }
}
