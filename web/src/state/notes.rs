//! Notes that are being written. Their text outlives the card: no search, no Escape and no list that scrolls takes it away.

use std::collections::{BTreeMap, BTreeSet};

use imagen4_core::RunId;
use leptos::prelude::*;

/// What is written of notes and not saved yet.
#[derive(Clone, Copy, Debug)]
pub struct NotesStore {
    drafts: RwSignal<BTreeMap<RunId, String>>,
    open: RwSignal<BTreeSet<RunId>>,
}

impl NotesStore {
    /// Nothing is written.
    pub fn new() -> Self {
        Self { drafts: RwSignal::new(BTreeMap::new()), open: RwSignal::new(BTreeSet::new()) }
    }

    /// Whether the editor of a run's note is open.
    pub fn is_open(self, run: RunId) -> bool {
        self.open.with(|open| open.contains(&run))
    }

    /// Whether something is written of a run's note that is not saved.
    pub fn has_draft(self, run: RunId) -> bool {
        self.drafts.with(|drafts| drafts.contains_key(&run))
    }

    /// Opens the editor. What was written before and not saved is still in it.
    pub fn open(self, run: RunId) {
        self.open.maybe_update(|open| open.insert(run));
    }

    /// Closes the editor and keeps what is written.
    pub fn close(self, run: RunId) {
        self.open.maybe_update(|open| open.remove(&run));
    }

    /// What is written, if it is not the note as it was saved.
    pub fn draft(self, run: RunId) -> Option<String> {
        self.drafts.with(|drafts| drafts.get(&run).cloned())
    }

    /// Takes what is written now; `saved` is the note as the server has it.
    pub fn write(self, run: RunId, text: String, saved: &str) {
        self.drafts.update(|drafts| match text == saved {
            true => drop(drafts.remove(&run)),
            false => drop(drafts.insert(run, text)),
        });
    }

    /// `text` was saved: it is a draft no longer, unless more was written meanwhile.
    pub fn saved(self, run: RunId, text: &str) {
        if untrack(|| self.draft(run)).is_none_or(|draft| draft == text) {
            self.forget(run);
        }
    }

    /// Closes the editor and gives back what was written.
    pub fn forget(self, run: RunId) -> Option<String> {
        self.close(run);
        self.drafts.try_update(|drafts| drafts.remove(&run)).flatten()
    }
}

impl Default for NotesStore {
    fn default() -> Self {
        Self::new()
    }
}

#[cfg(test)]
mod tests {
    use wasm_bindgen_test::wasm_bindgen_test;

    use super::*;

    #[wasm_bindgen_test(unsupported = test)]
    fn what_is_written_stays_until_it_is_saved_or_given_up() {
        Owner::new().with(|| {
            let (notes, run) = (NotesStore::new(), RunId::from_bits(7));
            notes.open(run);
            notes.write(run, "half a thought".into(), "");
            notes.close(run);
            assert!(!notes.is_open(run) && notes.has_draft(run));
            notes.open(run);
            assert_eq!(notes.draft(run).as_deref(), Some("half a thought"));
            notes.saved(run, "half a");
            assert!(notes.has_draft(run) && notes.is_open(run), "more was written while that was being saved");
            notes.saved(run, "half a thought");
            assert!(!notes.has_draft(run) && !notes.is_open(run));
            notes.write(run, "x".into(), "");
            notes.write(run, String::new(), "");
            assert!(!notes.has_draft(run), "it is what was saved");
            notes.write(run, "y".into(), "");
            assert_eq!(notes.forget(run).as_deref(), Some("y"));
        });
    }
}
