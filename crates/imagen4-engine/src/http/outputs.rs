//! The pictures: painted when they are asked for, since the same prediction always paints the same bytes.

use axum::extract::{Path, State};
use axum::http::header;
use axum::response::{IntoResponse, Response};

use super::Shared;
use super::answer::refused;

pub(super) async fn picture(State(engine): Shared, Path((id, file)): Path<(String, String)>) -> Response {
    let index = file.strip_suffix(".jpeg").and_then(|number| number.parse::<u32>().ok()?.checked_sub(1));
    let Some(index) = index else { return refused(404, "no such output") };
    match engine.picture_of(id, index).await {
        Some(jpeg) => ([(header::CONTENT_TYPE, "image/jpeg")], jpeg).into_response(),
        None => refused(404, "no such output"),
    }
}
