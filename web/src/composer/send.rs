//! The press: one run, however often the button is hit, the network fails or the page is reloaded.

use imagen4_core::{GenerationRequest, Run, Seed};

use super::armed::{Armed, Press};
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

/// Sends the draft, unless a send is under way or this is the second half of a double click.
pub fn press(app: App) {
    let composer = app.composer;
    if composer.busy.get_untracked() {
        return;
    }
    let Some(body) = body(app) else { return };
    // The answer to the first half of a double click is often there before the second half.
    let plain = body("");
    let mut repeats = false;
    composer.pressed.update(|last| repeats = Press::repeats(last, &plain, clock::now()));
    if repeats {
        return;
    }
    let waiting = composer.waiting.get_untracked();
    send(app, Armed::arm(waiting, body, random::key));
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
    let model = untrack(|| app.server.terms()).model;
    let draft = app.composer.draft.get_untracked();
    let requests = draft.requests(model).ok()?;
    Some(move |key: &str| {
        let body = write(&requests, draft.seeds, key);
        match (draft.parent, body.strip_suffix('}')) {
            (Some(parent), Some(body)) => format!("{body},\"parent\":\"{parent}\"}}"),
            _ => body,
        }
    })
}

/// One wording is a run, and several are a group. Where they share a seed that nobody holds, it is rolled here: the proxy
/// would roll one for each.
fn write(requests: &[GenerationRequest], seeds: Seeds, key: &str) -> String {
    let json = |request: &GenerationRequest| serde_json::to_string(request).unwrap_or_default();
    if let [request] = requests {
        return json(request);
    }
    let rolled = u32::from_str_radix(key.get(..8).unwrap_or_default(), 16).unwrap_or_default();
    let shared = (seeds == Seeds::One).then(|| Seed::from_random(rolled));
    let mut body = String::new();
    for request in requests {
        let seed = match seeds {
            Seeds::One => request.seed.or(shared),
            Seeds::Each => None,
        };
        body += if body.is_empty() { GROUP } else { "," };
        body += &json(&GenerationRequest { seed, ..request.clone() });
    }
    body + "]}"
}

fn send(app: App, armed: Armed) {
    let composer = app.composer;
    armed.remember(&Store::session());
    composer.waiting.set(Some(armed.clone()));
    composer.busy.set(true);
    composer.failure.set(None);
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
            Err(error) => failed(app, &error),
        }
    });
}

fn accepted(app: App, runs: Vec<Run>) {
    app.composer.replaced.set(None);
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

#[cfg(test)]
mod tests {
    use imagen4_core::Prompt;
    use serde_json::Value;
    use wasm_bindgen_test::wasm_bindgen_test;

    use super::*;

    const KEY: &str = "0123456789abcdef0123456789abcdef";

    fn seeds_of(requests: &[GenerationRequest], seeds: Seeds, key: &str) -> Vec<Option<i64>> {
        let body: Value = serde_json::from_str(&write(requests, seeds, key)).expect("it is JSON");
        body["requests"].as_array().expect("a group").iter().map(|one| one["seed"].as_i64()).collect()
    }

    #[wasm_bindgen_test(unsupported = test)]
    fn wordings_share_one_seed_that_belongs_to_the_key() {
        let request = |words: &str| GenerationRequest::new(Prompt::new(words).expect("not empty"));
        let all = [request("a"), request("b")];
        let rolled = seeds_of(&all, Seeds::One, KEY);
        assert_eq!(rolled, [Some(i64::from(Seed::from_random(0x0123_4567).get())); 2]);
        assert_eq!(seeds_of(&all, Seeds::One, KEY), rolled, "sent again, it is the same body");
        assert_ne!(seeds_of(&all, Seeds::One, "ffffffff"), rolled);
        assert_eq!(seeds_of(&all, Seeds::Each, KEY), [None, None], "the proxy rolls one for each");
        let held = all.map(|request| GenerationRequest { seed: Seed::new(7).ok(), ..request });
        assert_eq!(seeds_of(&held, Seeds::One, KEY), [Some(7), Some(7)]);
    }

    #[wasm_bindgen_test(unsupported = test)]
    fn one_wording_is_a_run() {
        let body = write(&[GenerationRequest::new(Prompt::new("a fox").expect("not empty"))], Seeds::One, KEY);
        assert!(body.starts_with("{\"model\":") && body.contains("\"seed\":null"), "{body}");
    }
}
