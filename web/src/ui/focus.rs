//! Where the focus is, and where it goes.

use leptos::prelude::*;
use leptos::task::{spawn_local, tick};
use web_sys::{Element, HtmlElement};

use super::dom::by_id;

/// Focuses the element of that id, if there is one, and unfolds what hides it.
pub fn focus(id: &str) {
    if let Some(element) = by_id::<HtmlElement>(id) {
        if let Ok(Some(fold)) = element.closest("details") {
            let _never_fails = fold.set_attribute("open", "");
        }
        let _best_effort = element.focus();
    }
}

/// The same after what happens now, and what that changes on the page.
pub fn focus_soon(id: impl Into<String>) {
    let id = id.into();
    spawn_local(async move {
        tick().await;
        focus(&id);
    });
}

/// Whether the element that had the focus is gone or hidden; the browser notices the latter only when it paints.
pub fn is_focus_lost() -> bool {
    let is_hidden = |element: Element| element.closest("[hidden]").is_ok_and(|hidden| hidden.is_some());
    document().active_element().is_none_or(|element| element.tag_name() == "BODY" || is_hidden(element))
}
