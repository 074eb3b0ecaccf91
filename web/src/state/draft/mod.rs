//! The draft: what will be generated, what it costs, and submitting it once.
//!
//! # Layout
//! - this file: the store; [`replace`]: everything that replaces what a person wrote, with a way back
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
pub mod replace;
pub mod shapes;
pub mod submission;
pub mod submit;
pub mod wait;

use std::sync::Arc;

use imagen4_core::ModelSpec;
use leptos::prelude::*;
use reactive_stores::Store;

use self::fields::{Draft, DraftStoreFields};
use self::issues::{Issue, issues};
use self::plan::Plan;
use self::quotes::{Price, Quotes};
use self::submission::Click;
use super::config::default_model::default_model;
use super::config::{ConfigStore, Models};
use super::storage;
use super::usage::UsageStore;
use crate::api::Submission;

/// `boot.js` reads it under the same name.
const KEPT_DRAFT: &str = "imagen4.draft";
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
    /// The seed that the page filled in last: nobody typed it.
    filled_seed: StoredValue<String>,
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
            filled_seed: StoredValue::new(String::new()),
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
            // What was said of a submission was said of another form.
            super::config::set_if_new(self.failure, None);
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

    /// The models were told for the first time: the draft gets the model that it is for, and loses choices that this one does not have.
    pub fn fit_to_models(self) {
        let draft = self.fields.get_untracked();
        let fitted = self.config.models.with_untracked(|models| fit(&draft, models));
        if fitted != draft {
            self.fields.set(fitted);
        }
    }
}

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
