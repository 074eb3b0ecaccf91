//! What may truthfully be said of a run's money.

use serde::{Deserialize, Serialize};

use super::RunState;

/// Whether WaveSpeed charged for it.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
#[serde(rename_all = "snake_case")]
pub enum Billed {
    /// It did not.
    No,
    /// It may have.
    Unknown,
    /// It did.
    Yes,
    /// It did, and owes it back.
    RefundExpected,
    /// It did, and gave it back.
    Refunded,
}

impl Billed {
    /// What a state says of the money, given whether WaveSpeed's bill shows a refund.
    pub const fn of(state: RunState, refunded: bool) -> Self {
        match state {
            RunState::Queued | RunState::Rejected | RunState::Withdrawn => Self::No,
            RunState::Submitting | RunState::Unknown => Self::Unknown,
            RunState::Running | RunState::Completed | RunState::Archived | RunState::Expired => Self::Yes,
            RunState::Failed if refunded => Self::Refunded,
            RunState::Failed => Self::RefundExpected,
        }
    }
}
