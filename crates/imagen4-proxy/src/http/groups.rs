//! Several runs with one press: all of them within the budget, or none.

use std::sync::Arc;

use axum::Json;
use axum::extract::State;
use axum::http::{HeaderMap, StatusCode};
use imagen4_core::api::{Group, MAX_GROUP_CHARS, MAX_GROUP_RUNS};
use imagen4_core::{FieldErrors, ModelInput, RunId};
use serde_json::Value;
use utoipa_axum::router::OpenApiRouter;
use utoipa_axum::routes;

use super::app::{App, LOCAL, Shared};
use super::body::JsonBody;
use super::openapi::schemas::GroupBody;
use super::problem::{ApiError, ApiResult};
use super::submit::{Asked, accepted, idempotency_key};
use super::wanted::{Terms, input, prices, terms};
use crate::store::NewGroup;

pub(super) fn router() -> OpenApiRouter<Arc<App>> {
    OpenApiRouter::new().routes(routes!(submit))
}

/// Accepts a group: 202 once one hold for all is on disk, 200 when the same press came before.
#[utoipa::path(post, path = "/groups", tag = "runs", operation_id = "submit_group", params(
    ("Idempotency-Key" = String, Header, min_length = 1, max_length = 255, description = "The same for every repetition of one press"),
), request_body = GroupBody, responses(
    (status = 202, description = "All were accepted", body = Group),
    (status = 200, description = "The same press came before", body = Group),
))]
async fn submit(
    State(app): Shared,
    headers: HeaderMap,
    JsonBody(body): JsonBody,
) -> ApiResult<(StatusCode, Json<Group>)> {
    let asked = Asked::by(LOCAL, idempotency_key(&headers)?);
    let (inputs, terms) = parse(&app, body)?;
    let requests: Vec<_> = inputs.iter().map(ModelInput::chosen).collect();
    let fingerprint = asked.fingerprint(&(requests, terms.parent));
    let outcome = match asked.before(&app, fingerprint).await? {
        Some(before) => Ok(before),
        None => {
            let prices = prices(&app, &inputs, terms.max_price).await?;
            let runs = inputs.into_iter().zip(prices).enumerate().map(|(place, (input, price))| {
                let of_group = asked.place(place);
                of_group.run(&app, input, price, terms.parent, of_group.key_hash)
            });
            let new = NewGroup {
                id: RunId::from_bits(app.env.random()),
                person: LOCAL.to_owned(),
                key_hash: asked.key_hash,
                fingerprint,
                runs: runs.collect(),
            };
            app.store.write(move |tx| tx.accept_group(&new)).await
        }
    };
    let (status, id) = accepted(outcome)?;
    if status == StatusCode::ACCEPTED {
        app.runner.notify();
    }
    let runs = app.store.read(move |tx| tx.group(LOCAL, id)).await;
    let runs = runs.map_err(|error| ApiError::from(error).unsure())?;
    Ok((status, Json(Group { id: id.to_string(), runs })))
}

/// The requests, each checked as a single one would be; a field's name says whose it is: `requests[3].seed`.
fn parse(app: &App, mut body: Value) -> ApiResult<(Vec<ModelInput>, Terms)> {
    let mut errors = FieldErrors::default();
    let terms = terms(&mut body, &mut errors);
    let mut inputs = Vec::new();
    match body.as_object_mut().map(|fields| fields.remove("requests")) {
        Some(Some(Value::Array(list))) if (1..=MAX_GROUP_RUNS).contains(&list.len()) => {
            for (place, value) in list.iter().enumerate() {
                match input(app, value) {
                    Ok(input) => inputs.push(input),
                    Err(its) => {
                        its.iter()
                            .for_each(|(field, message)| errors.add(&format!("requests[{place}].{field}"), message));
                    }
                }
            }
        }
        _ => errors.add("requests", format!("must be a list of 1 to {MAX_GROUP_RUNS} requests")),
    }
    for name in body.as_object().into_iter().flat_map(|fields| fields.keys()) {
        errors.add(name, "is unknown; a group has requests, parent and max_price_microusd");
    }
    let chars: usize = inputs.iter().map(|input| input.text_chars()).sum();
    if chars > MAX_GROUP_CHARS {
        let message = format!("have {chars} characters of texts together; at most {MAX_GROUP_CHARS} are allowed");
        errors.add("requests", message);
    }
    if errors.is_empty() { Ok((inputs, terms)) } else { Err(errors.into()) }
}
