//! Elements by id, listeners, media queries, visibility.

use wasm_bindgen::JsCast;
use wasm_bindgen::closure::Closure;
use web_sys::{Document, Element, Event, EventTarget, HtmlElement, Window};

use super::reactive::effect;

/// The window.
pub fn window() -> Window {
    web_sys::window().expect("the page runs in a window")
}

/// The document.
pub fn document() -> Document {
    window().document().expect("a window has a document")
}

/// The shell's element of that id.
///
/// # Panics
/// If `index.html` has no such element or one of another kind: page and wasm are built from one tree, so it is a defect,
/// and `boot.js` tells it.
pub fn part<T: JsCast>(id: &str) -> T {
    document()
        .get_element_by_id(id)
        .and_then(|element| element.dyn_into().ok())
        .unwrap_or_else(|| panic!("index.html lacks #{id}"))
}

/// Listens for as long as the page lives.
pub fn listen<E: JsCast>(target: &EventTarget, event: &str, mut handler: impl FnMut(E) + 'static) {
    let callback = Closure::<dyn FnMut(Event)>::new(move |event: Event| handler(event.unchecked_into()));
    let _never_fails = target.add_event_listener_with_callback(event, callback.as_ref().unchecked_ref());
    callback.forget();
}

/// Whether the media query holds now.
pub fn matches_media(query: &str) -> bool {
    window().match_media(query).ok().flatten().is_some_and(|list| list.matches())
}

/// Whether nobody sees the page.
pub fn is_hidden() -> bool {
    document().hidden()
}

/// Focuses the element of that id, if there is one, and unfolds what hides it.
pub fn focus(id: &str) {
    if let Some(element) = document().get_element_by_id(id) {
        if let Ok(Some(fold)) = element.closest("details") {
            let _never_fails = fold.set_attribute("open", "");
        }
        let _best_effort = element.unchecked_into::<HtmlElement>().focus();
    }
}

/// Whether the element that had the focus is gone or hidden; the browser notices the latter only when it paints.
pub fn is_focus_lost() -> bool {
    let hidden = |element: Element| element.closest("[hidden]").is_ok_and(|hidden| hidden.is_some());
    document().active_element().is_none_or(|element| element.tag_name() == "BODY" || hidden(element))
}

/// Whether the focus is inside `element`.
pub fn holds_focus(element: &Element) -> bool {
    element.contains(document().active_element().as_deref())
}

/// What `selector` finds inside `element`, in the order of the document.
pub fn all(element: &Element, selector: &str) -> Vec<HtmlElement> {
    let Ok(found) = element.query_selector_all(selector) else { return Vec::new() };
    (0..found.length()).filter_map(|index| found.get(index)?.dyn_into().ok()).collect()
}

/// On a narrow screen, where one part is seen at a time: shows the part of that id. The style sheet follows `:target`.
pub fn show_view(id: &str) {
    if matches_media("(max-width: 759px)") {
        let _best_effort = window().location().set_hash(id);
    }
}

/// Keeps the element's text as `text` says it.
pub fn bind_text(id: &str, text: impl Fn() -> String + 'static) {
    let element: HtmlElement = part(id);
    effect(move || element.set_text_content(Some(&text())));
}
