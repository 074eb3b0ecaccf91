//! Figures for a monitoring system, in the text format of Prometheus. Money and runs are read from the ledger each time; only
//! what the ledger does not know is counted here.

use std::sync::Arc;
use std::sync::atomic::{AtomicI64, AtomicU64, Ordering};
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
    archives: AtomicI64,
    archive_images: AtomicU64,
}

impl Default for Metrics {
    fn default() -> Self {
        Self {
            accept: Histogram::new(BUCKETS),
            streams: AtomicI64::new(0),
            archives: AtomicI64::new(0),
            archive_images: AtomicU64::new(0),
        }
    }
}

/// An event stream that is open for as long as this lives.
#[derive(Debug)]
pub(super) struct OpenStream(Arc<App>);

/// An archive that is being downloaded for as long as this lives.
#[derive(Debug)]
pub(super) struct OpenArchive(Arc<Metrics>);

impl Metrics {
    /// A run was accepted within that time: our own share of a submission, its hold flushed to disk.
    pub(super) fn accepted(&self, took: Duration) {
        self.accept.observe(took.as_secs_f64());
    }
}

impl OpenStream {
    pub(super) fn of(app: Arc<App>) -> Self {
        app.metrics.streams.fetch_add(1, Ordering::Relaxed);
        Self(app)
    }
}

impl Drop for OpenStream {
    fn drop(&mut self) {
        self.0.metrics.streams.fetch_sub(1, Ordering::Relaxed);
    }
}

impl OpenArchive {
    pub(super) fn of(metrics: Arc<Metrics>) -> Self {
        metrics.archives.fetch_add(1, Ordering::Relaxed);
        Self(metrics)
    }

    /// One more image is on its way.
    pub(super) fn sends_image(&self) {
        self.0.archive_images.fetch_add(1, Ordering::Relaxed);
    }
}

impl Drop for OpenArchive {
    fn drop(&mut self) {
        self.0.archives.fetch_sub(1, Ordering::Relaxed);
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
        ("held_today_microusd", "Reserved for runs of today that are not billed yet", stats.held_today),
        ("spent_microusd", "Spent since the ledger began, refunds taken off", stats.spent),
        ("held_microusd", "Reserved, whatever the day", stats.held),
        (
            "refunds_expected_microusd",
            "Pending refunds: spent on failed runs and not refunded yet",
            stats.refunds_expected,
        ),
    ];
    for (name, help, amount) in money {
        gauge(name, help, amount.micros());
    }
    if let Some(cap) = app.ledger.account().daily_cap {
        gauge("daily_cap_microusd", "Most that may be spent and reserved for a day", cap.micros());
    }
    let world = app.dispatcher.world();
    let counted = |counter: &std::sync::atomic::AtomicU64| i64::try_from(counter.load(Ordering::Relaxed)).unwrap_or(0);
    gauge("vendor_polls", "Requests to WaveSpeed for the state of a prediction since the start", counted(&world.polls));
    gauge("vendor_submits", "Submissions to WaveSpeed since the start", counted(&world.submits));
    let catalogue = app.models.catalogue();
    gauge("models_offered", "Models available now", i64::try_from(catalogue.offered().count()).unwrap_or(0));
    gauge(
        "models_age_seconds",
        "Age of WaveSpeed's list of models; 0 before its first answer",
        age(catalogue.updated_at(), now),
    );
    let (refreshes, failed) = app.models.refreshes();
    gauge("models_refreshes", "Model lists adopted since the start", count(refreshes));
    gauge(
        "models_refreshes_failed",
        "Model lists that could not be fetched or were rejected since the start",
        count(failed),
    );
    let (quotes, unanswered) = app.models.quotes().asked();
    gauge("quotes", "Prices requested from WaveSpeed since the start", count(quotes));
    gauge("quotes_failed", "Price requests to WaveSpeed that failed since the start", count(unanswered));
    gauge("event_streams", "Open event streams", app.metrics.streams.load(Ordering::Relaxed));
    gauge("archive_downloads", "Archives that are being downloaded", app.metrics.archives.load(Ordering::Relaxed));
    gauge("archive_images", "Images sent in archives since the start", counted(&app.metrics.archive_images));
    gauge(
        "oldest_unarchived_seconds",
        "Age of the oldest paid run whose images are not all here",
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
