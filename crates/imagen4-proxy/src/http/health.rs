//! For whoever operates it.

use axum::extract::State;

use super::app::Shared;
use super::problem::ApiResult;

/// The process answers.
pub(super) async fn live() -> &'static str {
    "ok"
}

/// The disk takes what the store writes. Whether WaveSpeed answers is not our readiness.
pub(super) async fn ready(State(app): Shared) -> ApiResult<&'static str> {
    app.store.write(|tx| tx.probe()).await?;
    Ok("ok")
}
