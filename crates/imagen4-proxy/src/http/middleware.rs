//! Who may talk to us at all: requests under our own host names, and no other site's pages.
//!
//! The Host check stops DNS rebinding, where a foreign name is made to point here; the Origin check stops a foreign page
//! from spending money through the browser of somebody who has this one open. A browser that leaves the Origin out says in
//! Sec-Fetch-Site that another site asks; following a link to us is fine, changing something is not.

use std::sync::Arc;

use axum::extract::{Request, State};
use axum::http::{HeaderMap, HeaderName, Method, Uri, header};
use axum::middleware::Next;
use axum::response::{IntoResponse, Response};
use imagen4_core::{Problem, ProblemCode};

use super::app::App;
use super::hosts::AllowedHosts;
use super::problem::ApiError;

/// How the page that asks stands to us, in the browser's words; programs do not send it.
const SEC_FETCH_SITE: HeaderName = HeaderName::from_static("sec-fetch-site");

pub(super) async fn check(State(app): State<Arc<App>>, request: Request, next: Next) -> Response {
    match refusal(&app.hosts, request.method(), request.uri(), request.headers()) {
        Some(problem) => ApiError::from(problem).into_response(),
        None => next.run(request).await,
    }
}

fn refusal(hosts: &AllowedHosts, method: &Method, uri: &Uri, headers: &HeaderMap) -> Option<Problem> {
    let text = |name| headers.get(name).and_then(|value| value.to_str().ok());
    let host = uri.authority().map(|authority| authority.as_str()).or_else(|| text(header::HOST)).unwrap_or_default();
    if !hosts.allows(host) {
        let advice = "Start the proxy with --allowed-host NAME to be reached under that name.";
        return Some(Problem::new(ProblemCode::ForeignHost).detail(advice));
    }
    let is_ours = match (headers.get(header::ORIGIN), text(SEC_FETCH_SITE)) {
        (Some(origin), _) => origin.to_str().is_ok_and(|origin| hosts.allows_origin(origin, host)),
        // Another port of this machine is the same site, and another program.
        (None, Some(site)) => method.is_safe() || matches!(site, "same-origin" | "none"),
        (None, None) => !headers.contains_key(SEC_FETCH_SITE) || method.is_safe(),
    };
    (!is_ours).then(|| Problem::new(ProblemCode::ForeignOrigin))
}

#[cfg(test)]
mod tests {
    use axum::http::HeaderValue;

    use super::*;

    fn refused(hosts: &[&str], host: &str, origin: Option<&str>) -> Option<ProblemCode> {
        let hosts = AllowedHosts::new(hosts.iter().map(|name| (*name).to_owned()));
        let mut headers = HeaderMap::new();
        headers.insert(header::HOST, host.parse().expect("a header"));
        if let Some(origin) = origin {
            headers.insert(header::ORIGIN, origin.parse().expect("a header"));
        }
        refusal(&hosts, &Method::POST, &Uri::from_static("/api/runs"), &headers).map(|problem| problem.code)
    }

    #[test]
    fn loopback_names_are_ours_on_any_port() {
        for host in ["localhost", "LOCALHOST:8787", "127.0.0.1:1", "[::1]:8787", "[::1]"] {
            assert_eq!(refused(&[], host, None), None, "{host}");
        }
        for host in
            ["evil.example", "localhost.evil.example", "127.0.0.1.evil.example:8787", "", "[::1].evil:1", "10.0.0.1"]
        {
            assert_eq!(refused(&[], host, None), Some(ProblemCode::ForeignHost), "{host:?}");
        }
        assert_eq!(refused(&["Pictures.example"], "pictures.example:443", None), None);
    }

    #[test]
    fn another_sites_page_may_lead_here_and_change_nothing() {
        let refused = |method: Method, site: &str, origin: Option<&str>| {
            let mut headers = HeaderMap::new();
            headers.insert(header::HOST, "127.0.0.1:8787".parse().expect("a header"));
            headers.insert(SEC_FETCH_SITE, HeaderValue::from_bytes(site.as_bytes()).expect("a header"));
            origin.map(|origin| headers.insert(header::ORIGIN, origin.parse().expect("a header")));
            let problem = refusal(&AllowedHosts::default(), &method, &Uri::from_static("/api/runs"), &headers);
            problem.map(|problem| problem.code)
        };
        for site in ["cross-site", "same-site", "CROSS-SITE", "", "unheard of", "\u{fc}"] {
            for method in [Method::POST, Method::PATCH, Method::DELETE, Method::PUT] {
                assert_eq!(refused(method, site, None), Some(ProblemCode::ForeignOrigin), "{site}");
            }
            for method in [Method::GET, Method::HEAD, Method::OPTIONS] {
                assert_eq!(refused(method, site, None), None, "{site}");
            }
        }
        for site in ["same-origin", "none"] {
            assert_eq!(refused(Method::POST, site, None), None, "{site}");
        }
        // Where both are told, the Origin is the more exact.
        assert_eq!(refused(Method::POST, "cross-site", Some("http://127.0.0.1:8787")), None);
        assert_eq!(refused(Method::GET, "same-origin", Some("https://evil.example")), Some(ProblemCode::ForeignOrigin));
    }

    #[test]
    fn only_our_own_page_may_ask() {
        let host = "127.0.0.1:8787";
        assert_eq!(refused(&[], host, Some("http://127.0.0.1:8787")), None);
        assert_eq!(refused(&["127.0.0.1:8080"], host, Some("http://127.0.0.1:8080")), None);
        for origin in
            ["https://evil.example", "http://127.0.0.1:8080", "null", "http://localhost:8787", "127.0.0.1:8787"]
        {
            assert_eq!(refused(&[], host, Some(origin)), Some(ProblemCode::ForeignOrigin), "{origin}");
        }
    }
}
