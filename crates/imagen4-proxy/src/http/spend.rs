//! Money, today and by day.

use std::sync::Arc;

use axum::extract::State;
use axum::routing::get;
use axum::{Json, Router};
use imagen4_core::api::Spend;

use super::problem::ApiResult;
use super::{App, Shared};

pub(super) fn router() -> Router<Arc<App>> {
    Router::new().route("/spend", get(spend))
}

async fn spend(State(app): Shared) -> ApiResult<Json<Spend>> {
    let (account, now) = (app.ledger.account().clone(), app.ambient.now());
    Ok(Json(app.ledger.read(move |reading| reading.spend(&account, now)).await?))
}
