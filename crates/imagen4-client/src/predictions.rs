//! Predictions after they were accepted: one result, the list of the past seven days, deleting.

use serde_json::json;

use imagen4_core::json::integer;
use imagen4_core::prediction::Unreadable;
use imagen4_core::{Prediction, Timestamp};

use crate::{ApiError, Client};

/// Which predictions to list.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct ListQuery {
    /// Only of that model.
    pub model: Option<String>,
    /// Only accepted at or after.
    pub created_after: Option<Timestamp>,
    /// Only accepted before.
    pub created_before: Option<Timestamp>,
    /// Page, from 1; 0 means the first as well.
    pub page: u32,
}

/// One page of predictions, the newest first.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct ListPage {
    /// Those that could be read.
    pub items: Vec<Prediction>,
    /// Whether there may be another page.
    pub has_more: bool,
}

const PAGE_SIZE: usize = 100;

impl Client {
    /// The prediction as it is now.
    ///
    /// # Errors
    /// [`ApiError::Refused`] with 404 when WaveSpeed does not know it (any more); see [`ApiError`].
    pub async fn result(&self, id: &str) -> Result<Prediction, ApiError> {
        // An id that would change the path cannot come from the vendor.
        if !is_id(id) {
            return Err(Unreadable::new("not a prediction id").into());
        }
        let data = self.get(&format!("predictions/{id}/result")).await?;
        Ok(Prediction::from_data(&data)?)
    }

    /// One page of the predictions of the past seven days, with their inputs where WaveSpeed repeats them.
    ///
    /// # Errors
    /// See [`ApiError`].
    pub async fn list(&self, query: &ListQuery) -> Result<ListPage, ApiError> {
        let mut body = json!({ "page": query.page.max(1), "page_size": PAGE_SIZE, "include_inputs": true });
        if let Some(model) = &query.model {
            body["model"] = json!(model);
        }
        if let Some(after) = query.created_after {
            body["created_after"] = json!(after);
        }
        if let Some(before) = query.created_before {
            body["created_before"] = json!(before);
        }
        let data = self.post("predictions", &body).await?;
        let items =
            data.get("items").unwrap_or(&data).as_array().ok_or_else(|| Unreadable::new("no list of predictions"))?;
        Ok(ListPage {
            has_more: items.len() >= PAGE_SIZE,
            items: items.iter().filter_map(|item| Prediction::from_data(item).ok()).collect(),
        })
    }

    /// Has WaveSpeed forget predictions and their outputs, for good; answers how many it had. What they cost stays billed.
    /// To repeat it is harmless.
    ///
    /// # Errors
    /// [`ApiError::Unreadable`] when one of them is no prediction id, before anything is sent; see [`ApiError`].
    pub async fn delete(&self, ids: &[&str]) -> Result<u64, ApiError> {
        if !ids.iter().all(|id| is_id(id)) {
            return Err(Unreadable::new("not a prediction id").into());
        }
        if ids.is_empty() {
            return Ok(0);
        }
        let data = self.post("predictions/delete", &json!({ "ids": ids })).await?;
        let count = data.get("deleted_count").and_then(integer).and_then(|count| u64::try_from(count).ok());
        Ok(count.ok_or_else(|| Unreadable::new("no count of what was deleted"))?)
    }
}

/// Whether WaveSpeed could have given that id; any other could change a path.
pub(crate) fn is_id(id: &str) -> bool {
    Prediction::from_data(&json!({ "id": id })).is_ok()
}
