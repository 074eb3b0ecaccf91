//! What the person is told when something went wrong: what happened, whether it was billed, what to do.

use imagen4_core::{Billed, Prediction, Problem, ProblemCode};

/// The vendor's task code for content moderation.
const MODERATED: i64 = 1200;

/// Why the answer to a submission is not known.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Lost {
    /// The connection, or what came over it.
    Answer,
    /// The proxy was stopped in between.
    Restart,
    /// A 429, and then a list that did not answer or did not decide it.
    Limited,
}

/// Nobody can know whether it arrived.
pub fn lost(how: Lost) -> Problem {
    let how = match how {
        Lost::Answer => "The connection broke after the request was sent.",
        Lost::Restart => "The proxy was stopped while the request was under way.",
        Lost::Limited => {
            "The vendor turned the request away, and its list does not tell whether it took it all the same."
        }
    };
    let detail = format!(
        "{how} The vendor may have accepted and billed it, so it is not sent again. We look for it in the \
         vendor's list and bills."
    );
    Problem::new(ProblemCode::AnswerLost).billed(Billed::Unknown).detail(detail)
}

/// The vendor answered with a prediction that belongs to another run.
pub(super) fn taken(prediction: &str) -> Problem {
    let detail = format!("The vendor answered with prediction {prediction}, which belongs to another run.");
    Problem::new(ProblemCode::AnswerLost).billed(Billed::Unknown).detail(detail)
}

/// Several predictions could be it.
pub(super) fn several(ids: &[String]) -> Problem {
    let detail = match ids.len() {
        1 => "One prediction at the vendor could be this run or another one.".to_owned(),
        count => format!("{count} predictions at the vendor could be this run."),
    };
    let detail = format!("{detail} Say which it is, or give this run up.");
    let problem = Problem::new(ProblemCode::AnswerLost).billed(Billed::Unknown).detail(detail);
    Problem { candidates: ids.to_vec(), ..problem }
}

/// Seven days are over, and it was neither found nor proven absent.
pub(super) fn not_found() -> Problem {
    Problem::new(ProblemCode::AnswerLost).billed(Billed::Unknown).detail(
        "It was looked for as long as the vendor keeps predictions, and neither found nor proven absent. Look at the vendor's \
         bill yourself, then give it up to free its money.",
    )
}

/// List and bills are clean, twice.
pub(super) fn never_arrived() -> Problem {
    Problem::new(ProblemCode::NeverArrived)
        .detail("The vendor's list and bills do not show it, looked at twice. Nothing was billed; try again.")
}

/// The person gave it up.
pub fn given_up() -> Problem {
    Problem::new(ProblemCode::GivenUp)
        .detail("Its money is free again. Should it turn up at the vendor within 7 days, it is taken up and booked.")
}

/// The data directory is a restored backup.
pub fn restored() -> Problem {
    Problem::new(ProblemCode::Restored).detail(
        "It was waiting in a backup that was restored, and may have been sent since the backup was made. Try again if it was not.",
    )
}

/// The vendor allows no more at the moment.
pub(super) fn limited() -> Problem {
    Problem::new(ProblemCode::RateLimited).detail("It stays in the queue and is sent as soon as there is room.")
}

/// No connection came about.
pub(super) fn unreachable() -> Problem {
    Problem::new(ProblemCode::VendorUnreachable).detail("Nothing was sent. It stays in the queue and is tried again.")
}

/// A refusal in plain words: what it means and what to do.
pub(super) fn refusal(status: u16, message: &str) -> Problem {
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

/// The model left the vendor's list while the run waited.
pub(super) fn model_gone() -> Problem {
    Problem::new(ProblemCode::ModelRetired)
        .detail("The vendor stopped offering this model while the run waited. It was not sent; choose another model.")
}

/// Asking is paused: the key is refused.
pub(super) fn key_refused() -> Problem {
    Problem::new(ProblemCode::KeyRefused).billed(Billed::Yes).detail(
        "The vendor does not accept the key at the moment, so it cannot be asked how far this is. It goes on by itself as soon \
         as the key is accepted again; the vendor keeps the pictures for 7 days.",
    )
}

/// The vendor ended it without pictures.
pub(super) fn failure(prediction: &Prediction) -> Problem {
    let code = match prediction.task_code {
        Some(MODERATED) => ProblemCode::ContentRefused,
        _ => ProblemCode::GenerationFailed,
    };
    let said = prediction.error.as_ref().map(|error| format!(" The vendor says: {error}")).unwrap_or_default();
    let detail = format!("It ended as {}. The vendor refunds failed runs within 3 hours.{said}", prediction.status);
    Problem::new(code).billed(Billed::RefundExpected).detail(detail)
}

/// The vendor forgot it and gave its money back.
pub(super) fn refunded() -> Problem {
    Problem::new(ProblemCode::GenerationFailed)
        .billed(Billed::Refunded)
        .detail("The vendor does not know it any more, and its bill shows the refund.")
}

/// The vendor forgot it and keeps the money.
pub(super) fn forgotten() -> Problem {
    Problem::new(ProblemCode::PicturesExpired).billed(Billed::Yes).detail(
        "The vendor billed it and does not know it any more; somebody with the same key may have deleted it. Ask the vendor's \
         support with the prediction id.",
    )
}

/// Completed, and no picture.
pub(super) fn no_pictures() -> Problem {
    Problem::new(ProblemCode::NoPictures)
        .billed(Billed::Yes)
        .detail("The vendor says completed and lists no pictures. Ask its support with the prediction id.")
}

/// The vendor handed over fewer pictures than were paid for.
pub(super) fn incomplete(missing: usize, paid: usize) -> Problem {
    let detail =
        format!("{missing} of {paid} pictures were not handed over. Ask the vendor's support with the prediction id.");
    Problem::new(ProblemCode::NoPictures).billed(Billed::Yes).detail(detail)
}

/// Pictures do not come yet.
pub(super) fn delayed() -> Problem {
    Problem::new(ProblemCode::PicturesDelayed).billed(Billed::Yes).detail(
        "They are ready at the vendor and could not be fetched yet. It is tried again until the vendor deletes them.",
    )
}

/// The pictures are gone at the vendor.
pub(super) fn expired() -> Problem {
    Problem::new(ProblemCode::PicturesExpired)
        .billed(Billed::Yes)
        .detail("The vendor deletes pictures after 7 days. What could be fetched before is kept here.")
}
