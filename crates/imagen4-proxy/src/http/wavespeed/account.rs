//! What is left, which models there are, and what they cost.

use axum::Json;
use axum::extract::State;
use axum::http::HeaderMap;
use imagen4_core::json::integer;
use imagen4_core::models::MODELS;
use imagen4_core::{FieldErrors, ImageCount, MicroUsd, Model, Problem, ProblemCode};
use serde::Serialize;
use serde_json::{Value, json};
use utoipa::ToSchema;
use utoipa::openapi::Object;

use super::answer::{Envelope, success};
use super::predictions::base;
use crate::http::Shared;
use crate::http::body::JsonBody;
use crate::http::problem::ApiResult;

/// What may still be spent.
#[derive(Debug, Serialize, ToSchema)]
pub(crate) struct Balance {
    /// US dollars; null where neither a budget nor the vendor's account says it.
    #[schema(value_type = Option<f64>)]
    balance: Option<Value>,
}

/// What is left of the day's budget, but never more than the vendor's account holds.
#[utoipa::path(get, path = "/balance", tag = "wavespeed", responses((status = 200, description = "US dollars", body = Envelope<Balance>)))]
pub(super) async fn balance(State(app): Shared) -> ApiResult<Json<Envelope<Balance>>> {
    let (account, now) = (app.ledger.account().clone(), app.ambient.now());
    let spend = app.ledger.read(move |reading| reading.spend(&account, now)).await?;
    let vendor = app.dispatcher.account().balance_microusd;
    let left = match (spend.left(), vendor) {
        (Some(left), Some(vendor)) => Some(left.min(vendor)),
        (left, vendor) => left.or(vendor),
    };
    Ok(success(Balance { balance: left.map(MicroUsd::to_json_dollars) }))
}

/// One model as the vendor lists it.
#[derive(Debug, Serialize, ToSchema)]
pub(crate) struct ModelRow {
    model_id: &'static str,
    name: &'static str,
    /// US dollars for one picture.
    #[schema(value_type = f64)]
    base_price: Value,
    description: String,
    r#type: &'static str,
    #[schema(value_type = Object)]
    api_schema: Value,
}

/// The models that are served.
#[utoipa::path(get, path = "/models", tag = "wavespeed", responses((status = 200, description = "The models", body = Envelope<Vec<ModelRow>>)))]
pub(super) async fn models(State(app): Shared, headers: HeaderMap) -> Json<Envelope<Vec<ModelRow>>> {
    let base = base(&app, &headers);
    let row = |model: &'static Model| ModelRow {
        model_id: model.id,
        name: model.name,
        base_price: app.dispatcher.unit_price(model).to_json_dollars(),
        description: format!("{}: pictures from words, through this proxy", model.name),
        r#type: "text-to-image",
        api_schema: json!({ "api_schemas": [{
            "type": "model_run", "method": "POST", "server": base, "api_path": format!("/api/v3/{}", model.id),
            "request_schema": model.input_schema(),
        }] }),
    };
    success(MODELS.iter().map(row).collect())
}

/// Of what the price is asked.
#[derive(ToSchema)]
#[expect(dead_code, reason = "it is read by hand; this is its schema")]
pub(crate) struct PriceBody {
    /// The model's id.
    model_id: String,
    /// The inputs; only `num_images` changes the price.
    inputs: Option<Object>,
}

/// What a request would cost now.
#[derive(Debug, Serialize, ToSchema)]
pub(crate) struct Price {
    model_id: &'static str,
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
    let Some(model) = Model::find(id) else {
        return Err(Problem::new(ProblemCode::NotFound).detail("No such model is served here.").into());
    };
    let mut errors = FieldErrors::default();
    if body.get("inputs").is_some_and(|inputs| !inputs.is_object() && !inputs.is_null()) {
        errors.add("inputs", "must be an object");
    }
    let count = match body.pointer("/inputs/num_images").filter(|count| !count.is_null()) {
        None => Some(ImageCount::default()),
        Some(count) => {
            let count = integer(count).ok_or_else(|| ImageCount::refusal(model.max_images));
            errors.check("num_images", count.and_then(|count| ImageCount::up_to(count, model.max_images)))
        }
    };
    let Some(count) = count.filter(|_| errors.is_empty()) else { return Err(errors.into()) };
    let price = app.dispatcher.unit_price(model).times(u32::from(count.get())).to_json_dollars();
    let discounted_price = price.clone();
    Ok(success(Price { model_id: model.id, price, discounted_price, discount_rate: 100, currency: "USD" }))
}
