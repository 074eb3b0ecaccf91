//! Money, today and by day.

use std::sync::Arc;

use axum::extract::{Query, State};
use axum::http::header;
use axum::response::{IntoResponse, Response};
use axum::routing::get;
use axum::{Json, Router};
use imagen4_core::FieldErrors;
use serde::Deserialize;

use super::problem::ApiResult;
use super::{App, Shared};

pub(super) fn router() -> Router<Arc<App>> {
    Router::new().route("/spend", get(spend))
}

#[derive(Debug, Deserialize)]
struct SpendQuery {
    format: Option<String>,
}

async fn spend(State(app): Shared, Query(query): Query<SpendQuery>) -> ApiResult<Response> {
    let (account, now) = (app.ledger.account().clone(), app.ambient.now());
    match query.format.as_deref() {
        None | Some("json") => {
            let spend = app.ledger.read(move |reading| reading.spend_in_full(&account, now)).await?;
            Ok(Json(spend).into_response())
        }
        Some("csv") => {
            let name = format!("attachment; filename=\"imagen4-spend-{}.csv\"", account.day_of(now));
            let csv = app.ledger.read(move |reading| reading.spend_csv(&account)).await?;
            let headers = [(header::CONTENT_TYPE, "text/csv; charset=utf-8"), (header::CONTENT_DISPOSITION, &name)];
            Ok((headers, csv).into_response())
        }
        Some(_) => {
            let mut errors = FieldErrors::default();
            errors.add("format", "must be json or csv");
            Err(errors.into())
        }
    }
}
