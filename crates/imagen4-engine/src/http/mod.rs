//! The vendor's routes over an [`Engine`].
//!
//! # Layout
//! - `submit`: `POST /api/v3/{model}`
//! - `predictions`: result, list, delete
//! - `account`: balance, models, price, billings
//! - `outputs`: the painted pictures
//! - `answer`: the envelope around all of them

mod account;
mod answer;
mod outputs;
mod predictions;
mod submit;

use std::future::Future;
use std::io;
use std::sync::Arc;

use axum::Router;
use axum::extract::{DefaultBodyLimit, Request, State};
use axum::http::{HeaderMap, header};
use axum::middleware::{self, Next};
use axum::response::{IntoResponse, Response};
use axum::routing::{get, post};
use axum::serve::ListenerExt;
use tokio::net::TcpListener;

use crate::Engine;
use answer::refused;

/// What the handlers share.
type Shared = State<Arc<Engine>>;

/// The contract as a router.
pub fn router(engine: Arc<Engine>) -> Router {
    let api = Router::new()
        .route("/predictions", post(predictions::list))
        .route("/predictions/delete", post(predictions::delete))
        .route("/predictions/{id}", get(predictions::result))
        .route("/predictions/{id}/result", get(predictions::result))
        .route("/balance", get(account::balance))
        .route("/models", get(account::models))
        .route("/model/price", post(account::price))
        .route("/billings/search", post(account::billings))
        .route("/{*model}", post(submit::submit))
        .layer(middleware::from_fn_with_state(engine.clone(), check_key));
    Router::new()
        .nest("/api/v3", api)
        .route("/outputs/{id}/{file}", get(outputs::picture))
        .fallback(|| async { refused(404, "no such endpoint") })
        .layer(DefaultBodyLimit::max(1 << 20))
        .with_state(engine)
}

/// Serves the contract until `shutdown` ends.
///
/// # Errors
/// When the listener fails.
pub async fn serve(
    engine: Arc<Engine>,
    listener: TcpListener,
    shutdown: impl Future<Output = ()> + Send + 'static,
) -> io::Result<()> {
    // Without this the kernel holds small answers back for 40 ms.
    let listener = listener.tap_io(|stream| drop(stream.set_nodelay(true)));
    axum::serve(listener, router(engine)).with_graceful_shutdown(shutdown).await
}

async fn check_key(State(engine): Shared, headers: HeaderMap, request: Request, next: Next) -> Response {
    let bearer = headers.get(header::AUTHORIZATION).and_then(|value| value.to_str().ok()?.strip_prefix("Bearer "));
    if bearer.is_some_and(|bearer| engine.accepts_key(bearer)) {
        next.run(request).await
    } else {
        refused(401, "Invalid API key").into_response()
    }
}
