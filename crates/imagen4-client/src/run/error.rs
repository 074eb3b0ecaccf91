//! What a run did not bring, and what that says of the money.

use imagen4_core::{Billed, Prediction, PredictionStatus};

use crate::predictions::is_id;
use crate::{ApiError, SubmitError};

/// A run, or a wait, that brought no images. Whatever was accepted is named by its id.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum RunError {
    /// The submission brought no prediction.
    #[error("the submission failed: {0}")]
    Submit(#[from] SubmitError),
    /// WaveSpeed ended the prediction without images: failed, canceled, timed out on WaveSpeed, or deleted.
    #[error("prediction {} {}: {}", .prediction.id, .prediction.status, words(.prediction))]
    Failed {
        /// What WaveSpeed last told of it.
        prediction: Box<Prediction>,
    },
    /// The wait's own timeout came first. The prediction goes on: [`crate::Client::wait`] picks it up.
    #[error("prediction {id} is not done in time and continues on WaveSpeed")]
    TimedOut {
        /// The prediction's id.
        id: String,
    },
    /// It could not be asked for any longer. The prediction goes on: [`crate::Client::wait`] picks it up.
    #[error("prediction {id} could not be checked: {source}")]
    Lost {
        /// The prediction's id.
        id: String,
        /// The last question's error.
        source: ApiError,
    },
    /// It is completed, and a minute later it still has no outputs.
    #[error("prediction {id} is completed without images")]
    NoPictures {
        /// The prediction's id.
        id: String,
    },
}

impl RunError {
    /// The prediction's id, unless none was told.
    pub fn id(&self) -> Option<&str> {
        match self {
            Self::Submit(_) => None,
            Self::Failed { prediction } => Some(&prediction.id),
            Self::TimedOut { id } | Self::Lost { id, .. } | Self::NoPictures { id } => Some(id),
        }
    }

    /// Whether the same request may be submitted again without any risk of a second bill. What was accepted never may: even
    /// where a refund is expected, it is another bill.
    pub fn is_retryable(&self) -> bool {
        matches!(self, Self::Submit(error) if error.is_retryable())
    }

    /// What may truthfully be said of the money. WaveSpeed bills when it accepts, so whatever has an id was billed; only its
    /// bill ([`crate::Client::billings`]) knows of refunds.
    pub fn was_billed(&self) -> Billed {
        match self {
            Self::Submit(error) => error.was_billed(),
            // What a deleted one cost stays billed.
            Self::Failed { prediction } if prediction.status == PredictionStatus::Deleted => Billed::Yes,
            Self::Failed { .. } => Billed::RefundExpected,
            // Who waits for an id that the vendor does not know may have mistyped it.
            Self::Lost { id, source } if source.status() == Some(404) || !is_id(id) => Billed::Unknown,
            Self::TimedOut { .. } | Self::Lost { .. } | Self::NoPictures { .. } => Billed::Yes,
        }
    }
}

/// WaveSpeed's reason, if it gave one.
fn words(prediction: &Prediction) -> &str {
    prediction.error.as_deref().unwrap_or("no reason given")
}

#[cfg(test)]
mod tests {
    use super::*;
    use serde_json::json;

    fn failed(status: &str) -> RunError {
        let data = json!({"id": "a1", "status": status, "error": "too much snow"});
        RunError::Failed { prediction: Box::new(Prediction::from_data(&data).expect("readable")) }
    }

    fn lost(id: &str, source: ApiError) -> RunError {
        RunError::Lost { id: id.to_owned(), source }
    }

    #[test]
    fn each_error_says_what_is_known_of_the_money() {
        let refused = |status| ApiError::Refused { status, message: "no".to_owned() };
        let unavailable = ApiError::Unavailable { reason: "no".to_owned() };
        let never_sent = SubmitError::NeverSent { reason: "no".to_owned() };
        let maybe = SubmitError::MaybeAccepted { reason: "no".to_owned() };
        let limited = SubmitError::RateLimited { message: "no".to_owned(), retry_after: None };
        let no = SubmitError::Refused { status: 400, message: "no".to_owned() };
        for (error, billed, retryable, id) in [
            (RunError::Submit(no), Billed::No, false, None),
            (RunError::Submit(limited), Billed::No, true, None),
            (RunError::Submit(never_sent), Billed::No, true, None),
            (RunError::Submit(maybe), Billed::Unknown, false, None),
            (failed("failed"), Billed::RefundExpected, false, Some("a1")),
            (failed("timeout"), Billed::RefundExpected, false, Some("a1")),
            (failed("deleted"), Billed::Yes, false, Some("a1")),
            (RunError::TimedOut { id: "a1".to_owned() }, Billed::Yes, false, Some("a1")),
            (RunError::NoPictures { id: "a1".to_owned() }, Billed::Yes, false, Some("a1")),
            (lost("a1", unavailable.clone()), Billed::Yes, false, Some("a1")),
            (lost("a1", refused(401)), Billed::Yes, false, Some("a1")),
            (lost("a1", refused(404)), Billed::Unknown, false, Some("a1")),
            (lost("../a1", unavailable), Billed::Unknown, false, Some("../a1")),
        ] {
            assert_eq!((error.was_billed(), error.is_retryable(), error.id()), (billed, retryable, id), "{error}");
        }
    }

    #[test]
    fn a_failure_is_told_in_the_vendors_words() {
        assert_eq!(failed("failed").to_string(), "prediction a1 failed: too much snow");
    }
}
