//! Keyboard shortcuts: the list of them, and those that work wherever the focus is.
//!
//! # Layout
//! - this file: the dialog; [`listen`](mod@listen): the keys

pub mod listen;

use leptos::prelude::*;

pub use self::listen::listen;
use crate::state::use_stores;
use crate::ui::dialog::Dialog;

/// A shortcut: its keys, and what it does.
type Shortcut = (&'static [&'static str], &'static str);

const EVERYWHERE: &[Shortcut] = &[
    (&["⌘/Ctrl", "Enter"], "Generate"),
    (&["Alt", "↑", "↓"], "Earlier prompts, and back"),
    (&["n"], "Go to the prompt"),
    (&["/"], "Search"),
    (&["Esc"], "Close what is open"),
    (&["?"], "Show this list"),
];
const BOARD: &[Shortcut] = &[
    (&["←", "→", "↑", "↓"], "Move between images"),
    (&["⌘/Ctrl", "click"], "Select a run"),
    (&["Shift", "click"], "Select every run up to this one"),
];
const IMAGE: &[Shortcut] = &[
    (&["←", "→"], "Previous or next image; when zoomed in, move it"),
    (&["+", "−"], "Zoom in or out"),
    (&["0"], "Fit"),
    (&["1"], "100%"),
    (&["i"], "Show or hide information"),
    (&["f"], "Favorite"),
];

/// The dialog.
#[component]
pub fn ShortcutsDialog() -> impl IntoView {
    let open = use_stores().overlays.shortcuts;
    view! {
        <Dialog open=open on_close=move || open.set(false) title="Keyboard shortcuts">
            {content()}
        </Dialog>
    }
}

fn content() -> AnyView {
    view! {
        {section("Everywhere", EVERYWHERE)}
        {section("Images on the board", BOARD)}
        {section("Image viewer", IMAGE)}
        <p class="hint">"Single keys work outside of text fields. You can turn them off in the settings."</p>
    }
    .into_any()
}

fn section(title: &'static str, shortcuts: &'static [Shortcut]) -> AnyView {
    let row = |(keys, what): &Shortcut| {
        let keys = keys.iter().map(|key| view! { <kbd>{*key}</kbd> " " }).collect_view();
        view! { <div><dt>{keys}</dt><dd>{*what}</dd></div> }
    };
    view! {
        <h3 class="label">{title}</h3>
        <dl class="shortcuts">{shortcuts.iter().map(row).collect_view()}</dl>
    }
    .into_any()
}
