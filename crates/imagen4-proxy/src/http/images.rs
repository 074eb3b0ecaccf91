//! The kept images: sending them, and what a person may change of one.

use std::io;
use std::sync::Arc;

use axum::Json;
use axum::body::Body;
use axum::extract::{Path, Query, State};
use axum::http::{HeaderMap, StatusCode, header};
use axum::response::{IntoResponse, Response};
use headers::{AcceptRanges, ContentRange, HeaderMapExt};
use imagen4_core::api::ImagePatch;
use imagen4_core::{FieldErrors, Problem, ProblemCode, Run, RunId};
use serde_json::Value;
use utoipa_axum::router::OpenApiRouter;
use utoipa_axum::routes;

use super::app::{App, LOCAL, Shared};
use super::body::JsonBody;
use super::file_name::{attachment, file_name};
use super::metadata::with_metadata;
use super::openapi::schemas::PictureFile;
use super::problem::{ApiError, ApiResult};
use super::range::{self, Asked};
use super::runs::{read, run_id};
use crate::images::ImageFile;
use crate::store::PictureRow;

pub(super) fn router() -> OpenApiRouter<Arc<App>> {
    OpenApiRouter::new().routes(routes!(image, change_image))
}

/// A kept image: as it was paid for, small, or as a copy that tells what it was made from.
#[utoipa::path(get, path = "/runs/{id}/images/{n}", tag = "runs", params(
    ("id" = RunId, Path, description = "The run"),
    ("n" = u8, Path, description = "The image's place, from 0"),
    ("thumb" = Option<String>, Query, description = "Small, whatever the value"),
    ("download" = Option<String>, Query, description = "As a file with metadata, whatever the value"),
), responses(
    (status = 200, description = "The image", content((PictureFile = "image/jpeg"), (PictureFile = "image/png"), (PictureFile = "image/webp"))),
    (status = 206, description = "The part of the image that `Range` names", content((PictureFile = "image/jpeg"), (PictureFile = "image/png"), (PictureFile = "image/webp"))),
    (status = 304, description = "The image that the caller has"),
    (status = 416, description = "`Range` names nothing of the image"),
))]
async fn image(
    State(app): Shared,
    Path((id, n)): Path<(String, String)>,
    Query(query): Query<Vec<(String, String)>>,
    headers: HeaderMap,
) -> ApiResult<Response> {
    let (id, index) = (run_id(&id)?, index(&n)?);
    let row = app.store.read(move |tx| tx.picture(Some(LOCAL), id, index)).await?;
    let row = row.ok_or_else(no_such_image)?;
    // Where there is no small picture, the picture itself will do.
    let is_asked = |flag: &str| query.iter().any(|(name, _)| name == flag);
    let kind = match (is_asked("thumb"), is_asked("download")) {
        (true, _) if row.has_thumb => Kind::Small,
        (_, true) => Kind::Copy,
        _ => Kind::Whole,
    };
    let mut response = send(&app, id, index, &row, kind, &headers).await?;
    if is_asked("download") {
        let name = file_name(id, index, &row, &app.store.account().day_of(row.created_at));
        response.headers_mut().insert(header::CONTENT_DISPOSITION, attachment(&name));
    }
    Ok(response)
}

/// Makes an image a favorite, or not any more.
#[utoipa::path(patch, path = "/runs/{id}/images/{n}", tag = "runs", params(
    ("id" = RunId, Path, description = "The run"),
    ("n" = u8, Path, description = "The image's place, from 0"),
), request_body = ImagePatch, responses((status = 200, description = "The run with the changed image", body = Run)))]
async fn change_image(
    State(app): Shared,
    Path((id, n)): Path<(String, String)>,
    JsonBody(body): JsonBody,
) -> ApiResult<Json<Run>> {
    let (id, index) = (run_id(&id)?, index(&n)?);
    let patch = patch(body)?;
    if !app.store.write(move |tx| tx.patch_image(LOCAL, id, index, &patch)).await? {
        return Err(no_such_image());
    }
    Ok(Json(read(&app, id).await?))
}

fn patch(body: Value) -> ApiResult<ImagePatch> {
    let mut errors = FieldErrors::default();
    let mut patch = ImagePatch::default();
    let Value::Object(fields) = body else {
        errors.add("body", "must be an object");
        return Err(errors.into());
    };
    for (name, value) in fields {
        match (name.as_str(), value) {
            ("favorite", Value::Bool(favorite)) => patch.favorite = Some(favorite),
            ("favorite", Value::Null) => {}
            ("favorite", _) => errors.add("favorite", "must be true or false"),
            (other, _) => errors.add(other, "is unknown; favorite can be changed"),
        }
    }
    if errors.is_empty() { Ok(patch) } else { Err(errors.into()) }
}

fn index(text: &str) -> ApiResult<u8> {
    text.parse().map_err(|_| no_such_image())
}

fn no_such_image() -> ApiError {
    Problem::new(ProblemCode::NotFound).detail("There is no such image.").into()
}

/// Which form of an image is wanted.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Kind {
    /// As it was paid for, byte for byte.
    Whole,
    /// Small, for the board.
    Small,
    /// With what it was made from written into it.
    Copy,
}

/// Grows when another build writes other things into copies.
const COPIES: u8 = 2;

/// A kept image. It never changes, so browsers may keep it for ever; a copy may, with what is written into it.
pub(super) async fn send(
    app: &App,
    id: RunId,
    index: u8,
    row: &PictureRow,
    kind: Kind,
    headers: &HeaderMap,
) -> ApiResult<Response> {
    let etag = match kind {
        Kind::Whole => format!("\"{}\"", row.sha256),
        Kind::Small => format!("\"{}-small\"", row.sha256),
        Kind::Copy => format!("\"{}-copy{COPIES}\"", row.sha256),
    };
    let cache = if kind == Kind::Copy { "private, no-cache" } else { "private, max-age=31536000, immutable" };
    let caching = [(header::CACHE_CONTROL, cache), (header::ETAG, etag.as_str())];
    if headers.get(header::IF_NONE_MATCH).is_some_and(|known| known.as_bytes() == etag.as_bytes()) {
        return Ok((StatusCode::NOT_MODIFIED, caching).into_response());
    }
    let content_type = if kind == Kind::Small { "image/jpeg" } else { row.content_type.as_str() };
    let own = [(header::CONTENT_TYPE, content_type), (header::CONTENT_DISPOSITION, "inline")];
    let file = ImageFile { run: id, index, sha256: row.sha256.clone(), is_small: kind == Kind::Small };
    let pictures = app.runner.pictures();
    if kind == Kind::Copy {
        return Ok((caching, own, with_metadata(pictures.read(&file).await?, row)).into_response());
    }
    // Of the image itself a part can be had; how long a small one is, nobody noted.
    let asked = if kind == Kind::Whole { range::asked(headers, &etag, row.bytes) } else { Asked::All };
    let (status, part) = match asked {
        Asked::All => (StatusCode::OK, None),
        Asked::Part(part) => (StatusCode::PARTIAL_CONTENT, Some(part)),
        Asked::Beyond => {
            let all = [(header::CONTENT_RANGE, format!("bytes */{}", row.bytes))];
            return Ok((StatusCode::RANGE_NOT_SATISFIABLE, all).into_response());
        }
    };
    let body = match pictures.open(&file, part.clone()).await {
        // A small one that is lost can be done without.
        Err(error) if kind == Kind::Small && error.kind() == io::ErrorKind::NotFound => {
            pictures.open(&ImageFile { is_small: false, ..file }, None).await?
        }
        body => body?,
    };
    let mut response = (status, caching, own, Body::from_stream(body.stream)).into_response();
    response.headers_mut().insert(header::CONTENT_LENGTH, body.len.into());
    if kind == Kind::Whole {
        response.headers_mut().typed_insert(AcceptRanges::bytes());
    }
    if let Some(range) = part.and_then(|part| ContentRange::bytes(part, row.bytes).ok()) {
        response.headers_mut().typed_insert(range);
    }
    Ok(response)
}
