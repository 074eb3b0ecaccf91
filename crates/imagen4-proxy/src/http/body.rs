//! Reading a JSON body: declared as JSON, not too long, and really JSON.

use axum::body::to_bytes;
use axum::extract::{FromRequest, Request};
use axum::http::header;
use imagen4_core::api::MAX_BODY_BYTES;
use imagen4_core::{Problem, ProblemCode};
use serde_json::Value;

use super::problem::ApiError;

/// A longer body is read up to here before it is refused: a client that is still writing would not see the answer.
const MAX_DRAINED_BYTES: usize = 4 << 20;

/// A JSON body.
#[derive(Debug)]
pub(super) struct JsonBody(pub(super) Value);

impl<S: Send + Sync> FromRequest<S> for JsonBody {
    type Rejection = ApiError;

    async fn from_request(request: Request, _: &S) -> Result<Self, ApiError> {
        let declared =
            request.headers().get(header::CONTENT_TYPE).and_then(|value| value.to_str().ok()).unwrap_or_default();
        let essence = declared.split(';').next().unwrap_or_default().trim();
        // A form of another site cannot send this type without asking first; anything else is not looked at.
        let is_json = essence.eq_ignore_ascii_case("application/json");
        let body = to_bytes(request.into_body(), MAX_DRAINED_BYTES).await.map_err(|_| ProblemCode::BodyTooLarge)?;
        if !is_json {
            return Err(ProblemCode::UnsupportedMediaType.into());
        }
        if body.len() > MAX_BODY_BYTES {
            return Err(ProblemCode::BodyTooLarge.into());
        }
        serde_json::from_slice(&body).map(Self).map_err(|error| {
            let place = format!("It breaks at line {}, column {}.", error.line(), error.column());
            Problem::new(ProblemCode::MalformedJson).detail(place).into()
        })
    }
}
