//! The kept images of several runs in one ZIP archive.
//!
//! # Layout
//! - `selection`: which runs have something to download, and which are missing
//! - `content`: the archive, image by image, as it is sent
//! - `manifest`: what lies beside the images and says what they are

mod content;
mod manifest;
mod selection;

use std::sync::Arc;

use axum::body::Body;
use axum::extract::{Query, State};
use axum::http::{HeaderValue, header};
use axum::response::{IntoResponse, Response};
use imagen4_core::{Problem, ProblemCode, RunId};
use utoipa_axum::router::OpenApiRouter;
use utoipa_axum::routes;

use super::app::{App, LOCAL, Shared};
use super::file_name::attachment;
use super::metrics::OpenArchive;
use super::openapi::schemas::ArchiveFile;
use super::problem::ApiResult;
use content::Archive;
use selection::Selection;

pub(super) fn router() -> OpenApiRouter<Arc<App>> {
    OpenApiRouter::new().routes(routes!(archive))
}

/// All kept images of these runs as a ZIP archive, each as its own download gives it, with a `manifest.json` that says what they are
/// and what is missing.
#[utoipa::path(get, path = "/archive", tag = "runs", params(
    ("run" = Vec<RunId>, Query, min_items = 1, max_items = 500, description = "A run; the parameter is repeated for each"),
), responses((status = 200, description = "The archive", body = ArchiveFile, content_type = "application/zip")))]
async fn archive(State(app): Shared, Query(query): Query<Vec<(String, String)>>) -> ApiResult<Response> {
    let ids = selection::asked(&query)?;
    let selection = app.store.read(move |tx| Selection::of(tx, LOCAL, &ids)).await?;
    if selection.runs.is_empty() {
        return Err(Problem::new(ProblemCode::NotFound).detail("None of these runs has an image.").into());
    }
    let (account, now) = (app.store.account().clone(), app.env.now());
    let name = format!("images-{}.zip", account.day_of(now));
    let open = OpenArchive::of(app.metrics.clone());
    let archive = Archive::new(selection, app.runner.pictures().clone(), account, now, open);
    let headers = [
        (header::CONTENT_TYPE, HeaderValue::from_static("application/zip")),
        (header::CACHE_CONTROL, HeaderValue::from_static("no-store")),
        (header::CONTENT_DISPOSITION, attachment(&name)),
    ];
    Ok((headers, Body::from_stream(archive.into_stream())).into_response())
}
