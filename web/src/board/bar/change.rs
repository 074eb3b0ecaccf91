//! Changing what the list is narrowed to.

use imagen4_core::{FieldErrors, RunFilter};
use leptos::prelude::*;

use crate::state::Stores;
use crate::state::view::{BoardView, Step};

/// Narrows the list by one value of a query, or no more by it where the value is empty. What cannot be changes nothing.
pub(super) fn set_filter(stores: Stores, name: &str, value: &str, step: Step) {
    let mut view = BoardView { run: None, ..stores.view.board.get_untracked() };
    view.filter.set(name, value, &mut FieldErrors::default());
    stores.runs.show(view, step);
}

/// The same view of everything that the search finds.
pub(super) fn without_filters(view: BoardView) -> BoardView {
    BoardView { filter: RunFilter { q: view.filter.q, ..RunFilter::default() }, run: None, layout: view.layout }
}

#[cfg(test)]
mod tests {
    use imagen4_core::RunId;
    use wasm_bindgen_test::wasm_bindgen_test;

    use super::*;
    use crate::state::view::tests::read;

    #[wasm_bindgen_test(unsupported = test)]
    fn without_filters_the_words_and_the_layout_stay() {
        let mut view =
            read(&[("q", "fox"), ("state", "failed"), ("seed", "7"), ("favorite", "true"), ("view", "grid")]);
        view.run = Some(RunId::from_bits(1));
        assert_eq!(without_filters(view), read(&[("q", "fox"), ("view", "grid")]));
    }
}
