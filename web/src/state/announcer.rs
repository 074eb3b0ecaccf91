//! What the live region says to whoever cannot see the page: a run's transitions, never its progress.

use imagen4_core::{Run, RunState};

use crate::format::count::count;

/// The transition from `before` to `after` in a few words, if there is one worth saying.
pub fn transition(before: &Run, after: &Run) -> Option<String> {
    let status = |run: &Run| run.prediction.as_ref().map(|prediction| prediction.status.clone());
    if (before.state, status(before)) == (after.state, status(after)) {
        return None;
    }
    match after.state {
        RunState::Queued | RunState::Completed => None,
        RunState::Running => status(after),
        _ => Some(outcome(after)),
    }
}

/// Where a run has come to.
pub fn outcome(run: &Run) -> String {
    match run.state {
        RunState::Submitting => "Submitting".to_owned(),
        RunState::Archived => format!("{} ready", count(run.images.len() as u64, "image")),
        RunState::Withdrawn => "Canceled".to_owned(),
        _ => run.problem.as_ref().map_or("Failed", |problem| &problem.title).to_owned(),
    }
}

#[cfg(test)]
mod tests {
    use wasm_bindgen_test::wasm_bindgen_test;

    use super::*;
    use crate::state::runs::samples::run;

    #[wasm_bindgen_test(unsupported = test)]
    fn transitions_are_said_and_nothing_else() {
        let [queued, running, archived] = [RunState::Queued, RunState::Running, RunState::Archived].map(run);
        assert_eq!(transition(&queued, &running).as_deref(), Some("processing"));
        assert_eq!(transition(&running, &archived).as_deref(), Some("2 images ready"));
        assert_eq!(transition(&archived, &Run { favorite: true, ..archived.clone() }), None);
    }
}
