//! For whoever operates it.

use axum::extract::State;

use super::Shared;
use super::problem::ApiResult;

/// The process answers.
pub(super) async fn live() -> &'static str {
    "ok"
}

/// The disk takes what the ledger writes. Whether WaveSpeed answers is not our readiness.
pub(super) async fn ready(State(app): Shared) -> ApiResult<&'static str> {
    let now = app.ambient.now();
    app.ledger.write(move |writing| writing.probe(now)).await?;
    Ok("ok")
}
