//! A panel under its button: the browser opens it, closes it on Escape or a click elsewhere, and gives the focus back.

use leptos::html;
use leptos::prelude::*;
use wasm_bindgen::JsCast;
use web_sys::HtmlElement;

use super::icon::{Icon, IconView};

/// How near the panel comes to the screen's edge, in pixels.
const EDGE: f64 = 8.0;

/// A button and the panel that it opens. The panel's content is made when it opens first.
#[component]
pub fn Popover(
    /// An id of its own on the page.
    #[prop(into)]
    id: String,
    /// What the button does, in words: its name, and the panel's.
    #[prop(into)]
    label: Signal<String>,
    /// What the button looks like.
    icon: Icon,
    /// The button's text beside the icon, if any.
    #[prop(optional, into)]
    text: Option<Signal<String>>,
    /// More classes of the button.
    #[prop(optional)]
    class: &'static str,
    /// More classes of the panel.
    #[prop(optional)]
    panel_class: &'static str,
    /// What the panel shows.
    children: ChildrenFn,
) -> impl IntoView {
    let button = NodeRef::<html::Button>::new();
    let panel = NodeRef::<html::Div>::new();
    let opened = RwSignal::new(false);
    let place = move || {
        opened.set(true);
        if let (Some(button), Some(panel)) = (button.get_untracked(), panel.get_untracked()) {
            place_below(&button, &panel);
        }
    };
    view! {
        <button
            node_ref=button
            type="button"
            class=format!("{class} {}", if text.is_some() { "button" } else { "icon-button" })
            aria-label=move || label.get()
            title=move || label.get()
            popovertarget=id.clone()
            on:click=move |_| place()
        >
            <IconView icon />
            {text.map(|text| view! { <span>{move || text.get()}</span> })}
        </button>
        <div node_ref=panel id=id class=format!("popover {panel_class}") popover="auto" role="group" aria-label=move || label.get()>
            <Show when=move || opened.get()>{children()}</Show>
        </div>
    }
}

/// Closes the popover around an element that was pressed.
pub fn close_popover(id: &str) {
    if let Some(panel) = super::dom::by_id::<HtmlElement>(id) {
        let _fails_only_when_closed = panel.hide_popover();
    }
}

/// Closes the popover that the focus is in, so that the focus comes back to its button.
pub fn close_popover_in_focus() {
    let panel = document().active_element().and_then(|element| element.closest("[popover]").ok().flatten());
    if let Some(panel) = panel.and_then(|panel| panel.dyn_into::<HtmlElement>().ok()) {
        let _fails_only_when_closed = panel.hide_popover();
    }
}

/// Puts the panel under its button, or above where there is more room; within the screen.
fn place_below(button: &HtmlElement, panel: &HtmlElement) {
    let rect = button.get_bounding_client_rect();
    let inner = |side: Result<wasm_bindgen::JsValue, _>| side.ok().and_then(|side| side.as_f64()).unwrap_or_default();
    let (width, height) = (inner(window().inner_width()), inner(window().inner_height()));
    let style = panel.style();
    let set = |name: &str, value: Option<f64>| {
        let value = value.map_or_else(|| "auto".to_owned(), |value| format!("{}px", value.round()));
        let _never_fails = style.set_property(name, &value);
    };
    let is_low = rect.bottom() > height / 2.0;
    set("top", (!is_low).then(|| rect.bottom() + 4.0));
    set("bottom", is_low.then(|| height - rect.top() + 4.0));
    let is_right = rect.left() > width / 2.0;
    set("left", (!is_right).then(|| rect.left().max(EDGE)));
    set("right", is_right.then(|| (width - rect.right()).max(EDGE)));
}
