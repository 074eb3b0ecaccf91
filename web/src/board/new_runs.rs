//! Runs that came above while somebody was looking further down: a button says how many and brings them into view, and they move
//! nothing: they stand in rows of their own.

use imagen4_core::{RunFilter, RunId};
use leptos::ev;
use leptos::prelude::*;
use web_sys::{ScrollBehavior, ScrollToOptions};

use crate::format::count::count;
use crate::state::config::set_if_new;
use crate::state::runs::collection::Place;
use crate::state::runs::items::Item;
use crate::state::{Stores, use_stores};
use crate::ui::dom;

/// Whoever has scrolled further does not see the top, in pixels.
const FAR: f64 = 400.0;

/// What the board shows: other runs have nothing to do with those that were seen.
type View = (RunFilter, Option<RunId>);

/// The runs that arrived above what somebody looks at.
#[derive(Clone, Copy, Debug)]
pub struct Arrivals {
    /// How many wait to be seen.
    number: Memo<usize>,
    /// Each begins a row: runs that came above it would else move it, and all that follow.
    breaks: Memo<(View, Vec<Place>)>,
}

impl Arrivals {
    /// Of what the board shows.
    pub fn new(stores: Stores) -> Self {
        let runs = stores.runs;
        let was_far = RwSignal::new(false);
        let on_scroll = window_event_listener(ev::scroll, move |_| set_if_new(was_far, is_far()));
        on_cleanup(move || on_scroll.remove());
        let view = Memo::new(move |_| stores.view.board.with(|view| (view.filter.clone(), view.run)));
        // The newest that was seen, and where.
        let seen = RwSignal::new(None::<(View, Place)>);
        Effect::new(move || {
            let view = view.get();
            let newest = runs.shown.with(|shown| shown.first().copied());
            was_far.track();
            let is_other = seen.with_untracked(|seen| seen.as_ref().is_none_or(|(before, _)| *before != view));
            // A run may arrive before the browser tells of the scrolling.
            if !is_far() || is_other || stores.view.reveal.get().is_some() {
                set_if_new(seen, newest.map(|newest| (view, newest)));
            }
        });
        let seen =
            Memo::new(move |_| view.with(|now| seen.get().filter(|(view, _)| view == now).map(|(_, seen)| seen)));
        let number = Memo::new(move |_| runs.shown.with(|shown| arrived(shown, seen.get())));
        let breaks = Memo::new(move |before: Option<&(View, Vec<Place>)>| {
            let view = view.get();
            let mut breaks =
                before.filter(|before| before.0 == view).map(|before| before.1.clone()).unwrap_or_default();
            // Who sees the top sees them come.
            if number.get() > 0 && is_far() && stores.view.reveal.get_untracked().is_none() {
                breaks.extend(seen.get().filter(|seen| !breaks.contains(seen)));
            }
            (view, breaks)
        });
        Self { number, breaks }
    }

    /// Whether a row begins with an item.
    pub fn begins_row(self, item: &Item) -> bool {
        self.breaks.with(|(_, breaks)| breaks.iter().any(|place| item.places.contains(place)))
    }
}

/// The button; there is none while the top is in view.
#[component]
pub fn NewRuns() -> impl IntoView {
    let stores = use_stores();
    let Arrivals { number, .. } = expect_context();
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
