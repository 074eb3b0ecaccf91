//! Figures for a monitoring system, in the text format of Prometheus. Money and runs are read from the ledger each time; only
//! what the ledger does not know is counted here.

use std::sync::atomic::{AtomicI64, Ordering};
use std::time::Duration;

use axum::extract::State;
use axum::http::header;
use axum::response::IntoResponse;
use imagen4_core::{MicroUsd, Timestamp};
use prometheus_client::encoding::text::encode;
use prometheus_client::metrics::family::Family;
use prometheus_client::metrics::gauge::{ConstGauge, Gauge};
use prometheus_client::metrics::histogram::Histogram;
use prometheus_client::registry::{Registry, Unit};

use super::problem::{ApiError, ApiResult};
use super::{App, Shared};

/// Upper bounds of the histogram's buckets, in seconds.
const BUCKETS: [f64; 10] = [0.001, 0.002, 0.005, 0.01, 0.02, 0.05, 0.1, 0.25, 1.0, 5.0];

/// What is counted while the process lives.
#[derive(Debug)]
pub struct Metrics {
    accept: Histogram,
    streams: AtomicI64,
}

impl Default for Metrics {
    fn default() -> Self {
        Self { accept: Histogram::new(BUCKETS), streams: AtomicI64::new(0) }
    }
}

/// An event stream that is open for as long as this lives.
#[derive(Debug)]
pub(super) struct OpenStream(std::sync::Arc<App>);

impl Metrics {
    /// A run was accepted within that time: our own share of a submission, its hold flushed to disk.
    pub(super) fn accepted(&self, took: Duration) {
        self.accept.observe(took.as_secs_f64());
    }
}

impl OpenStream {
    pub(super) fn of(app: std::sync::Arc<App>) -> Self {
        app.metrics.streams.fetch_add(1, Ordering::Relaxed);
        Self(app)
    }
}

impl Drop for OpenStream {
    fn drop(&mut self) {
        self.0.metrics.streams.fetch_sub(1, Ordering::Relaxed);
    }
}

pub(super) async fn metrics(State(app): Shared) -> ApiResult<impl IntoResponse> {
    let text = text(&app).await?;
    Ok(([(header::CONTENT_TYPE, "application/openmetrics-text; version=1.0.0; charset=utf-8")], text))
}

async fn text(app: &App) -> ApiResult<String> {
    let (account, now) = (app.ledger.account().clone(), app.ambient.now());
    let stats = app.ledger.read(move |reading| reading.stats(&account, now)).await?;
    let mut registry = Registry::with_prefix("imagen4");
    let runs = Family::<[(&str, String); 1], Gauge>::default();
    for (state, count) in stats.runs {
        runs.get_or_create(&[("state", state)]).set(i64::try_from(count).unwrap_or(i64::MAX));
    }
    registry.register("runs", "Runs by state", runs);
    let mut gauge = |name: &str, help: &str, value: i64| registry.register(name, help, ConstGauge::new(value));
    let money: [(&str, &str, MicroUsd); 5] = [
        ("spent_today_microusd", "Spent today, refunds taken off", stats.spent_today),
        ("held_today_microusd", "Held for runs of today whose bill is not known yet", stats.held_today),
        ("spent_microusd", "Spent since the ledger began, refunds taken off", stats.spent),
        ("held_microusd", "Held, whatever the day", stats.held),
        ("refunds_expected_microusd", "Spent on failed runs and not on the bill as refunded", stats.refunds_expected),
    ];
    for (name, help, amount) in money {
        gauge(name, help, amount.micros());
    }
    if let Some(cap) = app.ledger.account().daily_cap {
        gauge("daily_cap_microusd", "Most that may be spent and held for a day", cap.micros());
    }
    let world = app.dispatcher.world();
    let counted = |counter: &std::sync::atomic::AtomicU64| i64::try_from(counter.load(Ordering::Relaxed)).unwrap_or(0);
    gauge("vendor_polls", "Questions to the vendor for a prediction since the start", counted(&world.polls));
    gauge("vendor_submits", "Submissions to the vendor since the start", counted(&world.submits));
    let catalogue = app.models.catalogue();
    gauge("models_offered", "Models that can be bought now", i64::try_from(catalogue.offered().count()).unwrap_or(0));
    gauge(
        "models_age_seconds",
        "Age of the vendor's list of models; 0 before its first answer",
        age(catalogue.updated_at(), now),
    );
    let (refreshes, failed) = app.models.refreshes();
    gauge("models_refreshes", "Lists of models that were taken over since the start", count(refreshes));
    gauge(
        "models_refreshes_failed",
        "Lists of models that were not told or not believed since the start",
        count(failed),
    );
    let (quotes, unanswered) = app.models.quotes().asked();
    gauge("quotes", "Prices that the vendor was asked for since the start", count(quotes));
    gauge("quotes_failed", "Prices that the vendor did not name since the start", count(unanswered));
    gauge("event_streams", "Open event streams", app.metrics.streams.load(Ordering::Relaxed));
    gauge(
        "oldest_unarchived_seconds",
        "Age of the oldest paid run whose pictures are not all here",
        age(stats.oldest_unarchived, now),
    );
    registry.register_with_unit(
        "accept",
        "From a request to its durable acceptance: our own overhead",
        Unit::Seconds,
        app.metrics.accept.clone(),
    );
    let mut text = String::new();
    encode(&mut text, &registry).map_err(|_| ApiError::from(imagen4_core::ProblemCode::Internal))?;
    Ok(text)
}

fn count(number: u64) -> i64 {
    i64::try_from(number).unwrap_or(i64::MAX)
}

fn age(since: Option<Timestamp>, now: Timestamp) -> i64 {
    since.map_or(0, |since| i64::try_from(now.ms_since(since) / 1_000).unwrap_or(i64::MAX))
}
