//! Submitting runs and reading them.

use std::sync::Arc;

use axum::extract::{Path, Query, State};
use axum::http::{HeaderMap, StatusCode};
use axum::routing::{get, post};
use axum::{Json, Router};
use imagen4_core::api::RunList;
use imagen4_core::{Billed, FieldErrors, GenerationRequest, Problem, ProblemCode, Run, RunId, Seed};
use serde::Deserialize;
use serde_json::Value;
use sha2::{Digest, Sha256};

use super::body::JsonBody;
use super::problem::{ApiError, ApiResult};
use super::{App, LOCAL, Shared};
use crate::ledger::{Accepted, NewRun};

const DEFAULT_LIMIT: usize = 30;
const MAX_LIMIT: usize = 100;
const MAX_KEY_CHARS: usize = 255;

pub(super) fn router() -> Router<Arc<App>> {
    Router::new().route("/runs", post(submit).get(list)).route("/runs/{id}", get(one))
}

/// Accepts a run: 202 once its hold is on disk, 200 when the same click came before.
async fn submit(
    State(app): Shared,
    headers: HeaderMap,
    JsonBody(body): JsonBody,
) -> ApiResult<(StatusCode, Json<Run>)> {
    let key = idempotency_key(&headers)?;
    let (mut request, parent) = parse(body)?;
    // Of the request as it was asked for: a seed that is rolled here would make every repetition a new one.
    let asked = serde_json::to_vec(&(&request, parent)).unwrap_or_default();
    if request.seed.is_none() {
        request.seed = Some(Seed::from_random(app.ambient.random() as u32));
    }
    let new = NewRun {
        id: RunId::from_bits(app.ambient.random()),
        person: LOCAL.to_owned(),
        key_hash: Sha256::digest(key).into(),
        fingerprint: Sha256::digest(asked).into(),
        request,
        parent,
        at: app.ambient.now(),
    };
    let price = new.request.price();
    let accepted = app.ledger.write(move |writing| writing.accept(&new)).await.map_err(|error| unsure(error.into()))?;
    let (status, id) = match accepted {
        Accepted::New(id) => {
            app.dispatcher.wake();
            (StatusCode::ACCEPTED, id)
        }
        Accepted::Before(id) => (StatusCode::OK, id),
        Accepted::KeyReused => {
            let advice = "A new request needs a new key. Nothing was sent.";
            return Err(Problem::new(ProblemCode::IdempotencyKeyReused).detail(advice).into());
        }
        Accepted::OverBudget { cap, spent, held } => {
            let detail =
                format!("This costs {price}; of today's {cap}, {spent} are spent and {held} held. Nothing was sent.");
            return Err(Problem::new(ProblemCode::OverBudget).detail(detail).into());
        }
    };
    Ok((status, Json(read(&app, id).await.map_err(unsure)?)))
}

/// A click that failed on our disk may be recorded all the same.
fn unsure(error: ApiError) -> ApiError {
    error.billed(Billed::Unknown, "It may be recorded all the same: repeat it under the same Idempotency-Key.")
}

#[derive(Debug, Deserialize)]
struct ListQuery {
    cursor: Option<String>,
    limit: Option<String>,
}

/// The newest first.
async fn list(State(app): Shared, Query(query): Query<ListQuery>) -> ApiResult<Json<RunList>> {
    let mut errors = FieldErrors::default();
    let limit = match query.limit.as_deref().map(str::parse::<usize>) {
        None => DEFAULT_LIMIT,
        Some(Ok(limit)) if (1..=MAX_LIMIT).contains(&limit) => limit,
        Some(_) => {
            errors.add("limit", format!("must be a whole number from 1 to {MAX_LIMIT}"));
            DEFAULT_LIMIT
        }
    };
    let cursor = query.cursor.as_deref().map(str::parse::<i64>).transpose();
    let Ok(cursor) = cursor.inspect_err(|_| errors.add("cursor", "must be a next_cursor of an earlier answer")) else {
        return Err(errors.into());
    };
    if !errors.is_empty() {
        return Err(errors.into());
    }
    let (runs, next) = app.ledger.read(move |reading| reading.runs(LOCAL, cursor, limit)).await?;
    Ok(Json(RunList { runs, next_cursor: next.map(|next| next.to_string()) }))
}

async fn one(State(app): Shared, Path(id): Path<String>) -> ApiResult<Json<Run>> {
    Ok(Json(read(&app, run_id(&id)?).await?))
}

async fn read(app: &App, id: RunId) -> ApiResult<Run> {
    app.ledger.read(move |reading| reading.run(LOCAL, id)).await?.ok_or_else(no_such_run)
}

/// Foreign, unknown and unreadable ids look the same.
pub(super) fn run_id(text: &str) -> ApiResult<RunId> {
    text.parse().map_err(|_| no_such_run())
}

pub(super) fn no_such_run() -> ApiError {
    Problem::new(ProblemCode::NotFound).detail("There is no such run.").into()
}

/// A request, and the run that it was varied from.
fn parse(mut body: Value) -> ApiResult<(GenerationRequest, Option<RunId>)> {
    let parent = body.as_object_mut().and_then(|object| object.remove("parent")).filter(|parent| !parent.is_null());
    let parent = match parent {
        None => Ok(None),
        Some(parent) => parent.as_str().and_then(|text| text.parse().ok()).map(Some).ok_or("must be the id of a run"),
    };
    match (GenerationRequest::from_json(&body), parent) {
        (Ok(request), Ok(parent)) => Ok((request, parent)),
        (request, parent) => {
            let mut errors = request.err().unwrap_or_default();
            if let Err(message) = parent {
                errors.add("parent", message);
            }
            Err(errors.into())
        }
    }
}

fn idempotency_key(headers: &HeaderMap) -> ApiResult<&[u8]> {
    let key = headers.get("idempotency-key").map(|key| key.as_bytes()).unwrap_or_default();
    if key.is_empty() || key.len() > MAX_KEY_CHARS {
        let detail = format!(
            "Send an Idempotency-Key header of 1 to {MAX_KEY_CHARS} characters, the same for every repetition of one click."
        );
        return Err(Problem::new(ProblemCode::IdempotencyKeyRequired).detail(detail).into());
    }
    Ok(key)
}
