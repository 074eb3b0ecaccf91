//! What can be done with the selected runs, and why something can't.

use imagen4_core::api::MAX_ARCHIVE_RUNS;
use imagen4_core::{Run, RunId};

use crate::api::archive_url;
use crate::format::count::count;

/// What is known of the selected runs.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub(super) struct SelectionFacts {
    /// How many there are.
    number: usize,
    with_images: Vec<RunId>,
    /// Those that are over.
    pub(super) deletable: Vec<RunId>,
    favorites: Vec<RunId>,
    others: Vec<RunId>,
}

impl SelectionFacts {
    /// Takes one more run.
    pub(super) fn add(&mut self, run: &Run) {
        self.number += 1;
        self.with_images.extend((!run.images.is_empty()).then_some(run.id));
        self.deletable.extend(run.state.is_terminal().then_some(run.id));
        if run.favorite { &mut self.favorites } else { &mut self.others }.push(run.id);
    }

    /// Where the images are downloaded.
    ///
    /// # Errors
    /// Why they can't be.
    pub(super) fn archive(&self) -> Result<String, String> {
        match self.with_images.len() {
            0 => Err("None of them has images to download.".to_owned()),
            1..=MAX_ARCHIVE_RUNS => Ok(archive_url(self.with_images.iter().copied())),
            number => Err(format!("A ZIP file holds at most {MAX_ARCHIVE_RUNS} runs; {number} have images.")),
        }
    }

    /// Whether all are favorites: then the button makes them no more.
    pub(super) fn are_favorites(&self) -> bool {
        self.number > 0 && self.others.is_empty()
    }

    /// The runs that the favorite button changes, and whether they become favorites.
    pub(super) fn favorite_changes(&self) -> (&[RunId], bool) {
        if self.are_favorites() { (&self.favorites, false) } else { (&self.others, true) }
    }

    /// What can't be done with some of them.
    pub(super) fn notes(&self) -> String {
        let unfinished = match self.number - self.deletable.len() {
            0 => String::new(),
            1 => "1 run isn't finished and can't be deleted yet.".to_owned(),
            number => format!("{} aren't finished and can't be deleted yet.", count(number as u64, "run")),
        };
        let notes = [self.archive().err().unwrap_or_default(), unfinished];
        notes.into_iter().filter(|note| !note.is_empty()).collect::<Vec<_>>().join(" ")
    }
}

/// What is said of selected runs that were deleted by somebody else.
pub(super) fn deleted_elsewhere(number: usize) -> String {
    match number {
        1 => "1 selected run was deleted elsewhere".to_owned(),
        number => format!("{} were deleted elsewhere", count(number as u64, "selected run")),
    }
}

/// What is said of favorites that could not be changed.
pub(super) fn not_changed(failed: usize, of: usize, reason: &str) -> String {
    format!("{failed} of {} could not be changed. {reason}", count(of as u64, "run"))
}

#[cfg(test)]
mod tests {
    use imagen4_core::RunState;
    use wasm_bindgen_test::wasm_bindgen_test;

    use super::*;
    use crate::state::runs::samples;

    fn facts(runs: impl IntoIterator<Item = Run>) -> SelectionFacts {
        let mut facts = SelectionFacts::default();
        runs.into_iter().for_each(|run| facts.add(&run));
        facts
    }

    fn run(id: u128, state: RunState) -> Run {
        Run { id: RunId::from_bits(id), ..samples::run(state) }
    }

    #[wasm_bindgen_test(unsupported = test)]
    fn only_what_is_over_can_be_deleted_and_only_what_has_images_is_downloaded() {
        let facts = facts([run(1, RunState::Archived), run(2, RunState::Running), run(3, RunState::Failed)]);
        assert_eq!(facts.deletable, [1, 3].map(RunId::from_bits));
        let url = facts.archive().expect("one has images");
        assert_eq!(url, format!("api/archive?run={}", RunId::from_bits(1)));
        assert_eq!(facts.notes(), "1 run isn't finished and can't be deleted yet.");
    }

    #[wasm_bindgen_test(unsupported = test)]
    fn what_cannot_be_done_is_said() {
        let none = facts([run(1, RunState::Queued), run(2, RunState::Unknown)]);
        let said = "None of them has images to download. 2 runs aren't finished and can't be deleted yet.";
        assert_eq!(none.notes(), said);
        let many = |number: usize| facts((0..number).map(|id| run(id as u128, RunState::Archived)));
        assert!(many(MAX_ARCHIVE_RUNS).archive().is_ok());
        let said = "A ZIP file holds at most 500 runs; 501 have images.";
        assert_eq!(many(MAX_ARCHIVE_RUNS + 1).archive(), Err(said.to_owned()));
    }

    #[wasm_bindgen_test(unsupported = test)]
    fn all_become_favorites_unless_all_are() {
        let favorite = |id, favorite| Run { favorite, ..run(id, RunState::Archived) };
        let some = facts([favorite(1, true), favorite(2, false), favorite(3, false)]);
        assert_eq!(some.favorite_changes(), (&[2, 3].map(RunId::from_bits)[..], true));
        let all = facts([favorite(1, true), favorite(2, true)]);
        assert_eq!(all.favorite_changes(), (&[1, 2].map(RunId::from_bits)[..], false));
        assert!(!facts([]).are_favorites());
    }

    #[wasm_bindgen_test(unsupported = test)]
    fn what_happened_to_them_is_said_in_words() {
        assert_eq!(deleted_elsewhere(1), "1 selected run was deleted elsewhere");
        assert_eq!(deleted_elsewhere(2), "2 selected runs were deleted elsewhere");
        assert_eq!(not_changed(1, 3, "Why."), "1 of 3 runs could not be changed. Why.");
    }
}
