//! The composer: what will be painted, what it costs, and sending it once.
//!
//! # Layout
//! - [`draft`]: what the form says, as a plain value
//! - [`reasons`]: why it cannot be sent now
//! - [`armed`]: the key that makes a second press the same run
//! - [`form`]: the shell's form, adopted
//! - [`send`]: the press and its answer
//! - [`footer`]: what stands under the button: reasons, failures
//! - [`money`]: whose money it is, and what the vendor's account says to that
//! - [`examples`]: prompts of our own

pub mod armed;
pub mod draft;
pub mod examples;
pub mod footer;
pub mod form;
pub mod money;
pub mod reasons;
pub mod send;

use imagen4_core::Run;
use leptos::prelude::*;

use self::armed::{Armed, Press};
use self::draft::Draft;
use crate::platform::dom;

/// The composer as the other parts see it.
#[derive(Clone, Copy, Debug)]
pub struct Composer {
    /// What the form says.
    pub draft: RwSignal<Draft>,
    /// What it said before a button replaced it.
    pub replaced: RwSignal<Option<Draft>>,
    /// Whether a send waits for its answer.
    pub busy: RwSignal<bool>,
    /// What became of the last send, if it did not become a run.
    pub failure: RwSignal<Option<String>>,
    /// What was sent and has no answer yet.
    pub waiting: StoredValue<Option<Armed>>,
    /// The last press of the button.
    pub pressed: StoredValue<Option<Press>>,
}

impl Composer {
    /// A composer that says what `draft` says; `waiting` is what was sent before a reload and has no answer yet.
    pub fn new(draft: Draft, waiting: Option<Armed>) -> Self {
        Self {
            draft: RwSignal::new(draft),
            replaced: RwSignal::new(None),
            busy: RwSignal::new(false),
            failure: RwSignal::new(None),
            waiting: StoredValue::new(waiting),
            pressed: StoredValue::new(None),
        }
    }

    /// Replaces the draft; what was written is kept for [`Composer::undo`].
    pub fn fill(self, draft: Draft) {
        let before = self.draft.get_untracked();
        if before == draft {
            return;
        }
        if before.has_text() && before.prompt != draft.prompt {
            self.replaced.set(Some(before));
        }
        self.draft.set(draft);
    }

    /// Replaces the prompt alone.
    pub fn fill_prompt(self, prompt: &str) {
        self.fill(Draft { prompt: prompt.to_owned(), ..self.draft.get_untracked() });
        show();
        dom::focus("prompt");
    }

    /// Brings back what was replaced, and keeps what replaced it: a second undo undoes the first.
    pub fn undo(self) {
        if let Some(before) = self.replaced.get_untracked() {
            let now = self.draft.get_untracked();
            self.replaced.set(now.has_text().then_some(now));
            self.draft.set(before);
        }
        dom::focus("prompt");
    }

    /// Fills in everything a run was made from.
    pub fn reuse(self, run: &Run) {
        self.fill(Draft::of(run));
        show();
        dom::focus("prompt");
    }

    /// Fills in everything a run was made from, ready to be pressed.
    pub fn try_again(self, run: &Run) {
        self.fill(Draft::of(run));
        show();
        dom::focus("generate");
    }

    /// Fills in everything a run was made from but its seed.
    pub fn reuse_new_seed(self, run: &Run) {
        self.fill(Draft { seed: String::new(), ..Draft::of(run) });
        show();
        dom::focus("prompt");
    }

    /// Holds the seed of a run and leaves the rest as it is.
    pub fn hold_seed(self, run: &Run) {
        self.draft.update(|draft| draft.seed = Draft::of(run).seed);
        show();
        dom::focus("seed");
    }
}

/// On a narrow screen: the composer instead of the board.
fn show() {
    dom::show_view("compose");
}
