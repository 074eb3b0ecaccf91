//! Result, list and delete.

use axum::Json;
use axum::extract::{Path, State};
use axum::http::HeaderMap;
use axum::response::Response;
use imagen4_core::Timestamp;
use serde::Deserialize;
use serde_json::{Value, json};
use tokio::task::spawn_blocking;

use super::Shared;
use super::answer::{origin, prediction, refused, success};

pub(super) async fn result(State(engine): Shared, Path(id): Path<String>, headers: HeaderMap) -> Response {
    let origin = origin(&headers);
    let found = spawn_blocking(move || {
        let view = engine.prediction(&id)?;
        Some(prediction(&engine, &view, &origin))
    });
    match found.await {
        Ok(Some(data)) => success(data),
        Ok(None) => refused(404, "task not found"),
        Err(_) => refused(500, "internal error"),
    }
}

#[derive(Debug, Deserialize)]
pub(super) struct ListBody {
    page: usize,
    page_size: usize,
    model: Option<String>,
    status: Option<String>,
    created_after: Option<Timestamp>,
    created_before: Option<Timestamp>,
    #[serde(default)]
    include_inputs: bool,
}

pub(super) async fn list(State(engine): Shared, headers: HeaderMap, body: Option<Json<ListBody>>) -> Response {
    let Some(Json(body)) = body.filter(|Json(body)| body.page >= 1 && (1..=100).contains(&body.page_size)) else {
        return refused(400, "page must be at least 1 and page_size 1 to 100");
    };
    let origin = origin(&headers);
    let listed = spawn_blocking(move || {
        let mut views = engine.predictions();
        views.retain(|view| {
            body.model.as_ref().is_none_or(|model| *model == view.acceptance.model)
                && body.status.as_ref().is_none_or(|status| *status == view.status)
                && body.created_after.is_none_or(|after| view.acceptance.at >= after)
                && body.created_before.is_none_or(|before| view.acceptance.at < before)
        });
        let total = views.len();
        let page = views.iter().skip((body.page - 1).saturating_mul(body.page_size)).take(body.page_size);
        let items = page.map(|view| {
            let mut item = prediction(&engine, view, &origin);
            item["executionTime"] = json!(view.inference_ms);
            if body.include_inputs && !engine.options().list_without_inputs {
                item["input"] = view.acceptance.input.clone();
            }
            item
        });
        json!({ "page": body.page, "total": total, "items": items.collect::<Vec<_>>() })
    });
    listed.await.map_or_else(|_| refused(500, "internal error"), success)
}

pub(super) async fn delete(State(engine): Shared, Json(body): Json<Value>) -> Response {
    let Some(ids) = body.get("ids").and_then(Value::as_array) else { return refused(400, "ids is required") };
    let ids: Vec<String> = ids.iter().filter_map(|id| id.as_str().map(str::to_owned)).collect();
    let deleted = spawn_blocking(move || engine.delete(&ids.iter().map(String::as_str).collect::<Vec<_>>()));
    match deleted.await {
        Ok(Ok(count)) => success(json!({ "deleted_count": count })),
        _ => refused(500, "internal error"),
    }
}
