//! A modal dialog. The browser keeps the focus inside, closes it on Escape, and gives the focus back.

use leptos::html;
use leptos::prelude::*;
use web_sys::Event;

use super::button::IconButton;
use super::icon::Icon;
use super::popover::close_popover_in_focus;

/// A dialog over the page, with a title and a button that closes it. Its content is made when it opens.
#[component]
pub fn Dialog(
    /// Whether it is open.
    #[prop(into)]
    open: Signal<bool>,
    /// It was closed: by its button, by Escape, or by a form in it.
    on_close: impl Fn() + Copy + Send + Sync + 'static,
    /// Its title.
    #[prop(into)]
    title: Signal<String>,
    /// More classes.
    #[prop(optional)]
    class: &'static str,
    /// What it shows.
    children: ChildrenFn,
) -> impl IntoView {
    let dialog = NodeRef::<html::Dialog>::new();
    Effect::new(move || {
        let Some(dialog) = dialog.get() else { return };
        match open.get() {
            true if !dialog.open() => {
                // The focus comes back to where it was; an item of a menu would be gone by then.
                close_popover_in_focus();
                let _fails_only_when_open = dialog.show_modal();
            }
            false if dialog.open() => dialog.close(),
            _ => {}
        }
    });
    view! {
        <dialog
            node_ref=dialog
            class=format!("dialog {class}")
            aria-label=move || title.get()
            on:cancel=move |event: Event| {
                event.prevent_default();
                on_close();
            }
            on:close=move |_| {
                // The event comes a moment after the focus is back. Whoever was as quick opened it again.
                if dialog.get_untracked().is_some_and(|dialog| !dialog.open()) {
                    on_close();
                }
            }
        >
            <Show when=move || open.get()>
                <header class="dialog-title">
                    <h2>{move || title.get()}</h2>
                    <IconButton label="Close" icon=Icon::Close on_click=move |_| on_close() />
                </header>
                {children()}
            </Show>
        </dialog>
    }
}
