//! A run used again: what it was made from comes back into the form.

use imagen4_core::Run;

use super::draft::Draft;
use super::{focus_prompt, show, switch};
use crate::app::App;
use crate::platform::dom;

/// Fills in what a run was made from, changed by `change`.
fn fill(app: App, run: &Run, change: impl FnOnce(Draft) -> Draft) {
    let before = app.composer.draft.get_untracked();
    let (draft, words) = app.server.models.with_untracked(|models| switch::of_run(models, run, &before));
    app.composer.fill(change(draft));
    switch::tell(app.composer, before, words);
    show();
}

/// Fills in everything a run was made from.
pub fn reuse(app: App, run: &Run) {
    fill(app, run, |draft| draft);
    focus_prompt();
}

/// Fills in everything a run was made from, ready to be pressed.
pub fn try_again(app: App, run: &Run) {
    fill(app, run, |draft| draft);
    dom::focus("generate");
}

/// Fills in everything a run was made from but its seed.
pub fn reuse_new_seed(app: App, run: &Run) {
    fill(app, run, |draft| Draft { seed: String::new(), ..draft });
    focus_prompt();
}

/// Fills in everything a run was made from, its seed held, to say it in other words. What is sent then names it as where it
/// came from.
pub fn vary(app: App, run: &Run) {
    fill(app, run, |draft| Draft { parent: Some(run.id), ..draft });
    focus_prompt();
}

/// Holds the seed of a run, wherever the person is; whether the form's model has seeds.
pub fn hold(app: App, run: &Run) -> bool {
    let has_seeds = app.spec_untracked().seeds().is_some();
    if has_seeds {
        let seed = run.request.known_seed().map(|seed| seed.to_string()).unwrap_or_default();
        app.composer.draft.update(|draft| draft.seed = seed);
    }
    has_seeds
}

/// Holds the seed of a run and leaves the rest as it is.
pub fn hold_seed(app: App, run: &Run) {
    let is_held = hold(app, run);
    show();
    match is_held {
        true => dom::focus("seed"),
        false => app.toast.say(NO_SEEDS),
    }
}

/// Why a seed cannot be held.
pub const NO_SEEDS: &str = "The model in the form has no seed.";
