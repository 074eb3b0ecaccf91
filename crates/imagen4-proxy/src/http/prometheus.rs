//! Figures for a monitoring system, in the text format of Prometheus. Money and runs are read from the store each time.

use std::sync::atomic::Ordering;

use axum::extract::State;
use axum::http::header;
use axum::response::IntoResponse;
use imagen4_core::{MicroUsd, Timestamp};
use prometheus_client::encoding::text::encode;
use prometheus_client::metrics::family::Family;
use prometheus_client::metrics::gauge::{ConstGauge, Gauge};
use prometheus_client::registry::{Registry, Unit};

use super::app::{App, Shared};
use super::problem::{ApiError, ApiResult};

pub(super) async fn metrics(State(app): Shared) -> ApiResult<impl IntoResponse> {
    let text = text(&app).await?;
    Ok(([(header::CONTENT_TYPE, "application/openmetrics-text; version=1.0.0; charset=utf-8")], text))
}

async fn text(app: &App) -> ApiResult<String> {
    let (account, now) = (app.store.account().clone(), app.env.now());
    let stats = app.store.read(move |tx| tx.stats(&account, now)).await?;
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
        ("spent_microusd", "Spent since the database began, refunds taken off", stats.spent),
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
    if let Some(cap) = app.store.account().daily_cap {
        gauge("daily_cap_microusd", "Most that may be spent and reserved for a day", cap.micros());
    }
    let effects = app.runner.effects();
    let counted = |counter: &std::sync::atomic::AtomicU64| i64::try_from(counter.load(Ordering::Relaxed)).unwrap_or(0);
    gauge(
        "vendor_polls",
        "Requests to WaveSpeed for the state of a prediction since the start",
        counted(&effects.polls),
    );
    gauge("vendor_submits", "Submissions to WaveSpeed since the start", counted(&effects.submits));
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
