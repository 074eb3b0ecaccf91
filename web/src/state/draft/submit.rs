//! Generate: one run or group, however often the button is hit, the network fails or the page is reloaded.

use gloo_timers::future::TimeoutFuture;
use imagen4_core::{ModelInput, ProblemCode, Run};
use leptos::prelude::*;
use leptos::task::spawn_local;

use super::DraftStore;
use super::fields::Seeds;
use super::plan::PriceQuery;
use super::submission::{self, Click};
use crate::api::submission::GROUP_PREFIX;
use crate::api::{self, ApiError, Submission};
use crate::format::count::count;
use crate::state::runs::RunsStore;
use crate::state::storage::Store;
use crate::state::usage::UsageStore;
use crate::state::view::{Panel, ViewStore};
use crate::state::{random, time};

/// How long is waited before each further try, in milliseconds.
const AGAIN_MS: [u32; 3] = [500, 1_000, 2_000];

/// What a submission touches beside the draft.
#[derive(Clone, Copy, Debug)]
pub struct Submitter {
    /// What is submitted.
    pub draft: DraftStore,
    /// Where its runs arrive.
    pub runs: RunsStore,
    /// Whose money it is.
    pub usage: UsageStore,
    /// What shows them.
    pub view: ViewStore,
    /// What the live region says.
    pub announcement: RwSignal<String>,
}

impl Submitter {
    /// Submits the draft at the price that the button shows, unless a submission is in progress or this is the second half of a double
    /// click.
    pub fn submit(self) {
        let draft = self.draft;
        if draft.submitting.get_untracked() {
            return;
        }
        let (Some(body), Some(price)) = (self.body(), draft.price_untracked().known()) else { return };
        // The answer to the first half of a double click is often there before the second half.
        let plain = body("");
        let repeats = draft.last_click.try_update_value(|last| Click::repeats(last, &plain, time::now()));
        if repeats.unwrap_or_default() {
            return;
        }
        let waiting = draft.waiting.get_untracked();
        self.send(submission::prepare(waiting, body, price, random::key));
    }

    /// Sends again what was sent before a reload and has no answer, if the form still says the same: whoever changed their
    /// mind does not want it any more.
    pub fn resume(self) {
        let draft = self.draft;
        let waiting = draft.waiting.get_untracked().filter(|_| !draft.submitting.get_untracked());
        let is_wanted = |waiting: &Submission| self.body().is_some_and(|body| submission::is_of(waiting, body));
        if let Some(waiting) = waiting.filter(is_wanted) {
            self.send(waiting);
        }
    }

    /// What the form says, as a body that is made of a key.
    fn body(self) -> Option<impl Fn(&str) -> String> {
        let (seeds, parent) = self.draft.fields.with_untracked(|draft| (draft.seeds, draft.parent));
        let inputs = self.draft.plan_untracked().inputs.ok()?;
        Some(move |key: &str| {
            let body = write(&inputs, seeds, key);
            match (parent, body.strip_suffix('}')) {
                (Some(parent), Some(body)) => format!("{body},\"parent\":\"{parent}\"}}"),
                _ => body,
            }
        })
    }

    fn send(self, submission: Submission) {
        let draft = self.draft;
        submission::remember(&submission, &Store::session());
        draft.waiting.set(Some(submission.clone()));
        draft.submitting.set(true);
        draft.failure.set(None);
        let queries = draft.plan_untracked().queries;
        spawn_local(async move {
            let answer = deliver(&submission).await;
            if submission::is_settled_by(&answer) {
                draft.waiting.set(None);
                submission::forget(&Store::session());
            }
            draft.config.note(&answer);
            draft.submitting.set(false);
            match answer {
                Ok(runs) => self.accepted(runs),
                Err(error) => self.failed(&error, &queries),
            }
        });
    }

    fn accepted(self, runs: Vec<Run>) {
        self.draft.model_notice.set(String::new());
        self.announcement.set(format!("{} accepted", count(runs.len() as u64, "run")));
        let bought: Vec<_> = runs.iter().map(|run| run.id).collect();
        for run in runs {
            self.runs.merge(run);
        }
        self.view.show_panel(Panel::Board);
        // What was paid for must not be hidden by a filter.
        self.runs.reveal(&bought);
    }

    fn failed(self, error: &ApiError, queries: &[PriceQuery]) {
        let quotes = self.draft.quotes;
        let mut advice = " Press Generate again: if the first try did arrive, it stays one run.".to_owned();
        if let ApiError::Refused(problem) = error {
            if let Some(budget) = problem.budget {
                self.usage.take_budget(budget);
            }
            if error.is_definite() {
                advice.clear();
            }
            match (problem.code, problem.price_microusd) {
                (ProblemCode::PriceChanged, Some(price)) => {
                    quotes.changed(queries, price);
                    advice = format!(" It costs {price} now: press Generate again to buy it for that.");
                }
                (ProblemCode::PriceChanged, None) => quotes.forget(queries),
                (ProblemCode::PriceUnknown, _) => {
                    quotes.forget(queries);
                    advice = " Nothing was bought.".to_owned();
                }
                (ProblemCode::ModelRetired, _) => {
                    quotes.forget(queries);
                    self.draft.config.reload_models_soon();
                }
                _ => {}
            }
        }
        let message = format!("Not submitted. {}{advice}", error.message());
        self.announcement.set(message.clone());
        self.draft.failure.set(Some(message));
    }
}

/// Sends a submission until there is an answer, or until it looks like nobody is there. The key makes one run of all tries.
async fn deliver(submission: &Submission) -> Result<Vec<Run>, ApiError> {
    for wait in AGAIN_MS {
        match api::submit(submission).await {
            Err(error) if error.may_pass() => TimeoutFuture::new(wait).await,
            answer => return answer,
        }
    }
    api::submit(submission).await
}

/// One variant is a run, and several are a group. Where they share a seed that nobody locked, it is rolled here: the proxy would roll
/// one for each.
fn write(inputs: &[ModelInput], seeds: Seeds, key: &str) -> String {
    let json = |input: &ModelInput| serde_json::to_string(input.chosen()).unwrap_or_default();
    if let [input] = inputs {
        return json(input);
    }
    let rolled = u32::from_str_radix(key.get(..8).unwrap_or_default(), 16).unwrap_or_default();
    let mut body = String::new();
    for input in inputs {
        body += if body.is_empty() { GROUP_PREFIX } else { "," };
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

#[cfg(test)]
mod tests {
    use serde_json::Value;
    use wasm_bindgen_test::wasm_bindgen_test;

    use super::*;
    use crate::state::config::models::tests::told;
    use crate::state::draft::fields::Draft;

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
    fn variants_share_one_seed_that_belongs_to_the_key() {
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
    fn one_variant_is_a_run_of_its_model() {
        let body: Value = serde_json::from_str(&write(&inputs("", "a fox", ""), Seeds::One, KEY)).expect("JSON");
        assert_eq!(
            (body["model"].as_str(), body["input"]["prompt"].as_str()),
            (Some("wavespeed-ai/imagen4"), Some("a fox"))
        );
    }
}
