//! Asking for predictions: one result, or the list of the past seven days.

use reqwest::header::{AUTHORIZATION, CONTENT_TYPE};
use reqwest::{RequestBuilder, Url};
use serde_json::{Value, json};

use imagen4_core::prediction::{Envelope, Unreadable, error_message};
use imagen4_core::{Prediction, Timestamp};

use crate::error::reason;
use crate::transport::{MAX_RESULT_ANSWER, read_capped, retry_after};
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
    /// [`ApiError::Refused`] with 404 when the vendor does not know it (any more); see [`ApiError`].
    pub async fn result(&self, id: &str) -> Result<Prediction, ApiError> {
        // An id that would change the path cannot come from the vendor.
        if Prediction::from_data(&json!({ "id": id })).is_err() {
            return Err(Unreadable::new("not a prediction id").into());
        }
        let data = self.read(self.reading.get(self.url(&format!("predictions/{id}/result")))).await?;
        Ok(Prediction::from_data(&data)?)
    }

    /// One page of the predictions of the past seven days, with their inputs where the vendor repeats them.
    ///
    /// # Errors
    /// See [`ApiError`].
    pub async fn list(&self, query: &ListQuery) -> Result<ListPage, ApiError> {
        let url: Url = self.url("predictions");
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
        let request = self.reading.post(url).header(CONTENT_TYPE, "application/json").body(body.to_string());
        let data = self.read(request).await?;
        let items =
            data.get("items").unwrap_or(&data).as_array().ok_or_else(|| Unreadable::new("no list of predictions"))?;
        Ok(ListPage {
            has_more: items.len() >= PAGE_SIZE,
            items: items.iter().filter_map(|item| Prediction::from_data(item).ok()).collect(),
        })
    }

    /// Sends a call that only reads and opens its envelope.
    async fn read(&self, request: RequestBuilder) -> Result<Value, ApiError> {
        let unavailable = |error| ApiError::Unavailable { reason: reason(error) };
        let response = request.header(AUTHORIZATION, self.key.header()).send().await.map_err(unavailable)?;
        let status = response.status().as_u16();
        let retry_after = retry_after(&response);
        let body = read_capped(response, MAX_RESULT_ANSWER)
            .await
            .map_err(unavailable)?
            .ok_or_else(|| Unreadable::new("the answer is too long"))?;
        match status {
            200 => match Envelope::read(&body)? {
                Envelope::Data(data) => Ok(data),
                Envelope::Refused { code, message } => {
                    Err(ApiError::Refused { status: u16::try_from(code).unwrap_or(400), message })
                }
            },
            429 => Err(ApiError::RateLimited { message: error_message(&body), retry_after }),
            400..=499 if Envelope::is_vendor_error(&body) => {
                Err(ApiError::Refused { status, message: error_message(&body) })
            }
            _ => Err(ApiError::Unavailable { reason: format!("status {status}: {}", error_message(&body)) }),
        }
    }
}
