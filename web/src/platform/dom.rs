//! Elements by id, listeners, media queries, visibility.

use wasm_bindgen::JsCast;
use wasm_bindgen::closure::Closure;
use web_sys::{Document, Element, Event, EventTarget, HtmlDialogElement, HtmlElement, Window};

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

/// Whether there is an element of that id.
pub fn is_there(id: &str) -> bool {
    document().get_element_by_id(id).is_some()
}

/// Focuses what `selector` finds beside `element`, inside the same `frame`.
pub fn focus_in(element: &Element, frame: &str, selector: &str) {
    let found = element.closest(frame).ok().flatten().and_then(|frame| frame.query_selector(selector).ok().flatten());
    if let Some(found) = found {
        let _best_effort = found.unchecked_into::<HtmlElement>().focus();
    }
}

/// What a press asks for: the `data-do` of the button that was pressed, and the button.
pub fn asked(event: &Event) -> Option<(String, HtmlElement)> {
    marked(event, "data-do")
}

/// The element around what an event is about that has this attribute, and the attribute's value.
pub fn marked(event: &Event, attribute: &str) -> Option<(String, HtmlElement)> {
    let element = event.target()?.dyn_into::<Element>().ok()?.closest(&format!("[{attribute}]")).ok()??;
    Some((element.get_attribute(attribute)?, element.dyn_into().ok()?))
}

/// Copies text, as soon as the browser lets it; none where the page is not served safely enough to have a clipboard.
pub fn copy(text: &str) -> Option<js_sys::Promise> {
    let navigator = window().navigator();
    // It is there only on loopback and behind TLS.
    let has_clipboard = js_sys::Reflect::has(&navigator, &"clipboard".into()).unwrap_or_default();
    has_clipboard.then(|| navigator.clipboard().write_text(text))
}

/// What is said where the browser did not copy.
pub const NO_COPY: &str = "The browser does not let this page copy.";

/// Whether what was asked of the clipboard was done.
pub async fn copied(promise: Option<js_sys::Promise>) -> bool {
    match promise {
        Some(promise) => js_sys::futures::JsFuture::from(promise).await.is_ok(),
        None => false,
    }
}

/// Whether the element that had the focus is gone or hidden; the browser notices the latter only when it paints.
pub fn is_focus_lost() -> bool {
    let hidden = |element: Element| element.closest("[hidden]").is_ok_and(|hidden| hidden.is_some());
    document().active_element().is_none_or(|element| element.tag_name() == "BODY" || hidden(element))
}

/// Opens the shell's dialog of that id over the page; closing it gives the focus back.
pub fn open(id: &str) {
    let _fails_only_when_open = part::<HtmlDialogElement>(id).show_modal();
}

/// Whether a dialog is open over the page.
pub fn is_dialog_open() -> bool {
    document().query_selector("dialog[open]").is_ok_and(|dialog| dialog.is_some())
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
