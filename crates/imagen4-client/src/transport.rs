//! How bytes go out and come back: two HTTP clients with different rules, and a reader that never takes too much.

use std::time::Duration;

use reqwest::Response;
use reqwest::header::RETRY_AFTER;
use reqwest::redirect::Policy;

/// The answer to a submission is small.
pub(crate) const MAX_SUBMIT_ANSWER: usize = 1 << 20;
/// A result may carry four pictures in base64.
pub(crate) const MAX_RESULT_ANSWER: usize = 64 << 20;

const CONNECT_TIMEOUT: Duration = Duration::from_secs(10);
const SUBMIT_TIMEOUT: Duration = Duration::from_secs(60);
const READ_TIMEOUT: Duration = Duration::from_secs(30);

/// Makes ring the process's TLS provider, unless it has one already. [`crate::ClientBuilder::build`] does it by itself.
pub fn install_tls_provider() {
    // An error only says that a provider is installed already, which is as good.
    drop(rustls::crypto::ring::default_provider().install_default());
}

/// One request, one fresh connection: no pool, no retry, no redirect. A failure to connect then proves that nothing was
/// sent, which a stale pooled connection could not.
pub(crate) fn submit_client() -> reqwest::Result<reqwest::Client> {
    common().pool_max_idle_per_host(0).http1_only().timeout(SUBMIT_TIMEOUT).build()
}

/// For calls that only read.
pub(crate) fn read_client() -> reqwest::Result<reqwest::Client> {
    common().timeout(READ_TIMEOUT).build()
}

fn common() -> reqwest::ClientBuilder {
    reqwest::Client::builder()
        .user_agent(concat!("imagen4-client/", env!("CARGO_PKG_VERSION")))
        .connect_timeout(CONNECT_TIMEOUT)
        .redirect(Policy::none())
        .retry(reqwest::retry::never())
}

/// Reads a body of at most `limit` bytes; `None` when it is longer.
///
/// # Errors
/// When the connection breaks on the way.
pub async fn read_capped(mut response: Response, limit: usize) -> reqwest::Result<Option<Vec<u8>>> {
    let mut body = Vec::new();
    while let Some(chunk) = response.chunk().await? {
        if body.len() + chunk.len() > limit {
            return Ok(None);
        }
        body.extend_from_slice(&chunk);
    }
    Ok(Some(body))
}

/// `Retry-After` in seconds; its date form is not used by this vendor.
pub(crate) fn retry_after(response: &Response) -> Option<Duration> {
    response.headers().get(RETRY_AFTER)?.to_str().ok()?.trim().parse().ok().map(Duration::from_secs)
}
