//! Submitting in WaveSpeed's way. Each POST is a run, unless it repeats an Idempotency-Key, which WaveSpeed does not know.

use std::time::Duration;

use axum::Json;
use axum::extract::{Path, Query, State};
use axum::http::{HeaderMap, StatusCode};
use imagen4_core::model::accepted_schema;
use imagen4_core::{FieldErrors, ModelInput, ModelSpec, PredictionStatus, Problem, ProblemCode, Run, RunId, openapi};
use serde_json::{Value, json};
use tokio::sync::broadcast::Receiver;
use tokio::sync::broadcast::error::RecvError;

use super::answer::{Envelope, success};
use super::prediction::{Prediction, TIMED_OUT, is_final, status};
use super::predictions::{base, tell};
use crate::http::app::{App, LOCAL, Shared};
use crate::http::body::JsonBody;
use crate::http::problem::{ApiError, ApiResult};
use crate::http::runs::read;
use crate::http::submit::{Asked, accepted, idempotency_key};
use crate::http::wanted::prices;
use crate::store::{Accepted, StoreEvent};

/// The longest that an answer waits for the end of its run, as on WaveSpeed.
const SYNC_LIMIT: Duration = Duration::from_secs(90);

/// What may be in the body besides what the model knows.
const SYNC: &str = "enable_sync_mode";
const INLINE: &str = "enable_base64_output";
/// Both of them.
pub(super) const FLAGS: [&str; 2] = [SYNC, INLINE];

pub(super) async fn submit(
    State(app): Shared,
    Path(model): Path<String>,
    Query(query): Query<Vec<(String, String)>>,
    headers: HeaderMap,
    JsonBody(body): JsonBody,
) -> ApiResult<Json<Envelope<Prediction>>> {
    let began = std::time::Instant::now();
    let catalogue = app.models.catalogue();
    // One that is gone is read as well: a repetition of a submission is answered for ever.
    let Some(entry) = catalogue.find(&model) else {
        let detail = "No such model is served here; GET /api/v3/models lists them. Nothing was sent.";
        return Err(Problem::new(ProblemCode::NotFound).detail(detail).into());
    };
    if query.iter().any(|(name, _)| name == "webhook") {
        let mut errors = FieldErrors::default();
        errors.add("webhook", "is not served: ask for the result, or use enable_sync_mode. Nothing was sent");
        return Err(errors.into());
    }
    let input = Input::read(body, &entry.spec)?;
    let asked = match headers.contains_key("idempotency-key") {
        true => Asked::by(LOCAL, idempotency_key(&headers)?),
        false => Asked::by(LOCAL, &app.env.random().to_be_bytes()),
    };
    // The same request, whichever face it came through.
    let fingerprint = asked.fingerprint(&(input.input.chosen(), None::<RunId>));
    // Before the run is there, so that no change of it is missed.
    let changes = app.store.subscribe();
    let outcome = match asked.before(&app, fingerprint).await? {
        Some(before) => Ok(before),
        None => {
            let price = prices(&app, std::slice::from_ref(&input.input), None).await?.into_iter().sum();
            let new = asked.run(&app, input.input, price, None, fingerprint);
            let accept = app.store.write(move |tx| {
                let outcome = tx.accept(&new)?;
                if let (Accepted::New(id), true) = (outcome, input.inline) {
                    tx.wants_inline(id)?;
                }
                Ok(outcome)
            });
            accept.await
        }
    };
    let (answer, id) = accepted(outcome)?;
    if answer == StatusCode::ACCEPTED {
        app.runner.notify();
    }
    let mut run = read(&app, id).await.map_err(ApiError::unsure)?;
    app.metrics.accepted(began.elapsed());
    if input.sync {
        run = wait(&app, run, changes).await?;
    }
    let mut told = tell(&app, &run, &base(&app, &headers)).await?;
    if input.sync && !is_final(&told.status) {
        told.status = PredictionStatus::Processing;
        told.code = Some(TIMED_OUT);
        told.error =
            "Sync mode timed out: the answer did not wait for the end. The prediction goes on, and its result can \
                      be asked for by its id."
                .to_owned();
    }
    Ok(success(told))
}

/// Waits until the run has ended, the time is over, or the server stops.
async fn wait(app: &App, mut run: Run, mut changes: Receiver<StoreEvent>) -> ApiResult<Run> {
    let limit = app.env.sleep(SYNC_LIMIT);
    tokio::pin!(limit);
    while !is_final(&status(&run, app.env.now())) {
        tokio::select! {
            change = changes.recv() => match change {
                Ok(StoreEvent::Run { json, .. }) if !json.contains(&run.id.to_string()) => continue,
                Ok(_) | Err(RecvError::Lagged(_)) => {}
                Err(RecvError::Closed) => break,
            },
            () = &mut limit => break,
            () = app.closing.cancelled() => break,
        }
        run = read(app, run.id).await?;
    }
    Ok(run)
}

/// JSON Schema of the body for a model.
pub(crate) fn input_schema(spec: &ModelSpec) -> Value {
    let mut schema = openapi::accepted(accepted_schema(spec));
    let flag = |what: &str| json!({ "type": ["boolean", "null"], "default": false, "description": what });
    schema["properties"][SYNC] = flag("Answer when it has ended, or after 90 seconds");
    schema["properties"][INLINE] = flag("Images come inside the answers, in base64");
    schema["example"] = json!({ &spec.concepts.prompt: "A heron in the reeds, morning mist" });
    schema
}

/// A body in WaveSpeed's way: flat, without a model.
#[derive(Debug)]
struct Input {
    input: ModelInput,
    sync: bool,
    inline: bool,
}

impl Input {
    /// Reads it; unknown keys are refused, because WaveSpeed drops them and bills all the same.
    fn read(mut body: Value, spec: &ModelSpec) -> ApiResult<Self> {
        let mut errors = FieldErrors::default();
        let mut flag = |name: &str| match body.as_object_mut().and_then(|fields| fields.remove(name)) {
            None | Some(Value::Null) => false,
            Some(Value::Bool(flag)) => flag,
            Some(_) => {
                errors.add(name, "must be true or false");
                false
            }
        };
        let (sync, inline) = (flag(SYNC), flag(INLINE));
        if body.get("model").is_some() && spec.input("model").is_none() {
            errors.add("model", "belongs in the path");
        }
        match spec.accept(&body) {
            Ok(input) if errors.is_empty() => Ok(Self { input, sync, inline }),
            Ok(_) => Err(errors.into()),
            Err(others) => {
                errors.merge(others);
                Err(errors.into())
            }
        }
    }
}
