//! The runs that are selected, to do something with all of them.

use std::collections::BTreeSet;

use imagen4_core::RunId;
use leptos::prelude::*;

use crate::state::press::LongPress;

/// The selected runs.
#[derive(Clone, Copy, Debug)]
pub struct Selection {
    /// They.
    pub runs: RwSignal<BTreeSet<RunId>>,
    /// Where a range begins that Shift ends.
    anchor: RwSignal<Option<RunId>>,
    /// A finger that rests on a run.
    pub press: LongPress,
}

impl Selection {
    /// None is.
    pub fn new() -> Self {
        Self { runs: RwSignal::new(BTreeSet::new()), anchor: RwSignal::new(None), press: LongPress::new() }
    }

    /// Whether a run is selected.
    pub fn contains(self, run: RunId) -> bool {
        self.runs.with(|runs| runs.contains(&run))
    }

    /// Whether any is.
    pub fn is_active(self) -> bool {
        !self.runs.with(BTreeSet::is_empty)
    }

    /// Selects a run, or no more.
    pub fn toggle(self, run: RunId) {
        self.runs.update(|runs| {
            if !runs.remove(&run) {
                runs.insert(run);
            }
        });
        self.anchor.set(Some(run));
    }

    /// Selects every run from the one that was selected last to this one, in the order of the board.
    pub fn extend_to(self, run: RunId, order: &[RunId]) {
        let place = |id: RunId| order.iter().position(|other| *other == id);
        let from = self.anchor.get_untracked().and_then(place);
        match (from, place(run)) {
            (Some(from), Some(to)) => {
                let range = from.min(to)..=from.max(to);
                self.runs.update(|runs| runs.extend(&order[range]));
            }
            _ => self.toggle(run),
        }
    }

    /// Selects these runs and no others.
    pub fn set(self, runs: impl IntoIterator<Item = RunId>) {
        let runs: BTreeSet<_> = runs.into_iter().collect();
        if self.runs.with_untracked(|now| *now != runs) {
            self.runs.set(runs);
        }
    }

    /// Selects none.
    pub fn clear(self) {
        if self.runs.with_untracked(|runs| !runs.is_empty()) {
            self.runs.update(BTreeSet::clear);
        }
        self.anchor.set(None);
    }

    /// Forgets runs that are not there any more.
    pub fn retain(self, is_there: impl Fn(RunId) -> bool) {
        self.runs.maybe_update(|runs| {
            let before = runs.len();
            runs.retain(|run| is_there(*run));
            runs.len() < before
        });
    }
}

impl Default for Selection {
    fn default() -> Self {
        Self::new()
    }
}

#[cfg(test)]
mod tests {
    use wasm_bindgen_test::wasm_bindgen_test;

    use super::*;

    #[wasm_bindgen_test(unsupported = test)]
    fn shift_selects_everything_from_the_last_one_and_what_is_gone_is_forgotten() {
        Owner::new().with(|| {
            let id = RunId::from_bits;
            let order: Vec<_> = [5, 4, 3, 2, 1].map(id).to_vec();
            let selection = Selection::new();
            let selected = || selection.runs.get_untracked().into_iter().collect::<Vec<_>>();
            selection.extend_to(id(4), &order);
            assert_eq!(selected(), [id(4)], "without a beginning it is one");
            selection.extend_to(id(2), &order);
            assert_eq!(selected(), [2, 3, 4].map(id));
            selection.toggle(id(3));
            selection.extend_to(id(9), &order);
            assert_eq!(selected(), [2, 4, 9].map(id));
            selection.retain(|run| run != id(9));
            assert_eq!(selected(), [2, 4].map(id));
            selection.clear();
            assert!(!selection.is_active());
        });
    }
}
