//! For whoever operates it.

use std::time::Duration;

use axum::extract::State;
use imagen4_core::ProblemCode;

use super::app::Shared;
use super::problem::ApiResult;

/// A database that does not take a write within this time is not ready.
const PATIENCE: Duration = Duration::from_secs(5);

/// The process answers.
pub(super) async fn live() -> &'static str {
    "ok"
}

/// The database takes what the store writes. Whether WaveSpeed answers is not our readiness.
pub(super) async fn ready(State(app): Shared) -> ApiResult<&'static str> {
    let probe = app.store.write(|tx| tx.probe());
    // Whoever asks again and again does not wait for long.
    tokio::time::timeout(PATIENCE, probe).await.map_err(|_| ProblemCode::StorageFailed)??;
    Ok("ok")
}
