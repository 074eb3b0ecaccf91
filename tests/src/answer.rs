//! HTTP answers, read whole.

use reqwest::RequestBuilder;
use serde_json::Value;

/// A whole answer.
#[derive(Debug)]
pub struct Answer {
    /// The HTTP status.
    pub status: u16,
    /// `content-type`.
    pub content_type: String,
    /// Every header as text.
    pub headers: String,
    /// The body.
    pub body: Vec<u8>,
}

impl Answer {
    /// The body as JSON; `null` when it is none.
    pub fn json(&self) -> Value {
        serde_json::from_slice(&self.body).unwrap_or_default()
    }

    /// The body as text.
    pub fn text(&self) -> String {
        String::from_utf8_lossy(&self.body).into_owned()
    }
}

/// Sends a request and reads the whole answer.
pub async fn answer(request: RequestBuilder) -> Answer {
    let response = request.send().await.expect("an answer");
    let content_type = response.headers().get("content-type").map_or("", |value| value.to_str().unwrap_or_default());
    Answer {
        status: response.status().as_u16(),
        content_type: content_type.to_owned(),
        headers: format!("{:?}", response.headers()),
        body: response.bytes().await.expect("a body").to_vec(),
    }
}
