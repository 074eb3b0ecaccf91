//! WaveSpeed's routes over an [`Engine`].
//!
//! # Layout
//! - `submit`: `POST /api/v3/{model}`
//! - `predictions`: result, list, delete
//! - `account`: balance, models, price; `billings`: the account's bill
//! - `outputs`: the painted images
//! - `answer`: the envelope around all of them
//! - `faults`: what a script does to a call, around every route
//! - `wire`: connections that break when they are told to

mod account;
mod answer;
mod billings;
mod faults;
mod outputs;
mod predictions;
mod submit;
mod wire;

use std::future::Future;
use std::io;
use std::net::SocketAddr;
use std::sync::Arc;

use axum::Router;
use axum::extract::{DefaultBodyLimit, Request, State};
use axum::http::{HeaderMap, header};
use axum::middleware::{self, Next};
use axum::response::{IntoResponse, Response};
use axum::routing::{MethodRouter, get, post};
use tokio::net::{TcpListener, TcpSocket};

use crate::Engine;
use crate::faults::On;
use answer::refused;
use wire::{BreakableListener, Line};

/// What the handlers share.
type Shared = State<Arc<Engine>>;

/// Longest body of a request, in bytes.
const MAX_BODY: usize = 1 << 20;

/// The contract as a router.
pub fn router(engine: Arc<Engine>) -> Router {
    let route = |on: On, route: MethodRouter<Arc<Engine>>| {
        route.layer(middleware::from_fn_with_state((engine.clone(), on), faults::intercept))
    };
    let api = Router::new()
        .route("/predictions", route(On::List, post(predictions::list)))
        .route("/predictions/delete", route(On::Delete, post(predictions::delete)))
        .route("/predictions/{id}", route(On::Result, get(predictions::result)))
        .route("/predictions/{id}/result", route(On::Result, get(predictions::result)))
        .route("/balance", route(On::Balance, get(account::balance)))
        .route("/models", route(On::Models, get(account::models)))
        .route("/model/price", route(On::Price, post(account::price)))
        .route("/billings/search", route(On::Billings, post(billings::billings)))
        .route("/{*model}", route(On::Submit, post(submit::submit)))
        .layer(middleware::from_fn_with_state(engine.clone(), check_key));
    Router::new()
        .nest("/api/v3", api)
        .route("/outputs/{id}/{file}", route(On::Output, get(outputs::picture)))
        .fallback(|| async { refused(404, "no such endpoint") })
        .layer(DefaultBodyLimit::max(MAX_BODY))
        .with_state(engine)
}

/// Listens with a queue for thousands of connections that come at once; in a short one the kernel lets them wait a second.
///
/// # Errors
/// When the address cannot be had.
pub fn listen(address: SocketAddr) -> io::Result<TcpListener> {
    let socket = if address.is_ipv4() { TcpSocket::new_v4()? } else { TcpSocket::new_v6()? };
    // A restarted engine takes its port back at once.
    #[cfg(unix)]
    socket.set_reuseaddr(true)?;
    socket.bind(address)?;
    socket.listen(4096)
}

/// Serves the contract until `shutdown` ends. Only here faults can break connections: a router called directly answers 502
/// instead.
///
/// # Errors
/// When the listener fails.
pub async fn serve(
    engine: Arc<Engine>,
    listener: TcpListener,
    shutdown: impl Future<Output = ()> + Send + 'static,
) -> io::Result<()> {
    let service = router(engine).into_make_service_with_connect_info::<Line>();
    axum::serve(BreakableListener(listener), service).with_graceful_shutdown(shutdown).await
}

async fn check_key(State(engine): Shared, headers: HeaderMap, request: Request, next: Next) -> Response {
    let bearer = headers.get(header::AUTHORIZATION).and_then(|value| value.to_str().ok()?.strip_prefix("Bearer "));
    if bearer.is_some_and(|bearer| engine.accepts_key(bearer)) {
        next.run(request).await
    } else {
        refused(401, "Invalid API key").into_response()
    }
}
