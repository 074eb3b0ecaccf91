//! The account's limits, as far as a person waits for them.

use imagen4_core::api::Limits;
use imagen4_core::{RunState, Timestamp};

use crate::spans;

/// Whether runs ever wait for a slot.
pub const fn are_scarce(limits: &Limits) -> bool {
    limits.images_per_minute.is_some() || limits.max_concurrent.is_some()
}

/// Whether the next slot may open earlier or later than it was said, now that a run has come from one state to another.
pub fn move_with(before: Option<RunState>, after: RunState) -> bool {
    // With `running` nothing is taken that was not taken with `submitting`.
    before != Some(after) && after != RunState::Running
}

/// `next slot in 34 s`, while that lies ahead.
pub fn words(next_slot_at: Option<Timestamp>, now: Timestamp) -> Option<String> {
    let at = next_slot_at.filter(|at| *at > now)?;
    Some(format!("next slot in {}", spans::rough(at.ms_since(now))))
}

#[cfg(test)]
mod tests {
    use wasm_bindgen_test::wasm_bindgen_test;

    use super::*;

    #[wasm_bindgen_test(unsupported = test)]
    fn a_slot_is_counted_down_to_and_no_further() {
        let at = Timestamp::from_ms;
        assert_eq!(words(Some(at(40_000)), at(6_001)).as_deref(), Some("next slot in 34 s"));
        assert_eq!(words(Some(at(40_000)), at(39_999)).as_deref(), Some("next slot in 1 s"));
        assert_eq!(words(Some(at(40_000)), at(40_000)), None);
        assert_eq!(words(None, at(0)), None);
    }

    #[wasm_bindgen_test(unsupported = test)]
    fn slots_move_when_a_run_takes_one_or_gives_one_back() {
        assert!(move_with(None, RunState::Queued));
        assert!(move_with(Some(RunState::Queued), RunState::Submitting));
        assert!(!move_with(Some(RunState::Submitting), RunState::Running));
        assert!(move_with(Some(RunState::Running), RunState::Completed));
        assert!(!move_with(Some(RunState::Completed), RunState::Completed), "a picture was kept");
    }
}
