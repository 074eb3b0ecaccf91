//! What a tab says of itself that nobody looks at: how many runs are under way, in its title and its icon, and that one has ended.

use imagen4_core::{Run, RunId};
use web_sys::{Notification, NotificationOptions, NotificationPermission};

use crate::announce;
use crate::app::App;
use crate::platform::dom::{document, is_hidden, listen};
use crate::platform::reactive::{Signal, effect, spawn};
use crate::platform::timer::Timer;

/// The icon with a dot.
const BUSY: &str = "favicon-busy.svg";
/// A hidden tab has no event stream: while runs are under way it asks, that often, in milliseconds.
const ASK_MS: i32 = 5_000;

/// Keeps title and icon true.
pub fn keep(app: App) {
    let under_way = app.board.under_way;
    let icon = document().query_selector("link[rel=icon]").ok().flatten();
    let calm = icon.as_ref().and_then(|icon| icon.get_attribute("href")).unwrap_or_default();
    let before = Signal::new(Vec::new());
    effect(move || {
        let now = under_way.get();
        document().set_title(&title(now.len()));
        if let Some(icon) = &icon {
            let _never_fails = icon.set_attribute("href", if now.is_empty() { &calm } else { BUSY });
        }
        let ended: Vec<RunId> = before.take().into_iter().filter(|run| !now.contains(run)).collect();
        before.set(now);
        if is_hidden() && app.settings.with_untracked(|settings| settings.notify) {
            let runs = ended.into_iter().filter_map(|run| app.board.runs.with_untracked(|runs| runs.get(run)));
            runs.for_each(|run| run.with_untracked(notify));
        }
    });
    let asking = Signal::new(None);
    listen(&document(), "visibilitychange", move |_: web_sys::Event| {
        let ask = move || {
            if !under_way.with_untracked(Vec::is_empty) {
                spawn(app.board.refresh(app.server));
            }
        };
        asking.set(is_hidden().then(|| Timer::every(ASK_MS, ask)));
    });
}

/// `(2) Imagen 4 Playground`
pub fn title(under_way: usize) -> String {
    match under_way {
        0 => "Imagen 4 Playground".to_owned(),
        count => format!("({count}) Imagen 4 Playground"),
    }
}

fn notify(run: &Run) {
    let options = NotificationOptions::new();
    options.set_body(run.request.prompt());
    // A later word about the same run takes the place of this one.
    options.set_tag(&run.id.to_string());
    let _best_effort = Notification::new_with_options(&announce::state(run), &options);
}

/// Asks the person for leave to notify; whether it is given.
pub async fn may_notify() -> bool {
    let Ok(asked) = Notification::request_permission() else { return false };
    let _is_told_below = js_sys::futures::JsFuture::from(asked).await;
    Notification::permission() == NotificationPermission::Granted
}

#[cfg(test)]
mod tests {
    use wasm_bindgen_test::wasm_bindgen_test;

    use super::*;

    #[wasm_bindgen_test(unsupported = test)]
    fn the_title_counts_what_is_under_way() {
        assert_eq!([0, 2].map(title), ["Imagen 4 Playground", "(2) Imagen 4 Playground"]);
    }
}
