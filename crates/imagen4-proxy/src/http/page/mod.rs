//! The built page: hashed files for ever, the shell asked for anew each time, compressed where the browser takes it.
//!
//! # Layout
//! - this file: which page it is, and how long browsers keep it
//! - `embedded`: the page inside the program

#[cfg(feature = "page")]
mod embedded;

use std::path::{Path, PathBuf};

use axum::Router;
use axum::extract::Request;
use axum::http::{HeaderValue, StatusCode, header};
use axum::middleware::{self, Next};
use axum::response::{IntoResponse, Response};
use tower_http::services::ServeDir;

/// Where the page comes from.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Page {
    /// From inside the program.
    Embedded,
    /// From a directory.
    Dir(PathBuf),
}

impl Page {
    /// The page of a directory, or else the one inside; where there is none inside, what a build leaves in `dist`.
    ///
    /// # Errors
    /// When there is no page.
    pub fn find(dir: Option<&Path>) -> anyhow::Result<Self> {
        let dir = match dir {
            None if is_inside() => return Ok(Self::Embedded),
            dir => dir.unwrap_or(Path::new("dist")),
        };
        anyhow::ensure!(
            dir.join("index.html").is_file(),
            "the page is not built: {} has no index.html; `cargo xtask build` makes it, --static-dir names another place",
            dir.display()
        );
        Ok(Self::Dir(dir.to_owned()))
    }
}

fn is_inside() -> bool {
    #[cfg(feature = "page")]
    let inside = embedded::is_there();
    #[cfg(not(feature = "page"))]
    let inside = false;
    inside
}

/// Its files.
pub(super) fn files(page: &Page) -> Router {
    let files = match page {
        Page::Dir(dir) => {
            let dir = ServeDir::new(dir).precompressed_br().precompressed_gzip();
            Router::new().fallback_service(dir.append_index_html_on_directories(true))
        }
        #[cfg(feature = "page")]
        Page::Embedded => Router::new().fallback(embedded::file),
        #[cfg(not(feature = "page"))]
        Page::Embedded => Router::new(),
    };
    files.layer(middleware::from_fn(cache))
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
        assert!(!is_hashed("/manifest.webmanifest") && !is_hashed("/icons/maskable-512.png"));
        assert!(!is_hashed("/templates/black-and-white.webp") && !is_hashed("/templates/northern-lights.webp"));
    }
}
