//! What a tab says of itself while nobody looks at it: how many runs are in progress, in its title and its icon, and that one has ended.

use gloo_timers::callback::Interval;
use imagen4_core::{Run, RunId};
use leptos::prelude::*;
use leptos::task::spawn_local;
use wasm_bindgen::JsCast;
use wasm_bindgen::closure::Closure;
use web_sys::{HtmlLinkElement, Notification, NotificationOptions};

use crate::state::{Stores, announcer};
use crate::ui::dom;

/// The icon with a dot.
const BUSY: &str = "favicon-busy.svg";
/// A hidden tab has no event stream: while runs are in progress it asks, that often, in milliseconds.
const POLL_MS: u32 = 5_000;
/// How often elapsed time is shown anew, in milliseconds.
const TICK_MS: u32 = 100;

/// Keeps title, icon and time true.
pub(super) fn keep(stores: Stores) {
    let in_progress = stores.runs.in_progress;
    let icon = dom::by_id::<HtmlLinkElement>("favicon");
    let calm = icon.as_ref().map(HtmlLinkElement::href).unwrap_or_default();
    Effect::new(move |before: Option<Vec<RunId>>| {
        let now = in_progress.get();
        document().set_title(&title(now.len()));
        if let Some(icon) = &icon {
            icon.set_href(if now.is_empty() { &calm } else { BUSY });
        }
        let ended = before.unwrap_or_default().into_iter().filter(|run| !now.contains(run));
        if document().hidden() && stores.settings.with_untracked(|settings| settings.notify) {
            ended.filter_map(|run| stores.runs.get_untracked(run)).for_each(|run| notify(&run));
        }
        now
    });
    poll_while_hidden(stores);
    let is_slot_ahead = Memo::new(move |_| {
        let now = stores.clock.now();
        stores.config.next_slot_at().is_some_and(|at| at > now)
    });
    let any = Memo::new(move |_| in_progress.with(|all| !all.is_empty()));
    Effect::new(move || {
        let calm = dom::prefers_calm();
        stores.clock.run_every(match any.get() {
            true => Some(if calm { 1_000 } else { TICK_MS }),
            false => is_slot_ahead.get().then_some(1_000),
        });
    });
}

fn poll_while_hidden(stores: Stores) {
    let polling = StoredValue::new_local(None);
    let poll = move || {
        if !stores.runs.in_progress.with_untracked(Vec::is_empty) {
            spawn_local(stores.runs.load());
        }
    };
    let on_visibility = Closure::<dyn Fn()>::new(move || {
        polling.set_value(document().hidden().then(|| Interval::new(POLL_MS, poll)));
    });
    let _never_fails =
        document().add_event_listener_with_callback("visibilitychange", on_visibility.as_ref().unchecked_ref());
    on_visibility.forget();
}

/// `(2) Imagen 4 Playground`
fn title(in_progress: usize) -> String {
    match in_progress {
        0 => "Imagen 4 Playground".to_owned(),
        count => format!("({count}) Imagen 4 Playground"),
    }
}

fn notify(run: &Run) {
    let options = NotificationOptions::new();
    options.set_body(run.request.prompt());
    // A later word about the same run takes the place of this one.
    options.set_tag(&run.id.to_string());
    let _best_effort = Notification::new_with_options(&announcer::outcome(run), &options);
}

#[cfg(test)]
mod tests {
    use wasm_bindgen_test::wasm_bindgen_test;

    use super::*;

    #[wasm_bindgen_test(unsupported = test)]
    fn the_title_counts_what_is_in_progress() {
        assert_eq!([0, 2].map(title), ["Imagen 4 Playground", "(2) Imagen 4 Playground"]);
    }
}
