//! The kept pictures.

use std::sync::Arc;

use axum::extract::{Path, Query, State};
use axum::http::{HeaderMap, StatusCode, header};
use axum::response::{IntoResponse, Response};
use imagen4_core::{Problem, ProblemCode, RunId};
use utoipa_axum::router::OpenApiRouter;
use utoipa_axum::routes;

use super::file_name::{attachment, file_name};
use super::metadata::with_metadata;
use super::openapi::PictureFile;
use super::problem::{ApiError, ApiResult};
use super::runs::run_id;
use super::{App, LOCAL, Shared};
use crate::ledger::PictureRow;

pub(super) fn router() -> OpenApiRouter<Arc<App>> {
    OpenApiRouter::new().routes(routes!(image))
}

/// A kept picture: as it was paid for, small, or as a copy that tells what it was made from.
#[utoipa::path(get, path = "/runs/{id}/images/{n}", tag = "runs", params(
    ("id" = RunId, Path, description = "The run"),
    ("n" = u8, Path, description = "The picture's place, from 0"),
    ("thumb" = Option<String>, Query, description = "Small, whatever the value"),
    ("download" = Option<String>, Query, description = "As a file with metadata, whatever the value"),
), responses(
    (status = 200, description = "The picture", content((PictureFile = "image/jpeg"), (PictureFile = "image/png"), (PictureFile = "image/webp"))),
    (status = 304, description = "The picture that the caller has"),
))]
async fn image(
    State(app): Shared,
    Path((id, n)): Path<(String, String)>,
    Query(query): Query<Vec<(String, String)>>,
    headers: HeaderMap,
) -> ApiResult<Response> {
    let no_such_picture = || ApiError::from(Problem::new(ProblemCode::NotFound).detail("There is no such picture."));
    let id = run_id(&id)?;
    let index: u8 = n.parse().map_err(|_| no_such_picture())?;
    let row = app.ledger.read(move |reading| reading.picture(Some(LOCAL), id, index)).await?;
    let row = row.ok_or_else(no_such_picture)?;
    // Where there is no small picture, the picture itself will do.
    let is_asked = |flag: &str| query.iter().any(|(name, _)| name == flag);
    let kind = match (is_asked("thumb"), is_asked("download")) {
        (true, _) if row.has_thumb => Kind::Small,
        (_, true) => Kind::Copy,
        _ => Kind::Whole,
    };
    let mut response = send(&app, id, index, &row, kind, &headers).await?;
    if is_asked("download") {
        let name = file_name(id, index, &row, &app.ledger.account().day_of(row.created_at));
        response.headers_mut().insert(header::CONTENT_DISPOSITION, attachment(&name));
    }
    Ok(response)
}

/// Which form of a picture is wanted.
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

/// A kept picture. It never changes, so browsers may keep it for ever; a copy may, with what is written into it.
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
    let pictures = app.dispatcher.pictures();
    let path = if kind == Kind::Small { pictures.thumb_path(id, index) } else { pictures.path(id, index) };
    let mut bytes = tokio::fs::read(path).await?;
    if kind == Kind::Copy {
        bytes = with_metadata(bytes, row);
    }
    let content_type = if kind == Kind::Small { "image/jpeg" } else { row.content_type.as_str() };
    let own = [(header::CONTENT_TYPE, content_type), (header::CONTENT_DISPOSITION, "inline")];
    Ok((caching, own, bytes).into_response())
}
