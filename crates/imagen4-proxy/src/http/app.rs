//! What the handlers work with.

use std::sync::Arc;

use axum::extract::State;
use imagen4_client::ApiKey;
use imagen4_core::api::UpstreamInfo;
use imagen4_engine::Env;
use tokio_util::sync::CancellationToken;

use super::hosts::AllowedHosts;
use super::metrics::Metrics;
use super::page::Page;
use crate::models::Models;
use crate::runner::Runner;
use crate::store::Store;

/// Who runs belong to until there are access tokens.
pub(super) const LOCAL: &str = "local";

/// What the handlers work with.
#[derive(Clone, Debug)]
pub struct App {
    /// Runs and money.
    pub store: Store,
    /// Sees runs through.
    pub runner: Runner,
    /// What is offered, and at which price.
    pub models: Models,
    /// Where runs are sent.
    pub upstream: UpstreamInfo,
    /// Host names that are ours.
    pub hosts: AllowedHosts,
    /// The address under which people reach us, without a slash at its end; links are made from it.
    pub public_url: Option<String>,
    /// WaveSpeed's key, so that it is noticed where it does not belong.
    pub vendor_key: Option<ApiKey>,
    /// The built page.
    pub page: Page,
    /// Time and randomness.
    pub env: Env,
    /// What is counted while the process lives.
    pub metrics: Arc<Metrics>,
    /// Ends the event streams, which would keep a shutdown waiting for ever.
    pub closing: CancellationToken,
}

/// As the handlers get it.
pub(super) type Shared = State<Arc<App>>;
