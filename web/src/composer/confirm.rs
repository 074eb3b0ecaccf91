//! Asking before a dear click, where the person wants that.

use leptos::prelude::*;

use super::footer::use_label;
use super::generate::use_generate;
use crate::state::use_stores;
use crate::ui::dialog::Dialog;

/// The question.
#[component]
pub fn ConfirmDialog() -> impl IntoView {
    let generate = use_generate();
    let label = use_label();
    view! {
        <Dialog
            open=Signal::derive(move || generate.confirming.get().is_some())
            on_close=move || generate.confirming.set(None)
            title=Signal::derive(move || format!("{}?", label.get()))
        >
            {move || content()}
        </Dialog>
    }
}

fn content() -> AnyView {
    let (stores, generate) = (use_stores(), use_generate());
    let Some(price) = generate.confirming.get() else { return ().into_any() };
    let limit = stores.settings.with_untracked(|settings| settings.confirm_above).unwrap_or_default();
    view! {
        <p class="hint">{format!("This is more than {limit}, the limit in your settings.")}</p>
        <div class="dialog-actions">
            <button type="button" class="button primary" on:click=move |_| generate.confirm(price)>
                {format!("Spend {price}")}
            </button>
            <button type="button" class="button" autofocus on:click=move |_| generate.confirming.set(None)>
                "Cancel"
            </button>
        </div>
    }
    .into_any()
}
