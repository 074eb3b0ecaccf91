//! A word about what the person just did, and a way back where there is one. Nothing else makes a toast.

use leptos::prelude::*;
use web_sys::HtmlElement;

use crate::platform::dom::{bind_text, listen, part};
use crate::platform::reactive::effect;
use crate::platform::timer::Timer;

/// Long enough to read it and to press Undo, in milliseconds.
pub const SHOWN_MS: i32 = 7_000;

type Act = Box<dyn FnOnce()>;

/// The toast; a new one takes the place of the one before.
#[derive(Clone, Copy, Debug)]
pub struct Toast {
    words: RwSignal<String>,
    undo: StoredValue<Option<Act>, LocalStorage>,
    done: StoredValue<Option<Act>, LocalStorage>,
    timer: StoredValue<Option<Timer>, LocalStorage>,
}

impl Toast {
    /// Nothing is shown.
    pub fn new() -> Self {
        Self {
            words: RwSignal::new(String::new()),
            undo: StoredValue::new_local(None),
            done: StoredValue::new_local(None),
            timer: StoredValue::new_local(None),
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
        self.undo.set_value(undo);
        self.done.set_value(done);
        self.words.set(words.to_owned());
        self.timer.set_value(Some(Timer::once(SHOWN_MS, move || self.finish())));
    }

    /// The toast goes, and what it announced is done.
    pub fn finish(self) {
        let done = self.done.try_update_value(Option::take).flatten();
        self.close();
        if let Some(done) = done {
            done();
        }
    }

    fn take_back(self) {
        let undo = self.undo.try_update_value(Option::take).flatten();
        self.done.set_value(None);
        self.close();
        if let Some(undo) = undo {
            undo();
        }
    }

    fn close(self) {
        self.undo.set_value(None);
        if !self.words.with_untracked(String::is_empty) {
            self.words.set(String::new());
        }
    }

    /// Takes the shell's toast over.
    pub fn adopt(self) {
        let (toast, undo): (HtmlElement, HtmlElement) = (part("toast"), part("toast-undo"));
        bind_text("toast-words", move || self.words.get());
        listen(&undo, "click", move |_: web_sys::Event| self.take_back());
        effect(move || {
            toast.set_hidden(self.words.with(String::is_empty));
            undo.set_hidden(self.undo.with_value(Option::is_none));
        });
    }
}

impl Default for Toast {
    fn default() -> Self {
        Self::new()
    }
}
