//! What the page needs to know before anything is sent.

use std::sync::Arc;

use axum::extract::State;
use axum::routing::get;
use axum::{Json, Router};
use imagen4_core::api::{Limits, ModelInfo, RatioInfo, ServerConfig};
use imagen4_core::models::MODELS;

use super::problem::ApiResult;
use super::{App, Shared};

pub(super) fn router() -> Router<Arc<App>> {
    Router::new().route("/config", get(config))
}

async fn config(State(app): Shared) -> ApiResult<Json<ServerConfig>> {
    let (slots, now) = (app.dispatcher.slots(), app.ambient.now());
    let upstream = app.upstream.name.clone();
    let next = app.ledger.read(move |reading| reading.slot_at(&upstream, slots, 1, now)).await?;
    let models = MODELS.iter().map(|model| {
        let price = app.dispatcher.unit_price(model);
        ModelInfo {
            id: model.id.to_owned(),
            name: model.name.to_owned(),
            price_microusd: price,
            table_price_microusd: (price != model.price).then_some(model.price),
            typical_ms: None,
            max_images: model.max_images.get(),
            aspect_ratios: model.ratios.iter().map(|ratio| ratio_info(*ratio)).collect(),
        }
    });
    Ok(Json(ServerConfig {
        models: models.collect(),
        upstream: app.upstream.clone(),
        limits: Limits {
            images_per_minute: slots.images_per_minute,
            max_concurrent: slots.max_concurrent,
            next_slot_at: next.filter(|at| *at > now),
        },
        account: app.dispatcher.account(),
        version: env!("CARGO_PKG_VERSION").to_owned(),
    }))
}

fn ratio_info(ratio: imagen4_core::AspectRatio) -> RatioInfo {
    let (width, height) = ratio.pixels();
    RatioInfo { name: ratio.as_str().to_owned(), width, height }
}
