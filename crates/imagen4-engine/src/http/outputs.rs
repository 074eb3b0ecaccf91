//! The pictures: painted when they are asked for, since the same prediction always paints the same bytes.

use axum::extract::{Path, State};
use axum::http::header;
use axum::response::{IntoResponse, Response};
use tokio::task::spawn_blocking;

use super::Shared;
use super::answer::refused;

pub(super) async fn picture(State(engine): Shared, Path((id, file)): Path<(String, String)>) -> Response {
    let index = file.strip_suffix(".jpeg").and_then(|number| number.parse::<u32>().ok()?.checked_sub(1));
    let painted = spawn_blocking(move || engine.picture(&engine.prediction(&id)?, index?));
    match painted.await {
        Ok(Some(jpeg)) => ([(header::CONTENT_TYPE, "image/jpeg")], jpeg).into_response(),
        Ok(None) => refused(404, "no such output"),
        Err(_) => refused(500, "internal error"),
    }
}
