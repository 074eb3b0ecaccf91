//! The draft: what will be generated, what it costs, and submitting it once.
//!
//! # Layout
//! - this file: the store, and everything that replaces what a person wrote, with a way back
//! - [`fields`]: what the form says; [`input`]: what a model is sent of it, and back
//! - [`plan`]: what Generate would submit; [`issues`]: why it can't; [`quotes`]: what it costs; [`label`]: what the button says; [`wait`]
//! - [`shapes`], [`counts`], [`inputs`]: the controls that the model has
//! - [`model_switch`]: taking a draft along to another model, or from a run
//! - [`submission`]: the key that makes a second click the same run; [`submit`]: the click and its answer
//! - [`history`]: earlier prompts, a key away

pub mod counts;
pub mod fields;
pub mod history;
pub mod input;
pub mod inputs;
pub mod issues;
pub mod label;
pub mod model_switch;
pub mod plan;
pub mod quotes;
pub mod shapes;
pub mod submission;
pub mod submit;
pub mod wait;

use std::sync::Arc;

use imagen4_core::{ModelSpec, Run};
use leptos::prelude::*;
use reactive_stores::Store;

use self::fields::{Draft, DraftStoreFields, Seeds};
use self::issues::{Issue, issues};
use self::plan::Plan;
use self::quotes::{Price, Quotes};
use self::submission::Click;
use super::config::default_model::default_model;
use super::config::{ConfigStore, Models};
use super::settings::Settings;
use super::storage;
use super::usage::UsageStore;
use crate::api::Submission;

/// `boot.js` reads it under the same name.
const KEPT_DRAFT: &str = "imagen4.draft";
/// So many texts that the page replaced can be brought back.
const MOST_UNDO: usize = 50;

/// Which control of the composer gets the focus.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum FocusTarget {
    /// Where the prompt is written now.
    Prompt,
    /// The seed.
    Seed,
    /// The button.
    Generate,
}

/// The draft as the parts of the page see it.
#[derive(Clone, Copy, Debug)]
pub struct DraftStore {
    pub(super) config: ConfigStore,
    usage: UsageStore,
    /// What the form says.
    pub fields: Store<Draft>,
    /// What it said before the page replaced it, the newest last.
    pub undo: RwSignal<Vec<Draft>>,
    /// What was undone, the newest last.
    pub redo: RwSignal<Vec<Draft>>,
    /// What was said when the model changed.
    pub model_notice: RwSignal<String>,
    /// The prices that were asked for.
    pub quotes: Quotes,
    /// Whether a submission waits for its answer.
    pub submitting: RwSignal<bool>,
    /// What became of the last submission, if it did not become a run.
    pub failure: RwSignal<Option<String>>,
    /// What was submitted and has no answer yet.
    pub waiting: RwSignal<Option<Submission>>,
    last_click: StoredValue<Option<Click>>,
    /// The control that should get the focus; the composer takes it.
    pub focus: RwSignal<Option<FocusTarget>>,
    /// Whether this browser keeps the draft over a reload.
    pub is_kept: RwSignal<bool>,
    /// The model that the form is for.
    pub spec: Memo<Arc<ModelSpec>>,
    /// What Generate would submit.
    pub plan: Memo<Plan>,
    /// What it costs.
    pub price: Memo<Price>,
    /// Why it can't be submitted.
    pub issues: Memo<Vec<Issue>>,
}

impl DraftStore {
    /// A draft that says what `draft` says.
    pub fn new(config: ConfigStore, usage: UsageStore, draft: Draft) -> Self {
        let fields = Store::new(draft);
        let models = config.models;
        let quotes = Quotes::new(config);
        let spec = Memo::new(move |_| models.with(|models| models.spec(&fields.model().read())));
        let plan = Memo::new(move |_| models.with(|models| fields.with(|draft| Plan::of(draft, models))));
        let price = Memo::new(move |_| price_of(quotes, models, &plan.read()));
        let issues = Memo::new(move |_| {
            let is_offered = models.with(|models| is_offered(models, &fields.model().read()));
            plan.with(|plan| issues(&spec.read(), is_offered, plan, &price.read(), &usage.terms()))
        });
        Self {
            config,
            usage,
            fields,
            undo: RwSignal::new(Vec::new()),
            redo: RwSignal::new(Vec::new()),
            model_notice: RwSignal::new(String::new()),
            quotes,
            submitting: RwSignal::new(false),
            failure: RwSignal::new(None),
            waiting: RwSignal::new(submission::waiting(&storage::Store::session())),
            last_click: StoredValue::new(None),
            focus: RwSignal::new(None),
            is_kept: RwSignal::new(true),
            spec,
            plan,
            price,
            issues,
        }
    }

    /// The draft that this browser kept.
    pub fn kept() -> Option<Draft> {
        storage::Store::local().get(KEPT_DRAFT).and_then(|kept| Draft::from_json(&kept))
    }

    /// Keeps the draft over a reload, asks for its price, and fits it to the models once they are known.
    pub fn keep(self) {
        let kept = storage::Store::local();
        Effect::new(move || {
            self.fields.with(|draft| {
                let is_kept = kept.set(KEPT_DRAFT, Some(&draft.to_json()));
                super::config::set_if_new(self.is_kept, is_kept || !draft.has_text());
            });
        });
        self.quotes.keep_asking(Memo::new(move |_| self.plan.with(|plan| plan.queries.clone())));
    }

    /// What Generate would submit at this very moment.
    pub fn plan_untracked(self) -> Plan {
        self.plan.get_untracked()
    }

    /// What it costs at this very moment.
    pub fn price_untracked(self) -> Price {
        self.price.get_untracked()
    }

    /// Whether the form's model can be bought.
    pub fn is_offered(self) -> bool {
        self.config.models.with(|models| is_offered(models, &self.fields.model().read()))
    }

    /// Whether an issue is about the control of that id.
    pub fn has_issue(self, control: &str) -> bool {
        self.issues.with(|all| all.iter().any(|it| it.control.as_deref() == Some(control)))
    }

    /// What is sent when Generate is pressed costs nothing, something, or nobody knows yet.
    pub fn usage(self) -> UsageStore {
        self.usage
    }

    /// Replaces the draft; what a person wrote can be brought back with [`Self::undo`].
    pub fn replace(self, draft: Draft) {
        let before = self.fields.get_untracked();
        if before == draft {
            return;
        }
        if before.has_text() && before.differs_in_text(&draft) {
            self.push_undo(before);
        }
        self.fields.set(draft);
    }

    fn push_undo(self, before: Draft) {
        self.undo.update(|undo| {
            undo.push(before);
            if undo.len() > MOST_UNDO {
                undo.remove(0);
            }
        });
        if !self.redo.with_untracked(Vec::is_empty) {
            self.redo.update(Vec::clear);
        }
    }

    /// Replaces the prompt alone.
    pub fn replace_prompt(self, prompt: &str) {
        self.replace(Draft { prompt: prompt.to_owned(), parent: None, ..self.fields.get_untracked() });
    }

    /// Takes a template: for its own model where that is offered, else for the present one.
    pub fn apply_template(self, template: Draft, model: &str) {
        let models = self.config.models;
        let is_offered =
            !template.model.is_empty() && models.with_untracked(|models| models.offered(&template.model).is_some());
        if is_offered {
            self.replace(template);
            return;
        }
        let (from, to) = models.with_untracked(|models| (models.spec(&template.model), models.spec(model)));
        let (draft, dropped) = model_switch::carried(&template, &from, &to);
        let before = self.fields.get_untracked();
        self.replace(Draft { model: model.to_owned(), ..draft });
        let notice = if dropped.is_empty() { String::new() } else { model_switch::not_carried(&dropped) };
        self.tell_switch(before, notice);
    }

    /// Brings back what the page replaced last.
    pub fn undo(self) {
        if let Some(before) = self.undo.try_update(Vec::pop).flatten() {
            let now = self.fields.get_untracked();
            self.redo.update(|redo| redo.push(now));
            self.fields.set(before);
        }
        self.model_notice.set(String::new());
    }

    /// Takes the last undo back.
    pub fn redo(self) {
        if let Some(after) = self.redo.try_update(Vec::pop).flatten() {
            let now = self.fields.get_untracked();
            self.undo.update(|undo| undo.push(now));
            self.fields.set(after);
        }
    }

    /// Empties the form; it is then as the settings say.
    pub fn clear(self, settings: &Settings) {
        let model = self.fields.model().get_untracked();
        self.replace(settings.empty_draft(model, &self.spec.get_untracked()));
    }

    /// The person chose another model.
    pub fn switch_model(self, id: &str) {
        let before = self.fields.get_untracked();
        let (from, to) = self.config.models.with_untracked(|models| (models.spec(&before.model), models.spec(id)));
        let (draft, dropped) = model_switch::carried(&before, &from, &to);
        self.fields.set(Draft { model: id.to_owned(), ..draft });
        self.failure.set(None);
        let notice = if dropped.is_empty() { String::new() } else { model_switch::not_carried(&dropped) };
        self.tell_switch(before, notice);
    }

    /// Says what has changed with the model, with a way back.
    fn tell_switch(self, before: Draft, notice: String) {
        if !notice.is_empty() && self.undo.with_untracked(|undo| undo.last() != Some(&before)) {
            self.push_undo(before);
        }
        super::config::set_if_new(self.model_notice, notice);
    }

    /// Fills in everything a run was made from, changed by `change`: for its model, or for another where that is gone.
    fn fill_from(self, run: &Run, change: impl FnOnce(Draft) -> Draft) {
        let before = self.fields.get_untracked();
        let (draft, notice) = self.config.models.with_untracked(|models| model_switch::of_run(models, run, &before));
        self.replace(change(draft));
        self.tell_switch(before, notice);
    }

    /// Fills in everything a run was made from, its seed locked, to change its words. What is submitted then names it as its parent.
    pub fn edit_prompt(self, run: &Run) {
        self.fill_from(run, |draft| Draft { parent: Some(run.id), ..draft });
        self.focus.set(Some(FocusTarget::Prompt));
    }

    /// Fills in what a group was made from: its first run, and `prompt`, which stands for all variants. `seeds` are those that they had.
    pub fn edit_variants(self, first: &Run, prompt: &str, seeds: Seeds) {
        self.fill_from(first, |draft| {
            let seed = if seeds == Seeds::One { draft.seed.clone() } else { String::new() };
            Draft { prompt: prompt.to_owned(), seeds, seed, parent: Some(first.id), ..draft }
        });
        self.focus.set(Some(FocusTarget::Prompt));
    }

    /// Fills in everything a run was made from but its seed, ready to be submitted.
    pub fn regenerate(self, run: &Run) {
        self.fill_from(run, |draft| Draft { seed: String::new(), ..draft });
        self.focus.set(Some(FocusTarget::Generate));
    }

    /// Fills in everything a run was made from, ready to be submitted once more.
    pub fn try_again(self, run: &Run) {
        self.fill_from(run, |draft| draft);
        self.focus.set(Some(FocusTarget::Generate));
    }

    /// Locks the seed of a run; whether the form's model has seeds.
    pub fn lock_seed(self, run: &Run) -> bool {
        let has_seeds = self.spec.get_untracked().seeds().is_some();
        if has_seeds {
            let seed = run.request.known_seed().map(|seed| seed.to_string()).unwrap_or_default();
            self.fields.seed().set(seed);
        }
        has_seeds
    }

    /// The models were told for the first time: the draft gets the model that it is for, and loses choices that this one does not have.
    pub fn fit_to_models(self) {
        let draft = self.fields.get_untracked();
        let fitted = self.config.models.with_untracked(|models| fit(&draft, models));
        if fitted != draft {
            self.fields.set(fitted);
        }
    }
}

/// Why a seed cannot be locked.
pub const NO_SEEDS: &str = "The model in the form has no seed.";

fn fit(draft: &Draft, models: &Models) -> Draft {
    if !draft.model.is_empty() {
        return draft.clone().fitted(&models.spec(&draft.model));
    }
    let id = models.default_model.clone();
    let (from, spec) = (default_model(), models.spec(&id));
    let fitted = match spec.id == from.id {
        true => draft.clone().fitted(&spec),
        false => model_switch::carried(&draft.clone().fitted(&from), &from, &spec).0,
    };
    Draft { model: id, ..fitted }
}

fn is_offered(models: &Models, id: &str) -> bool {
    !models.told || id.is_empty() || models.offered(id).is_some()
}

fn price_of(quotes: Quotes, models: RwSignal<Models>, plan: &Plan) -> Price {
    match models.with(|models| models.told) {
        true => quotes.price(&plan.queries),
        // Nobody can be asked yet, but soon.
        false => Price::Asking,
    }
}

#[cfg(test)]
mod tests {
    use wasm_bindgen_test::wasm_bindgen_test;

    use super::*;
    use crate::state::config::models::tests::told;

    fn store() -> DraftStore {
        let config = ConfigStore::new();
        config.models.set(told(&[]));
        DraftStore::new(config, UsageStore::new(config), Draft::default())
    }

    #[wasm_bindgen_test]
    fn every_text_that_the_page_replaces_can_be_brought_back_in_order() {
        Owner::new().with(|| {
            let draft = store();
            let prompt = || draft.fields.prompt().get_untracked();
            for text in ["a fox", "an owl", "a hen"] {
                draft.replace_prompt(text);
            }
            draft.undo();
            assert_eq!(prompt(), "an owl");
            draft.undo();
            assert_eq!(prompt(), "a fox");
            draft.redo();
            assert_eq!(prompt(), "an owl");
            draft.fields.prompt().set("an owl by a person".into());
            draft.replace_prompt("template");
            draft.undo();
            assert_eq!(prompt(), "an owl by a person");
            assert!(draft.redo.get_untracked().len() == 1, "what came after was replaced");
        });
    }

    #[wasm_bindgen_test]
    fn a_model_that_has_no_place_for_a_text_gives_it_back() {
        Owner::new().with(|| {
            let draft = store();
            draft.fields.set(Draft { prompt: "a fox".into(), negative_prompt: "blurry".into(), ..Draft::default() });
            draft.switch_model("wavespeed-ai/flux-dev");
            assert!(draft.model_notice.get_untracked().contains("the negative prompt"));
            draft.undo();
            assert_eq!(draft.fields.negative_prompt().get_untracked(), "blurry");
            assert_eq!(draft.model_notice.get_untracked(), "");
        });
    }
}
