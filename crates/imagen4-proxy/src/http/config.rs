//! What the page needs to know before anything is sent.

use std::sync::Arc;

use axum::Json;
use axum::extract::State;
use imagen4_core::api::{Limits, ModelInfo, RatioInfo, ServerConfig};
use imagen4_core::models::MODELS;
use utoipa_axum::router::OpenApiRouter;
use utoipa_axum::routes;

use super::problem::ApiResult;
use super::{App, Shared};
use crate::ledger::LedgerError;

pub(super) fn router() -> OpenApiRouter<Arc<App>> {
    OpenApiRouter::new().routes(routes!(config))
}

/// What a client needs to know before anything is sent: models, prices, limits, whose money it is.
#[utoipa::path(get, path = "/config", tag = "account", responses((status = 200, description = "The configuration", body = ServerConfig)))]
async fn config(State(app): Shared) -> ApiResult<Json<ServerConfig>> {
    let (slots, now) = (app.dispatcher.slots(), app.ambient.now());
    let upstream = app.upstream.name.clone();
    let (hold, typical) = app
        .ledger
        .read(move |reading| {
            let typical = MODELS.iter().map(|model| Ok(median(reading.durations(&upstream, model.id)?)));
            Ok((reading.hold(&upstream, slots, 1, now)?, typical.collect::<Result<Vec<_>, LedgerError>>()?))
        })
        .await?;
    let models = MODELS.iter().zip(typical).map(|(model, typical_ms)| {
        let price = app.dispatcher.unit_price(model);
        ModelInfo {
            id: model.id.to_owned(),
            name: model.name.to_owned(),
            price_microusd: price,
            table_price_microusd: (price != model.price).then_some(model.price),
            typical_ms,
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
            next_slot_at: hold.filter(|hold| !hold.reason.is_about_others()).and_then(|hold| hold.until),
            queue_hold: app.dispatcher.queue_hold(),
        },
        account: app.dispatcher.account(),
        version: env!("CARGO_PKG_VERSION").to_owned(),
    }))
}

fn median(mut durations: Vec<u64>) -> Option<u64> {
    durations.sort_unstable();
    durations.get(durations.len() / 2).copied()
}

fn ratio_info(ratio: imagen4_core::AspectRatio) -> RatioInfo {
    let (width, height) = ratio.pixels();
    RatioInfo { name: ratio.as_str().to_owned(), width, height }
}
