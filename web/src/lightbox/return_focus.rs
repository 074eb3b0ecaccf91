//! Where the focus goes when the lightbox closes.

use gloo_timers::callback::Timeout;
use leptos::prelude::*;
use web_sys::{Element, HtmlElement};

use crate::state::runs::images::ImageKey;
use crate::state::view::ViewStore;
use crate::ui::dom::by_id;
use crate::ui::focus::focus;

/// A thumbnail that is not there yet is looked for so often, and after so many milliseconds.
const TRIES: u32 = 40;
const PAUSE_MS: u32 = 50;

/// Focuses a thumbnail, which brings it into view. Its card may not be there while it is far from the screen: then the board is asked
/// for it.
pub fn return_focus(view: ViewStore, key: ImageKey) {
    if !focus_thumbnail(key) {
        view.reveal.set(Some(key.run));
        look_again(key, document().active_element(), TRIES);
    }
}

fn look_again(key: ImageKey, focused: Option<Element>, tries: u32) {
    if tries > 0 {
        let attempt = move || {
            // Wherever the person has gone meanwhile, they stay.
            if document().active_element() == focused && !focus_thumbnail(key) {
                look_again(key, focused, tries - 1);
            }
        };
        Timeout::new(PAUSE_MS, attempt).forget();
    }
}

/// Whether it was there.
fn focus_thumbnail(key: ImageKey) -> bool {
    let id = key.element_id();
    let is_there = by_id::<HtmlElement>(&id).is_some();
    if is_there {
        focus(&id);
    }
    is_there
}
