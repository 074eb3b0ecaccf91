//! The press: one run, however often the button is hit, the network fails or the page is reloaded.

use imagen4_core::{ModelInput, ProblemCode, Run};

use super::armed::{Armed, Press};
use super::composed::Ask;
use super::draft::Seeds;
use crate::api::{self, ApiError};
use crate::app::App;
use crate::board::finder;
use crate::platform::clock;
use crate::platform::dom;
use crate::platform::random;
use crate::platform::reactive::{spawn, untrack};
use crate::platform::storage::Store;

/// How the body of a group begins.
const GROUP: &str = "{\"requests\":[";

/// Sends the draft at the price that the button shows, unless a send is under way or this is the second half of a double click.
pub fn press(app: App) {
    let composer = app.composer;
    if composer.busy.get_untracked() {
        return;
    }
    let (Some(body), Some(price)) = (body(app), app.price_untracked().known()) else { return };
    // The answer to the first half of a double click is often there before the second half.
    let plain = body("");
    let mut repeats = false;
    composer.pressed.update(|last| repeats = Press::repeats(last, &plain, clock::now()));
    if repeats {
        return;
    }
    let waiting = composer.waiting.get_untracked();
    send(app, Armed::arm(waiting, body, price, random::key));
}

/// Sends again what was sent before a reload and has no answer, if the form still says the same: whoever changed their
/// mind does not want it any more.
pub fn resume(app: App) {
    let waiting = app.composer.waiting.get_untracked().filter(|_| !app.composer.busy.get_untracked());
    if let Some(armed) = waiting.filter(|armed| body(app).is_some_and(|body| armed.is_of(body))) {
        send(app, armed);
    }
}

/// What the form says, as a body that is made of a key.
fn body(app: App) -> Option<impl Fn(&str) -> String> {
    let (seeds, parent) = app.composer.draft.with_untracked(|draft| (draft.seeds, draft.parent));
    let inputs = app.composed_untracked().inputs.ok()?;
    Some(move |key: &str| {
        let body = write(&inputs, seeds, key);
        match (parent, body.strip_suffix('}')) {
            (Some(parent), Some(body)) => format!("{body},\"parent\":\"{parent}\"}}"),
            _ => body,
        }
    })
}

/// One wording is a run, and several are a group. Where they share a seed that nobody holds, it is rolled here: the proxy
/// would roll one for each.
fn write(inputs: &[ModelInput], seeds: Seeds, key: &str) -> String {
    let json = |input: &ModelInput| serde_json::to_string(input.chosen()).unwrap_or_default();
    if let [input] = inputs {
        return json(input);
    }
    let rolled = u32::from_str_radix(key.get(..8).unwrap_or_default(), 16).unwrap_or_default();
    let mut body = String::new();
    for input in inputs {
        body += if body.is_empty() { GROUP } else { "," };
        body += &match seeds {
            Seeds::One => json(&input.clone().with_rolled_seed(rolled)),
            // The proxy rolls one for each.
            Seeds::Each => {
                let mut request = input.chosen().clone();
                request.input.remove("seed");
                serde_json::to_string(&request).unwrap_or_default()
            }
        };
    }
    body + "]}"
}

fn send(app: App, armed: Armed) {
    let composer = app.composer;
    armed.remember(&Store::session());
    composer.waiting.set(Some(armed.clone()));
    composer.busy.set(true);
    composer.failure.set(None);
    let asks = app.composed_untracked().asks;
    spawn(async move {
        let answer = match armed.body.starts_with(GROUP) {
            true => api::create_group(&armed).await,
            false => api::create_run(&armed).await.map(|run| vec![run]),
        };
        if Armed::is_settled_by(&answer) {
            composer.waiting.set(None);
            Armed::forget(&Store::session());
        }
        app.server.note(&answer);
        composer.busy.set(false);
        match answer {
            Ok(runs) => accepted(app, runs),
            Err(error) => failed(app, &error, &asks),
        }
    });
}

fn accepted(app: App, runs: Vec<Run>) {
    app.composer.replaced.set(None);
    app.composer.switched.set_if_new(String::new());
    app.say(&match runs.len() {
        1 => "Run accepted".to_owned(),
        count => format!("{count} runs accepted"),
    });
    let bought: Vec<_> = runs.iter().map(|run| run.id).collect();
    for run in runs {
        app.board.take_new(app, run);
    }
    // What was paid for must not be hidden by a filter; Back brings that back.
    let shown = untrack(|| app.board.shown());
    if !bought.iter().all(|id| shown.iter().any(|(_, other)| other == id)) {
        finder::show_alike(app, |_| {});
    }
    dom::show_view("runs");
}

fn failed(app: App, error: &ApiError, asks: &[Ask]) {
    let mut advice = " Press Generate again: if the first try did arrive, it stays one run.".to_owned();
    if let ApiError::Refused(problem) = error {
        if let Some(budget) = problem.budget {
            app.server.take_budget(budget);
        }
        if error.is_definite() {
            advice.clear();
        }
        match (problem.code, problem.price_microusd) {
            (ProblemCode::PriceChanged, Some(price)) => {
                app.composer.quotes.changed(asks, price);
                advice = format!(" It costs {price} now: press Generate again to buy it for that.");
            }
            (ProblemCode::PriceChanged, None) => app.composer.quotes.forget(asks),
            (ProblemCode::PriceUnknown, _) => {
                app.composer.quotes.forget(asks);
                advice = " Nothing was bought.".to_owned();
            }
            (ProblemCode::ModelRetired, _) => {
                app.composer.quotes.forget(asks);
                app.server.ask_models_soon();
            }
            _ => {}
        }
    }
    let words = format!("Not sent. {}{advice}", error.words());
    app.say(&words);
    app.composer.failure.set(Some(words));
}

#[cfg(test)]
mod tests {
    use serde_json::Value;
    use wasm_bindgen_test::wasm_bindgen_test;

    use super::*;
    use crate::composer::draft::Draft;
    use crate::server::models::tests::told;

    const KEY: &str = "0123456789abcdef0123456789abcdef";

    fn inputs(model: &str, prompt: &str, seed: &str) -> Vec<ModelInput> {
        let draft = Draft { prompt: prompt.into(), seed: seed.into(), ..Draft::default() };
        draft.inputs(&told(&[]).spec(model)).expect("valid")
    }

    fn seeds_of(inputs: &[ModelInput], seeds: Seeds, key: &str) -> Vec<Option<i64>> {
        let body: Value = serde_json::from_str(&write(inputs, seeds, key)).expect("it is JSON");
        body["requests"].as_array().expect("a group").iter().map(|one| one["input"]["seed"].as_i64()).collect()
    }

    #[wasm_bindgen_test(unsupported = test)]
    fn wordings_share_one_seed_that_belongs_to_the_key() {
        let all = inputs("", "{a|b}", "");
        let rolled = seeds_of(&all, Seeds::One, KEY);
        assert!(rolled[0].is_some() && rolled[0] == rolled[1], "{rolled:?}");
        assert_eq!(seeds_of(&all, Seeds::One, KEY), rolled, "sent again, it is the same body");
        assert_ne!(seeds_of(&all, Seeds::One, "ffffffff"), rolled);
        assert_eq!(seeds_of(&all, Seeds::Each, KEY), [None, None], "the proxy rolls one for each");
        let held = inputs("", "{a|b}", "7");
        assert_eq!(seeds_of(&held, Seeds::One, KEY), [Some(7), Some(7)]);
        assert_eq!(seeds_of(&held, Seeds::Each, KEY), [None, None]);
        let without = inputs("bytedance/seedream-v4", "{a|b}", "");
        assert_eq!(seeds_of(&without, Seeds::One, KEY), [None, None], "there is none to share");
    }

    #[wasm_bindgen_test(unsupported = test)]
    fn one_wording_is_a_run_of_its_model() {
        let body: Value = serde_json::from_str(&write(&inputs("", "a fox", ""), Seeds::One, KEY)).expect("JSON");
        assert_eq!(
            (body["model"].as_str(), body["input"]["prompt"].as_str()),
            (Some("wavespeed-ai/imagen4"), Some("a fox"))
        );
    }
}
