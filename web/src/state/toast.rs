//! A word about what the person just did, and a way back where there is one.

use gloo_timers::callback::Timeout;
use leptos::prelude::*;
use leptos::task::spawn_local;

use crate::state::clipboard;

/// Long enough to read it and to press Undo, in milliseconds.
pub const SHOWN_MS: u32 = 7_000;

type Act = Box<dyn FnOnce()>;

/// The toast; a new one takes the place of the one before.
#[derive(Clone, Copy, Debug)]
pub struct Toast {
    /// What it says; empty when there is none.
    pub message: RwSignal<String>,
    /// Whether there is a way back.
    pub can_undo: RwSignal<bool>,
    undo: StoredValue<Option<Act>, LocalStorage>,
    done: StoredValue<Option<Act>, LocalStorage>,
    timer: StoredValue<Option<Timeout>, LocalStorage>,
}

impl Toast {
    /// Nothing is shown.
    pub fn new() -> Self {
        Self {
            message: RwSignal::new(String::new()),
            can_undo: RwSignal::new(false),
            undo: StoredValue::new_local(None),
            done: StoredValue::new_local(None),
            timer: StoredValue::new_local(None),
        }
    }

    /// Says that something was done.
    pub fn show(self, message: &str) {
        self.replace(message, None, None);
    }

    /// Says what will be `done` when the toast goes, unless the person presses Undo.
    pub fn offer_undo(self, message: &str, undo: impl FnOnce() + 'static, done: impl FnOnce() + 'static) {
        self.replace(message, Some(Box::new(undo)), Some(Box::new(done)));
    }

    /// Says whether the clipboard took what was copied; `done` is what is said if it did.
    pub fn tell_copied(self, promise: Option<js_sys::Promise>, done: &'static str) {
        spawn_local(async move {
            self.show(if clipboard::copied(promise).await { done } else { clipboard::NO_COPY });
        });
    }

    fn replace(self, message: &str, undo: Option<Act>, done: Option<Act>) {
        self.finish();
        self.can_undo.set(undo.is_some());
        self.undo.set_value(undo);
        self.done.set_value(done);
        self.message.set(message.to_owned());
        self.timer.set_value(Some(Timeout::new(SHOWN_MS, move || self.finish())));
    }

    /// What was announced will not be done: something larger takes its place.
    pub fn forget(self) {
        self.done.set_value(None);
    }

    /// The toast goes, and what it announced is done.
    pub fn finish(self) {
        let done = take(self.done);
        self.close();
        if let Some(done) = done {
            done();
        }
    }

    /// The toast goes, and what it announced is not done.
    pub fn undo(self) {
        let undo = take(self.undo);
        self.done.set_value(None);
        self.close();
        if let Some(undo) = undo {
            undo();
        }
    }

    fn close(self) {
        self.undo.set_value(None);
        if !self.message.with_untracked(String::is_empty) {
            self.message.set(String::new());
        }
    }
}

impl Default for Toast {
    fn default() -> Self {
        Self::new()
    }
}

fn take(act: StoredValue<Option<Act>, LocalStorage>) -> Option<Act> {
    act.try_update_value(Option::take).flatten()
}
