//! Elements by id, and what the browser knows of itself.

use leptos::prelude::*;
use wasm_bindgen::JsCast;
use web_sys::{Element, Event};

/// The element of that id, if there is one of that kind.
pub fn by_id<T: JsCast>(id: &str) -> Option<T> {
    document().get_element_by_id(id)?.dyn_into().ok()
}

/// Whether the media query holds now.
pub fn matches_media(query: &str) -> bool {
    window().match_media(query).ok().flatten().is_some_and(|list| list.matches())
}

/// Whether the person asked for less motion.
pub fn prefers_calm() -> bool {
    matches_media("(prefers-reduced-motion: reduce)")
}

/// Whether a dialog is open over the page.
pub fn is_dialog_open() -> bool {
    document().query_selector("dialog[open]").is_ok_and(|dialog| dialog.is_some())
}

/// Whether a popover is open over the page.
pub fn is_popover_open() -> bool {
    document().query_selector(":popover-open").is_ok_and(|popover| popover.is_some())
}

/// Whether the focus is in a field, where keys are letters.
pub fn is_in_field() -> bool {
    let field = "input, textarea, select, [contenteditable]";
    document().active_element().is_some_and(|element| element.matches(field).unwrap_or_default())
}

/// Whether an event happened on something that has a purpose of its own: a button, a link, a field, a panel.
pub fn is_on_control(event: &Event) -> bool {
    let control = "button, a, input, textarea, select, label, [popover]";
    let target = event.target().and_then(|target| target.dyn_into::<Element>().ok());
    target.is_some_and(|target| target.closest(control).is_ok_and(|found| found.is_some()))
}

/// What `selector` finds inside `element`, in the order of the document.
pub fn all<T: JsCast>(element: &Element, selector: &str) -> Vec<T> {
    let Ok(found) = element.query_selector_all(selector) else { return Vec::new() };
    (0..found.length()).filter_map(|index| found.get(index)?.dyn_into().ok()).collect()
}
