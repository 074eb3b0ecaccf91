//! How bytes go out and come back: two HTTP clients with different rules, and a reader that never takes too much.

use std::net::IpAddr;
use std::time::Duration;

use reqwest::header::RETRY_AFTER;
use reqwest::redirect::Policy;
use reqwest::{Response, Url};

/// The answer to a submission is small.
pub(crate) const MAX_SUBMIT_ANSWER: usize = 1 << 20;
/// A result may carry its images in base64.
pub(crate) const MAX_RESULT_ANSWER: usize = 64 << 20;
/// Some 1,100 models are listed, with their schemas.
pub(crate) const MAX_MODELS_ANSWER: usize = 16 << 20;

const CONNECT_TIMEOUT: Duration = Duration::from_secs(10);

/// Whether this build can speak https.
pub(crate) const HAS_TLS: bool = cfg!(any(feature = "rustls", feature = "native-tls"));

/// Makes ring the process's TLS provider, unless it has one already. [`crate::ClientBuilder::build`] does it by itself.
/// Without the feature `rustls` there is nothing to do.
pub fn install_tls_provider() {
    // An error only says that a provider is installed already, which is as good.
    #[cfg(feature = "rustls")]
    drop(rustls::crypto::ring::default_provider().install_default());
}

/// One request, one fresh connection: no pool, no retry, no redirect. A failure to connect then proves that nothing was
/// sent, which a stale pooled connection could not.
pub(crate) fn submit_client(base: &Url, timeout: Duration) -> reqwest::Result<reqwest::Client> {
    common(base).pool_max_idle_per_host(0).http1_only().timeout(timeout).build()
}

/// For calls that only read.
pub(crate) fn read_client(base: &Url, timeout: Duration) -> reqwest::Result<reqwest::Client> {
    common(base).timeout(timeout).build()
}

fn common(base: &Url) -> reqwest::ClientBuilder {
    // Said aloud, because other crates may have brought both of them into the build.
    #[cfg(feature = "rustls")]
    let builder = reqwest::Client::builder().tls_backend_rustls();
    #[cfg(all(feature = "native-tls", not(feature = "rustls")))]
    let builder = reqwest::Client::builder().tls_backend_native();
    #[cfg(not(any(feature = "rustls", feature = "native-tls")))]
    let builder = reqwest::Client::builder();
    proxied(builder, base)
        .user_agent(concat!("imagen4-client/", env!("CARGO_PKG_VERSION")))
        .connect_timeout(CONNECT_TIMEOUT)
        .redirect(Policy::none())
        .retry(reqwest::retry::never())
}

/// Leaves the environment's `HTTP_PROXY` out of what is said on this machine: it would send prompts and keys away in clear
/// text.
pub fn proxied(builder: reqwest::ClientBuilder, base: &Url) -> reqwest::ClientBuilder {
    let host = base.host_str().unwrap_or_default().trim_matches(['[', ']']);
    let is_loopback = host == "localhost" || host.parse::<IpAddr>().is_ok_and(|address| address.is_loopback());
    if is_loopback { builder.no_proxy() } else { builder }
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

/// `Retry-After` in seconds; its date form is not used by WaveSpeed.
pub(crate) fn retry_after(response: &Response) -> Option<Duration> {
    response.headers().get(RETRY_AFTER)?.to_str().ok()?.trim().parse().ok().map(Duration::from_secs)
}
