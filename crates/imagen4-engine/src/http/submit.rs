//! Submitting: accepted means billed.

use std::sync::Arc;
use std::time::Duration;

use axum::Json;
use axum::extract::rejection::JsonRejection;
use axum::extract::{Extension, Path, Query, State};
use axum::http::HeaderMap;
use axum::response::Response;
use serde::Deserialize;
use serde_json::{Value, json};
use tokio::task::spawn_blocking;

use super::Shared;
use super::answer::{declined, origin, prediction, refused, success};
use crate::Engine;
use crate::engine::View;
use crate::faults::Fate;

/// The longest that a synchronous submission waits.
const SYNC_LIMIT: Duration = Duration::from_secs(90);

#[derive(Debug, Deserialize)]
pub(super) struct SubmitQuery {
    webhook: Option<String>,
}

pub(super) async fn submit(
    State(engine): Shared,
    Path(model): Path<String>,
    Query(query): Query<SubmitQuery>,
    headers: HeaderMap,
    fate: Option<Extension<Fate>>,
    body: Result<Json<Value>, JsonRejection>,
) -> Response {
    let Ok(Json(input)) = body else { return refused(400, "the body is not valid JSON") };
    if query.webhook.is_some() {
        return refused(400, "webhooks are not served by this stand-in");
    }
    let origin = origin(&headers);
    let wants_sync = input.get("enable_sync_mode").and_then(Value::as_bool).unwrap_or(false);
    let fate = fate.map(|Extension(fate)| fate).unwrap_or_default();
    let accepting = engine.clone();
    // The bill is flushed to disk before the answer.
    let accepted = spawn_blocking(move || accepting.submit(&model, &input, fate)).await;
    match accepted {
        Ok(Ok(view)) if wants_sync => wait(&engine, view, origin).await,
        Ok(Ok(view)) => success(prediction(&engine, &view, &origin)),
        Ok(Err(refusal)) => declined(refusal),
        Err(_) => refused(500, "internal error"),
    }
}

/// The vendor's synchronous mode: the answer comes with the outputs, or after 90 s without them.
async fn wait(engine: &Arc<Engine>, view: View, origin: String) -> Response {
    engine.env().sleep(engine.latency(&view.acceptance).min(SYNC_LIMIT)).await;
    let engine = engine.clone();
    let answer = spawn_blocking(move || {
        let view = engine.prediction(&view.acceptance.id).unwrap_or(view);
        let mut data = prediction(&engine, &view, &origin);
        if !view.has_ended() {
            data["status"] = json!("processing");
            data["code"] = json!(5004);
            data["error"] =
                json!("Sync mode timed out after 90 seconds. The prediction is still processing asynchronously.");
        }
        data
    });
    answer.await.map_or_else(|_| refused(500, "internal error"), success)
}
