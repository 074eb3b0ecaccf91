//! Predictions after they were accepted: one, many, and deleting them.

use axum::Json;
use axum::extract::{Path, State};
use axum::http::{HeaderMap, header};
use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;
use imagen4_core::json::integer;
use imagen4_core::{FieldErrors, PredictionStatus, Problem, ProblemCode, Run, RunId, RunState, Timestamp};
use serde::Serialize;
use serde_json::Value;
use utoipa::ToSchema;

use super::answer::{Envelope, success};
use super::prediction::{GIVE_UP_MS, Prediction};
use crate::http::app::{App, LOCAL, Shared};
use crate::http::body::JsonBody;
use crate::http::problem::{ApiError, ApiResult};
use crate::images::ImageFile;
use crate::store::{Deletion, PredictionFilter};

/// Most predictions on a page.
const MAX_PAGE: i64 = 100;

/// A prediction as it is now.
#[utoipa::path(get, path = "/predictions/{id}/result", tag = "wavespeed", params(("id" = RunId, Path, description = "The prediction")), responses((status = 200, description = "The prediction", body = Envelope<Prediction>)))]
pub(super) async fn result(
    State(app): Shared,
    Path(id): Path<String>,
    headers: HeaderMap,
) -> ApiResult<Json<Envelope<Prediction>>> {
    let not_there = || ApiError::from(Problem::new(ProblemCode::NotFound).detail("task not found"));
    let id: RunId = id.parse().map_err(|_| not_there())?;
    let run = app.store.run(LOCAL, id).await?.ok_or_else(not_there)?;
    Ok(success(tell(&app, &run, &base(&app, &headers)).await?))
}

/// Tells a run as it is now, with its images inside where that was asked for.
pub(super) async fn tell(app: &App, run: &Run, base: &str) -> ApiResult<Prediction> {
    let mut told = Prediction::of(run, base, app.env.now());
    let id = run.id;
    if !told.outputs.is_empty() && app.store.read(move |tx| tx.is_inline(id)).await? {
        told.outputs.clear();
        for image in &run.images {
            let bytes = app.runner.pictures().read(&ImageFile::of(id, image)).await?;
            told.outputs.push(STANDARD.encode(bytes));
        }
    }
    Ok(told)
}

/// The address under which we are reached, for links: what was configured, else the `Host` that the guard has let through.
/// Nothing that a client can make up is believed beyond that.
pub(super) fn base(app: &App, headers: &HeaderMap) -> String {
    let host = || headers.get(header::HOST).and_then(|host| host.to_str().ok()).unwrap_or("localhost");
    app.public_url.clone().unwrap_or_else(|| format!("http://{}", host()))
}

/// A page of predictions.
#[derive(Debug, Serialize, ToSchema)]
pub(crate) struct Page {
    page: u64,
    total: u64,
    items: Vec<Prediction>,
}

/// A page of the predictions, the newest first.
#[utoipa::path(post, path = "/predictions", tag = "wavespeed", operation_id = "list_predictions", request_body = ListBody, responses((status = 200, description = "A page", body = Envelope<Page>)))]
pub(super) async fn list(
    State(app): Shared,
    headers: HeaderMap,
    JsonBody(body): JsonBody,
) -> ApiResult<Json<Envelope<Page>>> {
    let now = app.env.now();
    let wanted = Wanted::read(&body, now)?;
    let (page, size) = (wanted.page, wanted.size);
    let filter = wanted.filter;
    let (runs, total) = app.store.read(move |tx| tx.predictions(LOCAL, &filter, (page - 1) * size, size)).await?;
    let base = base(&app, &headers);
    let tell = |run: &Run| {
        let told = Prediction::of(run, &base, now);
        if wanted.inputs { told.with_input(run) } else { told }
    };
    Ok(success(Page { page, total, items: runs.iter().map(tell).collect() }))
}

/// What may be asked of a list.
#[derive(ToSchema)]
#[expect(dead_code, reason = "it is read field by field, so that every mistake is named; this is its schema")]
pub(crate) struct ListBody {
    /// From 1.
    #[schema(minimum = 1, maximum = 2_147_483_647)]
    page: Option<i64>,
    /// Most predictions of an answer; 20 by default.
    #[schema(minimum = 1, maximum = 100)]
    page_size: Option<i64>,
    /// Only of that model.
    model: Option<String>,
    /// Only with that status.
    status: Option<String>,
    /// Only accepted at or after.
    created_after: Option<Timestamp>,
    /// Only accepted before.
    created_before: Option<Timestamp>,
    /// Whether to tell what was asked for.
    include_inputs: Option<bool>,
}

/// What is to be deleted.
#[derive(ToSchema)]
#[expect(dead_code, reason = "it is read by hand; this is its schema")]
pub(crate) struct DeleteBody {
    /// Ids of predictions.
    ids: Vec<String>,
}

/// What is to be listed.
#[derive(Debug)]
struct Wanted {
    page: u64,
    size: u64,
    filter: PredictionFilter,
    inputs: bool,
}

impl Wanted {
    fn read(body: &Value, now: Timestamp) -> ApiResult<Self> {
        let mut errors = FieldErrors::default();
        let field = |name: &str| body.get(name).filter(|value| !value.is_null());
        let mut number = |name: &str, most: i64, absent: u64| match field(name).map(integer) {
            None => absent,
            Some(Some(number)) if (1..=most).contains(&number) => number.unsigned_abs(),
            Some(_) => {
                errors.add(name, format!("must be a whole number from 1 to {most}"));
                absent
            }
        };
        let (page, size) = (number("page", i64::from(i32::MAX), 1), number("page_size", MAX_PAGE, 20));
        let mut time = |name: &str| match field(name).map(|value| value.as_str().and_then(|at| at.parse().ok())) {
            None => None,
            Some(Some(at)) => Some(at),
            Some(None) => {
                errors.add(name, "must be a time such as 2026-11-22T18:05:00Z");
                None
            }
        };
        let (after, before) = (time("created_after"), time("created_before"));
        let model = match field("model").map(|value| value.as_str()) {
            None => None,
            Some(Some(id)) => Some(id.to_owned()),
            Some(None) => {
                errors.add("model", "must be the id of a model");
                None
            }
        };
        let states = match field("status").map(|value| value.as_str()) {
            None => None,
            Some(Some(word)) => Some(states(word)),
            Some(None) => {
                errors.add("status", "must be one of WaveSpeed's statuses");
                None
            }
        };
        let inputs = match field("include_inputs") {
            None => false,
            Some(Value::Bool(inputs)) => *inputs,
            Some(_) => {
                errors.add("include_inputs", "must be true or false");
                false
            }
        };
        if !body.is_object() {
            errors.add("body", "must be an object");
        }
        if !errors.is_empty() {
            return Err(errors.into());
        }
        // A lost run is told differently once it has been sought for long.
        let lost = match field("status").and_then(Value::as_str) {
            Some("processing") => Some((now - GIVE_UP_MS, true)),
            Some("timeout") => Some((now - GIVE_UP_MS, false)),
            _ => None,
        };
        Ok(Self { page, size, filter: PredictionFilter { model, states, lost, after, before }, inputs })
    }
}

/// The states that go by that word of WaveSpeed's; none for a word that is never used here.
fn states(word: &str) -> Vec<RunState> {
    match PredictionStatus::from_wire(word) {
        PredictionStatus::Created => vec![RunState::Queued, RunState::Submitting],
        PredictionStatus::Processing => vec![RunState::Running, RunState::Completed, RunState::Unknown],
        PredictionStatus::Completed => vec![RunState::Archived],
        PredictionStatus::Failed => vec![RunState::Failed, RunState::Rejected, RunState::Expired],
        PredictionStatus::Cancelled => vec![RunState::Withdrawn],
        PredictionStatus::Timeout => vec![RunState::Unknown],
        PredictionStatus::Deleted | PredictionStatus::Other(_) => Vec::new(),
    }
}

/// How many were deleted.
#[derive(Debug, Serialize, ToSchema)]
#[schema(as = DeletedPredictions)]
pub(crate) struct Deleted {
    deleted_count: usize,
}

/// Deletes what is over; what is in progress, unknown or foreign stays and is not counted.
#[utoipa::path(post, path = "/predictions/delete", tag = "wavespeed", operation_id = "delete_predictions", request_body = DeleteBody, responses((status = 200, description = "How many there were", body = Envelope<Deleted>)))]
pub(super) async fn delete(State(app): Shared, JsonBody(body): JsonBody) -> ApiResult<Json<Envelope<Deleted>>> {
    let ids: Option<Vec<&str>> =
        body.get("ids").and_then(Value::as_array).and_then(|ids| ids.iter().map(Value::as_str).collect());
    let Some(ids) = ids else {
        let mut errors = FieldErrors::default();
        errors.add("ids", "must be a list of prediction ids");
        return Err(errors.into());
    };
    let ids: Vec<RunId> = ids.iter().filter_map(|id| id.parse().ok()).collect();
    let deleted = app.store.write(move |tx| {
        let mut deleted = Vec::new();
        for id in ids {
            if tx.delete(LOCAL, id)? == Deletion::Done {
                deleted.push(id);
            }
        }
        Ok(deleted)
    });
    let deleted = deleted.await?;
    let deleted_count = deleted.len();
    app.runner.remove_images(deleted).await?;
    Ok(success(Deleted { deleted_count }))
}
