//! Runs that came above while somebody was looking further down: a button says how many, and brings them into view.

use imagen4_core::{RunFilter, RunId};
use leptos::ev;
use leptos::prelude::*;
use web_sys::{ScrollBehavior, ScrollToOptions};

use crate::format::count::count;
use crate::state::config::set_if_new;
use crate::state::runs::collection::Place;
use crate::state::use_stores;
use crate::ui::dom;

/// Whoever has scrolled further does not see the top, in pixels.
const FAR: f64 = 400.0;

/// The button; there is none while the top is in view.
#[component]
pub fn NewRuns() -> impl IntoView {
    let stores = use_stores();
    let runs = stores.runs;
    let was_far = RwSignal::new(false);
    let on_scroll = window_event_listener(ev::scroll, move |_| set_if_new(was_far, is_far()));
    on_cleanup(move || on_scroll.remove());
    let seen = RwSignal::new(None);
    let view = Memo::new(move |_| stores.view.board.with(|view| (view.filter.clone(), view.run)));
    Effect::new(move |before: Option<(RunFilter, Option<RunId>)>| {
        let view = view.get();
        let newest = runs.shown.with(|shown| shown.first().copied());
        let is_other = before.is_some_and(|before| before != view);
        was_far.track();
        // A run may arrive before the browser tells of the scrolling.
        if !is_far() || is_other || stores.view.reveal.get().is_some() || seen.get_untracked().is_none() {
            set_if_new(seen, newest);
        }
        view
    });
    let number = Memo::new(move |_| runs.shown.with(|shown| arrived(shown, seen.get())));
    // What was bought here is brought into view by itself.
    let is_shown = move || number.get() > 0 && !stores.draft.submitting.get();
    view! {
        <div class="new-runs" aria-live="polite">
            <Show when=is_shown>
                <button type="button" class="button primary" on:click=move |_| scroll_to_top()>
                    {move || count(number.get() as u64, "new run")}
                </button>
            </Show>
        </div>
    }
}

fn is_far() -> bool {
    window().scroll_y().is_ok_and(|y| y > FAR)
}

/// How many of the runs came after the newest that was seen; they come newest first.
fn arrived(shown: &[Place], seen: Option<Place>) -> usize {
    seen.map_or(0, |seen| shown.iter().take_while(|place| **place > seen).count())
}

/// Shows the top of the board.
pub(super) fn scroll_to_top() {
    let options = ScrollToOptions::new();
    options.set_top(0.0);
    options.set_behavior(behavior());
    window().scroll_to_with_scroll_to_options(&options);
}

/// How the page scrolls by itself.
pub(super) fn behavior() -> ScrollBehavior {
    if dom::prefers_calm() { ScrollBehavior::Instant } else { ScrollBehavior::Smooth }
}

#[cfg(test)]
mod tests {
    use imagen4_core::Timestamp;
    use wasm_bindgen_test::wasm_bindgen_test;

    use super::*;

    #[wasm_bindgen_test(unsupported = test)]
    fn only_what_came_after_the_newest_that_was_seen_is_new() {
        let place = |at: i64| (Timestamp::from_ms(at), RunId::from_bits(at as u128));
        let shown = [5, 4, 3].map(place);
        assert_eq!(arrived(&shown, Some(place(5))), 0);
        assert_eq!(arrived(&shown, Some(place(3))), 2);
        assert_eq!(arrived(&shown, None), 0, "nothing was seen yet: it is the first page");
        assert_eq!(arrived(&shown[1..], Some(place(5))), 0, "the newest was deleted");
        assert_eq!(arrived(&shown, Some(place(1))), 3, "older ones were deleted");
    }
}
