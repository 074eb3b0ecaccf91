//! The account's bill as the vendor shows it: what was deducted and refunded, page by page.

use axum::Json;
use axum::extract::State;
use axum::response::Response;
use imagen4_core::Timestamp;
use imagen4_core::json::integer;
use serde::{Deserialize, Deserializer, de};
use serde_json::{Value, json};
use tokio::task::spawn_blocking;

use super::Shared;
use super::answer::{refused, success};
use crate::Engine;
use crate::bill::Entry;

#[derive(Debug, Deserialize)]
pub(super) struct BillingsBody {
    page: usize,
    page_size: usize,
    billing_type: Option<String>,
    prediction_uuids: Option<Vec<String>>,
    model_uuid: Option<String>,
    #[serde(default, deserialize_with = "point_in_time")]
    start_time: Option<Timestamp>,
    #[serde(default, deserialize_with = "point_in_time")]
    end_time: Option<Timestamp>,
    sort: Option<String>,
}

/// One line as it is shown.
#[derive(Debug)]
struct Row {
    place: usize,
    kind: &'static str,
    id: String,
    at: Timestamp,
}

pub(super) async fn billings(State(engine): Shared, body: Option<Json<BillingsBody>>) -> Response {
    let Some(Json(body)) = body.filter(|Json(body)| body.page >= 1 && (1..=100).contains(&body.page_size)) else {
        return refused(400, "page must be at least 1 and page_size 1 to 100");
    };
    let ascending = match body.sort.as_deref() {
        None | Some("created_at DESC") => false,
        Some("created_at ASC") => true,
        Some(_) => return refused(400, "sort must be created_at ASC or created_at DESC"),
    };
    let shown = spawn_blocking(move || {
        let mut rows = rows(&engine, &body);
        rows.sort_by_key(|row| (row.at, row.place));
        if !ascending {
            rows.reverse();
        }
        let total = rows.len();
        let before = (body.page - 1).saturating_mul(body.page_size);
        let items = rows.iter().skip(before).take(body.page_size).filter_map(|row| shown(&engine, row));
        let items: Vec<Value> = items.collect();
        json!({
            "page": body.page,
            "total": total,
            "has_more": before.saturating_add(body.page_size) < total,
            "items": items,
        })
    });
    shown.await.map_or_else(|_| refused(500, "internal error"), success)
}

/// The lines that were asked for and that the account shows already, in the order of the bill.
fn rows(engine: &Engine, body: &BillingsBody) -> Vec<Row> {
    let lag = u64::try_from(engine.options().billing_lag.as_millis()).unwrap_or(u64::MAX);
    let newest = engine.env().now() - lag;
    let rows = engine.entries().into_iter().enumerate().filter_map(|(place, entry)| match entry {
        Entry::Accept(taken) => Some(Row { place, kind: "deduct", id: taken.id, at: taken.at }),
        Entry::Refund { id, at } => Some(Row { place, kind: "refund", id, at }),
        Entry::Delete { .. } => None,
    });
    let wanted = rows.filter(|row| {
        row.at <= newest
            && body.billing_type.as_deref().is_none_or(|kind| kind == row.kind)
            && body.prediction_uuids.as_ref().is_none_or(|ids| ids.contains(&row.id))
            && body.start_time.is_none_or(|start| row.at >= start)
            && body.end_time.is_none_or(|end| row.at <= end)
            && body
                .model_uuid
                .as_ref()
                .is_none_or(|model| engine.billed(&row.id).is_some_and(|view| view.acceptance.model == *model))
    });
    wanted.collect()
}

/// The documented shape of a line.
fn shown(engine: &Engine, row: &Row) -> Option<Value> {
    let view = engine.billed(&row.id)?;
    let price = view.acceptance.price_microusd.to_json_dollars();
    Some(json!({
        "uuid": format!("{:032x}", row.place),
        "billing_type": row.kind,
        "price": price,
        "created_at": row.at,
        "updated_at": row.at,
        "order": {
            "uuid": format!("{:032x}", row.place),
            "state": if view.has_ended() { "done" } else { "pre" },
            "price": price,
            "origin_price": price,
        },
        "prediction": { "uuid": row.id, "model_uuid": view.acceptance.model, "status": view.status },
        "access_key_name": "default",
    }))
}

/// Documents say milliseconds since the epoch as text, other clients send a number or ISO 8601.
fn point_in_time<'de, D: Deserializer<'de>>(deserializer: D) -> Result<Option<Timestamp>, D::Error> {
    let ms = |ms: i64| Some(Timestamp::from_ms(ms));
    match Value::deserialize(deserializer)? {
        Value::Null => Ok(None),
        ref number @ Value::Number(_) => integer(number).map(ms).ok_or_else(|| de::Error::custom("not milliseconds")),
        Value::String(text) => match text.parse::<i64>() {
            Ok(number) => Ok(ms(number)),
            Err(_) => text.parse().map(Some).map_err(de::Error::custom),
        },
        _ => Err(de::Error::custom("not a point in time")),
    }
}
