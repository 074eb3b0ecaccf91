//! The vendor's own face, for programs that have a WaveSpeed SDK: its paths, its shapes, over the same runs, holds, limits and
//! archive as the page.
//!
//! # Layout
//! - `submit`: `POST /api/v3/{model}`, and waiting for its end
//! - `predictions`: result, list, delete
//! - `prediction`: a run as the vendor would tell it
//! - `outputs`: the kept pictures, for whoever has the link
//! - `account`: what is left, models, prices
//! - `answer`: the envelope, and how refusals look here
//! - `bearer`: who may ask

mod account;
pub(super) mod answer;
mod bearer;
mod outputs;
mod prediction;
mod predictions;
mod submit;

use std::sync::Arc;

use axum::Router;
use axum::middleware::from_fn_with_state;
use axum::routing::{get, post};

use super::App;

/// Where this face begins.
pub(super) const PREFIX: &str = "/api/v3/";

pub(super) fn router(app: &Arc<App>) -> Router<Arc<App>> {
    Router::new()
        .route("/predictions", post(predictions::list))
        .route("/predictions/delete", post(predictions::delete))
        .route("/predictions/{id}", get(predictions::result))
        .route("/predictions/{id}/result", get(predictions::result))
        .route("/balance", get(account::balance))
        .route("/models", get(account::models))
        .route("/model/price", post(account::price))
        .route("/{*model}", post(submit::submit))
        .route_layer(from_fn_with_state(app.clone(), bearer::check))
        // Whoever has the link may fetch the picture, as from the vendor.
        .route("/outputs/{id}/{file}", get(outputs::picture))
}
