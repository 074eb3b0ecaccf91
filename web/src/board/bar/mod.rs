//! The bar above the runs: what is searched, filtered and how it is laid out. The address says the same.
//!
//! # Layout
//! - this file: the bar, and the line below it; [`search`]: the words
//! - [`filter`]: the panel with the filters; [`seed`]: the one that is typed; [`choices`], [`status`]: what can be chosen
//! - [`chips`]: the filters that are active; [`change`]: changing them

pub mod change;
pub mod chips;
pub mod choices;
pub mod filter;
pub mod search;
pub mod seed;
pub mod status;

use imagen4_core::api::Counts;
use leptos::prelude::*;

use self::change::set_filter;
use self::chips::Chips;
use self::filter::FilterPopover;
use self::search::SearchField;
use crate::format::count::count;
use crate::state::view::{BoardView, Layout, Step};
use crate::state::{Stores, use_stores};
use crate::ui::button::IconButton;
use crate::ui::icon::Icon;

/// The search, the filters, the layout and the favorites.
#[component]
pub fn BoardBar() -> impl IntoView {
    let stores = use_stores();
    let only_favorites = Signal::derive(move || stores.view.board.with(|view| view.filter.favorite == Some(true)));
    let toggle = move |_| {
        let value = if only_favorites.get_untracked() { "" } else { "true" };
        set_filter(stores, "favorite", value, Step::Push);
    };
    view! {
        <form class="bar" role="search" aria-label="Runs" autocomplete="off" on:submit=|event| event.prevent_default()>
            <SearchField />
            <FilterPopover />
            <LayoutSwitch />
            <IconButton label="Favorites only" icon=Icon::Star pressed=only_favorites class="star" on_click=toggle />
        </form>
    }
}

/// Cards or images.
#[component]
fn LayoutSwitch() -> impl IntoView {
    let stores = use_stores();
    let option = |layout: Layout, name: &'static str| {
        view! {
            <label>
                <input
                    type="radio"
                    name="layout"
                    prop:checked=move || stores.view.board.with(|view| view.layout == layout)
                    on:change=move |_| {
                        let view = stores.view.board.get_untracked();
                        stores.runs.show(BoardView { layout, ..view }, Step::Push);
                    }
                />
                {name}
            </label>
        }
    };
    view! {
        <div class="segmented" role="radiogroup" aria-label="Layout">
            {option(Layout::Cards, "Cards")}
            {option(Layout::Grid, "Grid")}
        </div>
    }
}

/// The filters that are active, and how much there is.
#[component]
pub fn FilterLine() -> impl IntoView {
    let stores = use_stores();
    // Where all of them are here they are counted here, as they come and go; else by the server.
    let has_all = move || stores.view.board.with(|view| view.run.is_some()) || stores.runs.has_all();
    let counts = move || if has_all() { Some(counts_of_shown(stores)) } else { stores.runs.counts.get() };
    view! {
        <div class="filter-line">
            <Chips />
            <output class="hint" id="counts" aria-live="polite">
                {move || counts().map(in_words)}
            </output>
        </div>
    }
}

/// What the runs hold that are shown.
fn counts_of_shown(stores: Stores) -> Counts {
    let places = stores.runs.shown.get();
    let images =
        |place| stores.runs.collection.with(|runs| runs.at(place).map_or(0, |run| run.with(|it| it.images.len())));
    Counts { runs: places.len() as u64, pictures: places.into_iter().map(images).sum::<usize>() as u64 }
}

/// `1 run · 4 images`
fn in_words(counts: Counts) -> String {
    format!("{} · {}", count(counts.runs, "run"), count(counts.pictures, "image"))
}

#[cfg(test)]
mod tests {
    use wasm_bindgen_test::wasm_bindgen_test;

    use super::*;

    #[wasm_bindgen_test(unsupported = test)]
    fn counts_are_said_in_words() {
        assert_eq!(in_words(Counts { runs: 12, pictures: 1_200 }), "12 runs · 1,200 images");
        assert_eq!(in_words(Counts { runs: 1, pictures: 0 }), "1 run · 0 images");
    }
}
