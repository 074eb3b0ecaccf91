//! What went wrong, as RFC 9457 problem details: in an HTTP answer, or beside a run.

use std::collections::BTreeMap;

use serde::{Deserialize, Serialize};

use crate::api::BudgetState;
use crate::{Billed, FieldErrors, MicroUsd};

/// The machine's word for a problem. It decides the HTTP status, the title and whether trying again can help.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
#[serde(rename_all = "snake_case")]
pub enum ProblemCode {
    /// The body is not JSON.
    MalformedJson,
    /// The body is not declared as `application/json`.
    UnsupportedMediaType,
    /// The body is longer than 2.5 MiB.
    BodyTooLarge,
    /// One or more fields are refused; `fields` names each.
    InvalidRequest,
    /// No usable `Idempotency-Key` header.
    IdempotencyKeyRequired,
    /// The key was used before, with another body.
    IdempotencyKeyReused,
    /// The run of this key was deleted meanwhile.
    RunDeleted,
    /// What is asked for cannot be done in the run's present state.
    WrongState,
    /// The day's budget does not allow it.
    OverBudget,
    /// WaveSpeed does not say what this costs now: nothing is reserved without a price.
    PriceUnknown,
    /// It costs more now than was agreed to; `price_microusd` has the new price.
    PriceChanged,
    /// The request came under a host name that is not ours.
    ForeignHost,
    /// The request came from another site's page.
    ForeignOrigin,
    /// There is no such thing.
    NotFound,
    /// The path knows other methods.
    MethodNotAllowed,
    /// The store could not be written or read.
    StorageFailed,
    /// A defect of ours.
    Internal,
    /// WaveSpeed does not accept our key, or not for this.
    KeyRefused,
    /// WaveSpeed's account has too little credit.
    InsufficientCredits,
    /// WaveSpeed does not serve this model any longer.
    ModelRetired,
    /// WaveSpeed refused for another reason.
    Refused,
    /// WaveSpeed could not be reached; nothing was sent, and it is tried again.
    VendorUnreachable,
    /// WaveSpeed's account allows no more at the moment; it is tried again.
    RateLimited,
    /// The answer was lost after the request had left.
    AnswerLost,
    /// It is neither in WaveSpeed's list nor in its billing: it never arrived.
    NeverArrived,
    /// The person stopped tracking it while its answer was not known.
    GivenUp,
    /// Canceled because the data directory is a restored backup.
    Restored,
    /// Images are ready on WaveSpeed and cannot be fetched yet; it is tried again.
    PicturesDelayed,
    /// Blocked by content policy: the same prompt will be blocked again.
    ContentRefused,
    /// WaveSpeed ended it without images.
    GenerationFailed,
    /// WaveSpeed reports completed and delivers nothing.
    NoPictures,
    /// WaveSpeed deleted the images before all of them were kept.
    PicturesExpired,
    /// A code newer than this build.
    #[serde(other)]
    Other,
}

impl ProblemCode {
    /// The HTTP status that goes with it; for problems of a run, the one its cause would have had.
    pub const fn status(self) -> u16 {
        match self {
            Self::MalformedJson | Self::IdempotencyKeyRequired => 400,
            Self::KeyRefused => 401,
            Self::OverBudget | Self::InsufficientCredits => 402,
            Self::ForeignHost | Self::ForeignOrigin => 403,
            Self::NotFound => 404,
            Self::MethodNotAllowed => 405,
            Self::WrongState | Self::PriceChanged | Self::GivenUp | Self::Restored => 409,
            Self::ModelRetired | Self::PicturesExpired | Self::RunDeleted => 410,
            Self::BodyTooLarge => 413,
            Self::UnsupportedMediaType => 415,
            Self::InvalidRequest | Self::IdempotencyKeyReused | Self::Refused | Self::ContentRefused => 422,
            Self::RateLimited => 429,
            Self::Internal | Self::Other => 500,
            Self::StorageFailed | Self::VendorUnreachable | Self::PriceUnknown => 503,
            Self::AnswerLost
            | Self::NeverArrived
            | Self::PicturesDelayed
            | Self::GenerationFailed
            | Self::NoPictures => 502,
        }
    }

    /// A short title in plain words, the same for every occurrence.
    pub const fn title(self) -> &'static str {
        match self {
            Self::MalformedJson => "The body is not valid JSON",
            Self::UnsupportedMediaType => "Content-Type must be application/json",
            Self::BodyTooLarge => "The body is larger than 2.5 MiB",
            Self::InvalidRequest => "Some fields are invalid",
            Self::IdempotencyKeyRequired => "Idempotency-Key header required",
            Self::IdempotencyKeyReused => "Idempotency-Key already used for another request",
            Self::RunDeleted => "This run was deleted",
            Self::WrongState => "Not possible in this state",
            Self::OverBudget => "Daily budget exceeded",
            Self::PriceUnknown => "Price not available right now",
            Self::PriceChanged => "The price has changed",
            Self::ForeignHost => "Host name not allowed",
            Self::ForeignOrigin => "Requests from other sites are not allowed",
            Self::NotFound => "Not found",
            Self::MethodNotAllowed => "Method not allowed",
            Self::StorageFailed => "Storage is not available",
            Self::Internal => "Internal error",
            Self::KeyRefused => "WaveSpeed rejected the API key",
            Self::InsufficientCredits => "WaveSpeed balance too low",
            Self::ModelRetired => "Model no longer available on WaveSpeed",
            Self::Refused => "WaveSpeed rejected the request",
            Self::VendorUnreachable => "Can't reach WaveSpeed",
            Self::RateLimited => "WaveSpeed rate limit reached",
            Self::AnswerLost => "Billing status unknown",
            Self::NeverArrived => "Never reached WaveSpeed",
            Self::GivenUp => "Tracking stopped",
            Self::Restored => "Canceled after a restore",
            Self::PicturesDelayed => "Images can't be downloaded yet",
            Self::ContentRefused => "Blocked by content policy",
            Self::GenerationFailed => "Generation failed",
            Self::NoPictures => "Images not delivered",
            Self::PicturesExpired => "Some images are no longer available",
            Self::Other => "Something went wrong",
        }
    }

    /// Whether the same request may succeed later, without another change.
    pub const fn retryable(self) -> bool {
        matches!(
            self,
            Self::StorageFailed
                | Self::PriceUnknown
                | Self::Internal
                | Self::VendorUnreachable
                | Self::RateLimited
                | Self::NeverArrived
                | Self::Restored
                | Self::GenerationFailed
                | Self::NoPictures
        )
    }
}

/// Problem details, `application/problem+json`.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct Problem {
    /// The machine's word.
    pub code: ProblemCode,
    /// The same for every occurrence of the code.
    pub title: String,
    /// The HTTP status.
    pub status: u16,
    /// What happened this time and what to do.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub detail: Option<String>,
    /// Whether the same request may succeed later.
    pub retryable: bool,
    /// Whether money is involved.
    pub billed: Billed,
    /// Field → what is wrong with it.
    #[serde(default, skip_serializing_if = "BTreeMap::is_empty")]
    pub fields: BTreeMap<String, String>,
    /// Where the budget stands, when that is the reason.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub budget: Option<BudgetState>,
    /// What it costs now, when that is the reason.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub price_microusd: Option<MicroUsd>,
    /// Of a model that is gone, the offered ones that are closest to it.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub closest: Vec<String>,
    /// Predictions on WaveSpeed of which one could be the run's, by WaveSpeed's ids: the person is asked.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub candidates: Vec<String>,
    /// Finds a server error in the server's log.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub request_id: Option<String>,
}

impl Problem {
    /// A problem of that code; nothing was billed.
    pub fn new(code: ProblemCode) -> Self {
        Self {
            code,
            title: code.title().to_owned(),
            status: code.status(),
            detail: None,
            retryable: code.retryable(),
            billed: Billed::No,
            fields: BTreeMap::new(),
            budget: None,
            price_microusd: None,
            closest: Vec::new(),
            candidates: Vec::new(),
            request_id: None,
        }
    }

    /// The same with what happened this time.
    pub fn detail(mut self, detail: impl Into<String>) -> Self {
        self.detail = Some(detail.into());
        self
    }

    /// The same with another word on the money.
    pub fn billed(mut self, billed: Billed) -> Self {
        self.billed = billed;
        self
    }
}

impl From<FieldErrors> for Problem {
    fn from(errors: FieldErrors) -> Self {
        let detail = errors.to_string();
        Self { fields: errors.into_map(), ..Self::new(ProblemCode::InvalidRequest).detail(detail) }
    }
}

#[cfg(test)]
mod tests;
