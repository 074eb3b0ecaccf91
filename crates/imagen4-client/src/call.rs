//! One call that only reads: sent, answered, opened.

use reqwest::RequestBuilder;
use reqwest::header::{AUTHORIZATION, CONTENT_TYPE};
use serde_json::Value;

use imagen4_core::prediction::{Envelope, error_message};

use crate::error::reason;
use crate::transport::{MAX_RESULT_ANSWER, read_capped, retry_after};
use crate::{ApiError, Client};

impl Client {
    /// Asks for what is at that API path.
    pub(crate) async fn get(&self, path: &str) -> Result<Value, ApiError> {
        self.get_up_to(path, MAX_RESULT_ANSWER).await
    }

    /// The same; an answer of more than `limit` bytes is an error.
    pub(crate) async fn get_up_to(&self, path: &str, limit: usize) -> Result<Value, ApiError> {
        self.read(self.reading.get(self.url(path)), limit).await
    }

    /// Asks with a JSON body.
    pub(crate) async fn post(&self, path: &str, body: &Value) -> Result<Value, ApiError> {
        let request = self.reading.post(self.url(path)).header(CONTENT_TYPE, "application/json");
        self.read(request.body(body.to_string()), MAX_RESULT_ANSWER).await
    }

    /// Sends a call that only reads and opens its envelope.
    async fn read(&self, request: RequestBuilder, limit: usize) -> Result<Value, ApiError> {
        let unavailable = |error| ApiError::Unavailable { reason: reason(error) };
        let response = request.header(AUTHORIZATION, self.key.header()).send().await.map_err(unavailable)?;
        let status = response.status().as_u16();
        let retry_after = retry_after(&response);
        let body = read_capped(response, limit).await.map_err(unavailable)?.ok_or(ApiError::TooLong { limit })?;
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
