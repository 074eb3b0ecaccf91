//! The built page: hashed files for ever, the shell asked for anew each time, brotli where the browser takes it.

use std::path::Path;

use axum::Router;
use axum::extract::Request;
use axum::http::{HeaderValue, StatusCode, header};
use axum::middleware::{self, Next};
use axum::response::{IntoResponse, Response};
use tower_http::services::ServeDir;

/// The files below `dir`.
pub(super) fn files(dir: &Path) -> Router {
    let files = ServeDir::new(dir).precompressed_br().append_index_html_on_directories(true);
    Router::new().fallback_service(files).layer(middleware::from_fn(cache))
}

async fn cache(request: Request, next: Next) -> Response {
    let hashed = is_hashed(request.uri().path());
    let mut response = next.run(request).await;
    if response.status() == StatusCode::NOT_FOUND {
        return (StatusCode::NOT_FOUND, "not found").into_response();
    }
    let caching = if hashed { "public, max-age=31536000, immutable" } else { "no-cache" };
    response.headers_mut().insert(header::CACHE_CONTROL, HeaderValue::from_static(caching));
    response
}

/// Whether Trunk put a hash of the content into the file's name: `style-1a2b3c4d5e6f7a8b.css`. It writes 64 bits without
/// leading zeros; shorter than 12 digits is once in a hundred thousand builds, and costs no more than a question.
fn is_hashed(path: &str) -> bool {
    let name = path.rsplit('/').next().unwrap_or_default();
    let is_hash = |part: &str| (12..=16).contains(&part.len()) && part.bytes().all(|c| c.is_ascii_hexdigit());
    name.split(['-', '_', '.']).any(is_hash)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn only_hashed_names_are_kept_for_ever() {
        assert!(is_hashed("/imagen4-web-1a2b3c4d5e6f7a8b_bg.wasm") && is_hashed("/style-401ecf5c1b50775.css"));
        assert!(!is_hashed("/") && !is_hashed("/index.html") && !is_hashed("/boot.js"));
    }
}
