//! The composer: what will be painted, what it costs, and sending it once.
//!
//! # Layout
//! - [`draft`]: what the form says, as a plain value; [`request`]: what a model is sent of it, and back
//! - [`composed`]: what a press would buy; [`present`]: what follows from it now; [`reasons`]: why it cannot be sent
//! - [`quote`]: what it costs; [`label`]: what is said of that
//! - [`menu`]: which model it is for; [`switch`]: taking it along to another one; [`again`]: taking it from a run
//! - [`shape`], [`count`], [`more`]: the controls that the model has
//! - [`armed`]: the key that makes a second press the same run
//! - [`form`]: the shell's form, adopted; `said`: what it says of itself
//! - [`press`]: what comes before the press; [`send`]: the press and its answer
//! - [`money`]: whose money it is, and what the vendor's account says to that
//! - [`variants`]: the wordings that a prompt stands for
//! - `build`: the prompt in six slots
//! - [`history`]: earlier prompts, a key away

pub mod again;
pub mod armed;
mod build;
pub mod composed;
pub mod count;
pub mod draft;
pub mod form;
pub mod history;
pub mod label;
pub mod menu;
pub mod money;
pub mod more;
pub mod present;
pub mod press;
pub mod quote;
pub mod reasons;
pub mod request;
mod said;
pub mod send;
pub mod shape;
pub mod switch;
pub mod variants;

use web_sys::HtmlElement;

use self::armed::{Armed, Press};
use self::draft::Draft;
use self::quote::Quotes;
use crate::platform::dom;
use crate::platform::reactive::Signal;

/// The composer as the other parts see it.
#[derive(Clone, Copy, Debug)]
pub struct Composer {
    /// What the form says.
    pub draft: Signal<Draft>,
    /// What it said before a button replaced it.
    pub replaced: Signal<Option<Draft>>,
    /// What was said when the model changed.
    pub switched: Signal<String>,
    /// What the form costs.
    pub quotes: Quotes,
    /// Whether a send waits for its answer.
    pub busy: Signal<bool>,
    /// What became of the last send, if it did not become a run.
    pub failure: Signal<Option<String>>,
    /// What was sent and has no answer yet.
    pub waiting: Signal<Option<Armed>>,
    /// The last press of the button.
    pub pressed: Signal<Option<Press>>,
}

impl Composer {
    /// A composer that says what `draft` says; `waiting` is what was sent before a reload and has no answer yet.
    pub fn new(draft: Draft, waiting: Option<Armed>) -> Self {
        Self {
            draft: Signal::new(draft),
            replaced: Signal::new(None),
            switched: Signal::new(String::new()),
            quotes: Quotes::new(),
            busy: Signal::new(false),
            failure: Signal::new(None),
            waiting: Signal::new(waiting),
            pressed: Signal::new(None),
        }
    }

    /// Replaces the draft; what was written is kept for [`Composer::undo`].
    pub fn fill(self, draft: Draft) {
        let before = self.draft.get_untracked();
        if before == draft {
            return;
        }
        if before.has_text() && (before.prompt != draft.prompt || before.negative_prompt != draft.negative_prompt) {
            self.replaced.set(Some(before));
        }
        self.draft.set(draft);
    }

    /// Replaces the prompt alone.
    pub fn fill_prompt(self, prompt: &str) {
        self.fill(Draft { prompt: prompt.to_owned(), parent: None, ..self.draft.get_untracked() });
        show();
        focus_prompt();
    }

    /// Brings back what was replaced, and keeps what replaced it: a second undo undoes the first.
    pub fn undo(self) {
        if let Some(before) = self.replaced.get_untracked() {
            let now = self.draft.get_untracked();
            self.replaced.set(now.has_text().then_some(now));
            self.draft.set(before);
        }
        self.switched.set_if_new(String::new());
        focus_prompt();
    }
}

/// Where the prompt is written now.
fn focus_prompt() {
    let is_written = !dom::part::<HtmlElement>("prompt").hidden();
    dom::focus(if is_written { "prompt" } else { "slot-subject" });
}

/// On a narrow screen: the composer instead of the board.
fn show() {
    dom::show_view("compose");
}
