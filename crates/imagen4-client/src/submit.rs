//! Submitting: exactly one request, and an error that says what is known of the money.

use reqwest::header::{AUTHORIZATION, CONTENT_TYPE};

use imagen4_core::model::is_model_id;
use imagen4_core::prediction::{Envelope, error_message};
use imagen4_core::{Prediction, RunRequest};

use crate::error::reason;
use crate::transport::{MAX_SUBMIT_ANSWER, read_capped, retry_after};
use crate::{Client, SubmitError};

impl Client {
    /// Sends the request once, its input as it is, and returns what WaveSpeed made of it.
    ///
    /// The future must not be dropped half-way by whoever cares about the money: run it in a task of its own.
    ///
    /// # Errors
    /// See [`SubmitError`]; only [`SubmitError::is_retryable`] ones may be sent again.
    pub async fn submit(&self, request: &RunRequest) -> Result<Prediction, SubmitError> {
        let RunRequest { model, input } = request;
        // An id that would change the path names no model, and could name anything else.
        if !is_model_id(model) {
            return Err(SubmitError::NeverSent { reason: "not a model's id".to_owned() });
        }
        let body =
            serde_json::to_string(input).map_err(|error| SubmitError::NeverSent { reason: error.to_string() })?;
        let response = self
            .submitting
            .post(self.url(model))
            .header(AUTHORIZATION, self.key.header())
            .header(CONTENT_TYPE, "application/json")
            .body(body)
            .send()
            .await
            .map_err(|error| match error.is_connect() {
                true => SubmitError::NeverSent { reason: reason(error) },
                false => SubmitError::MaybeAccepted { reason: reason(error) },
            })?;
        let status = response.status().as_u16();
        let retry_after = retry_after(&response);
        let maybe = |reason: String| SubmitError::MaybeAccepted { reason };
        let body = read_capped(response, MAX_SUBMIT_ANSWER)
            .await
            .map_err(|error| maybe(reason(error)))?
            .ok_or_else(|| maybe("the answer is too long".to_owned()))?;
        match status {
            200 => Prediction::from_answer(&body).map_err(|error| maybe(error.to_string())),
            429 if Envelope::is_vendor_error(&body) => {
                Err(SubmitError::RateLimited { message: error_message(&body), retry_after })
            }
            400 | 401 | 402 | 403 | 404 | 413 | 422 if Envelope::is_vendor_error(&body) => {
                Err(SubmitError::Refused { status, message: error_message(&body) })
            }
            _ => Err(maybe(format!("status {status}: {}", error_message(&body)))),
        }
    }
}
