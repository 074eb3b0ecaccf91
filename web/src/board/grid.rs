//! Images without their cards: one continuous grid of justified rows in true shapes, which arrow keys walk through.

use imagen4_core::Run;
use leptos::html;
use leptos::prelude::*;
use leptos_use::{UseIntersectionObserverOptions, use_intersection_observer_with_options};
use wasm_bindgen::JsCast;
use web_sys::{Element, HtmlElement, IntersectionObserverEntry, KeyboardEvent};

use super::card::SelectedMark;
use super::card::frame::image_ratio;
use super::select;
use super::thumb::{FavoriteImage, OpenButton};
use crate::state::runs::collection::Place;
use crate::state::runs::images::{ImageKey, Slot, slots};
use crate::state::{Stores, use_stores};
use crate::ui::focus::focus_soon;
use crate::ui::keys::{Modifier, shortcut};

/// So many cells are made at a time.
const STEP: usize = 150;

/// One image, or the place where it will be.
type Cell = (Place, Slot);

/// All images of the runs that are shown.
#[component]
pub fn ImageGrid() -> impl IntoView {
    let stores = use_stores();
    let cells = Memo::new(move |_| cells(stores));
    // One stop for the tabulator: the image that had the focus last.
    let last = RwSignal::new(None::<ImageKey>);
    let stop = Memo::new(move |_| {
        let last = last.get();
        cells.with(|cells| {
            let keys = || cells.iter().copied().filter_map(key_of);
            last.filter(|last| keys().any(|key| key == *last)).or_else(|| keys().next())
        })
    });
    let stop = Selector::new(move || stop.get());
    let made = RwSignal::new(STEP);
    let shown = move || cells.with(|cells| cells[..made.get().min(cells.len())].to_vec());
    // Where the rest begins: a new observer each time, because one tells of changes alone.
    let rest = Memo::new(move |_| Some(made.get()).filter(|made| cells.with(|cells| *made < cells.len())));
    let on_keydown = move |event: KeyboardEvent| {
        let Some(key) = shortcut(&event, Modifier::None) else { return };
        if key == "End" && rest.get_untracked().is_some() {
            event.prevent_default();
            made.set(usize::MAX);
            let end = cells.with_untracked(|cells| cells.iter().rev().copied().find_map(key_of));
            end.into_iter().for_each(|end| focus_soon(end.element_id()));
        } else {
            walk(&event, &key);
        }
    };
    view! {
        <div class="grid" role="list" aria-label="Images" on:keydown=on_keydown>
            <For each=shown key=|cell| *cell let:cell>
                <GridCell cell stop=stop.clone() last />
            </For>
        </div>
        {move || rest.get().map(|_| view! { <More made /> })}
    }
}

/// What is in the grid: all images that are here or may come.
fn cells(stores: Stores) -> Vec<Cell> {
    stores.runs.items.with(|items| {
        stores.runs.collection.with_untracked(|runs| {
            let mut cells = Vec::new();
            for place in items.iter().flat_map(|item| &item.places) {
                let slots = runs.at(*place).map(|run| run.with(slots)).unwrap_or_default();
                let shown = slots.into_iter().filter(|slot| !matches!(slot, Slot::Missing(_)));
                cells.extend(shown.map(|slot| (*place, slot)));
            }
            cells
        })
    })
}

fn key_of((place, slot): Cell) -> Option<ImageKey> {
    match slot {
        Slot::Ready(index) => Some(ImageKey { run: place.1, index }),
        _ => None,
    }
}

/// More cells are made when the end of those that are there comes near the screen.
#[component]
fn More(made: RwSignal<usize>) -> impl IntoView {
    let end = NodeRef::<html::Div>::new();
    use_intersection_observer_with_options(
        end,
        move |entries, _| {
            if entries.iter().any(IntersectionObserverEntry::is_intersecting) {
                made.update(|made| *made += STEP);
            }
        },
        UseIntersectionObserverOptions::default().root_margin("1600px"),
    );
    view! { <div node_ref=end class="grid-end"></div> }
}

#[component]
fn GridCell(cell: Cell, stop: Selector<Option<ImageKey>>, last: RwSignal<Option<ImageKey>>) -> impl IntoView {
    let stores = use_stores();
    let run = stores.runs.at(cell.0)?;
    let ratio = Memo::new(move |_| stores.config.models.with(|models| run.with(|run| image_ratio(run, models))));
    let ratio = move || format!("{:.4}", ratio.get());
    let Some(key) = key_of(cell) else {
        return Some(view! { <div class="cell waiting" role="listitem" style:--ratio=ratio></div> }.into_any());
    };
    let tabindex = Signal::derive(move || if stop.selected(&Some(key)) { 0 } else { -1 });
    let touched = RwSignal::new(false);
    let touch = move || {
        if !touched.get_untracked() {
            touched.set(true);
        }
    };
    let on_focus = move |_| {
        touch();
        last.set(Some(key));
    };
    let cell = view! {
        <div
            class="cell"
            class:selected=move || stores.selection.contains(key.run)
            role="listitem"
            style:--ratio=ratio
            on:pointerenter=move |_| touch()
            on:focusin=on_focus
            on:mousedown=move |event| select::on_card_mouse_down(&event)
        >
            <OpenButton run index=key.index tabindex />
            // Made when it is first needed: there are thousands of cells.
            {move || touched.get().then(|| view! { <Overlay stores run key tabindex /> })}
        </div>
    };
    Some(cell.into_any())
}

/// What is shown over a cell while the pointer or the focus is on it.
#[component]
fn Overlay(stores: Stores, run: RwSignal<Run>, key: ImageKey, tabindex: Signal<i32>) -> impl IntoView {
    let prompt = run.with_untracked(|run| run.request.prompt().to_owned());
    let is_selected = Memo::new(move |_| stores.selection.contains(key.run));
    view! {
        <div class="cell-words">
            <p dir="auto" aria-hidden="true">
                {prompt}
            </p>
            <FavoriteImage run index=key.index tabindex />
        </div>
        <SelectedMark is_selected />
    }
}

/// Arrows go from image to image; up and down to the one that is nearest in the next row.
fn walk(event: &KeyboardEvent, key: &str) {
    let target = event.target().and_then(|target| target.dyn_into::<Element>().ok());
    let Some(cell) = target.and_then(|target| target.closest(".cell").ok().flatten()) else { return };
    let (before, after) = (|| neighbors(&cell, false), || neighbors(&cell, true));
    let to = match key {
        "ArrowLeft" => before().next(),
        "ArrowRight" => after().next(),
        "ArrowUp" => in_next_row(&cell, before()),
        "ArrowDown" => in_next_row(&cell, after()),
        "Home" => before().last(),
        "End" => after().last(),
        _ => return,
    };
    event.prevent_default();
    if let Some(thumb) = to.and_then(|cell| thumb_of(&cell)) {
        let _best_effort = thumb.focus();
    }
}

fn thumb_of(cell: &Element) -> Option<HtmlElement> {
    cell.first_element_child()?.dyn_into().ok()
}

/// The cells before or after one, the nearest first; those that wait for their image are passed over.
fn neighbors(cell: &Element, after: bool) -> impl Iterator<Item = Element> {
    let next = move |cell: &Element| if after { cell.next_element_sibling() } else { cell.previous_element_sibling() };
    std::iter::successors(next(cell), next).filter(|cell| thumb_of(cell).is_some())
}

fn in_next_row(cell: &Element, others: impl Iterator<Item = Element>) -> Option<Element> {
    let place = |cell: &Element| {
        let rect = cell.get_bounding_client_rect();
        (rect.top(), rect.left() + rect.width() / 2.0)
    };
    nearest_in_next_row(place(cell), others.map(|other| (place(&other), other)))
}

/// Of cells in their order, each with its top and its middle, the one in the next row that is nearest to the one at `from`.
fn nearest_in_next_row<T>((top, middle): (f64, f64), others: impl Iterator<Item = ((f64, f64), T)>) -> Option<T> {
    let is_same = |one: f64, other: f64| (one - other).abs() < 1.0;
    let mut others = others.skip_while(|((other, _), _)| is_same(*other, top)).peekable();
    let row = others.peek()?.0.0;
    let distance = |middle_of: f64| (middle_of - middle).abs();
    let row = others.take_while(|((other, _), _)| is_same(*other, row));
    row.min_by(|one, other| distance(one.0.1).total_cmp(&distance(other.0.1))).map(|(_, cell)| cell)
}

#[cfg(test)]
mod tests {
    use wasm_bindgen_test::wasm_bindgen_test;

    use super::*;

    #[wasm_bindgen_test(unsupported = test)]
    fn up_and_down_go_to_what_is_nearest_in_the_next_row() {
        // Three rows of different shapes: tops and middles.
        let cells = [(0.0, 50.0), (0.0, 150.0), (0.0, 250.0), (90.0, 100.0), (90.0, 240.0), (200.0, 60.0)];
        let down = |from: usize| nearest_in_next_row(cells[from], (from + 1..cells.len()).map(|at| (cells[at], at)));
        let up = |from: usize| nearest_in_next_row(cells[from], (0..from).rev().map(|at| (cells[at], at)));
        assert_eq!([0, 1, 2, 3, 4, 5].map(down), [Some(3), Some(3), Some(4), Some(5), Some(5), None]);
        assert_eq!([0, 3, 4, 5].map(up), [None, Some(1), Some(2), Some(3)]);
    }
}
