//! Balance, models and price.

use axum::Json;
use axum::extract::State;
use axum::response::Response;
use imagen4_core::models::MODELS;
use imagen4_core::{GenerationRequest, Model};
use serde::Deserialize;
use serde_json::{Value, json};
use tokio::task::spawn_blocking;

use super::Shared;
use super::answer::{refused, success};

pub(super) async fn balance(State(engine): Shared) -> Response {
    // A refund that is due is written down first.
    match spawn_blocking(move || engine.balance()).await {
        Ok(balance) => success(json!({ "balance": balance.to_json_dollars() })),
        Err(_) => refused(500, "internal error"),
    }
}

pub(super) async fn models(State(engine): Shared) -> Response {
    let rows = MODELS.iter().filter(|model| engine.serves(model.id)).map(|model| {
        json!({
            "model_id": model.id,
            "name": model.name,
            "base_price": engine.price(model).to_json_dollars(),
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
            let price = engine.price(model).times(u32::from(request.num_images.get())).to_json_dollars();
            success(json!({
                "model_id": model.id, "price": price, "discounted_price": price, "discount_rate": 100, "currency": "USD"
            }))
        }
        Err(errors) => refused(400, &errors.to_string()),
    }
}
