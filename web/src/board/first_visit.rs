//! Before there is any run: prompts to begin with, as images.

use imagen4_core::api::UpstreamKind;
use imagen4_core::model::shape::ratio_of;
use leptos::prelude::*;

use crate::state::draft::FocusTarget;
use crate::state::draft::fields::DraftStoreFields;
use crate::state::templates::builtin::{Builtin, PROMPTS};
use crate::state::view::{BoardView, Panel};
use crate::state::{Stores, use_stores};

/// The templates to begin with.
const STARTS: [&str; 3] = ["winter-lighthouse", "mountain-lake", "night-market"];

/// What is shown where there is no run yet, and nothing else is asked for.
#[component]
pub fn FirstVisit() -> impl IntoView {
    let stores = use_stores();
    let is_first_visit = Memo::new(move |_| {
        let is_empty = stores.runs.loaded.get() && stores.runs.items.with(Vec::is_empty);
        is_empty && stores.view.board.with(BoardView::is_everything)
    });
    view! {
        <Show when=move || is_first_visit.get()>
            <div class="first-visit">
                <h3>"Describe an image, or start from one of these"</h3>
                <ul class="starts" role="list">
                    {starts().map(|start| view! { <li>{card(stores, start)}</li> }).collect_view()}
                </ul>
                <p class="hint">{move || stores.config.upstream().map(about_money)}</p>
            </div>
        </Show>
    }
}

fn card(stores: Stores, start: &'static Builtin) -> impl IntoView {
    view! {
        <button type="button" class="start" on:click=move |_| begin(stores, start)>
            <img src=format!("templates/{}.webp", start.id) alt="" width="4" height="3" />
            <strong>{start.title}</strong>
            <span class="hint">{start.prompt}</span>
        </button>
    }
}

fn starts() -> impl Iterator<Item = &'static Builtin> {
    STARTS.into_iter().filter_map(|id| PROMPTS.iter().find(|start| start.id == id))
}

/// Fills the form in, ready to be submitted.
fn begin(stores: Stores, start: &Builtin) {
    let draft = stores.draft;
    draft.replace_prompt(start.prompt);
    let shape = draft.spec.read_untracked().nearest_shape(start.ratio);
    if let Some(shape) = shape.filter(|shape| ratio_of(shape) == ratio_of(start.ratio)) {
        draft.fields.shape().set(shape);
    }
    stores.view.show_panel(Panel::Composer);
    draft.focus.set(Some(FocusTarget::Generate));
}

/// What it will cost, in one line.
const fn about_money(upstream: UpstreamKind) -> &'static str {
    match upstream {
        UpstreamKind::Embedded => "Demo mode: images are samples rendered on this machine. Nothing is charged.",
        UpstreamKind::Wavespeed => "You see the price before you generate.",
    }
}

#[cfg(test)]
mod tests {
    use wasm_bindgen_test::wasm_bindgen_test;

    use super::*;

    #[wasm_bindgen_test(unsupported = test)]
    fn every_start_is_a_template() {
        let found: Vec<_> = starts().map(|start| start.id).collect();
        assert_eq!(found, STARTS);
        for start in starts() {
            assert!(ratio_of(start.ratio).is_some(), "{}", start.ratio);
        }
    }
}
