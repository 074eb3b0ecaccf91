//! What a person decides about a run's life: take it back, give it up, take a prediction in.

use std::sync::Arc;

use axum::Json;
use axum::extract::{Path, State};
use axum::http::StatusCode;
use imagen4_core::api::{Resolution, Unexplained};
use imagen4_core::{FieldErrors, Problem, ProblemCode, Run, RunEvent, RunId, RunState};

use utoipa_axum::router::OpenApiRouter;
use utoipa_axum::routes;

use super::app::{App, LOCAL, Shared};
use super::body::JsonBody;
use super::problem::{ApiError, ApiResult};
use super::runs::{no_such_run, read, run_id, wrong_state};
use crate::runner::steps::problems::given_up;
use crate::runner::{Adopted, Chosen};
use crate::store::TransitionDetails;

pub(super) fn router() -> OpenApiRouter<Arc<App>> {
    OpenApiRouter::new()
        .routes(routes!(withdraw))
        .routes(routes!(resolve))
        .routes(routes!(unexplained))
        .routes(routes!(adopt))
}

/// Cancels a queued run.
#[utoipa::path(post, path = "/runs/{id}/withdraw", tag = "decisions", params(("id" = RunId, Path, description = "The run")), responses((status = 200, description = "The canceled run", body = Run)))]
async fn withdraw(State(app): Shared, Path(id): Path<String>) -> ApiResult<Json<Run>> {
    let id = run_id(&id)?;
    read(&app, id).await?;
    decide(&app, id, RunEvent::Withdrawn, TransitionDetails::default(), "It can't be canceled once submitted.").await
}

/// Decides about a run whose answer was lost.
#[utoipa::path(post, path = "/runs/{id}/resolve", tag = "decisions", params(("id" = RunId, Path, description = "The run")), request_body = Resolution, responses((status = 200, description = "The run as it is then", body = Run)))]
async fn resolve(State(app): Shared, Path(id): Path<String>, JsonBody(body): JsonBody) -> ApiResult<Json<Run>> {
    let id = run_id(&id)?;
    let Ok(resolution) = serde_json::from_value::<Resolution>(body) else {
        let mut errors = FieldErrors::default();
        errors.add("action", "must be \"release\", \"wait\", or \"adopt\" with a prediction");
        return Err(errors.into());
    };
    let rule = "Only a run whose billing status is unknown can be resolved.";
    let run = read(&app, id).await?;
    if run.state != RunState::Unknown {
        return Err(wrong_state(run.state, rule));
    }
    match resolution {
        Resolution::Release => decide(&app, id, RunEvent::Released, TransitionDetails::from(given_up()), rule).await,
        Resolution::Wait => {
            app.runner.look_now(id);
            Ok(Json(run))
        }
        Resolution::Adopt { prediction } => match app.runner.choose(id, &prediction).await? {
            Chosen::Found => Ok(Json(read(&app, id).await?)),
            Chosen::Taken => refuse("prediction", "belongs to another run"),
            Chosen::NotThere => refuse("prediction", "is not known to WaveSpeed"),
            Chosen::NotNow => Err(ProblemCode::VendorUnreachable.into()),
        },
    }
}

/// Predictions on WaveSpeed that no run explains.
#[utoipa::path(get, path = "/unexplained", tag = "decisions", responses((status = 200, description = "The newest first", body = Unexplained)))]
async fn unexplained(State(app): Shared) -> ApiResult<Json<Unexplained>> {
    Ok(Json(app.runner.unexplained().await?))
}

/// Imports one of them: 202 and its run, 200 when it was imported before.
#[utoipa::path(post, path = "/unexplained/{prediction}/adopt", tag = "decisions", params(
    ("prediction" = String, Path, description = "WaveSpeed's id"),
), responses(
    (status = 202, description = "Imported", body = Run),
    (status = 200, description = "It was imported before", body = Run),
))]
async fn adopt(State(app): Shared, Path(prediction): Path<String>) -> ApiResult<(StatusCode, Json<Run>)> {
    let (status, id) = match app.runner.adopt(&prediction, LOCAL).await? {
        Adopted::New(id) => (StatusCode::ACCEPTED, id),
        Adopted::Before(id) => (StatusCode::OK, id),
        Adopted::NotThere => {
            return Err(Problem::new(ProblemCode::NotFound).detail("WaveSpeed's list does not show it.").into());
        }
    };
    Ok((status, Json(read(&app, id).await?)))
}

/// Moves a run by a person's decision, if it is still in the state for it.
async fn decide(app: &App, id: RunId, event: RunEvent, facts: TransitionDetails, rule: &str) -> ApiResult<Json<Run>> {
    let moved = app.store.write(move |tx| tx.transition(id, event, facts, tx.now())).await?;
    let run = app.store.read(move |tx| tx.run(LOCAL, id)).await?.ok_or_else(no_such_run)?;
    match moved {
        Some(_) => {
            app.runner.notify();
            Ok(Json(run))
        }
        None => Err(wrong_state(run.state, rule)),
    }
}

fn refuse<T>(field: &str, message: &str) -> ApiResult<T> {
    let mut errors = FieldErrors::default();
    errors.add(field, message);
    Err(ApiError::from(errors))
}
