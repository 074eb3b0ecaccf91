//! The account's bill: what was deducted and refunded.

use imagen4_core::json::integer;
use imagen4_core::prediction::Unreadable;
use imagen4_core::{MicroUsd, Timestamp};
use serde_json::{Value, json};

use crate::money;
use crate::{ApiError, Client};

/// Which lines of the bill to show.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct BillingQuery {
    /// Only of these predictions; empty means of all.
    pub prediction_ids: Vec<String>,
    /// Only deductions, or only refunds.
    pub kind: Option<BillKind>,
    /// Only at or after.
    pub start: Option<Timestamp>,
    /// Only at or before.
    pub end: Option<Timestamp>,
    /// The oldest first, instead of the newest.
    pub oldest_first: bool,
    /// Page, from 1; 0 means the first as well.
    pub page: u32,
}

/// One page of the bill.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct BillingPage {
    /// Its lines.
    pub items: Vec<BillRow>,
    /// Whether there may be another page.
    pub has_more: bool,
}

/// One line of the bill.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct BillRow {
    /// Whose prediction it was for; other things are billed as well.
    pub prediction_id: Option<String>,
    /// Which way the money went.
    pub kind: BillKind,
    /// How much, without a sign.
    pub price: MicroUsd,
    /// When.
    pub created_at: Option<Timestamp>,
}

/// Which way the money went.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum BillKind {
    /// Off the account.
    Deduct,
    /// Back onto it.
    Refund,
    /// Anything newer than this build.
    Other(String),
}

const PAGE_SIZE: usize = 100;

impl Client {
    /// One page of the account's bill. It may lag behind: that a prediction is not on it proves nothing for some minutes.
    ///
    /// # Errors
    /// [`ApiError::Unreadable`] when even one line cannot be read, because a bill that seems shorter than it is could make
    /// something billed look free; see [`ApiError`].
    pub async fn billings(&self, query: &BillingQuery) -> Result<BillingPage, ApiError> {
        let page = query.page.max(1);
        let sort = if query.oldest_first { "created_at ASC" } else { "created_at DESC" };
        let mut body = json!({ "page": page, "page_size": PAGE_SIZE, "sort": sort });
        if !query.prediction_ids.is_empty() {
            body["prediction_uuids"] = json!(query.prediction_ids);
        }
        if let Some(kind) = &query.kind {
            body["billing_type"] = json!(kind.as_str());
        }
        // Milliseconds as text is what the documents say.
        if let Some(start) = query.start {
            body["start_time"] = json!(start.ms().to_string());
        }
        if let Some(end) = query.end {
            body["end_time"] = json!(end.ms().to_string());
        }
        let data = self.post("billings/search", &body).await?;
        let rows = data.get("items").unwrap_or(&data).as_array().ok_or_else(|| Unreadable::new("no bill"))?;
        let has_more = data.get("has_more").and_then(Value::as_bool);
        let total = data.get("total").and_then(integer).and_then(|total| u64::try_from(total).ok());
        Ok(BillingPage {
            has_more: match (has_more, total) {
                (Some(has_more), _) => has_more,
                (None, Some(total)) => u64::from(page) * (PAGE_SIZE as u64) < total,
                (None, None) => rows.len() >= PAGE_SIZE,
            },
            items: rows.iter().map(BillRow::read).collect::<Result<_, _>>()?,
        })
    }
}

impl BillRow {
    fn read(row: &Value) -> Result<Self, Unreadable> {
        let kind = row.get("billing_type").and_then(Value::as_str);
        let kind = kind.ok_or_else(|| Unreadable::new("a line of the bill without a type"))?;
        let price = row.get("price").ok_or_else(|| Unreadable::new("a line of the bill without a price"))?;
        let id = ["/prediction/uuid", "/prediction/id", "/prediction_uuid"].iter();
        let mut id = id.filter_map(|pointer| row.pointer(pointer)?.as_str()).filter(|id| !id.is_empty());
        Ok(Self {
            prediction_id: id.next().map(str::to_owned),
            kind: BillKind::from_wire(kind),
            // Some answers write a refund with a sign.
            price: MicroUsd::new(money::price(price)?.micros().saturating_abs()),
            created_at: row.get("created_at").and_then(point_in_time),
        })
    }
}

impl BillKind {
    fn from_wire(word: &str) -> Self {
        match word {
            "deduct" => Self::Deduct,
            "refund" => Self::Refund,
            other => Self::Other(other.chars().take(40).collect()),
        }
    }

    /// WaveSpeed's word.
    pub fn as_str(&self) -> &str {
        match self {
            Self::Deduct => "deduct",
            Self::Refund => "refund",
            Self::Other(word) => word,
        }
    }
}

/// RFC 3339, or milliseconds since the epoch as a number or text.
fn point_in_time(value: &Value) -> Option<Timestamp> {
    match value {
        Value::Number(_) => integer(value).map(Timestamp::from_ms),
        Value::String(text) => text.parse().ok().or_else(|| text.parse().ok().map(Timestamp::from_ms)),
        _ => None,
    }
}
