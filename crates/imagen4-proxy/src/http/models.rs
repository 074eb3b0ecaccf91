//! The models that are offered, what each takes, and what a request costs now.

use std::sync::Arc;

use axum::Json;
use axum::extract::{Path, State};
use imagen4_core::api::{ModelInfo, ModelList, Quote};
use imagen4_core::model::{Entry, ModelOnWire};
use imagen4_core::{Catalogue, Problem, ProblemCode};
use utoipa_axum::router::OpenApiRouter;
use utoipa_axum::routes;

use super::app::{App, Shared};
use super::body::JsonBody;
use super::openapi::schemas::QuoteBody;
use super::problem::ApiResult;
use super::wanted;
use crate::models::CLOSEST;
use crate::store::ReadTx;

pub(super) fn router() -> OpenApiRouter<Arc<App>> {
    OpenApiRouter::new().routes(routes!(list)).routes(routes!(refresh)).routes(routes!(one)).routes(routes!(quote))
}

/// Every model that is known here: what is offered first, then what is gone.
#[utoipa::path(get, path = "/models", tag = "models", operation_id = "list_models", responses((status = 200, description = "The models", body = ModelList)))]
async fn list(State(app): Shared) -> ApiResult<Json<ModelList>> {
    Ok(Json(tell(&app).await?))
}

/// Asks WaveSpeed for its models again. What it does not tell changes nothing.
#[utoipa::path(post, path = "/models/refresh", tag = "models", operation_id = "refresh_models", responses((status = 200, description = "The models", body = ModelList)))]
async fn refresh(State(app): Shared) -> ApiResult<Json<ModelList>> {
    if let Err(error) = app.runner.refresh_models().await {
        let detail = format!("{error}. The models stay as they were.");
        return Err(Problem::new(ProblemCode::VendorUnreachable).detail(detail).into());
    }
    Ok(Json(tell(&app).await?))
}

/// One model.
#[utoipa::path(get, path = "/models/{*id}", tag = "models", operation_id = "model", params(("id" = String, Path, description = "WaveSpeed's id, slashes included")), responses((status = 200, description = "The model", body = ModelOnWire)))]
async fn one(State(app): Shared, Path(id): Path<String>) -> ApiResult<Json<ModelInfo>> {
    let catalogue = app.models.catalogue();
    let entry = catalogue.find(&id).cloned();
    let entry = entry.ok_or_else(|| Problem::new(ProblemCode::NotFound).detail("There is no such model."))?;
    let upstream = app.upstream.name.clone();
    let info = move |tx: &ReadTx<'_>| info(tx, &upstream, &catalogue, entry);
    Ok(Json(app.store.read(info).await?))
}

/// What a request would cost now. It holds nothing and costs nothing.
#[utoipa::path(post, path = "/quote", tag = "models", request_body = QuoteBody, responses((status = 200, description = "The price", body = Quote)))]
async fn quote(State(app): Shared, JsonBody(body): JsonBody) -> ApiResult<Json<Quote>> {
    let input = wanted::input(&app, &body)?;
    let model = &input.request().model;
    if app.models.catalogue().find_offered(model).is_none() {
        return Err(app.models.gone(model).into());
    }
    Ok(Json(app.models.shown_price(&input).await?))
}

async fn tell(app: &App) -> ApiResult<ModelList> {
    let (catalogue, upstream) = (app.models.catalogue(), app.upstream.name.clone());
    let default_model = app.models.default_model();
    let updated_at = catalogue.updated_at();
    let models = move |tx: &ReadTx<'_>| {
        let infos = catalogue.entries().iter().map(|entry| info(tx, &upstream, &catalogue, entry.clone()));
        infos.collect::<crate::store::Result<Vec<_>>>()
    };
    Ok(ModelList { models: app.store.read(models).await?, default_model, updated_at })
}

fn info(tx: &ReadTx<'_>, upstream: &str, catalogue: &Catalogue, entry: Entry) -> crate::store::Result<ModelInfo> {
    let typical_ms = median(tx.durations(upstream, &entry.spec.id)?);
    let closest = match entry.offered {
        true => Vec::new(),
        false => catalogue.closest(&entry.spec, CLOSEST).into_iter().map(|other| other.spec.id.clone()).collect(),
    };
    Ok(ModelInfo { entry, typical_ms, closest })
}

fn median(mut durations: Vec<u64>) -> Option<u64> {
    durations.sort_unstable();
    durations.get(durations.len() / 2).copied()
}
