//! Balance, models, price and billings.

use axum::Json;
use axum::extract::State;
use axum::response::Response;
use imagen4_core::models::MODELS;
use imagen4_core::{GenerationRequest, MicroUsd, Model};
use serde::Deserialize;
use serde_json::{Value, json};

use super::Shared;
use super::answer::{refused, success};
use crate::bill::Entry;

pub(super) async fn balance(State(engine): Shared) -> Response {
    success(json!({ "balance": dollars(engine.balance()) }))
}

pub(super) async fn models(State(engine): Shared) -> Response {
    let rows = MODELS.iter().filter(|model| engine.serves(model.id)).map(|model| {
        json!({
            "model_id": model.id,
            "name": model.name,
            "base_price": dollars(model.price),
            "type": "text-to-image",
            "formula": "{\"total_price\":base_price * num_images}",
        })
    });
    success(rows.collect())
}

#[derive(Debug, Deserialize)]
pub(super) struct PriceBody {
    model_id: String,
    #[serde(default)]
    inputs: Value,
}

pub(super) async fn price(State(engine): Shared, Json(body): Json<PriceBody>) -> Response {
    let Some(model) = Model::find(&body.model_id).filter(|model| engine.serves(model.id)) else {
        return refused(404, "model not found");
    };
    let mut inputs = body.inputs;
    // Prices are asked without a prompt as well.
    if inputs.get("prompt").is_none() {
        inputs = json!({ "prompt": "-", "num_images": inputs.get("num_images") });
    }
    inputs["model"] = json!(model.id);
    match GenerationRequest::from_json(&inputs) {
        Ok(request) => {
            let price = dollars(request.price());
            success(json!({
                "model_id": model.id, "price": price, "discounted_price": price, "discount_rate": 100, "currency": "USD"
            }))
        }
        Err(errors) => refused(400, &errors.to_string()),
    }
}

#[derive(Debug, Deserialize)]
pub(super) struct BillingsBody {
    page: usize,
    page_size: usize,
    billing_type: Option<String>,
    prediction_uuids: Option<Vec<String>>,
}

pub(super) async fn billings(State(engine): Shared, Json(body): Json<BillingsBody>) -> Response {
    if body.page < 1 || !(1..=100).contains(&body.page_size) {
        return refused(400, "page must be at least 1 and page_size 1 to 100");
    }
    let entries = engine.entries();
    let price_of = |wanted: &str| {
        entries.iter().find_map(|entry| match entry {
            Entry::Accept(taken) if taken.id == wanted => Some(taken.price_microusd),
            _ => None,
        })
    };
    let rows = entries.iter().enumerate().rev().filter_map(|(place, entry)| {
        let (kind, id, at) = match entry {
            Entry::Accept(taken) => ("deduct", &taken.id, taken.at),
            Entry::Refund { id, at } => ("refund", id, *at),
            Entry::Delete { .. } => return None,
        };
        let wanted = body.billing_type.as_deref().is_none_or(|wanted| wanted == kind)
            && body.prediction_uuids.as_ref().is_none_or(|ids| ids.contains(id));
        let price = dollars(price_of(id)?);
        wanted.then(|| {
            json!({
                "uuid": format!("{place:032x}"), "billing_type": kind, "price": price, "created_at": at, "updated_at": at,
                "order": { "state": "done", "price": price }, "prediction": { "uuid": id },
            })
        })
    });
    let rows: Vec<Value> = rows.collect();
    let page: Vec<&Value> =
        rows.iter().skip((body.page - 1).saturating_mul(body.page_size)).take(body.page_size).collect();
    success(json!({ "page": body.page, "total": rows.len(), "items": page }))
}

/// The vendor's money on the wire is a JSON number of dollars; written from the integer's own digits.
fn dollars(amount: MicroUsd) -> Value {
    serde_json::from_str(&amount.to_string().replace('$', "")).unwrap_or_default()
}
