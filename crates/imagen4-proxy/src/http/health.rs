//! For whoever operates it.

use axum::extract::State;

use super::Shared;
use super::problem::ApiResult;

/// The process answers.
pub(super) async fn live() -> &'static str {
    "ok"
}

/// The ledger takes writes. Whether the vendor answers is not our readiness.
pub(super) async fn ready(State(app): Shared) -> ApiResult<&'static str> {
    app.ledger.write(|_| Ok(())).await?;
    Ok("ok")
}
