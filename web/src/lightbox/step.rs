//! The large view as a step in the browser's history, under the same address: Back closes it and nothing else.

use wasm_bindgen::JsValue;
use web_sys::ScrollRestoration;

use crate::platform::dom;

/// Takes the step; whether the browser let us.
pub(super) fn push_step() -> bool {
    // Where the person is when they come back is where the picture seen last is, not where the first one was.
    scroll_back(ScrollRestoration::Manual);
    let history = dom::window().history();
    history.is_ok_and(|history| history.push_state_with_url(&JsValue::NULL, "", None).is_ok())
}

/// Who scrolls to where the person was: the browser, or we.
pub(super) fn scroll_back(how: ScrollRestoration) {
    if let Ok(history) = dom::window().history() {
        let _best_effort = history.set_scroll_restoration(how);
    }
}
