//! How far a run is.

use imagen4_core::RunState;

/// Whether something is expected to happen soon: time is worth showing.
pub const fn is_in_progress(state: RunState) -> bool {
    matches!(state, RunState::Queued | RunState::Submitting | RunState::Running | RunState::Completed)
}
