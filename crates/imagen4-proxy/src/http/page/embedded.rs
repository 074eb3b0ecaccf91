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
    if method != Method::GET && method != Method::HEAD {
        return StatusCode::METHOD_NOT_ALLOWED.into_response();
    }
    let path = match uri.path().trim_start_matches('/') {
        "" => "index.html",
        path => path,
    };
    let Some(plain) = Dist::get(path).filter(|_| !TWINS.iter().any(|(_, ending)| path.ends_with(ending))) else {
        return StatusCode::NOT_FOUND.into_response();
    };
    let etag = etag(&plain);
    let mut response = match headers.get(header::IF_NONE_MATCH).is_some_and(|known| known == etag) {
        true => StatusCode::NOT_MODIFIED.into_response(),
        false => send(path, &plain, &headers),
    };
    response.headers_mut().insert(header::ETAG, etag);
    response.headers_mut().insert(header::VARY, HeaderValue::from_static("accept-encoding"));
    response
}

fn send(path: &str, plain: &EmbeddedFile, headers: &HeaderMap) -> Response {
    let content_type = [(header::CONTENT_TYPE, plain.metadata.mimetype().to_owned())];
    let wanted = headers.get(header::ACCEPT_ENCODING).and_then(|value| value.to_str().ok()).unwrap_or_default();
    for (name, ending) in TWINS {
        let twin = takes(wanted, name).then(|| Dist::get(&format!("{path}{ending}"))).flatten();
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

    #[test]
    fn a_compression_is_sent_only_to_who_takes_it() {
        assert!(takes("gzip, deflate, br", "br") && takes("br;q=0.5", "br") && takes("GZIP", "gzip"));
        assert!(!takes("gzip", "br") && !takes("br;q=0", "br") && !takes("br;q=0.000", "br") && !takes("", "gzip"));
    }
}
