//! The board: every run, the newest first, and what narrows, selects and explains them.
//!
//! # Layout
//! - this file: the board, and what it does with the address; [`width`]: how wide the list is
//! - [`bar`]: what is searched and filtered; [`new_runs`], [`reveal`]: bringing runs into view
//! - [`list`]: the runs by day, in [`rows`] that are never half blank; [`card`]: one run; [`group`]: runs that were bought together, [`group_actions`], and
//!   [`grid`]: images without their cards; [`thumb`]: one small image
//! - [`first_visit`]: before there is any run; [`unexplained`], [`dismissed`]: what was generated elsewhere
//! - [`select`], [`selection_bar`], [`selection_facts`], [`marquee`]: several runs at once

pub mod bar;
pub mod card;
pub mod dismissed;
pub mod first_visit;
pub mod grid;
pub mod group;
pub mod group_actions;
pub mod list;
pub mod marquee;
pub mod new_runs;
pub mod reveal;
pub mod rows;
pub mod select;
pub mod selection_bar;
pub mod selection_facts;
pub mod thumb;
pub mod unexplained;
pub mod width;

use leptos::prelude::*;
use leptos::{ev, html};
use leptos_use::use_element_size;

use self::bar::{BoardBar, FilterLine};
use self::first_visit::FirstVisit;
use self::list::RunList;
use self::marquee::{MarqueeFrame, use_marquee};
use self::new_runs::{Arrivals, NewRuns};
use self::selection_bar::SelectionBar;
use self::unexplained::Unexplained;
use self::width::BoardWidth;
use crate::state::view::{self, BoardView};
use crate::state::{Stores, use_stores};

/// How wide the list is taken to be before it was measured, in CSS pixels.
const USUAL_WIDTH: f64 = 1_060.0;

/// The board.
#[component]
pub fn Board() -> impl IntoView {
    let stores = use_stores();
    let board = NodeRef::<html::Div>::new();
    provide_context(BoardWidth(use_width(board)));
    provide_context(Arrivals::new(stores));
    follow_address(stores);
    begin_at_the_top(stores);
    reveal::keep(stores);
    let marquee = use_marquee(board, stores);
    let is_everything = Memo::new(move |_| stores.view.board.with(BoardView::is_everything));
    let is_empty = Memo::new(move |_| stores.runs.items.with(Vec::is_empty));
    let has_bar = Memo::new(move |before: Option<&bool>| {
        has_bar(before.copied(), is_everything.get(), is_empty.get(), stores.runs.loaded.get())
    });
    view! {
        <div
            class="board"
            class:marquee-pressed=move || marquee.is_pressed.get()
            class:marquee-drawn=move || marquee.frame.with(Option::is_some)
            node_ref=board
        >
            <div class="board-bar" hidden=move || !has_bar.get()>
                <BoardBar />
                <NewRuns />
            </div>
            <div hidden=move || !has_bar.get()>
                <FilterLine />
            </div>
            <Unexplained />
            <FirstVisit />
            <RunList />
            <SelectionBar />
            <MarqueeFrame frame=marquee.frame />
        </div>
    }
}

/// Whether there is something to search in. While other runs are on their way it stays as it was `before`.
fn has_bar(before: Option<bool>, is_everything: bool, is_empty: bool, is_loaded: bool) -> bool {
    !is_everything || !is_empty || (!is_loaded && before.unwrap_or_default())
}

/// The width of the content; a board that is not shown has none, and keeps the last.
fn use_width(board: NodeRef<html::Div>) -> Signal<f64> {
    let width = use_element_size(board).width;
    let width = Memo::new(move |before: Option<&f64>| match width.get() {
        width if width > 0.0 => width,
        _ => before.copied().unwrap_or(USUAL_WIDTH),
    });
    width.into()
}

/// Back and Forward show what was shown. The lightbox has steps of its own, which change nothing here.
fn follow_address(stores: Stores) {
    let on_step = window_event_listener(ev::popstate, move |_| {
        if stores.view.board.with_untracked(|now| *now != view::from_address()) {
            stores.runs.open_address();
        }
    });
    on_cleanup(move || on_step.remove());
}

/// Other runs begin at the top: where one was among those before means nothing among them.
fn begin_at_the_top(stores: Stores) {
    let shown = Memo::new(move |_| stores.view.board.with(|view| (view.filter.clone(), view.run)));
    Effect::new(move |before: Option<()>| {
        // A memo that nobody reads follows nothing.
        shown.get();
        if before.is_some() {
            window().scroll_to_with_x_and_y(0.0, 0.0);
        }
    });
}

#[cfg(test)]
mod tests {
    use wasm_bindgen_test::wasm_bindgen_test;

    use super::*;

    #[wasm_bindgen_test(unsupported = test)]
    fn there_is_no_bar_over_nothing_and_it_does_not_flicker() {
        assert!(!has_bar(None, true, true, false), "nothing is known yet");
        assert!(!has_bar(Some(false), true, true, true), "there is no run");
        assert!(has_bar(Some(false), true, false, true));
        assert!(has_bar(None, false, true, false), "a link with a search");
        assert!(has_bar(Some(true), true, true, false), "a search was cleared, and its answer is on its way");
        assert!(!has_bar(Some(true), true, true, true), "the last run was deleted");
    }
}
