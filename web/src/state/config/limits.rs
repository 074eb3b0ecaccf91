//! The account's limits, as far as a person waits for them.

use imagen4_core::api::{HoldReason, Limits, QueueHold};
use imagen4_core::{RunState, Timestamp};

use crate::format::{count, duration};

/// Whether runs ever wait for a slot.
pub const fn are_scarce(limits: &Limits) -> bool {
    limits.images_per_minute.is_some() || limits.max_concurrent.is_some()
}

/// Whether the next slot may open earlier or later than it was said, now that a run has come from one state to another.
pub fn change_with(before: Option<RunState>, after: RunState) -> bool {
    // With `running` nothing is taken that was not taken with `submitting`.
    before != Some(after) && after != RunState::Running
}

/// `Next request in 34 s`, while that lies ahead.
pub fn next_request(next_slot_at: Option<Timestamp>, now: Timestamp) -> Option<String> {
    let at = next_slot_at.filter(|at| *at > now)?;
    Some(format!("Next request in {}", duration::rough(at.ms_since(now))))
}

/// What the queue waits for, and until when.
pub fn hold_reason(hold: &QueueHold, limits: &Limits, now: Timestamp) -> String {
    let count = |number: u32, one: &str| count::count(u64::from(number), one);
    let most = limits.max_concurrent.unwrap_or(hold.in_flight);
    let left = hold.until.filter(|at| *at > now).map(|at| duration::rough(at.ms_since(now)));
    let (why, until) = match hold.reason {
        HoldReason::Paused => ("WaveSpeed asked to slow down".to_owned(), "goes on in"),
        HoldReason::ImagesPerMinute => {
            let allowed = limits.images_per_minute.map(|most| count(most, "image")).unwrap_or_default();
            (format!("limit of {allowed} per minute"), "next request in")
        }
        HoldReason::MaxConcurrent => (format!("{} of {most} runs in progress", hold.in_flight), "at most"),
        HoldReason::SlowedDown => {
            (format!("WaveSpeed asked to slow down: {} at a time", count(most, "run")), "for at most")
        }
    };
    left.map_or_else(|| why.clone(), |left| format!("{why} · {until} {left}"))
}

#[cfg(test)]
mod tests {
    use wasm_bindgen_test::wasm_bindgen_test;

    use super::*;

    #[wasm_bindgen_test(unsupported = test)]
    fn a_slot_is_counted_down_to_and_no_further() {
        let at = Timestamp::from_ms;
        assert_eq!(next_request(Some(at(40_000)), at(6_001)).as_deref(), Some("Next request in 34 s"));
        assert_eq!(next_request(Some(at(40_000)), at(39_999)).as_deref(), Some("Next request in 1 s"));
        assert_eq!(next_request(Some(at(40_000)), at(40_000)), None);
        assert_eq!(next_request(None, at(0)), None);
    }

    #[wasm_bindgen_test(unsupported = test)]
    fn a_queue_never_waits_without_a_reason() {
        let limits =
            Limits { images_per_minute: Some(10), max_concurrent: Some(1), next_slot_at: None, queue_hold: None };
        let said = |reason, until: Option<i64>| {
            let hold = QueueHold { reason, until: until.map(Timestamp::from_ms), in_flight: 1 };
            hold_reason(&hold, &limits, Timestamp::from_ms(1_000))
        };
        assert_eq!(said(HoldReason::Paused, Some(35_000)), "WaveSpeed asked to slow down · goes on in 34 s");
        assert_eq!(
            said(HoldReason::ImagesPerMinute, Some(35_000)),
            "limit of 10 images per minute · next request in 34 s"
        );
        assert_eq!(said(HoldReason::MaxConcurrent, None), "1 of 1 runs in progress");
        assert_eq!(said(HoldReason::MaxConcurrent, Some(121_000)), "1 of 1 runs in progress · at most 2 min");
        let slow = "WaveSpeed asked to slow down: 1 run at a time";
        assert_eq!(said(HoldReason::SlowedDown, Some(601_000)), format!("{slow} · for at most 10 min"));
        assert_eq!(said(HoldReason::SlowedDown, Some(999)), slow, "a time that has passed is not told");
        for reason in HoldReason::ALL {
            assert!(!said(reason, None).is_empty());
        }
    }

    #[wasm_bindgen_test(unsupported = test)]
    fn slots_move_when_a_run_takes_one_or_gives_one_back() {
        assert!(change_with(None, RunState::Queued));
        assert!(change_with(Some(RunState::Queued), RunState::Submitting));
        assert!(!change_with(Some(RunState::Submitting), RunState::Running));
        assert!(change_with(Some(RunState::Running), RunState::Completed));
        assert!(!change_with(Some(RunState::Completed), RunState::Completed), "a picture was kept");
    }
}
