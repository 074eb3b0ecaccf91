//! WaveSpeed's own face, for programs that have a WaveSpeed SDK: its paths, its shapes, over the same runs, holds, limits and
//! archive as the page.
//!
//! # Layout
//! - `submit`: `POST /api/v3/{model}`, and waiting for its end
//! - `predictions`: result, list, delete
//! - `prediction`: a run as WaveSpeed would tell it
//! - `outputs`: the kept images, for whoever has the link
//! - `account`: what is left, models, prices
//! - `document`: what the OpenAPI document says of it
//! - `answer`: the envelope, and how refusals look here
//! - `bearer`: who may ask

mod account;
pub(super) mod answer;
mod bearer;
pub(super) mod document;
mod outputs;
mod prediction;
mod predictions;
mod submit;

use std::sync::Arc;

use axum::middleware::from_fn_with_state;
use axum::routing::{get, post};
use utoipa_axum::router::OpenApiRouter;
use utoipa_axum::routes;

use super::app::App;

/// Where this face begins.
const PREFIX: &str = "/api/v3/";

pub(super) fn router(app: &Arc<App>) -> OpenApiRouter<Arc<App>> {
    OpenApiRouter::new()
        .routes(routes!(predictions::list))
        .routes(routes!(predictions::delete))
        .routes(routes!(predictions::result))
        // Documents have it both ways.
        .route("/predictions/{id}", get(predictions::result))
        .routes(routes!(account::balance))
        .routes(routes!(account::models))
        .routes(routes!(account::price))
        // The document has a path for each model.
        .route("/{*model}", post(submit::submit))
        .route_layer(from_fn_with_state(app.clone(), bearer::check))
        // Whoever has the link may fetch the picture, as from the vendor.
        .routes(routes!(outputs::picture))
}
