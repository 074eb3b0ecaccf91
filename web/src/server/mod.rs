//! What is known of the server: its models, the money, and whether it can be reached.

use imagen4_core::api::{ServerConfig, Spend, UpstreamKind};
use imagen4_core::{ImageCount, MicroUsd, Model, Timestamp};
use leptos::prelude::*;

use crate::api::{self, ApiError};
use crate::platform::clock::{self, Skew};

/// The server as the parts of the page see it.
#[derive(Clone, Copy, Debug)]
pub struct Server {
    /// What it offers, once it has told.
    pub config: RwSignal<Option<ServerConfig>>,
    /// Today's money, once it has told.
    pub spend: RwSignal<Option<Spend>>,
    /// Whether the last call was answered.
    pub reachable: RwSignal<bool>,
    /// Whether changes arrive by themselves.
    pub live: RwSignal<bool>,
    /// How wrong the browser's clock is.
    pub skew: RwSignal<Skew>,
}

impl Server {
    /// Nothing known yet, and no reason for doubt.
    pub fn new() -> Self {
        Self {
            config: RwSignal::new(None),
            spend: RwSignal::new(None),
            reachable: RwSignal::new(true),
            live: RwSignal::new(true),
            skew: RwSignal::new(Skew::default()),
        }
    }

    /// Notes whether a call was answered, whatever the answer.
    pub fn note<T>(self, answer: &Result<T, ApiError>) {
        let reachable = !matches!(answer, Err(ApiError::Unreachable));
        if self.reachable.get_untracked() != reachable {
            self.reachable.set(reachable);
        }
    }

    /// Asks for the configuration, unless it is known; whether it is news.
    pub async fn learn(self) -> bool {
        if self.config.with_untracked(Option::is_some) {
            return false;
        }
        let answer = api::config().await;
        self.note(&answer);
        let Ok(config) = answer else { return false };
        if let Some(date) = config.date {
            self.skew.set(Skew::between(clock::now(), date));
        }
        self.config.set(Some(config.value));
        true
    }

    /// What a run costs, and whether it may be sent.
    pub fn terms(self) -> Terms {
        self.config.with(|config| {
            let offer = config.as_ref().and_then(|config| config.models.first());
            let model = offer.and_then(|offer| Model::find(&offer.id)).unwrap_or_else(Model::default_model);
            Terms {
                model,
                unit_price: offer.map_or(model.price, |offer| offer.price_microusd),
                upstream: config.as_ref().map(|config| config.upstream.kind),
                left: self.spend.with(|spend| spend.as_ref().and_then(Spend::left)),
                reachable: self.reachable.get(),
            }
        })
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

/// On what terms a run is sent now.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Terms {
    /// Who paints.
    pub model: &'static Model,
    /// What one picture costs.
    pub unit_price: MicroUsd,
    /// Whose money it is, once that is known.
    pub upstream: Option<UpstreamKind>,
    /// What is left of the day's budget; `None` is unlimited or not known yet.
    pub left: Option<MicroUsd>,
    /// Whether the server answers.
    pub reachable: bool,
}

impl Terms {
    /// What `count` pictures cost.
    pub fn price_of(&self, count: ImageCount) -> MicroUsd {
        self.unit_price.times(u32::from(count.get()))
    }

    /// Whether `price` does not fit into what is left; the embedded engine charges nothing.
    pub fn is_over_budget(&self, price: MicroUsd) -> bool {
        self.upstream == Some(UpstreamKind::Wavespeed) && self.left.is_some_and(|left| price > left)
    }
}
