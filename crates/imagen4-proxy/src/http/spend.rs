//! Money, today and by day.

use std::sync::Arc;

use axum::Json;
use axum::extract::{Query, State};
use axum::http::header;
use axum::response::{IntoResponse, Response};
use imagen4_core::FieldErrors;
use imagen4_core::api::Spend;
use utoipa_axum::router::OpenApiRouter;
use utoipa_axum::routes;

use super::app::{App, Shared};
use super::problem::ApiResult;

pub(super) fn router() -> OpenApiRouter<Arc<App>> {
    OpenApiRouter::new().routes(routes!(spend))
}

/// The money of the upstream in use: today, by day and by model; or as a table, a line for each run.
#[utoipa::path(get, path = "/spend", tag = "account", params(
    ("format" = Option<String>, Query, pattern = "^(json|csv)$", description = "`json` by default"),
), responses((status = 200, description = "The money", content((Spend = "application/json"), (String = "text/csv")))))]
async fn spend(State(app): Shared, Query(query): Query<Vec<(String, String)>>) -> ApiResult<Response> {
    let (account, now) = (app.store.account().clone(), app.env.now());
    match query.iter().rev().find(|(name, _)| name == "format").map(|(_, format)| format.as_str()) {
        None | Some("json") => {
            let spend = app.store.read(move |tx| tx.spend_in_full(&account, now)).await?;
            Ok(Json(spend).into_response())
        }
        Some("csv") => {
            let name = format!("attachment; filename=\"imagen4-spend-{}.csv\"", account.day_of(now));
            let csv = app.store.read(move |tx| tx.spend_csv(&account)).await?;
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
