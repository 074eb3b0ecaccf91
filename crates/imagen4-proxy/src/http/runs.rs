//! Submitting runs, reading them, and what a person may change of one.

use std::sync::Arc;

use axum::Json;
use axum::extract::{Path, Query, State};
use axum::http::{HeaderMap, StatusCode};
use imagen4_core::api::{MAX_NOTE_CHARS, RunList, RunPatch};
use imagen4_core::text::is_blank;
use imagen4_core::{FieldErrors, ModelInput, Problem, ProblemCode, Run, RunFilter, RunId, RunState};
use serde_json::Value;
use utoipa_axum::router::OpenApiRouter;
use utoipa_axum::routes;

use super::app::{App, LOCAL, Shared};
use super::body::JsonBody;
use super::openapi::schemas::RunBody;
use super::problem::{ApiError, ApiResult};
use super::submit::{Asked, accepted, idempotency_key};
use super::wanted::{Terms, input, prices, terms};
use crate::store::{Deletion, ReadTx};

const DEFAULT_LIMIT: usize = 30;
const MAX_LIMIT: usize = 100;

pub(super) fn router() -> OpenApiRouter<Arc<App>> {
    OpenApiRouter::new().routes(routes!(submit, list)).routes(routes!(one, change, delete))
}

/// Accepts a run: 202 once its hold is on disk, 200 when the same click came before.
#[utoipa::path(post, path = "/runs", tag = "runs", params(
    ("Idempotency-Key" = String, Header, min_length = 1, max_length = 255, description = "The same for every repetition of one click"),
), request_body = RunBody, responses(
    (status = 202, description = "Accepted", body = Run),
    (status = 200, description = "The same click came before", body = Run),
))]
async fn submit(
    State(app): Shared,
    headers: HeaderMap,
    JsonBody(body): JsonBody,
) -> ApiResult<(StatusCode, Json<Run>)> {
    let began = std::time::Instant::now();
    let asked = Asked::by(LOCAL, idempotency_key(&headers)?);
    let (input, terms) = parse(&app, body)?;
    let fingerprint = asked.fingerprint(&(input.chosen(), terms.parent));
    let outcome = match asked.before(&app, fingerprint).await? {
        Some(before) => Ok(before),
        None => {
            let price = prices(&app, std::slice::from_ref(&input), terms.max_price).await?.into_iter().sum();
            let new = asked.run(&app, input, price, terms.parent, fingerprint);
            app.store.write(move |tx| tx.accept(&new)).await
        }
    };
    let (status, id) = accepted(outcome)?;
    if status == StatusCode::ACCEPTED {
        app.runner.notify();
    }
    let run = read(&app, id).await.map_err(ApiError::unsure)?;
    app.metrics.accepted(began.elapsed());
    Ok((status, Json(run)))
}

/// The newest first, narrowed to what the query says. How much there is comes with the first page.
#[utoipa::path(get, path = "/runs", tag = "runs", params(
    ("cursor" = Option<i64>, Query, description = "`next_cursor` of an earlier answer"),
    ("limit" = Option<i64>, Query, minimum = 1, maximum = 100, description = "Most runs of an answer; 30 by default"),
    ("q" = Option<String>, Query, max_length = 200, description = "Words of prompts and notes"),
    ("state" = Option<String>, Query, pattern = "^([a-z]+(,[a-z]+)*)?$", description = "One state, or several with commas between them"),
    ("model" = Option<String>, Query, max_length = 200, description = "The model's id"),
    ("ratio" = Option<String>, Query, pattern = "^([0-9.]{1,8}:[0-9.]{1,8})?$", description = "The shape, whatever the model calls it"),
    ("seed" = Option<i64>, Query, description = "The seed"),
    ("favorite" = Option<bool>, Query, description = "A favorite or with a favorite image, or neither"),
    ("nsfw" = Option<bool>, Query, description = "With a flagged image, or without"),
    ("group" = Option<String>, Query, pattern = "^([0-9a-f]{32})?$", description = "Bought with one press"),
), responses((status = 200, description = "A page of runs", body = RunList)))]
async fn list(State(app): Shared, Query(query): Query<Vec<(String, String)>>) -> ApiResult<Json<RunList>> {
    let mut errors = FieldErrors::default();
    let (mut limit, mut cursor, mut filter) = (DEFAULT_LIMIT, None, RunFilter::default());
    for (name, value) in &query {
        match (name.as_str(), value.parse::<i64>()) {
            ("limit", Ok(number)) if (1..=MAX_LIMIT as i64).contains(&number) => limit = number as usize,
            ("limit", _) => errors.add("limit", format!("must be a whole number from 1 to {MAX_LIMIT}")),
            ("cursor", Ok(number)) => cursor = Some(number),
            ("cursor", Err(_)) => errors.add("cursor", "must be a next_cursor of an earlier answer"),
            (name, _) => filter.set(name, value, &mut errors),
        }
    }
    if !errors.is_empty() {
        return Err(errors.into());
    }
    let list = move |tx: &ReadTx<'_>| {
        let (runs, next) = tx.runs(LOCAL, &filter, cursor, limit)?;
        let counts = cursor.is_none().then(|| tx.counts(LOCAL, &filter)).transpose()?;
        Ok(RunList { runs, next_cursor: next.map(|next| next.to_string()), counts })
    };
    Ok(Json(app.store.read(list).await?))
}

/// One run.
#[utoipa::path(get, path = "/runs/{id}", tag = "runs", params(("id" = RunId, Path, description = "The run")), responses((status = 200, description = "The run", body = Run)))]
async fn one(State(app): Shared, Path(id): Path<String>) -> ApiResult<Json<Run>> {
    Ok(Json(read(&app, run_id(&id)?).await?))
}

/// Marks a run, or notes something about it.
#[utoipa::path(patch, path = "/runs/{id}", tag = "runs", params(("id" = RunId, Path, description = "The run")), request_body = RunPatch, responses((status = 200, description = "The changed run", body = Run)))]
async fn change(State(app): Shared, Path(id): Path<String>, JsonBody(body): JsonBody) -> ApiResult<Json<Run>> {
    let id = run_id(&id)?;
    let patch = patch(body)?;
    if !app.store.write(move |tx| tx.patch(LOCAL, id, &patch)).await? {
        return Err(no_such_run());
    }
    Ok(Json(read(&app, id).await?))
}

/// Deletes a run that is over: first what the store says of it, then its files.
#[utoipa::path(delete, path = "/runs/{id}", tag = "runs", params(("id" = RunId, Path, description = "The run")), responses((status = 204, description = "Deleted")))]
async fn delete(State(app): Shared, Path(id): Path<String>) -> ApiResult<StatusCode> {
    let id = run_id(&id)?;
    match app.store.write(move |tx| tx.delete(LOCAL, id)).await? {
        Deletion::Done => {
            app.runner.remove_images(vec![id]).await?;
            Ok(StatusCode::NO_CONTENT)
        }
        Deletion::NotThere => Err(no_such_run()),
        Deletion::NotOver(state) => Err(wrong_state(state, "Only a run that has ended can be deleted.")),
    }
}

/// A model's input, and the terms of the click.
fn parse(app: &App, mut body: Value) -> ApiResult<(ModelInput, Terms)> {
    let mut errors = FieldErrors::default();
    let terms = terms(&mut body, &mut errors);
    match input(app, &body) {
        Ok(input) if errors.is_empty() => Ok((input, terms)),
        outcome => {
            errors.merge(outcome.err().unwrap_or_default());
            Err(errors.into())
        }
    }
}

fn patch(body: Value) -> ApiResult<RunPatch> {
    let mut errors = FieldErrors::default();
    let mut patch = RunPatch::default();
    let Value::Object(fields) = body else {
        errors.add("body", "must be an object");
        return Err(errors.into());
    };
    for (name, value) in fields {
        match (name.as_str(), value) {
            ("favorite", Value::Bool(favorite)) => patch.favorite = Some(favorite),
            ("favorite", Value::Null) => {}
            ("favorite", _) => errors.add("favorite", "must be true or false"),
            ("note", Value::Null) => patch.note = Some(String::new()),
            ("note", Value::String(note)) if note.chars().count() <= MAX_NOTE_CHARS => {
                patch.note = Some(if is_blank(&note) { String::new() } else { note.trim().to_owned() });
            }
            ("note", _) => errors.add("note", format!("must be text of at most {MAX_NOTE_CHARS} characters, or null")),
            (other, _) => errors.add(other, "is unknown; favorite and note can be changed"),
        }
    }
    if errors.is_empty() { Ok(patch) } else { Err(errors.into()) }
}

pub(super) async fn read(app: &App, id: RunId) -> ApiResult<Run> {
    app.store.run(LOCAL, id).await?.map(Arc::unwrap_or_clone).ok_or_else(no_such_run)
}

/// Foreign, unknown and unreadable ids look the same.
pub(super) fn run_id(text: &str) -> ApiResult<RunId> {
    text.parse().map_err(|_| no_such_run())
}

pub(super) fn no_such_run() -> ApiError {
    Problem::new(ProblemCode::NotFound).detail("There is no such run.").into()
}

/// What is asked for cannot be done now.
pub(super) fn wrong_state(state: RunState, rule: &str) -> ApiError {
    Problem::new(ProblemCode::WrongState).detail(format!("This run is {}. {rule}", words(state))).into()
}

/// A state as people call it.
const fn words(state: RunState) -> &'static str {
    match state {
        RunState::Queued => "queued",
        RunState::Submitting | RunState::Running => "in progress",
        RunState::Unknown => "waiting for its billing status",
        RunState::Completed => "downloading its images",
        RunState::Archived => "done",
        RunState::Failed | RunState::Expired | RunState::Rejected => "failed",
        RunState::Withdrawn => "canceled",
    }
}
