//! What the page needs to know before anything is sent.

use std::sync::Arc;

use axum::Json;
use axum::extract::State;
use imagen4_core::api::{Limits, ServerConfig};
use utoipa_axum::router::OpenApiRouter;
use utoipa_axum::routes;

use super::app::{App, Shared};
use super::problem::ApiResult;

pub(super) fn router() -> OpenApiRouter<Arc<App>> {
    OpenApiRouter::new().routes(routes!(config))
}

/// What a client needs to know before anything is sent: limits, and whose money it is.
#[utoipa::path(get, path = "/config", tag = "account", responses((status = 200, description = "The configuration", body = ServerConfig)))]
async fn config(State(app): Shared) -> ApiResult<Json<ServerConfig>> {
    let (slots, now) = (app.runner.slots(), app.env.now());
    let upstream = app.upstream.name.clone();
    let held = app.store.read(move |tx| {
        let slots = tx.limits(slots, now)?;
        Ok((slots, tx.hold(&upstream, slots, 1, now)?))
    });
    let (slots, hold) = held.await?;
    Ok(Json(ServerConfig {
        upstream: app.upstream.clone(),
        limits: Limits {
            images_per_minute: slots.images_per_minute,
            max_concurrent: slots.max_concurrent,
            next_slot_at: hold.filter(|hold| !hold.reason.is_about_others()).and_then(|hold| hold.until),
            queue_hold: app.runner.queue_hold(),
        },
        account: app.runner.account(),
        models_at: app.models.catalogue().updated_at(),
        version: env!("CARGO_PKG_VERSION").to_owned(),
    }))
}
