//! The press: one run, however often the button is hit, the network fails or the page is reloaded.

use imagen4_core::Run;
use leptos::prelude::*;

use super::armed::{Armed, Press};
use crate::api::{self, ApiError};
use crate::app::App;
use crate::platform::clock;
use crate::platform::dom;
use crate::platform::random;
use crate::platform::reactive::spawn;
use crate::platform::storage::Store;

/// Sends the draft, unless a send is under way or this is the second half of a double click.
pub fn press(app: App) {
    let composer = app.composer;
    if composer.busy.get_untracked() {
        return;
    }
    let Some(body) = body(app) else { return };
    // The answer to the first half of a double click is often there before the second half.
    if composer.pressed.try_update_value(|last| Press::repeats(last, &body, clock::now())).unwrap_or_default() {
        return;
    }
    let waiting = composer.waiting.get_value();
    send(app, Armed::arm(waiting, body, random::key));
}

/// Sends again what was sent before a reload and has no answer, if the form still says the same: whoever changed their
/// mind does not want it any more.
pub fn resume(app: App) {
    let waiting = app.composer.waiting.get_value().filter(|_| !app.composer.busy.get_untracked());
    if let Some(armed) = waiting.filter(|armed| body(app).as_ref() == Some(&armed.body)) {
        send(app, armed);
    }
}

fn body(app: App) -> Option<String> {
    let model = app.server.terms().model;
    let request = app.composer.draft.with_untracked(|draft| draft.request(model)).ok()?;
    serde_json::to_string(&request).ok()
}

fn send(app: App, armed: Armed) {
    let composer = app.composer;
    armed.remember(&Store::session());
    composer.waiting.set_value(Some(armed.clone()));
    composer.busy.set(true);
    composer.failure.set(None);
    spawn(async move {
        let answer = api::create_run(&armed).await;
        if Armed::is_settled_by(&answer) {
            composer.waiting.set_value(None);
            Armed::forget(&Store::session());
        }
        app.server.note(&answer);
        composer.busy.set(false);
        match answer {
            Ok(run) => accepted(app, run),
            Err(error) => failed(app, &error),
        }
    });
}

fn accepted(app: App, run: Run) {
    app.composer.replaced.set(None);
    app.board.take_new(app, run);
    dom::show_view("runs");
}

fn failed(app: App, error: &ApiError) {
    if let ApiError::Refused(problem) = error
        && let Some(budget) = problem.budget
    {
        app.server.take_budget(budget);
    }
    let advice = match error {
        ApiError::Refused(_) if error.is_definite() => "",
        _ => " Press Generate again: if the first try did arrive, it stays one run.",
    };
    let words = format!("Not sent. {}{advice}", error.words());
    app.say(&words);
    app.composer.failure.set(Some(words));
}
