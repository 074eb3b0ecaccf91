//! What the live region says of a run: its transitions, never its progress.

use imagen4_core::{Run, RunState};

/// The transition from `before` to `after` in a few words, if there is one worth saying.
pub fn transition(before: &Run, after: &Run) -> Option<String> {
    let word = |run: &Run| run.prediction.as_ref().map(|prediction| prediction.status.clone());
    if (before.state, word(before)) == (after.state, word(after)) {
        return None;
    }
    match after.state {
        RunState::Queued | RunState::Completed => None,
        RunState::Running => word(after),
        _ => Some(state(after)),
    }
}

/// Where a run has come to.
pub fn state(run: &Run) -> String {
    match run.state {
        RunState::Submitting => "Submitting".to_owned(),
        RunState::Archived => ready(run.images.len()),
        RunState::Withdrawn => "Withdrawn".to_owned(),
        _ => run.problem.as_ref().map_or("Something went wrong", |problem| &problem.title).to_owned(),
    }
}

fn ready(pictures: usize) -> String {
    match pictures {
        1 => "1 picture ready".to_owned(),
        n => format!("{n} pictures ready"),
    }
}

#[cfg(test)]
mod tests {
    use wasm_bindgen_test::wasm_bindgen_test;

    use super::*;
    use crate::board::card::tests::run;

    #[wasm_bindgen_test(unsupported = test)]
    fn transitions_are_said_and_nothing_else() {
        let [queued, running, archived] = [RunState::Queued, RunState::Running, RunState::Archived].map(run);
        assert_eq!(transition(&queued, &running).as_deref(), Some("processing"));
        assert_eq!(transition(&running, &archived).as_deref(), Some("2 pictures ready"));
        assert_eq!(transition(&archived, &Run { favorite: true, ..archived.clone() }), None);
    }
}
