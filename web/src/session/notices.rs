//! What the person should know of the connection, above the runs.

use leptos::prelude::*;

use crate::state::use_stores;

/// Whether the connection is lost, and whether the server was updated.
#[component]
pub fn Notices() -> impl IntoView {
    let config = use_stores().config;
    view! {
        <Show when=move || !config.notice.get().is_empty()>
            <p class="notice">{move || config.notice.get()}</p>
        </Show>
        <Show when=move || config.updated.get()>
            <p class="notice">"The server was updated. " <a href="">"Reload the page"</a> "; your text stays."</p>
        </Show>
    }
}
