//! The page inside the program, each file with its compressed twins.

use axum::http::{HeaderMap, HeaderValue, Method, StatusCode, Uri, header};
use axum::response::{IntoResponse, Response};
use rust_embed::{Embed, EmbeddedFile};

/// What a build has left in `dist/`.
#[derive(Embed)]
#[folder = "../../dist"]
#[allow_missing = true]
struct Dist;

/// Compressions and the endings of their twins, the smallest first.
const TWINS: [(&str, &str); 2] = [("br", ".br"), ("gzip", ".gz")];

/// Whether the build had a page.
pub(super) fn is_there() -> bool {
    Dist::get("index.html").is_some()
}

pub(super) async fn file(method: Method, uri: Uri, headers: HeaderMap) -> Response {
    answer::<Dist>(&method, &uri, &headers)
}

fn answer<Files: Embed>(method: &Method, uri: &Uri, headers: &HeaderMap) -> Response {
    if ![Method::GET, Method::HEAD].contains(method) {
        return StatusCode::METHOD_NOT_ALLOWED.into_response();
    }
    let path = match uri.path().trim_start_matches('/') {
        "" => "index.html",
        path => path,
    };
    let Some(plain) = Files::get(path).filter(|_| !TWINS.iter().any(|(_, ending)| path.ends_with(ending))) else {
        return StatusCode::NOT_FOUND.into_response();
    };
    let etag = etag(&plain);
    let mut response = match headers.get(header::IF_NONE_MATCH).is_some_and(|known| known == etag) {
        true => StatusCode::NOT_MODIFIED.into_response(),
        false => send::<Files>(path, &plain, headers),
    };
    response.headers_mut().insert(header::ETAG, etag);
    response.headers_mut().insert(header::VARY, HeaderValue::from_static("accept-encoding"));
    response
}

fn send<Files: Embed>(path: &str, plain: &EmbeddedFile, headers: &HeaderMap) -> Response {
    let content_type = [(header::CONTENT_TYPE, plain.metadata.mimetype().to_owned())];
    let wanted = headers.get(header::ACCEPT_ENCODING).and_then(|value| value.to_str().ok()).unwrap_or_default();
    for (name, ending) in TWINS {
        let twin = takes(wanted, name).then(|| Files::get(&format!("{path}{ending}"))).flatten();
        if let Some(twin) = twin {
            return (content_type, [(header::CONTENT_ENCODING, name)], twin.data).into_response();
        }
    }
    (content_type, plain.data.clone()).into_response()
}

/// Weak: the twins share it.
fn etag(file: &EmbeddedFile) -> HeaderValue {
    let digits: String = file.metadata.sha256_hash()[..16].iter().map(|byte| format!("{byte:02x}")).collect();
    HeaderValue::from_str(&format!("W/\"{digits}\"")).unwrap_or(HeaderValue::from_static("W/\"\""))
}

/// Whether an `Accept-Encoding` takes that compression.
fn takes(accepted: &str, name: &str) -> bool {
    accepted.split(',').any(|one| {
        let (encoding, quality) = one.split_once(';').unwrap_or((one, ""));
        let refused =
            matches!(quality.trim().trim_start_matches("q=").trim_matches(['0', '.']), "") && !quality.is_empty();
        encoding.trim().eq_ignore_ascii_case(name) && !refused
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    /// Files of a page that need no build.
    #[derive(Embed)]
    #[folder = "../../web/assets"]
    struct Assets;

    #[test]
    fn the_manifest_icons_and_thumbnails_are_sent_as_what_they_are() {
        for (path, content_type) in [
            ("/manifest.webmanifest", "application/manifest+json"),
            ("/icons/icon-192.png", "image/png"),
            ("/templates/mountain-lake.webp", "image/webp"),
        ] {
            let uri = path.parse().expect("a path");
            let sent = answer::<Assets>(&Method::GET, &uri, &HeaderMap::new());
            assert_eq!(
                (sent.status(), &sent.headers()[header::CONTENT_TYPE]),
                (StatusCode::OK, &content_type.parse().expect("a value"))
            );
            let known = HeaderMap::from_iter([(header::IF_NONE_MATCH, sent.headers()[header::ETAG].clone())]);
            assert_eq!(answer::<Assets>(&Method::GET, &uri, &known).status(), StatusCode::NOT_MODIFIED, "{path}");
        }
    }

    #[test]
    fn a_compression_is_sent_only_to_who_takes_it() {
        assert!(takes("gzip, deflate, br", "br") && takes("br;q=0.5", "br") && takes("GZIP", "gzip"));
        assert!(!takes("gzip", "br") && !takes("br;q=0", "br") && !takes("br;q=0.000", "br") && !takes("", "gzip"));
    }
}
