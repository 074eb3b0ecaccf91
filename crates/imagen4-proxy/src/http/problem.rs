//! How refusals look: problem details with a request id, made in one place.

use std::any::Any;
use std::sync::Arc;

use axum::extract::{Request, State};
use axum::http::{HeaderValue, StatusCode, header};
use axum::middleware::Next;
use axum::response::{IntoResponse, Response};
use imagen4_core::{Billed, FieldErrors, Problem, ProblemCode};
use imagen4_engine::Env;

use crate::store::StoreError;

/// What a handler answers.
pub(super) type ApiResult<T> = Result<T, ApiError>;

/// A refusal. What caused it on our side is logged, never sent.
#[derive(Debug)]
pub(super) struct ApiError(Box<Problem>);

impl ApiError {
    /// The same for a click that failed on our disk and may be recorded all the same.
    pub(super) fn unsure(self) -> Self {
        let advice = "It may be recorded all the same: repeat it under the same Idempotency-Key.";
        Self(Box::new(self.0.billed(Billed::Unknown).detail(advice)))
    }
}

impl From<Problem> for ApiError {
    fn from(problem: Problem) -> Self {
        Self(Box::new(problem))
    }
}

impl From<ProblemCode> for ApiError {
    fn from(code: ProblemCode) -> Self {
        Problem::new(code).into()
    }
}

impl From<FieldErrors> for ApiError {
    fn from(errors: FieldErrors) -> Self {
        Problem::from(errors).into()
    }
}

impl From<StoreError> for ApiError {
    fn from(error: StoreError) -> Self {
        tracing::error!(%error, "a request failed on the database");
        ProblemCode::StorageFailed.into()
    }
}

impl From<std::io::Error> for ApiError {
    fn from(error: std::io::Error) -> Self {
        tracing::error!(%error, "a request failed on the disk");
        ProblemCode::StorageFailed.into()
    }
}

/// Carries the problem; [`finish`] writes it.
impl IntoResponse for ApiError {
    fn into_response(self) -> Response {
        let mut response =
            StatusCode::from_u16(self.0.status).unwrap_or(StatusCode::INTERNAL_SERVER_ERROR).into_response();
        response.extensions_mut().insert(Arc::new(*self.0));
        response
    }
}

/// How refusals look below a path, where clients expect something else than problem details.
#[derive(Clone, Copy, Debug)]
pub(super) struct Dialect {
    /// Where the path begins.
    pub(super) prefix: &'static str,
    /// The status and the JSON of a refusal.
    pub(super) write: fn(&Problem) -> (StatusCode, Vec<u8>),
}

/// Gives every problem its request id and writes it as JSON.
pub(super) async fn finish(State((env, dialect)): State<(Env, Dialect)>, request: Request, next: Next) -> Response {
    let is_api = request.uri().path().starts_with("/api/");
    let is_dialect = request.uri().path().starts_with(dialect.prefix);
    let mut response = next.run(request).await;
    let problem = match response.extensions_mut().remove::<Arc<Problem>>() {
        Some(problem) => Arc::unwrap_or_clone(problem),
        // The framework's own refusal, of a path that is no text for instance.
        None if is_api && response.status() == StatusCode::BAD_REQUEST => {
            *response.status_mut() = StatusCode::NOT_FOUND;
            Problem::new(ProblemCode::NotFound).detail("The address cannot be read.")
        }
        None => return response,
    };
    let id = format!("{:032x}", env.random());
    if response.status().is_server_error() {
        tracing::error!(request = %id, code = ?problem.code, "answered with a server error");
    }
    let problem = Problem { request_id: Some(id), ..problem };
    let (content_type, json) = if is_dialect {
        let (status, json) = (dialect.write)(&problem);
        *response.status_mut() = status;
        ("application/json", json)
    } else {
        ("application/problem+json", serde_json::to_vec(&problem).unwrap_or_default())
    };
    response.headers_mut().insert(header::CONTENT_TYPE, HeaderValue::from_static(content_type));
    response.headers_mut().insert(header::CACHE_CONTROL, HeaderValue::from_static("no-store"));
    response.headers_mut().remove(header::CONTENT_LENGTH);
    *response.body_mut() = json.into();
    response
}

/// A handler panicked: the person gets an answer, the panic is in the log already.
pub(super) fn panicked(_: Box<dyn Any + Send + 'static>) -> Response {
    ApiError::from(ProblemCode::Internal).into_response()
}
