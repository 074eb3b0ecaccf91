//! What is known of the server: its models, the money, the vendor's account, and whether it can be reached.
//!
//! # Layout
//! - this file: what it has told, and asking it again
//! - [`models`]: its models
//! - [`shell`]: the model that the shell's form is for
//! - [`terms`]: on what terms a run is sent now
//! - [`slots`]: the account's limits, as far as a person waits for them

pub mod models;
pub mod shell;
pub mod slots;
pub mod terms;

use imagen4_core::api::{BudgetState, Limits, ModelList, QueueHold, ServerConfig, Spend, UpstreamKind};
use imagen4_core::{RunState, Timestamp};

pub use self::models::Models;
pub use self::terms::Terms;
use crate::api::{self, ApiError};
use crate::platform::clock::{self, Skew};
use crate::platform::reactive::{Signal, spawn, untrack};
use crate::platform::timer::Timer;

/// What happens together is one reason to ask again.
const TOGETHER_MS: i32 = 300;
/// Models that could not be had are asked for again after so many milliseconds.
const AGAIN_MS: i32 = 5_000;

/// The server as the parts of the page see it.
#[derive(Clone, Copy, Debug)]
pub struct Server {
    /// What it offers, once it has told.
    pub config: Signal<Option<ServerConfig>>,
    /// Its models.
    pub models: Signal<Models>,
    /// Today's money, once it has told.
    pub spend: Signal<Option<Spend>>,
    /// Whether the last call was answered.
    pub reachable: Signal<bool>,
    /// Whether changes arrive by themselves.
    pub live: Signal<bool>,
    /// What the person should know of the connection; nothing while all is well.
    pub notice: Signal<&'static str>,
    /// Whether the server is another version than the page came from.
    pub updated: Signal<bool>,
    /// How wrong the browser's clock is.
    pub skew: Signal<Skew>,
    /// When the models that are known were the newest, in the configuration's words; `None` when they have to be asked for.
    models_at: Signal<Option<Option<Timestamp>>>,
    asking: Signal<Option<Timer>>,
}

impl Server {
    /// Nothing known yet, and no reason for doubt.
    pub fn new() -> Self {
        Self {
            config: Signal::new(None),
            models: Signal::new(Models::unknown()),
            spend: Signal::new(None),
            reachable: Signal::new(true),
            live: Signal::new(true),
            notice: Signal::new(""),
            updated: Signal::new(false),
            skew: Signal::new(Skew::default()),
            models_at: Signal::new(None),
            asking: Signal::new(None),
        }
    }

    /// Notes whether a call was answered, whatever the answer.
    pub fn note<T>(self, answer: &Result<T, ApiError>) {
        let reachable = !matches!(answer, Err(ApiError::Unreachable));
        self.reachable.set_if_new(reachable);
    }

    /// Asks for the configuration, and for the models where they have changed.
    pub async fn learn(self) {
        let answer = api::config().await;
        self.note(&answer);
        let Ok(answer) = answer else { return };
        let first = self.config.with_untracked(Option::is_none);
        if let Some(date) = answer.date.filter(|_| first) {
            self.skew.set(Skew::between(clock::now(), date));
        }
        let before = self.config.with_untracked(|known| known.as_ref().map(|known| known.version.clone()));
        if before.is_some_and(|version| version != answer.value.version) {
            self.updated.set_if_new(true);
        }
        let models_at = answer.value.models_at;
        self.config.set_if_new(Some(answer.value));
        if self.models_at.get_untracked() == Some(models_at) {
            return;
        }
        let answer = api::models().await;
        self.note(&answer);
        match answer {
            Ok(list) => {
                self.models_at.set(Some(models_at));
                self.models.set_if_new(Models::of(list));
            }
            // Without them nothing can be bought.
            Err(_) => self.ask_in(AGAIN_MS),
        }
    }

    /// Takes a list of models that was asked for by a person.
    pub fn take_models(self, list: ModelList) {
        self.models.set_if_new(Models::of(list));
    }

    /// Something was learned that the models do not say yet: they are asked for again.
    pub fn ask_models_soon(self) {
        self.models_at.set(None);
        self.ask_soon();
    }

    /// Asks for the configuration again, once for everything that happens about now.
    pub fn ask_soon(self) {
        self.ask_in(TOGETHER_MS);
    }

    fn ask_in(self, ms: i32) {
        if self.asking.with_untracked(Option::is_none) {
            let ask = move || {
                self.asking.set(None);
                spawn(self.learn());
            };
            self.asking.set(Some(Timer::once(ms, ask)));
        }
    }

    /// Notes that a run has come to another state: the account may have a free slot earlier or later than it said.
    pub fn note_state(self, before: Option<RunState>, after: RunState) {
        let limited =
            self.config.with_untracked(|config| config.as_ref().is_some_and(|it| slots::are_scarce(&it.limits)));
        if limited && slots::move_with(before, after) {
            self.ask_soon();
        }
    }

    /// Takes the budget that came with a refusal: no event has told of it yet.
    pub fn take_budget(self, budget: BudgetState) {
        self.spend.update(|spend| {
            let spend = spend.get_or_insert_default();
            spend.cap_microusd = Some(budget.cap_microusd);
            spend.spent_microusd = budget.spent_microusd;
            spend.held_microusd = budget.held_microusd;
        });
    }

    /// When the account has its next slot, if that is not now and the server knows.
    pub fn next_slot_at(self) -> Option<Timestamp> {
        self.config.with(|config| config.as_ref()?.limits.next_slot_at)
    }

    /// What the queue waits for, and the limits that it is about.
    pub fn queue_hold(self) -> Option<(QueueHold, Limits)> {
        self.config.with(|config| {
            let limits = &config.as_ref()?.limits;
            Some((limits.queue_hold?, limits.clone()))
        })
    }

    /// How long a model's runs are with the vendor, once that was learned, in milliseconds.
    pub fn typical_ms(self, model: &str) -> Option<u64> {
        self.models.with(|models| models.typical_ms(model))
    }

    /// What people call a model.
    pub fn name_of(self, model: &str) -> String {
        self.models.with(|models| models.name(model))
    }

    /// With whose money a run is sent, and whether it may be.
    pub fn terms(self) -> Terms {
        Terms {
            upstream: self.config.with(|config| config.as_ref().map(|config| config.upstream.kind)),
            left: self.spend.with(|spend| spend.as_ref().and_then(Spend::left)),
            reachable: self.reachable.get(),
        }
    }

    /// The same, where nothing shall follow its changes.
    pub fn terms_untracked(self) -> Terms {
        untrack(move || self.terms())
    }

    /// The day's money in a few words, for the header.
    pub fn today(self) -> String {
        match (self.terms().upstream, self.spend.get()) {
            (Some(UpstreamKind::Embedded), _) => "samples, free".to_owned(),
            (Some(UpstreamKind::Wavespeed), Some(spend)) => match spend.cap_microusd {
                Some(cap) => format!("{} of {cap} today", spend.spent_microusd),
                None => format!("{} today", spend.spent_microusd),
            },
            _ => String::new(),
        }
    }

    /// The server's time now.
    pub fn now(self) -> Timestamp {
        self.skew.get_untracked().server_time(clock::now())
    }
}

impl Default for Server {
    fn default() -> Self {
        Self::new()
    }
}
