//! What is known of the server: its models, the account's limits, and whether it can be reached.
//!
//! # Layout
//! - this file: what it has told, and asking it again
//! - [`models`]: its models; [`default_model`](mod@default_model): the one that the shell's form is for
//! - [`terms`]: with whose money a run is sent now
//! - [`limits`]: the account's limits, as far as a person waits for them
//! - [`account`]: what WaveSpeed's account says

pub mod account;
pub mod default_model;
pub mod limits;
pub mod models;
pub mod terms;

use gloo_timers::callback::Timeout;
use imagen4_core::api::{Limits, ModelList, QueueHold, ServerConfig, UpstreamKind};
use imagen4_core::{RunState, Timestamp};
use leptos::prelude::*;
use leptos::task::spawn_local;

pub use self::models::Models;
pub use self::terms::Terms;
use super::time::{self, Skew};
use crate::api::{self, ApiError};

/// What happens together is one reason to ask again.
const TOGETHER_MS: u32 = 300;
/// What could not be loaded is asked for again after so many milliseconds.
pub const RETRY_MS: u32 = 5_000;

/// The server as the parts of the page see it.
#[derive(Clone, Copy, Debug)]
pub struct ConfigStore {
    /// What it is and allows, once it has told.
    pub server: RwSignal<Option<ServerConfig>>,
    /// Its models.
    pub models: RwSignal<Models>,
    /// Whether the last call was answered.
    pub reachable: RwSignal<bool>,
    /// Whether changes arrive by themselves.
    pub live: RwSignal<bool>,
    /// What the person should know of the connection; empty while all is well.
    pub notice: RwSignal<&'static str>,
    /// Whether the server is another version than the page came from.
    pub updated: RwSignal<bool>,
    /// How wrong the browser's clock is.
    pub skew: RwSignal<Skew>,
    /// When the models that are known were the newest, in the configuration's words; `None` when they have to be asked for.
    models_at: RwSignal<Option<Option<Timestamp>>>,
    refresh: StoredValue<Option<Timeout>, LocalStorage>,
}

impl ConfigStore {
    /// Nothing known yet, and no reason for doubt.
    pub fn new() -> Self {
        Self {
            server: RwSignal::new(None),
            models: RwSignal::new(Models::unknown()),
            reachable: RwSignal::new(true),
            live: RwSignal::new(true),
            notice: RwSignal::new(""),
            updated: RwSignal::new(false),
            skew: RwSignal::new(Skew::default()),
            models_at: RwSignal::new(None),
            refresh: StoredValue::new_local(None),
        }
    }

    /// Notes whether a call was answered, whatever the answer.
    pub fn note<T>(self, answer: &Result<T, ApiError>) {
        let reachable = !matches!(answer, Err(ApiError::Unreachable));
        set_if_new(self.reachable, reachable);
        if !reachable {
            // Whoever wants to buy waits for it.
            self.load_in(RETRY_MS);
        }
    }

    /// Asks for the configuration, and for the models where they have changed.
    pub async fn load(self) {
        let answer = api::config().await;
        self.note(&answer);
        let Ok(answer) = answer else { return self.load_in(RETRY_MS) };
        let is_first = self.server.with_untracked(Option::is_none);
        if let Some(date) = answer.date.filter(|_| is_first) {
            self.skew.set(Skew::between(time::now(), date));
        }
        let before = self.server.with_untracked(|known| known.as_ref().map(|known| known.version.clone()));
        if before.is_some_and(|version| version != answer.value.version) {
            set_if_new(self.updated, true);
        }
        let models_at = answer.value.models_at;
        set_if_new(self.server, Some(answer.value));
        if self.models_at.get_untracked() == Some(models_at) {
            return;
        }
        let answer = api::models().await;
        self.note(&answer);
        match answer {
            Ok(list) => {
                self.models_at.set(Some(models_at));
                self.take_models(list);
            }
            // Without them nothing can be bought.
            Err(_) => self.load_in(RETRY_MS),
        }
    }

    /// Takes a list of models.
    pub fn take_models(self, list: ModelList) {
        set_if_new(self.models, Models::of(list));
    }

    /// Something was learned that the models do not say yet: they are asked for again.
    pub fn reload_models_soon(self) {
        self.models_at.set(None);
        self.reload_soon();
    }

    /// Asks for the configuration again, once for everything that happens about now.
    pub fn reload_soon(self) {
        self.load_in(TOGETHER_MS);
    }

    fn load_in(self, ms: u32) {
        if self.refresh.with_value(Option::is_none) {
            let load = move || {
                self.refresh.set_value(None);
                spawn_local(self.load());
            };
            self.refresh.set_value(Some(Timeout::new(ms, load)));
        }
    }

    /// Notes that a run has come to another state: the account may have a free slot earlier or later than it said.
    pub fn note_state(self, before: Option<RunState>, after: RunState) {
        let is_limited =
            self.server.with_untracked(|server| server.as_ref().is_some_and(|it| limits::are_scarce(&it.limits)));
        if is_limited && limits::change_with(before, after) {
            self.reload_soon();
        }
    }

    /// When the account takes its next request, if that is not now and the server knows.
    pub fn next_slot_at(self) -> Option<Timestamp> {
        self.server.with(|server| server.as_ref()?.limits.next_slot_at)
    }

    /// What the queue waits for, and the limits that it is about.
    pub fn queue_hold(self) -> Option<(QueueHold, Limits)> {
        self.server.with(|server| {
            let limits = &server.as_ref()?.limits;
            Some((limits.queue_hold?, limits.clone()))
        })
    }

    /// How long a model's runs take, once that was learned, in milliseconds.
    pub fn typical_ms(self, model: &str) -> Option<u64> {
        self.models.with(|models| models.typical_ms(model))
    }

    /// What people call a model.
    pub fn model_name(self, model: &str) -> String {
        self.models.with(|models| models.name(model))
    }

    /// Where runs are sent, once that is known.
    pub fn upstream(self) -> Option<UpstreamKind> {
        self.server.with(|server| server.as_ref().map(|server| server.upstream.kind))
    }

    /// Whether runs are samples of the embedded engine, which cost nothing.
    pub fn is_demo(self) -> bool {
        self.upstream() == Some(UpstreamKind::Embedded)
    }

    /// The server's time now, without following it.
    pub fn now_untracked(self) -> Timestamp {
        self.skew.get_untracked().server_time(time::now())
    }
}

impl Default for ConfigStore {
    fn default() -> Self {
        Self::new()
    }
}

/// Sets a signal unless it has that value already.
pub fn set_if_new<T: PartialEq + Send + Sync + 'static>(signal: RwSignal<T>, value: T) {
    if signal.with_untracked(|now| *now != value) {
        signal.set(value);
    }
}
