//! The playground's HTTP face, and the page itself.
//!
//! # Layout
//! - `app`: what the handlers work with
//! - `runs`, `groups`: submitting, reading and changing runs; `submit`: what both have in common; `images`: kept images, `range`: a part of one
//! - `archive`: the images of several runs in one file
//! - `run_actions`: taking a run back, giving it up, taking a prediction in
//! - `metadata`: what a downloaded copy tells; `file_name`: what it is called
//! - `events`: the stream of what changes
//! - `wavespeed`: WaveSpeed's own face, for programs that have an SDK
//! - `models`: what is offered and what it costs; `wanted`: what a body asks for
//! - `config`, `spend`: what the page asks; `health`, `prometheus`: what an operator asks, `metrics`: what is counted for that
//! - `document`: the OpenAPI document of all of them; `openapi`: what routes say in it
//! - `page`: the built page's files
//! - `middleware`: who may talk to us at all, under which `hosts`; `headers`: what every answer says to the browser
//! - `body`, `problem`: how bodies are read, and how refusals look

mod app;
mod archive;
mod body;
mod config;
mod document;
mod events;
mod file_name;
mod groups;
mod headers;
mod health;
mod hosts;
mod images;
mod metadata;
mod metrics;
mod middleware;
mod models;
mod openapi;
mod page;
mod problem;
mod prometheus;
mod range;
mod run_actions;
mod runs;
mod spend;
mod submit;
mod wanted;
mod wavespeed;

use std::sync::Arc;

use axum::middleware::{from_fn, from_fn_with_state};
use axum::routing::{any, get};
use axum::{Extension, Router};
use imagen4_core::{Problem, ProblemCode};
use tower_http::catch_panic::CatchPanicLayer;
use utoipa_axum::router::OpenApiRouter;

pub use app::App;
pub use hosts::AllowedHosts;
pub use metrics::Metrics;
pub use page::Page;
use problem::ApiResult;

/// All routes.
pub fn router(app: App) -> Router {
    let app = Arc::new(app);
    let (api, document) = OpenApiRouter::with_openapi(openapi::empty())
        .merge(runs::router())
        .merge(groups::router())
        .merge(run_actions::router())
        .merge(images::router())
        .merge(archive::router())
        .merge(events::router())
        .merge(config::router())
        .merge(models::router())
        .merge(spend::router())
        .nest("/v3", wavespeed::router(&app))
        .split_for_parts();
    let api = api
        .route("/openapi.json", get(document::document).layer(Extension(document::Document::of(document))))
        .fallback(not_found)
        .method_not_allowed_fallback(wrong_method);
    Router::new()
        .nest("/api", api)
        // Nesting leaves this one path to the page's files.
        .route("/api/", any(not_found))
        .route("/livez", get(health::live))
        .route("/readyz", get(health::ready))
        .route("/metrics", get(prometheus::metrics))
        .with_state(app.clone())
        .fallback_service(page::files(&app.page))
        .layer(CatchPanicLayer::custom(problem::panicked))
        .layer(from_fn_with_state(app.clone(), middleware::check))
        .layer(from_fn_with_state((app.env.clone(), wavespeed::answer::DIALECT), problem::finish))
        .layer(from_fn(headers::add))
}

async fn not_found() -> ApiResult<()> {
    Err(Problem::new(ProblemCode::NotFound).detail("There is no such path below /api.").into())
}

async fn wrong_method() -> ApiResult<()> {
    Err(Problem::new(ProblemCode::MethodNotAllowed).into())
}
