//! How far a prediction is.

use std::fmt;

/// WaveSpeed's status; values this build does not know are kept as they are and mean "still going on".
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum PredictionStatus {
    /// Accepted, not begun.
    Created,
    /// The model works on it.
    Processing,
    /// Done: the outputs are there.
    Completed,
    /// Ended without images.
    Failed,
    /// Ended by somebody on WaveSpeed.
    Cancelled,
    /// Ended by WaveSpeed's own time limit.
    Timeout,
    /// Deleted on WaveSpeed.
    Deleted,
    /// Anything newer than this build.
    Other(String),
}

impl PredictionStatus {
    /// Reads WaveSpeed's word.
    pub fn from_wire(word: &str) -> Self {
        match word {
            "created" => Self::Created,
            "processing" => Self::Processing,
            "completed" => Self::Completed,
            "failed" => Self::Failed,
            "cancelled" => Self::Cancelled,
            "timeout" => Self::Timeout,
            "deleted" => Self::Deleted,
            other => Self::Other(super::shorten(other)),
        }
    }

    /// WaveSpeed's word.
    pub fn as_str(&self) -> &str {
        match self {
            Self::Created => "created",
            Self::Processing => "processing",
            Self::Completed => "completed",
            Self::Failed => "failed",
            Self::Cancelled => "cancelled",
            Self::Timeout => "timeout",
            Self::Deleted => "deleted",
            Self::Other(word) => word,
        }
    }

    /// Whether it ended without images.
    pub fn is_failure(&self) -> bool {
        matches!(self, Self::Failed | Self::Cancelled | Self::Timeout | Self::Deleted)
    }
}

impl fmt::Display for PredictionStatus {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.as_str())
    }
}
