//! Sending a request and reading its answer.

use gloo_net::http::RequestBuilder;
use imagen4_core::{Problem, Timestamp};
use serde::de::DeserializeOwned;

use super::error::ApiError;

/// An answer and the server's time when it was written.
#[derive(Clone, Debug)]
pub struct Dated<T> {
    /// The answer.
    pub value: T,
    /// The `Date` header.
    pub date: Option<Timestamp>,
}

/// A successful answer.
pub(super) struct Answer {
    status: u16,
    /// The `Date` header.
    pub(super) date: Option<Timestamp>,
    text: String,
}

impl Answer {
    /// Reads the body as JSON.
    pub(super) fn json<T: DeserializeOwned>(&self) -> Result<T, ApiError> {
        parse(&self.text).ok_or(ApiError::Unreadable { status: self.status })
    }
}

/// Sends a request, with a JSON body or none.
pub(super) async fn send(request: RequestBuilder, body: Option<String>) -> Result<Answer, ApiError> {
    let request = match body {
        Some(body) => request.header("content-type", "application/json").body(body),
        None => request.build(),
    };
    let response = request.map_err(|_| ApiError::Unreachable)?.send().await.map_err(|_| ApiError::Unreachable)?;
    let status = response.status();
    let date = response.headers().get("date").map(|date| js_sys::Date::parse(&date)).filter(|ms| ms.is_finite());
    let text = response.text().await;
    if response.ok() {
        // The body can break off as much as the connection can.
        let text = text.map_err(|_| ApiError::Unreachable)?;
        return Ok(Answer { status, date: date.map(|ms| Timestamp::from_ms(ms as i64)), text });
    }
    Err(match parse::<Problem>(&text.unwrap_or_default()) {
        Some(problem) => ApiError::Refused(Box::new(problem)),
        None => ApiError::Unreadable { status },
    })
}

/// Reads JSON of that shape.
pub(super) fn parse<T: DeserializeOwned>(text: &str) -> Option<T> {
    serde_json::from_str(text).ok()
}
