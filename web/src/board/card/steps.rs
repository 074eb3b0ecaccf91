//! How far a run is that goes on: which step it is at, what that is called, and what is left.

use imagen4_core::{Run, RunState, Timestamp};

use crate::format::duration::rough;

/// The steps, as they are called.
pub const STEPS: [&str; 4] = ["Queued", "Submitting", "Rendering", "Saving"];

/// The step that a run in progress is at.
pub const fn step(state: RunState) -> usize {
    match state {
        RunState::Queued => 0,
        RunState::Submitting => 1,
        RunState::Running => 2,
        _ => 3,
    }
}

/// What the present step is called: by its own name, or in WaveSpeed's word where that says more.
pub fn word(run: &Run) -> String {
    let usual = STEPS[step(run.state)];
    let status = run.prediction.as_ref().filter(|_| run.state == RunState::Running).map(|it| it.status.as_str());
    match status {
        None | Some("" | "created" | "processing" | "completed") => usual.to_owned(),
        Some(status) => capitalized(&status.replace('_', " ")),
    }
}

fn capitalized(text: &str) -> String {
    let mut chars = text.chars();
    chars.next().map(|first| first.to_uppercase().chain(chars).collect()).unwrap_or_default()
}

/// What earlier runs tell of how long this one will take: `about 6 s left`.
pub fn outlook(run: &Run, typical_ms: Option<u64>, now: Timestamp) -> String {
    let began = run.timeline.iter().rev().find(|entry| entry.state == RunState::Submitting).map(|entry| entry.at);
    let (Some(typical), Some(began), RunState::Submitting | RunState::Running) = (typical_ms, began, run.state) else {
        return String::new();
    };
    match now.ms_since(began) {
        // A second before, it may as well be now.
        passed if passed + 1_000 <= typical => format!("about {} left", rough(typical - passed)),
        passed if passed <= typical + typical / 2 => String::new(),
        _ => "longer than usual".to_owned(),
    }
}

#[cfg(test)]
mod tests {
    use imagen4_core::run::TimelineEntry;
    use wasm_bindgen_test::wasm_bindgen_test;

    use super::*;
    use crate::state::runs::samples::run;

    #[wasm_bindgen_test(unsupported = test)]
    fn wavespeeds_own_word_is_shown_where_it_says_more() {
        let words = [RunState::Queued, RunState::Submitting, RunState::Running, RunState::Completed];
        assert_eq!(words.map(|state| word(&run(state))), ["Queued", "Submitting", "Rendering", "Saving"]);
        let mut run = run(RunState::Running);
        for (status, shown) in [("created", "Rendering"), ("", "Rendering"), ("warming_up", "Warming up"), ("éa", "Éa")]
        {
            run.prediction.as_mut().expect("a running run has a prediction").status = status.to_owned();
            assert_eq!(word(&run), shown);
        }
    }

    #[wasm_bindgen_test(unsupported = test)]
    fn what_is_left_is_learned_and_never_below_nothing() {
        let mut run = run(RunState::Running);
        let began = run.created_at + 2_000;
        run.timeline.insert(0, TimelineEntry { state: RunState::Submitting, at: began });
        let after = |ms| outlook(&run, Some(6_000), began + ms);
        assert_eq!([0, 1_500, 5_000].map(after), ["about 6 s left", "about 5 s left", "about 1 s left"]);
        assert_eq!([5_001, 9_000, 9_001].map(after), ["", "", "longer than usual"]);
        assert_eq!(outlook(&run, None, began + 60_000), "", "nothing was learned yet");
        run.state = RunState::Completed;
        assert_eq!(outlook(&run, Some(6_000), began), "");
    }
}
