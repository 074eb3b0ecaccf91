//! What is left, which models there are, and what they cost.

use axum::Json;
use axum::extract::State;
use axum::http::HeaderMap;
use imagen4_core::model::{Entry, accepted_schema};
use imagen4_core::{FieldErrors, MicroUsd, Problem, ProblemCode};
use serde::Serialize;
use serde_json::{Map, Value, json};
use utoipa::ToSchema;
use utoipa::openapi::Object;

use super::answer::{Envelope, success};
use super::predictions::base;
use super::submit;
use crate::http::app::Shared;
use crate::http::body::JsonBody;
use crate::http::problem::ApiResult;

/// What may still be spent.
#[derive(Debug, Serialize, ToSchema)]
pub(crate) struct Balance {
    /// US dollars; null where neither a budget nor WaveSpeed's account says it.
    #[schema(value_type = Option<f64>)]
    balance: Option<Value>,
}

/// What is left of the day's budget, but never more than WaveSpeed's account holds.
#[utoipa::path(get, path = "/balance", tag = "wavespeed", responses((status = 200, description = "US dollars", body = Envelope<Balance>)))]
pub(super) async fn balance(State(app): Shared) -> ApiResult<Json<Envelope<Balance>>> {
    let (account, now) = (app.store.account().clone(), app.env.now());
    let spend = app.store.read(move |tx| tx.spend(&account, now)).await?;
    let vendor = app.runner.account().balance_microusd;
    let left = match (spend.left(), vendor) {
        (Some(left), Some(vendor)) => Some(left.min(vendor)),
        (left, vendor) => left.or(vendor),
    };
    Ok(success(Balance { balance: left.map(MicroUsd::to_json_dollars) }))
}

/// One model as WaveSpeed lists it.
#[derive(Debug, Serialize, ToSchema)]
pub(crate) struct ModelRow {
    model_id: String,
    name: String,
    /// US dollars, about; null where nothing is known of it.
    #[schema(value_type = Option<f64>)]
    base_price: Option<Value>,
    description: String,
    r#type: &'static str,
    #[schema(value_type = Object)]
    api_schema: Value,
}

/// The models that are served.
#[utoipa::path(get, path = "/models", tag = "wavespeed", responses((status = 200, description = "The models", body = Envelope<Vec<ModelRow>>)))]
pub(super) async fn models(State(app): Shared, headers: HeaderMap) -> Json<Envelope<Vec<ModelRow>>> {
    let base = base(&app, &headers);
    let row = |entry: &Entry| ModelRow {
        model_id: entry.spec.id.clone(),
        name: entry.spec.name.clone(),
        base_price: entry.spec.price_microusd.map(MicroUsd::to_json_dollars),
        description: entry.spec.description.clone(),
        r#type: "text-to-image",
        api_schema: json!({ "api_schemas": [{
            "type": "model_run", "method": "POST", "server": base, "api_path": format!("/api/v3/{}", entry.spec.id),
            "request_schema": accepted_schema(&entry.spec),
        }] }),
    };
    success(app.models.catalogue().offered().map(row).collect())
}

/// Of what the price is asked.
#[derive(ToSchema)]
#[expect(dead_code, reason = "it is read by hand; this is its schema")]
pub(crate) struct PriceBody {
    /// The model's id.
    model_id: String,
    /// The inputs, with or without a prompt.
    inputs: Option<Object>,
}

/// What a request would cost now.
#[derive(Debug, Serialize, ToSchema)]
pub(crate) struct Price {
    model_id: String,
    /// US dollars.
    #[schema(value_type = f64)]
    price: Value,
    #[schema(value_type = f64)]
    discounted_price: Value,
    /// Per cent of the price that is asked for.
    discount_rate: u8,
    currency: &'static str,
}

/// What a request would cost now.
#[utoipa::path(post, path = "/model/price", tag = "wavespeed", request_body = PriceBody, responses((status = 200, description = "US dollars", body = Envelope<Price>)))]
pub(super) async fn price(State(app): Shared, JsonBody(body): JsonBody) -> ApiResult<Json<Envelope<Price>>> {
    let id = body.get("model_id").and_then(Value::as_str).unwrap_or_default();
    let catalogue = app.models.catalogue();
    let Some(entry) = catalogue.find_offered(id) else {
        return Err(Problem::new(ProblemCode::NotFound).detail("No such model is served here.").into());
    };
    let mut inputs = match body.get("inputs").filter(|inputs| !inputs.is_null()) {
        None => Map::new(),
        Some(Value::Object(inputs)) => inputs.clone(),
        Some(_) => {
            let mut errors = FieldErrors::default();
            errors.add("inputs", "must be an object");
            return Err(errors.into());
        }
    };
    // Prices are asked for before there is a prompt, and no prompt moves one.
    inputs.entry(entry.spec.concepts.prompt.clone()).or_insert_with(|| json!("-"));
    for flag in submit::FLAGS {
        inputs.remove(flag);
    }
    let quote = app.models.shown_price(&entry.spec.accept(&Value::Object(inputs))?).await?;
    Ok(success(Price {
        model_id: id.to_owned(),
        price: quote.list_price_microusd.to_json_dollars(),
        discounted_price: quote.price_microusd.to_json_dollars(),
        discount_rate: discount_rate(quote.price_microusd, quote.list_price_microusd),
        currency: "USD",
    }))
}

/// Per cent of the list price that is asked for.
fn discount_rate(price: MicroUsd, list_price: MicroUsd) -> u8 {
    let rate = price.micros().saturating_mul(100) / list_price.micros().max(1);
    u8::try_from(rate.clamp(0, 100)).unwrap_or(100)
}
