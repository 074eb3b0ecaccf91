//! The lightbox as a step in the browser's history, under the same address: Back closes it and nothing else.

use leptos::prelude::*;
use wasm_bindgen::JsValue;
use web_sys::{History, ScrollRestoration};

/// Where the person is in the browser's history.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Step {
    /// Before the step.
    Before,
    /// On the step: Back closes the lightbox.
    Taken,
    /// On the way back to before it: the browser tells when it is there.
    Returning,
}

impl Step {
    /// The lightbox opens. On the way back there is no step to take yet.
    pub fn opened(self) -> Self {
        if self == Self::Before && push() { Self::Taken } else { self }
    }

    /// The lightbox was closed, by the person and not by Back.
    pub fn closed(self) -> Self {
        match self {
            Self::Taken => {
                take_back();
                Self::Returning
            }
            other => other,
        }
    }
}

/// Takes the step; whether the browser let us.
fn push() -> bool {
    // Where the person is when they come back is where the image seen last is, not where the first one was.
    restore_scroll(ScrollRestoration::Manual);
    history().is_some_and(|history| history.push_state_with_url(&JsValue::NULL, "", None).is_ok())
}

/// Goes back to before the step.
fn take_back() {
    if let Some(history) = history() {
        let _best_effort = history.back();
    }
}

/// The step becomes one to another part of the page, so that Back does not come by the lightbox.
pub fn turn_into(hash: &str) {
    restore_scroll(ScrollRestoration::Auto);
    if let Some(history) = history() {
        let _best_effort = history.replace_state_with_url(&JsValue::NULL, "", Some(&format!("#{hash}")));
    }
}

/// Who scrolls to where the person was: the browser, or we.
pub fn restore_scroll(how: ScrollRestoration) {
    if let Some(history) = history() {
        let _best_effort = history.set_scroll_restoration(how);
    }
}

fn history() -> Option<History> {
    window().history().ok()
}
