//! Selecting runs: Ctrl/⌘- and Shift-clicks, long presses, and plain clicks once something is selected.

use imagen4_core::RunId;
use leptos::prelude::*;
use web_sys::{MouseEvent, PointerEvent};

use crate::state::Stores;
use crate::ui::dom;

/// What a click does to the selection.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Intent {
    Toggle,
    Extend,
}

/// What is held while clicking, and whether something is selected already.
fn intent(ctrl_or_meta: bool, shift: bool, alt: bool, is_active: bool) -> Option<Intent> {
    match (ctrl_or_meta, shift, alt) {
        (_, _, true) => None,
        (_, true, _) => Some(Intent::Extend),
        (true, false, _) => Some(Intent::Toggle),
        (false, false, _) => is_active.then_some(Intent::Toggle),
    }
}

/// A click on a thumbnail of a run. Returns whether it was about the selection, and does nothing else.
pub fn on_thumb_click(stores: Stores, run: RunId, event: &MouseEvent) -> bool {
    let selection = stores.selection;
    if selection.press.takes_click() {
        return true;
    }
    let is_active = untrack(|| selection.is_active());
    match intent(event.ctrl_key() || event.meta_key(), event.shift_key(), event.alt_key(), is_active) {
        Some(Intent::Toggle) => selection.toggle(run),
        Some(Intent::Extend) => selection.extend_to(run, &order(stores)),
        None => return false,
    }
    true
}

/// A click anywhere else on a run's card.
pub fn on_card_click(stores: Stores, run: RunId, event: &MouseEvent) {
    if !dom::is_on_control(event) {
        on_thumb_click(stores, run, event);
    }
}

/// The mouse goes down on a card: with Shift it selects runs, and no text.
pub fn on_card_mouse_down(event: &MouseEvent) {
    if event.shift_key() && !dom::is_on_control(event) {
        event.prevent_default();
    }
}

/// A pointer goes down on a thumbnail: a finger that rests there selects the run.
pub fn on_thumb_press(stores: Stores, run: RunId, event: &PointerEvent) {
    stores.selection.press.begin(event, move || stores.selection.toggle(run));
}

/// A pointer goes down anywhere else on a run's card.
pub fn on_card_press(stores: Stores, run: RunId, event: &PointerEvent) {
    if !dom::is_on_control(event) {
        on_thumb_press(stores, run, event);
    }
}

/// The runs that are shown, as the board lists them.
pub fn order(stores: Stores) -> Vec<RunId> {
    stores.runs.items.with_untracked(|items| items.iter().flat_map(|item| &item.places).map(|place| place.1).collect())
}

#[cfg(test)]
mod tests {
    use wasm_bindgen_test::wasm_bindgen_test;

    use super::*;

    #[wasm_bindgen_test(unsupported = test)]
    fn a_plain_click_selects_only_where_something_is_selected() {
        assert_eq!(intent(false, false, false, false), None);
        assert_eq!(intent(false, false, false, true), Some(Intent::Toggle));
        assert_eq!(intent(true, false, false, false), Some(Intent::Toggle));
        assert_eq!(intent(false, true, false, true), Some(Intent::Extend));
        assert_eq!(intent(true, true, false, false), Some(Intent::Extend));
        assert_eq!(intent(true, false, true, true), None, "the browser's own");
    }
}
