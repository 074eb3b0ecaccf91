//! The OpenAPI document. Paths come from the routes and schemas from the types; what all operations share is added here.
//!
//! # Layout
//! - this file: the document before any route, and what every operation may answer
//! - [`schemas`]: bodies that are read by hand

pub(super) mod schemas;

use std::borrow::Cow;

use imagen4_core::Problem;
use utoipa::openapi::path::{Operation, PathItem};
use utoipa::openapi::{
    ContentBuilder, InfoBuilder, OpenApi, OpenApiBuilder, Ref, RefOr, Response, ResponseBuilder, ServerBuilder,
};
use utoipa::{PartialSchema, ToSchema};

/// What the routes are added to.
pub(super) fn empty() -> OpenApi {
    let description = "A playground for text-to-image models behind a proxy that keeps the key, never bills a click twice and keeps every \
                       image. Below /v3 it speaks WaveSpeed's own API, for programs that have a WaveSpeed SDK.";
    let info = InfoBuilder::new()
        .title("Imagen 4 Playground")
        .description(Some(description))
        .version(env!("CARGO_PKG_VERSION"));
    // Relative to where this document is: it is right under any path.
    OpenApiBuilder::new().info(info).servers(Some([ServerBuilder::new().url(".").build()])).build()
}

/// Adds what no single route says: how refusals look, where an operation does not say it differently.
pub(super) fn complete(document: &mut OpenApi) {
    let mut schemas = vec![(Problem::name().into_owned(), Problem::schema())];
    Problem::schemas(&mut schemas);
    document.components.get_or_insert_default().schemas.extend(schemas);
    let paths = &mut document.paths.paths;
    // Axum's name for the rest of a path is none in a document.
    if let Some(model) = paths.remove("/models/{*id}") {
        paths.insert("/models/{id}".to_owned(), model);
    }
    let refusal = refusal("application/problem+json", Problem::name());
    paths.values_mut().flat_map(operations).for_each(|operation| may_refuse(operation, &refusal));
}

/// The operations of a path.
pub(super) fn operations(item: &mut PathItem) -> impl Iterator<Item = &mut Operation> {
    [&mut item.get, &mut item.post, &mut item.patch, &mut item.delete].into_iter().flatten()
}

/// An operation may answer like that, unless it has an answer of its own.
pub(super) fn may_refuse(operation: &mut Operation, refusal: &Response) {
    for status in ["4XX", "5XX"] {
        operation.responses.responses.entry(status.to_owned()).or_insert_with(|| RefOr::T(refusal.clone()));
    }
}

/// A refusal of that type.
pub(super) fn refusal(content_type: &str, name: Cow<'_, str>) -> Response {
    let content = ContentBuilder::new().schema(Some(Ref::from_schema_name(name.as_ref()))).build();
    ResponseBuilder::new()
        .description("Refused: nothing was recorded, unless it says so")
        .content(content_type, content)
        .build()
}
