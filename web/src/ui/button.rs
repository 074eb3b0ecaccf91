//! Buttons that are an icon: their name is read aloud and shown as a tooltip.

use leptos::ev::MouseEvent;
use leptos::prelude::*;

use super::icon::{Icon, IconView, drawn};

/// A button that is an icon.
#[component]
pub fn IconButton(
    /// What it does, in words.
    #[prop(into)]
    label: Signal<String>,
    /// What it looks like.
    #[prop(into)]
    icon: Signal<Icon>,
    /// What happens.
    on_click: impl Fn(MouseEvent) + 'static,
    /// Of a button that switches something on and off: whether it is on.
    #[prop(optional, into)]
    pressed: Option<Signal<bool>>,
    /// More classes.
    #[prop(optional)]
    class: &'static str,
) -> impl IntoView {
    view! {
        <button
            type="button"
            class=format!("icon-button {class}")
            aria-label=move || label.get()
            title=move || label.get()
            aria-pressed=move || pressed.map(|pressed| pressed.get().to_string())
            on:click=on_click
        >
            <IconView icon />
        </button>
    }
}

/// The same where name and icon never change: cheap, for what stands on every card.
pub fn tool_button(label: &'static str, icon: Icon, on_click: impl Fn(MouseEvent) + 'static) -> impl IntoView {
    view! {
        <button type="button" class="icon-button" aria-label=label title=label on:click=on_click>
            {drawn(icon)}
        </button>
    }
}

/// A star that marks a favorite; `tabindex` where it is one of many that share a stop of the tabulator.
pub fn star_button(
    label: &'static str,
    pressed: impl Fn() -> bool + Send + Sync + 'static,
    tabindex: Option<Signal<i32>>,
    on_click: impl Fn(MouseEvent) + 'static,
) -> impl IntoView {
    view! {
        <button
            type="button"
            class="icon-button star"
            aria-label=label
            title=label
            aria-pressed=move || if pressed() { "true" } else { "false" }
            tabindex=tabindex.map(|tabindex| move || tabindex.get())
            on:click=on_click
        >
            {drawn(Icon::Star)}
        </button>
    }
}
