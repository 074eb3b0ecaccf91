//! Merging what arrives from three sides (the list, the events, the answer to a click) in any order: the newer revision wins, and
//! what was deleted stays so.

use imagen4_core::{Ratio, Run, RunId, Timestamp};
use leptos::prelude::*;

use super::progress::is_in_progress;

/// When a run was accepted, and its id: its place on the board, which never changes.
pub type Place = (Timestamp, RunId);

/// The place of a run.
pub fn place_of(run: &Run) -> Place {
    (run.created_at, run.id)
}

/// The runs that were loaded, the newest first. Each is a signal of its own, so that a change repaints one card.
#[derive(Clone, Debug, Default)]
pub struct RunCollection {
    runs: Vec<(Place, ArcRwSignal<Run>)>,
    in_progress: Vec<RunId>,
    deleted: Vec<RunId>,
    models: Vec<String>,
    ratios: Vec<Ratio>,
}

/// What a merge did.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Merged {
    /// The run was not there.
    New,
    /// It took the place of this older copy.
    Newer(Box<Run>),
    /// It was not newer than the copy that is there, or it was deleted.
    Stale,
}

impl RunCollection {
    /// Takes a copy of a run.
    pub fn merge(&mut self, run: Run) -> Merged {
        if self.deleted.contains(&run.id) {
            return Merged::Stale;
        }
        let (id, is_in_progress) = (run.id, is_in_progress(run.state));
        let merged = self.put(run);
        if merged != Merged::Stale {
            self.in_progress.retain(|other| *other != id);
            self.in_progress.extend(is_in_progress.then_some(id));
        }
        merged
    }

    fn put(&mut self, run: Run) -> Merged {
        let place = place_of(&run);
        match self.find(place) {
            Ok(at) => {
                let held = &self.runs[at].1;
                if held.with_untracked(|held| held.revision >= run.revision) {
                    return Merged::Stale;
                }
                let before = held.get_untracked();
                held.set(run);
                Merged::Newer(Box::new(before))
            }
            Err(at) => {
                if !self.models.contains(&run.request.model) {
                    self.models.push(run.request.model.clone());
                }
                if let Some(ratio) = run.request.ratio().filter(|ratio| !self.ratios.contains(ratio)) {
                    self.ratios.push(ratio);
                }
                self.runs.insert(at, (place, ArcRwSignal::new(run)));
                Merged::New
            }
        }
    }

    fn find(&self, place: Place) -> Result<usize, usize> {
        self.runs.binary_search_by(|(other, _)| place.cmp(other))
    }

    /// Takes the newest page of the list. What lies between its ends (or below it, when it is `the_last`) and is not on it was
    /// deleted while nobody listened. What was created at the same time as one of its ends may stand on another page: the runs of a
    /// group were. Returns whether runs came or went.
    pub fn reconcile(&mut self, page: Vec<Run>, the_last: bool) -> bool {
        let listed: Vec<_> = page.iter().map(place_of).collect();
        let newest = listed.iter().max().map(|(created_at, _)| *created_at);
        let oldest = listed.iter().min().map(|(created_at, _)| *created_at).filter(|_| !the_last);
        let gone: Vec<_> = (self.places())
            .filter(|(created_at, _)| {
                newest.is_some_and(|newest| *created_at < newest) && oldest.is_none_or(|oldest| *created_at > oldest)
            })
            .filter(|place| !listed.contains(place))
            .map(|(_, id)| id)
            .collect();
        for id in &gone {
            self.delete(*id);
        }
        self.merge_all(page) || !gone.is_empty()
    }

    /// Takes copies of several runs; returns whether any was not there.
    pub fn merge_all(&mut self, runs: Vec<Run>) -> bool {
        let mut any_new = false;
        for run in runs {
            any_new |= self.merge(run) == Merged::New;
        }
        any_new
    }

    /// Removes a run for good; returns whether it was there.
    pub fn delete(&mut self, id: RunId) -> bool {
        self.deleted.push(id);
        let before = self.runs.len();
        self.runs.retain(|((_, other), _)| *other != id);
        self.in_progress.retain(|other| *other != id);
        self.runs.len() < before
    }

    /// The runs and their places, the newest first.
    pub fn iter(&self) -> impl Iterator<Item = (Place, &ArcRwSignal<Run>)> {
        self.runs.iter().map(|(place, run)| (*place, run))
    }

    /// The places of the runs, the newest first.
    pub fn places(&self) -> impl Iterator<Item = Place> {
        self.runs.iter().map(|(place, _)| *place)
    }

    /// The models of the runs that were ever here.
    pub fn models(&self) -> &[String] {
        &self.models
    }

    /// The ratios of these runs.
    pub fn ratios(&self) -> &[Ratio] {
        &self.ratios
    }

    /// The runs that are in progress.
    pub fn in_progress(&self) -> &[RunId] {
        &self.in_progress
    }

    /// The run at a place.
    pub fn at(&self, place: Place) -> Option<&ArcRwSignal<Run>> {
        self.find(place).ok().map(|at| &self.runs[at].1)
    }

    /// The run of that id.
    pub fn get(&self, id: RunId) -> Option<&ArcRwSignal<Run>> {
        self.runs.iter().find(|((_, other), _)| *other == id).map(|(_, run)| run)
    }
}

#[cfg(test)]
mod tests {
    use wasm_bindgen_test::wasm_bindgen_test;

    use super::*;
    use crate::state::runs::samples::run_at;

    fn expect_ids(runs: &RunCollection, expected: &[u128]) {
        let ids: Vec<_> = runs.places().map(|(_, id)| id).collect();
        assert_eq!(ids, expected.iter().copied().map(RunId::from_bits).collect::<Vec<_>>());
    }

    #[wasm_bindgen_test(unsupported = test)]
    fn the_newer_revision_wins_whatever_arrives_first() {
        let mut runs = RunCollection::default();
        assert_eq!(runs.merge(run_at(1, 7)), Merged::New);
        assert_eq!(runs.merge(run_at(1, 6)), Merged::Stale);
        assert_eq!(runs.merge(run_at(1, 7)), Merged::Stale);
        assert_eq!(runs.merge(run_at(1, 9)), Merged::Newer(Box::new(run_at(1, 7))));
        assert_eq!(runs.get(RunId::from_bits(1)).map(|run| run.get_untracked().revision), Some(9));
    }

    #[wasm_bindgen_test(unsupported = test)]
    fn the_newest_run_comes_first() {
        let mut runs = RunCollection::default();
        for id in [2, 5, 1, 4, 3] {
            runs.merge(run_at(id, 1));
        }
        expect_ids(&runs, &[5, 4, 3, 2, 1]);
    }

    #[wasm_bindgen_test(unsupported = test)]
    fn what_was_deleted_does_not_come_back() {
        let mut runs = RunCollection::default();
        runs.merge(run_at(1, 1));
        assert!(runs.delete(RunId::from_bits(1)));
        assert_eq!(runs.merge(run_at(1, 2)), Merged::Stale);
        expect_ids(&runs, &[]);
    }

    #[wasm_bindgen_test(unsupported = test)]
    fn a_run_that_the_list_lacks_is_gone_and_one_that_is_newer_than_the_list_is_not() {
        let mut runs = RunCollection::default();
        for id in 1..=5 {
            runs.merge(run_at(id, 1));
        }
        assert!(runs.reconcile(vec![run_at(4, 2), run_at(2, 1)], false));
        expect_ids(&runs, &[5, 4, 2, 1]);
        assert!(runs.reconcile(vec![run_at(4, 2), run_at(2, 1)], true));
        expect_ids(&runs, &[5, 4, 2]);
    }

    #[wasm_bindgen_test(unsupported = test)]
    fn runs_of_one_group_on_both_sides_of_a_page_stay() {
        let mut runs = RunCollection::default();
        let group = |id| Run { created_at: run_at(3, 1).created_at, ..run_at(id, 1) };
        for run in [group(31), group(32), group(33), run_at(9, 1)] {
            runs.merge(run);
        }
        // The page ends in the middle of the group, whichever of its ids is the larger one.
        runs.reconcile(vec![run_at(9, 1), group(32)], false);
        expect_ids(&runs, &[9, 33, 32, 31]);
    }
}
