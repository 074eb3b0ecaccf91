//! What the form says of itself: the button with its price, the reasons, how full the texts are, hints.

use imagen4_core::ModelSpec;
use imagen4_core::model::{InputKind, MAX_PROMPT_CHARS};
use imagen4_core::wording::hints::{Hint, hints};
use wasm_bindgen::JsCast;
use web_sys::HtmlButtonElement;

use super::draft::{Draft, fullness};
use super::label::{demo, label};
use super::reasons::Reason;
use super::variants;
use crate::app::App;
use crate::platform::dom;
use crate::platform::part::Part;
use crate::platform::reactive::{Signal, effect};
use crate::platform::timer::Timer;

/// A pause in writing of that many milliseconds is the time for hints.
const PAUSE_MS: i32 = 700;

/// Keeps all of it true.
pub(super) fn adopt(app: App) {
    button(app);
    texts(app);
}

/// The button, and what is said beside it.
fn button(app: App) {
    let composer = app.composer;
    let runs = variants::adopt(app);
    let button = Part::shell("generate");
    button.0.unchecked_ref::<HtmlButtonElement>().set_disabled(false);
    button
        // Not `disabled`: it must be reachable, so that the reasons are.
        .bind_state("aria-disabled", move || !app.reasons().is_empty())
        .bind_state("aria-busy", move || composer.busy.get())
        .bind(move || {
            let (spec, price, terms) = (app.spec(), app.price(), app.server.terms());
            composer.draft.with(|draft| label(draft, &spec, runs.get(), &price, &terms))
        });
    Part::shell("demo").bind(move || demo(&app.price(), &app.server.terms()));
    Part::shell("failure").bind(move || composer.failure.get().unwrap_or_default());
    Part::shell("reason-list").bind_parts(move || {
        let item = |reason: &Reason| {
            let item = Part::new("li");
            item.say(&reason.text);
            item
        };
        app.reasons().iter().map(item).collect()
    });
    Part::shell("price-again").show(move || app.price().can_be_retried()).press(move || {
        composer.quotes.forget(&app.composed_untracked().asks);
        dom::focus("generate");
    });
    Part::shell("ready").say("Ctrl + Enter or ⌘ + Enter sends it, too.").show(move || app.reasons().is_empty());
}

/// What is said of the texts.
fn texts(app: App) {
    let composer = app.composer;
    let has_negative = move || app.spec().concepts.negative_prompt.is_some();
    Part::shell("negative").show(has_negative);
    let most = |spec: &ModelSpec, name: Option<&String>| match name.and_then(|name| spec.input(name)).map(|it| &it.kind)
    {
        Some(InputKind::Text { max_chars: Some(most), .. }) => *most,
        _ => MAX_PROMPT_CHARS,
    };
    Part::shell("prompt-count").bind(move || {
        let spec = app.spec();
        let most = most(&spec, Some(&spec.concepts.prompt));
        composer.draft.with(|draft| fullness(&draft.prompt, most)).unwrap_or_default()
    });
    Part::shell("negative-count").bind(move || {
        let spec = app.spec();
        let most = most(&spec, spec.concepts.negative_prompt.as_ref());
        composer.draft.with(|draft| fullness(&draft.negative_prompt, most)).unwrap_or_default()
    });
    Part::shell("negative-summary").bind(move || composer.draft.with(Draft::negative_summary));
    let told = Signal::new(Vec::new());
    let pause = Signal::new(None);
    effect(move || {
        let now =
            composer.draft.with(|draft| hints(&draft.prompt, if has_negative() { &draft.negative_prompt } else { "" }));
        // In the midst of a word they would only be in the way.
        pause.set(Some(Timer::once(PAUSE_MS, move || told.set_if_new(now.clone()))));
    });
    Part::shell("hints").bind_parts(move || {
        let item = |hint: &Hint| {
            let item = Part::new("li");
            item.say(&hint.to_string());
            item
        };
        told.with(|hints| hints.iter().map(item).collect())
    });
}
