//! What is left, which models there are, and what they cost.

use axum::Json;
use axum::extract::State;
use axum::http::HeaderMap;
use imagen4_core::models::MODELS;
use imagen4_core::{FieldErrors, ImageCount, MicroUsd, Model, Problem, ProblemCode};
use serde::Serialize;
use serde_json::{Value, json};

use super::answer::{Envelope, success};
use super::predictions::base;
use crate::http::Shared;
use crate::http::body::JsonBody;
use crate::http::problem::ApiResult;

/// What may still be spent.
#[derive(Debug, Serialize)]
pub(super) struct Balance {
    /// US dollars; null where neither a budget nor the vendor's account says it.
    balance: Option<Value>,
}

/// What is left of the day's budget, but never more than the vendor's account holds.
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
#[derive(Debug, Serialize)]
pub(super) struct ModelRow {
    model_id: &'static str,
    name: &'static str,
    /// US dollars for one picture.
    base_price: Value,
    description: String,
    r#type: &'static str,
    api_schema: Value,
}

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

/// What a request would cost now.
#[derive(Debug, Serialize)]
pub(super) struct Price {
    model_id: &'static str,
    /// US dollars.
    price: Value,
    discounted_price: Value,
    /// Per cent of the price that is asked for.
    discount_rate: u8,
    currency: &'static str,
}

pub(super) async fn price(State(app): Shared, JsonBody(body): JsonBody) -> ApiResult<Json<Envelope<Price>>> {
    let id = body.get("model_id").and_then(Value::as_str).unwrap_or_default();
    let Some(model) = Model::find(id) else {
        return Err(Problem::new(ProblemCode::NotFound).detail("No such model is served here.").into());
    };
    let mut errors = FieldErrors::default();
    let count = match body.pointer("/inputs/num_images").filter(|count| !count.is_null()) {
        None => Some(ImageCount::default()),
        Some(count) => {
            let count = count.as_i64().ok_or_else(|| ImageCount::refusal(model.max_images));
            errors.check("num_images", count.and_then(|count| ImageCount::up_to(count, model.max_images)))
        }
    };
    let Some(count) = count else { return Err(errors.into()) };
    let price = app.dispatcher.unit_price(model).times(u32::from(count.get())).to_json_dollars();
    let discounted_price = price.clone();
    Ok(success(Price { model_id: model.id, price, discounted_price, discount_rate: 100, currency: "USD" }))
}
