//! Which part a narrow screen shows: links, so that Back goes from one to the other.

use leptos::prelude::*;

use crate::state::use_stores;
use crate::state::view::{Panel, hash_of};

/// The tabs at the bottom of a narrow screen.
#[component]
pub fn Tabs() -> impl IntoView {
    let panel = use_stores().view.panel;
    let tab = |which: Panel, name: &'static str| {
        view! {
            <a href=format!("#{}", hash_of(which)) aria-current=move || (panel.get() == which).then_some("page")>
                {name}
            </a>
        }
    };
    view! {
        <nav class="bottom-tabs" aria-label="Views">
            {tab(Panel::Composer, "Compose")}
            {tab(Panel::Board, "Images")}
        </nav>
    }
}
