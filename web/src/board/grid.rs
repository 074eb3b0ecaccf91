//! Pictures without their cards, in a grid that arrow keys walk through.

use wasm_bindgen::JsCast;
use web_sys::{HtmlElement, KeyboardEvent};

use super::pictures::{self, Place as Slot};
use super::store::Place;
use crate::app::App;
use crate::platform::dom;
use crate::platform::part::{Part, list};

/// The pictures of the runs at `places`.
pub(crate) fn grid(app: App, places: impl Fn() -> Vec<Place> + 'static) -> Part {
    let grid = Part::new("div");
    grid.set("class", "grid").set("role", "presentation");
    let find = move |place| app.board.runs.with_untracked(|runs| runs.at(place));
    let keys = move || {
        let mut all = Vec::new();
        for place in places() {
            let pictures = find(place).map(|run| run.with(pictures::places)).unwrap_or_default();
            all.extend(pictures.into_iter().filter(|it| !matches!(it, Slot::Missing(_))).map(|it| (place, it)));
        }
        all
    };
    list(&grid, keys, move |(place, picture)| {
        let cell = Part::new("div");
        cell.set("class", "cell").set("role", "listitem");
        if let Some(run) = find(place) {
            cell.add(&pictures::part(app, run, picture));
        }
        cell
    });
    grid
}

/// Where an arrow key goes from the thumb of that index; `columns` is how many stand side by side.
pub fn step(key: &str, index: usize, count: usize, columns: usize) -> Option<usize> {
    let to = match key {
        "ArrowRight" => index + 1,
        "ArrowLeft" => index.checked_sub(1)?,
        "ArrowDown" => index + columns,
        "ArrowUp" => index.checked_sub(columns)?,
        "Home" => 0,
        "End" => count.checked_sub(1)?,
        _ => return None,
    };
    (to < count).then_some(to)
}

/// What the list does on a key: in the grid, arrows go from thumb to thumb.
pub fn walk(event: &KeyboardEvent) {
    let Some(target) = event.target().and_then(|target| target.dyn_into::<HtmlElement>().ok()) else { return };
    let Ok(Some(list)) = target.closest(".pictures-only") else { return };
    let thumbs = dom::all(&list, ".cell .picture");
    let Some(index) = thumbs.iter().position(|thumb| *thumb == target) else { return };
    let top = |thumb: &HtmlElement| thumb.get_bounding_client_rect().top() as i32;
    let columns = thumbs[index..].iter().take_while(|thumb| top(thumb) == top(&target)).count()
        + thumbs[..index].iter().rev().take_while(|thumb| top(thumb) == top(&target)).count();
    if let Some(to) = step(&event.key(), index, thumbs.len(), columns) {
        event.prevent_default();
        // One stop for the tabulator: the thumb that had the focus last.
        for thumb in &thumbs {
            thumb.set_tab_index(-1);
        }
        thumbs[to].set_tab_index(0);
        let _best_effort = thumbs[to].focus();
    }
}

#[cfg(test)]
mod tests {
    use wasm_bindgen_test::wasm_bindgen_test;

    use super::*;

    #[wasm_bindgen_test(unsupported = test)]
    fn arrows_walk_through_rows_and_columns_and_stop_at_the_ends() {
        // Eleven thumbs, four in a row.
        let go = |key, from| step(key, from, 11, 4);
        assert_eq!([go("ArrowRight", 3), go("ArrowLeft", 0), go("ArrowRight", 10)], [Some(4), None, None]);
        assert_eq!(
            [go("ArrowDown", 2), go("ArrowUp", 6), go("ArrowDown", 8), go("ArrowUp", 3)],
            [Some(6), Some(2), None, None]
        );
        assert_eq!([go("Home", 7), go("End", 7), go("a", 7)], [Some(0), Some(10), None]);
    }
}
