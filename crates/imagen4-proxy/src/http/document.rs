//! `GET /api/openapi.json`: the document of both APIs, with the models that are offered now.

use std::sync::Arc;

use axum::extract::{Extension, State};
use axum::http::header;
use axum::response::{IntoResponse, Response};
use utoipa::openapi::OpenApi;

use super::app::Shared;
use super::{openapi, wavespeed};

/// The document as the routes make it.
#[derive(Clone)]
pub(super) struct Document(Arc<OpenApi>);

impl Document {
    pub(super) fn of(document: OpenApi) -> Self {
        Self(Arc::new(document))
    }
}

pub(super) async fn document(State(app): Shared, Extension(Document(document)): Extension<Document>) -> Response {
    let mut document = (*document).clone();
    wavespeed::document::complete(&mut document, &app.models.catalogue());
    openapi::complete(&mut document);
    let json = serde_json::to_string(&document).expect("a document is JSON");
    ([(header::CONTENT_TYPE, "application/json"), (header::CACHE_CONTROL, "no-cache")], json).into_response()
}
