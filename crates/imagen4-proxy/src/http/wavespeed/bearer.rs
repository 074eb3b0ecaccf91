//! Who may ask. Until there are access tokens everybody on this machine may, with any bearer but one: WaveSpeed's key belongs
//! to the server, and a program that sends it here was configured by mistake.

use std::sync::Arc;

use axum::extract::{Request, State};
use axum::http::{HeaderMap, header};
use axum::middleware::Next;
use axum::response::{IntoResponse, Response};
use imagen4_core::{Problem, ProblemCode};

use crate::http::app::App;
use crate::http::problem::ApiError;

pub(super) async fn check(State(app): State<Arc<App>>, request: Request, next: Next) -> Response {
    let advice = match bearer(request.headers()) {
        None => "send any text but the WaveSpeed key as Authorization: Bearer; the key stays on the server",
        Some(bearer) if app.vendor_key.as_ref().is_some_and(|key| key.is(bearer)) => {
            "this is the WaveSpeed key; it stays on the server, and any other text will do here"
        }
        Some(_) => return next.run(request).await,
    };
    ApiError::from(Problem::new(ProblemCode::KeyRefused).detail(advice)).into_response()
}

fn bearer(headers: &HeaderMap) -> Option<&str> {
    let (scheme, token) = headers.get(header::AUTHORIZATION)?.to_str().ok()?.split_once(' ')?;
    Some(token.trim()).filter(|token| scheme.eq_ignore_ascii_case("Bearer") && !token.is_empty())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_bearer_is_any_text_behind_its_name() {
        let of = |value: &str| {
            let headers = HeaderMap::from_iter([(header::AUTHORIZATION, value.parse().expect("a header"))]);
            bearer(&headers).map(str::to_owned)
        };
        assert_eq!(of("Bearer  abc ").as_deref(), Some("abc"));
        assert_eq!(of("bearer abc").as_deref(), Some("abc"));
        assert_eq!(["Bearer ", "Bearer", "Basic abc", "abc"].map(of), [None, None, None, None]);
    }
}
