//! What can go wrong, sorted by what it says of the money.

use std::time::Duration;

use imagen4_core::Billed;

/// A submission that brought no prediction id.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum SubmitError {
    /// WaveSpeed said no in its own words: nothing was accepted, nothing is billed.
    #[error("refused with status {status}: {message}")]
    Refused {
        /// HTTP status, 4xx.
        status: u16,
        /// WaveSpeed's words.
        message: String,
    },
    /// Too many at a time or a minute: nothing was accepted, later it may be.
    #[error("rate limited: {message}")]
    RateLimited {
        /// WaveSpeed's words.
        message: String,
        /// How long it asks to wait, if it says so.
        retry_after: Option<Duration>,
    },
    /// No connection came about, or the model's id can be none, so no byte of it left.
    #[error("never sent: {reason}")]
    NeverSent {
        /// What failed.
        reason: String,
    },
    /// Bytes left and no readable answer came back: it may be accepted and billed. Never send it again blindly.
    #[error("maybe accepted: {reason}")]
    MaybeAccepted {
        /// What came instead of an answer.
        reason: String,
    },
}

impl SubmitError {
    /// Whether the same request may be sent again without any risk of a second bill.
    pub fn is_retryable(&self) -> bool {
        matches!(self, Self::RateLimited { .. } | Self::NeverSent { .. })
    }

    /// What may truthfully be said of the money: [`Billed::No`] or [`Billed::Unknown`].
    pub fn was_billed(&self) -> Billed {
        match self {
            Self::Refused { .. } | Self::RateLimited { .. } | Self::NeverSent { .. } => Billed::No,
            Self::MaybeAccepted { .. } => Billed::Unknown,
        }
    }
}

/// A call that only reads, or deletes, and did not succeed; it may always be repeated.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum ApiError {
    /// WaveSpeed said no.
    #[error("refused with status {status}: {message}")]
    Refused {
        /// HTTP status, or the envelope's code.
        status: u16,
        /// WaveSpeed's words.
        message: String,
    },
    /// Too many requests.
    #[error("rate limited: {message}")]
    RateLimited {
        /// WaveSpeed's words.
        message: String,
        /// How long it asks to wait, if it says so.
        retry_after: Option<Duration>,
    },
    /// No answer, or a gateway's error instead of one.
    #[error("unavailable: {reason}")]
    Unavailable {
        /// What failed.
        reason: String,
    },
    /// An answer that is not what the contract promises.
    #[error("{0}")]
    Unreadable(#[from] imagen4_core::prediction::Unreadable),
    /// An answer that is longer than any that the contract promises; the rest of it was not read.
    #[error("the answer has more than {limit} bytes")]
    TooLong {
        /// How long it may be, in bytes.
        limit: usize,
    },
}

impl ApiError {
    /// Whether waiting may help: rate limits, gateways, broken connections, answers that are unreadable or too long, and a
    /// 5xx inside an envelope.
    pub fn is_retryable(&self) -> bool {
        match self {
            Self::Refused { status, .. } => (500..=599).contains(status),
            Self::RateLimited { .. } | Self::Unavailable { .. } | Self::Unreadable(_) | Self::TooLong { .. } => true,
        }
    }

    /// How long WaveSpeed asks to wait, if it says so.
    pub fn retry_after(&self) -> Option<Duration> {
        match self {
            Self::RateLimited { retry_after, .. } => *retry_after,
            _ => None,
        }
    }

    /// The status with which WaveSpeed itself said no; `None` where it was not heard.
    pub fn status(&self) -> Option<u16> {
        match self {
            Self::Refused { status, .. } => Some(*status),
            Self::RateLimited { .. } => Some(429),
            Self::Unavailable { .. } | Self::Unreadable(_) | Self::TooLong { .. } => None,
        }
    }
}

/// Says what failed without the address, which may carry a token.
pub(crate) fn reason(error: reqwest::Error) -> String {
    let kind = match &error {
        error if error.is_timeout() => "timed out",
        error if error.is_connect() => "could not connect",
        error if error.is_body() || error.is_decode() => "the answer broke off",
        _ => "the connection failed",
    };
    let error = error.without_url();
    let mut cause: &dyn std::error::Error = &error;
    while let Some(deeper) = cause.source() {
        cause = deeper;
    }
    format!("{kind} ({cause})")
}
