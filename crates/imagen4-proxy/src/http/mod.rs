//! The playground's HTTP face, and the page itself.
//!
//! # Layout
//! - `runs`, `groups`: submitting, reading and changing runs; `accept`: what both have in common; `images`: kept images
//! - `archive`: the images of several runs in one file
//! - `decisions`: taking a run back, giving it up, taking a prediction in
//! - `metadata`: what a downloaded copy tells; `file_name`: what it is called
//! - `events`: the stream of what changes
//! - `wavespeed`: WaveSpeed's own face, for programs that have an SDK
//! - `models`: what is offered and what it costs; `wanted`: what a body asks for
//! - `config`, `spend`: what the page asks; `health`, `metrics`: what an operator asks
//! - `openapi`: the document of all of them
//! - `page`: the built page's files
//! - `guard`: who may talk to us at all; `headers`: what every answer says to the browser
//! - `body`, `problem`: how bodies are read, and how refusals look

mod accept;
mod archive;
mod body;
mod config;
mod decisions;
mod events;
mod file_name;
mod groups;
mod guard;
mod headers;
mod health;
mod images;
mod metadata;
mod metrics;
mod models;
mod openapi;
mod page;
mod problem;
mod runs;
mod spend;
mod wanted;
mod wavespeed;

use std::sync::Arc;

use axum::extract::State;
use axum::routing::{any, get};
use axum::{Extension, Router, middleware};
use imagen4_client::ApiKey;
use imagen4_core::api::UpstreamInfo;
use imagen4_core::{Problem, ProblemCode};
use imagen4_engine::Ambient;
use tokio_util::sync::CancellationToken;
use tower_http::catch_panic::CatchPanicLayer;
use utoipa_axum::router::OpenApiRouter;

use crate::dispatch::Dispatcher;
use crate::ledger::Ledger;
use crate::models::Models;
pub use guard::AllowedHosts;
pub use metrics::Metrics;
pub use page::Page;
use problem::ApiResult;

/// Who runs belong to until there are access tokens.
const LOCAL: &str = "local";

/// What the handlers work with.
#[derive(Clone, Debug)]
pub struct App {
    /// Runs and money.
    pub ledger: Ledger,
    /// Sees runs through.
    pub dispatcher: Dispatcher,
    /// What is offered, and at which price.
    pub models: Models,
    /// Where runs are sent.
    pub upstream: UpstreamInfo,
    /// Host names that are ours.
    pub hosts: AllowedHosts,
    /// The address under which people reach us, without a slash at its end; links are made from it.
    pub public_url: Option<String>,
    /// WaveSpeed's key, so that it is noticed where it does not belong.
    pub vendor_key: Option<ApiKey>,
    /// The built page.
    pub page: Page,
    /// Time and randomness.
    pub ambient: Ambient,
    /// What is counted while the process lives.
    pub metrics: Arc<Metrics>,
    /// Ends the event streams, which would keep a shutdown waiting for ever.
    pub closing: CancellationToken,
}

type Shared = State<Arc<App>>;

/// All routes.
pub fn router(app: App) -> Router {
    let app = Arc::new(app);
    let (api, document) = OpenApiRouter::with_openapi(openapi::empty())
        .merge(runs::router())
        .merge(groups::router())
        .merge(decisions::router())
        .merge(images::router())
        .merge(archive::router())
        .merge(events::router())
        .merge(config::router())
        .merge(models::router())
        .merge(spend::router())
        .nest("/v3", wavespeed::router(&app))
        .split_for_parts();
    let api = api
        .route("/openapi.json", get(openapi::document).layer(Extension(openapi::Document::of(document))))
        .fallback(not_found)
        .method_not_allowed_fallback(wrong_method);
    Router::new()
        .nest("/api", api)
        // Nesting leaves this one path to the page's files.
        .route("/api/", any(not_found))
        .route("/livez", get(health::live))
        .route("/readyz", get(health::ready))
        .route("/metrics", get(metrics::metrics))
        .with_state(app.clone())
        .fallback_service(page::files(&app.page))
        .layer(CatchPanicLayer::custom(problem::panicked))
        .layer(middleware::from_fn_with_state(app.clone(), guard::check))
        .layer(middleware::from_fn_with_state(app.clone(), problem::finish))
        .layer(middleware::from_fn(headers::add))
}

async fn not_found() -> ApiResult<()> {
    Err(Problem::new(ProblemCode::NotFound).detail("There is no such path below /api.").into())
}

async fn wrong_method() -> ApiResult<()> {
    Err(Problem::new(ProblemCode::MethodNotAllowed).into())
}
