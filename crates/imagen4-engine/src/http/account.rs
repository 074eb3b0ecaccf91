//! Balance, models and price.

use axum::Json;
use axum::extract::State;
use axum::response::Response;
use serde::Deserialize;
use serde_json::{Value, json};
use tokio::task::spawn_blocking;

use super::Shared;
use super::answer::{declined, refused, success};
use crate::engine::Refusal;

pub(super) async fn balance(State(engine): Shared) -> Response {
    // A refund that is due is written down first.
    match spawn_blocking(move || engine.balance()).await {
        Ok(balance) => success(json!({ "balance": balance.to_json_dollars() })),
        Err(_) => refused(500, "internal error"),
    }
}

pub(super) async fn models(State(engine): Shared) -> Response {
    success(Value::Array(engine.rows()))
}

#[derive(Debug, Deserialize)]
pub(super) struct PriceBody {
    model_id: String,
    #[serde(default)]
    inputs: Value,
}

pub(super) async fn price(State(engine): Shared, Json(body): Json<PriceBody>) -> Response {
    let PriceBody { model_id, inputs } = body;
    match engine.quote(&model_id, &inputs) {
        Ok(price) => {
            let price = price.to_json_dollars();
            success(json!({
                "model_id": model_id, "price": price, "discounted_price": price, "discount_rate": 100, "currency": "USD"
            }))
        }
        Err(Refusal::Retired) => declined(Refusal::Unknown),
        Err(refusal) => declined(refusal),
    }
}
