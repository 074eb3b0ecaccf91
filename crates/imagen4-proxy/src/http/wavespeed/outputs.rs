//! The kept images under links that work for whoever has them, like WaveSpeed's: a run's id is 128 random bits, and deleting
//! the run ends its links.

use axum::extract::{Path, State};
use axum::http::{HeaderMap, HeaderName, HeaderValue};
use axum::response::Response;
use imagen4_core::{Problem, ProblemCode, RunId};

use crate::http::app::Shared;
use crate::http::images::{Kind, send};
use crate::http::openapi::schemas::PictureFile;
use crate::http::problem::{ApiError, ApiResult};
use crate::images::extension;

/// A kept image, for whoever has the link.
#[utoipa::path(get, path = "/outputs/{id}/{file}", tag = "wavespeed", params(
    ("id" = RunId, Path, description = "The prediction"),
    ("file" = String, Path, description = "The image's number, from 1, and its extension: `1.jpg`"),
), responses(
    (status = 200, description = "The image", content((PictureFile = "image/jpeg"), (PictureFile = "image/png"), (PictureFile = "image/webp"))),
    (status = 206, description = "The part of the image that `Range` names", content((PictureFile = "image/jpeg"), (PictureFile = "image/png"), (PictureFile = "image/webp"))),
    (status = 304, description = "The image that the caller has"),
    (status = 416, description = "`Range` names nothing of the image"),
))]
pub(super) async fn picture(
    State(app): Shared,
    Path((id, file)): Path<(String, String)>,
    headers: HeaderMap,
) -> ApiResult<Response> {
    let not_there = || ApiError::from(Problem::new(ProblemCode::NotFound).detail("no such output"));
    let (number, ending) = file.split_once('.').ok_or_else(not_there)?;
    let index = number.parse::<u8>().ok().and_then(|number| number.checked_sub(1)).ok_or_else(not_there)?;
    let id = id.parse().map_err(|_| not_there())?;
    let row = app.store.read(move |tx| tx.picture(None, id, index)).await?.ok_or_else(not_there)?;
    if extension(&row.content_type) != ending {
        return Err(not_there());
    }
    let mut response = send(&app, id, index, &row, Kind::Whole, &headers).await?;
    // Other sites' pages may show it: that is what such a link is for.
    let policy = HeaderName::from_static("cross-origin-resource-policy");
    response.headers_mut().insert(policy, HeaderValue::from_static("cross-origin"));
    Ok(response)
}
