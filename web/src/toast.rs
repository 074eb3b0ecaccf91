//! A word about what the person just did, and a way back where there is one. Nothing else makes a toast.

use crate::platform::dom;
use crate::platform::part::Part;
use crate::platform::reactive::Signal;
use crate::platform::timer::Timer;

/// Long enough to read it and to press Undo, in milliseconds.
pub const SHOWN_MS: i32 = 7_000;

type Act = Box<dyn FnOnce()>;

/// The toast; a new one takes the place of the one before.
#[derive(Clone, Copy, Debug)]
pub struct Toast {
    words: Signal<String>,
    undo: Signal<Option<Act>>,
    done: Signal<Option<Act>>,
    timer: Signal<Option<Timer>>,
}

impl Toast {
    /// Nothing is shown.
    pub fn new() -> Self {
        Self {
            words: Signal::new(String::new()),
            undo: Signal::new(None),
            done: Signal::new(None),
            timer: Signal::new(None),
        }
    }

    /// Says that something was done.
    pub fn say(self, words: &str) {
        self.show(words, None, None);
    }

    /// Says what will be `done` when the toast goes, unless the person presses Undo.
    pub fn offer_undo(self, words: &str, undo: impl FnOnce() + 'static, done: impl FnOnce() + 'static) {
        self.show(words, Some(Box::new(undo)), Some(Box::new(done)));
    }

    fn show(self, words: &str, undo: Option<Act>, done: Option<Act>) {
        self.finish();
        self.undo.set(undo);
        self.done.set(done);
        self.words.set(words.to_owned());
        self.timer.set(Some(Timer::once(SHOWN_MS, move || self.finish())));
    }

    /// What was announced will not be done: something larger takes its place.
    pub fn forget(self) {
        self.done.set(None);
    }

    /// The toast goes, and what it announced is done.
    pub fn finish(self) {
        let done = self.done.take();
        self.close();
        if let Some(done) = done {
            done();
        }
    }

    fn take_back(self) {
        let undo = self.undo.take();
        self.done.set(None);
        self.close();
        if let Some(undo) = undo {
            undo();
        }
    }

    fn close(self) {
        if dom::holds_focus(&Part::shell("toast").0) {
            dom::focus("runs-title");
        }
        self.undo.set(None);
        if !self.words.with_untracked(String::is_empty) {
            self.words.set(String::new());
        }
    }

    /// Takes the shell's toast over.
    pub fn adopt(self) {
        Part::shell("toast").show(move || !self.words.with(String::is_empty));
        Part::shell("toast-words").bind(move || self.words.get());
        Part::shell("toast-undo").press(move || self.take_back()).show(move || {
            // It is put there before the words are.
            self.words.track();
            self.undo.with_untracked(Option::is_some)
        });
    }
}

impl Default for Toast {
    fn default() -> Self {
        Self::new()
    }
}
