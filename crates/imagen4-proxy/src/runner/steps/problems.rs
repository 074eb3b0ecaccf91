//! What the person is told when something went wrong: what happened, whether it was billed, what to do.

use imagen4_core::{Billed, Prediction, PredictionStatus, Problem, ProblemCode};

/// WaveSpeed's task code for content moderation.
const MODERATED: i64 = 1200;
/// What messages about it have in common, whatever their code and status.
const MODERATION: [&str; 10] = [
    "content polic",
    "moderation",
    "safety filter",
    "safety system",
    "safety polic",
    "sensitive content",
    "inappropriate content",
    "prohibited content",
    "responsible ai",
    "nsfw",
];

/// Why the answer to a submission is not known.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum UnknownReason {
    /// The connection, or what came over it.
    Answer,
    /// The proxy was stopped in between.
    Restart,
    /// A 429, and then a list that did not answer or did not decide it.
    Limited,
}

/// Nobody can know whether it arrived.
pub fn lost(how: UnknownReason) -> Problem {
    let how = match how {
        UnknownReason::Answer => "The connection broke after the request was sent.",
        UnknownReason::Restart => "The proxy was stopped while the request was in progress.",
        UnknownReason::Limited => {
            "WaveSpeed answered with a rate limit, and its list does not show whether the request was accepted anyway."
        }
    };
    let detail = format!(
        "{how} WaveSpeed may have accepted and billed it, so it is not sent again. Checking WaveSpeed's list and billing."
    );
    Problem::new(ProblemCode::AnswerLost).billed(Billed::Unknown).detail(detail)
}

/// WaveSpeed answered with a prediction that belongs to another run.
pub(super) fn taken(prediction: &str) -> Problem {
    let detail = format!("WaveSpeed answered with prediction {prediction}, which belongs to another run.");
    Problem::new(ProblemCode::AnswerLost).billed(Billed::Unknown).detail(detail)
}

/// Several predictions could be it.
pub(super) fn several(ids: &[String]) -> Problem {
    let detail = match ids.len() {
        1 => "One prediction on WaveSpeed could be this run or another one.".to_owned(),
        count => format!("{count} predictions on WaveSpeed could be this run."),
    };
    let detail = format!("{detail} Choose the right one, or stop tracking this run.");
    let problem = Problem::new(ProblemCode::AnswerLost).billed(Billed::Unknown).detail(detail);
    Problem { candidates: ids.to_vec(), ..problem }
}

/// Seven days are over, and it was neither found nor proven absent.
pub(super) fn not_found() -> Problem {
    Problem::new(ProblemCode::AnswerLost).billed(Billed::Unknown).detail(
        "It was neither found nor ruled out for as long as WaveSpeed keeps predictions. Check your WaveSpeed billing, then \
         stop tracking it to free the reserved amount.",
    )
}

/// List and bills are clean, twice.
pub(super) fn never_arrived() -> Problem {
    Problem::new(ProblemCode::NeverArrived)
        .detail("Checked twice: it is neither in WaveSpeed's list nor in its billing. Not charged; try again.")
}

/// The person gave it up.
pub fn given_up() -> Problem {
    Problem::new(ProblemCode::GivenUp).detail(
        "The reserved amount is free again. If it turns up on WaveSpeed within 7 days, it is added and counted.",
    )
}

/// The data directory is a restored backup.
pub fn restored() -> Problem {
    Problem::new(ProblemCode::Restored).detail(
        "It was waiting in a backup that was restored, and may have been sent since the backup was made. Try again if it was not.",
    )
}

/// WaveSpeed allows no more at the moment.
pub(super) fn limited() -> Problem {
    Problem::new(ProblemCode::RateLimited).detail("It stays in the queue and is sent as soon as the limit allows.")
}

/// No connection came about.
pub(super) fn unreachable() -> Problem {
    Problem::new(ProblemCode::VendorUnreachable).detail("Nothing was sent. It stays in the queue and is retried.")
}

/// A refusal in plain words: what it means and what to do.
pub(super) fn refusal(status: u16, message: &str) -> Problem {
    let (code, advice) = match status {
        _ if is_moderation(message) => (ProblemCode::ContentRefused, "Nothing was generated. Change the prompt."),
        401 | 403 => (ProblemCode::KeyRefused, "Check WAVESPEED_API_KEY; a new key works only after the first top-up."),
        402 => (ProblemCode::InsufficientCredits, "Top up your WaveSpeed balance, then try again."),
        400 if message.to_ascii_lowercase().contains("credit") => {
            (ProblemCode::InsufficientCredits, "Top up your WaveSpeed balance, then try again.")
        }
        404 => (ProblemCode::ModelRetired, "WaveSpeed no longer offers this model; choose another one."),
        _ => (ProblemCode::Refused, "Nothing was generated."),
    };
    Problem::new(code).detail(format!("{advice} WaveSpeed says: {message}"))
}

/// The model left WaveSpeed's list while the run waited.
pub(super) fn model_gone() -> Problem {
    Problem::new(ProblemCode::ModelRetired).detail(
        "WaveSpeed stopped offering this model while the run was queued. It was not sent; choose another model.",
    )
}

/// Asking is paused: the key is refused.
pub(super) fn key_refused() -> Problem {
    Problem::new(ProblemCode::KeyRefused).billed(Billed::Yes).detail(
        "WaveSpeed does not accept the key right now, so progress can't be checked. It continues as soon as the key is \
         accepted again; WaveSpeed keeps images for 7 days.",
    )
}

/// WaveSpeed ended it without images. What it cost is said by whoever knows the price.
pub(super) fn failure(prediction: &Prediction) -> Problem {
    let is_blocked = prediction.task_code == Some(MODERATED) || prediction.error.as_deref().is_some_and(is_moderation);
    let code = if is_blocked { ProblemCode::ContentRefused } else { ProblemCode::GenerationFailed };
    let status = &prediction.status;
    let detail = match &prediction.error {
        Some(error) if *status == PredictionStatus::Failed => format!("WaveSpeed says: {error}"),
        Some(error) => format!("Status on WaveSpeed: {status}. WaveSpeed says: {error}"),
        None => format!("Status on WaveSpeed: {status}."),
    };
    Problem::new(code).billed(Billed::RefundExpected).detail(detail)
}

/// Whether a message says that content rules were the reason: the same prompt would be blocked again.
fn is_moderation(message: &str) -> bool {
    let message = message.to_ascii_lowercase();
    MODERATION.iter().any(|words| message.contains(words))
}

/// WaveSpeed forgot it and gave its money back.
pub(super) fn refunded() -> Problem {
    Problem::new(ProblemCode::GenerationFailed)
        .billed(Billed::Refunded)
        .detail("WaveSpeed no longer has it, and its billing shows the refund.")
}

/// WaveSpeed forgot it and keeps the money.
pub(super) fn forgotten(prediction: &str) -> Problem {
    Problem::new(ProblemCode::PicturesExpired).billed(Billed::Yes).detail(format!(
        "WaveSpeed billed it and no longer has it; somebody with the same key may have deleted it. {}",
        contact(prediction)
    ))
}

/// Completed, and no image.
pub(super) fn no_pictures(prediction: &str) -> Problem {
    Problem::new(ProblemCode::NoPictures)
        .billed(Billed::Yes)
        .detail(format!("WaveSpeed reports it as completed, without images. {}", contact(prediction)))
}

/// WaveSpeed handed over fewer images than were paid for.
pub(super) fn incomplete(missing: usize, paid: usize, prediction: &str) -> Problem {
    let detail = format!("{missing} of {paid} images were not delivered. {}", contact(prediction));
    Problem::new(ProblemCode::NoPictures).billed(Billed::Yes).detail(detail)
}

/// Support asks for the id first.
fn contact(prediction: &str) -> String {
    format!("Contact WaveSpeed support with prediction ID {prediction}.")
}

/// Images do not come yet.
pub(super) fn delayed() -> Problem {
    Problem::new(ProblemCode::PicturesDelayed)
        .billed(Billed::Yes)
        .detail("They are ready on WaveSpeed and could not be downloaded yet. Retrying until WaveSpeed deletes them.")
}

/// The images are gone on WaveSpeed.
pub(super) fn expired() -> Problem {
    Problem::new(ProblemCode::PicturesExpired)
        .billed(Billed::Yes)
        .detail("WaveSpeed deletes images after 7 days. Images downloaded before that are kept here.")
}

#[cfg(test)]
mod tests;
