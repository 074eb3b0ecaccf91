//! Why a queued run is not sent yet, and until when: it never waits without a reason that the person can read.

use imagen4_core::api::{Limits, QueueHold};
use imagen4_core::{Run, Timestamp};

use crate::format::duration::rough;
use crate::state::Stores;
use crate::state::config::limits::hold_reason;

/// A queued run is sent at once where there is room: before this it does not wait for any, in milliseconds.
const AT_ONCE_MS: u64 = 1_000;

/// What a queued run waits for, as it is now.
pub fn waits_for(stores: Stores, run: &Run) -> String {
    let hold = stores.config.queue_hold();
    let hold = hold.as_ref().map(|(hold, limits)| (hold, limits));
    waiting(run, stores.clock.now(), hold, || stores.runs.queue_position(run))
}

fn waiting(run: &Run, now: Timestamp, hold: Option<(&QueueHold, &Limits)>, position: impl FnOnce() -> usize) -> String {
    let problem = run.problem.as_ref().map(|problem| problem.title.as_str());
    let why = if let Some(at) = run.not_before.filter(|at| *at > now) {
        format!("Next attempt in {}", rough(at.ms_since(now)))
    } else if run.is_sample() || now.ms_since(run.created_at) < AT_ONCE_MS {
        "Waiting for its turn".to_owned()
    } else {
        let mut words = match position() {
            1 => "Next in the queue".to_owned(),
            position => format!("Number {position} in the queue"),
        };
        if let Some((hold, limits)) = hold {
            words += &format!(" · {}", hold_reason(hold, limits, now));
        }
        words
    };
    problem.map_or_else(|| why.clone(), |problem| format!("{problem} · {why}"))
}

#[cfg(test)]
mod tests {
    use imagen4_core::api::HoldReason;
    use imagen4_core::{Problem, ProblemCode, RunState};
    use wasm_bindgen_test::wasm_bindgen_test;

    use super::*;
    use crate::state::runs::samples::run;

    #[wasm_bindgen_test(unsupported = test)]
    fn a_queued_run_says_what_it_waits_for_and_until_when() {
        let mut run = run(RunState::Queued);
        let limits = Limits { images_per_minute: Some(10), max_concurrent: None, next_slot_at: None, queue_hold: None };
        let now = run.created_at + 5_000;
        let hold = QueueHold { reason: HoldReason::ImagesPerMinute, until: Some(now + 53_000), in_flight: 0 };
        let hold = Some((&hold, &limits));
        assert_eq!(waiting(&run, run.created_at + 999, hold, || 1), "Waiting for its turn");
        assert_eq!(waiting(&run, now, None, || 1), "Next in the queue");
        assert_eq!(
            waiting(&run, now, hold, || 3),
            "Number 3 in the queue · limit of 10 images per minute · next request in 53 s"
        );
        run.not_before = Some(now + 30_000);
        run.problem = Some(Problem { title: "Rate limit reached".into(), ..Problem::new(ProblemCode::RateLimited) });
        assert_eq!(waiting(&run, now, hold, || 1), "Rate limit reached · Next attempt in 30 s");
        assert_eq!(waiting(&run, now + 30_000, None, || 1), "Rate limit reached · Next in the queue");
    }
}
