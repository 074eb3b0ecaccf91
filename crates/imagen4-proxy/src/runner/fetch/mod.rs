//! Fetching pictures: from the upstream itself, or over https from public hosts; never more than a picture can be.
//!
//! # Layout
//! - [`Fetcher`]: addresses, and where they lead on to
//! - [`public`]: which hosts are public; [`inline`]: pictures in base64

mod inline;
mod public;

use std::net::IpAddr;
use std::sync::Arc;
use std::time::Duration;

use imagen4_client::{install_tls_provider, proxied, read_capped};
use imagen4_core::prediction::Output;
use reqwest::header::LOCATION;
use reqwest::redirect::Policy;
use reqwest::{Client, ClientBuilder, Response, Url};

use public::{PublicOnly, is_public};

/// The largest picture that is fetched, in bytes. A 2K PNG has about 12 MB.
pub const MAX_PICTURE_BYTES: usize = 48 << 20;

const TIMEOUT: Duration = Duration::from_secs(120);

/// How often a host may send us on.
const MOST_REDIRECTS: usize = 5;

/// Fetches pictures. Cheap to clone.
#[derive(Clone, Debug)]
pub struct Fetcher {
    /// Scheme, host and port of the upstream; always allowed.
    upstream: String,
    from_upstream: Client,
    from_public: Client,
}

/// A picture that did not come.
#[derive(Debug, thiserror::Error)]
pub enum FetchError {
    /// The address leads somewhere that we do not go. It is not repeated: it may hold a token.
    #[error("images are not fetched from that kind of address")]
    NotAllowed,
    /// Hosts send us on and on.
    #[error("the image's address redirects more than {MOST_REDIRECTS} times")]
    TooManyRedirects,
    /// The host says no.
    #[error("the image's host answers with status {0}")]
    Status(u16),
    /// It is larger than any picture.
    #[error("the image is larger than {MAX_PICTURE_BYTES} bytes")]
    TooLarge,
    /// It is said to be base64 and is not.
    #[error("the image is not valid base64")]
    NotBase64,
    /// The connection broke.
    #[error("the image could not be fetched")]
    Http(#[source] reqwest::Error),
}

impl Fetcher {
    /// Fetches from `upstream` (an origin), and from public hosts.
    ///
    /// # Errors
    /// When TLS does not start.
    pub fn new(upstream: &str) -> reqwest::Result<Self> {
        Self::with(upstream, |builder| builder.dns_resolver(Arc::new(PublicOnly)))
    }

    /// The same with another way to public hosts.
    fn with(upstream: &str, public: impl FnOnce(ClientBuilder) -> ClientBuilder) -> reqwest::Result<Self> {
        install_tls_provider();
        // Where a host sends us on is looked at before anybody goes there.
        let common = || Client::builder().timeout(TIMEOUT).redirect(Policy::none());
        Ok(Self {
            upstream: upstream.to_owned(),
            from_upstream: match Url::parse(upstream) {
                Ok(url) => proxied(common(), &url).build()?,
                Err(_) => common().build()?,
            },
            // A proxy of the environment would connect where the resolver cannot look.
            from_public: public(common().https_only(true).no_proxy()).build()?,
        })
    }

    /// The bytes of an output.
    ///
    /// # Errors
    /// See [`FetchError`].
    pub async fn fetch(&self, output: &Output) -> Result<Vec<u8>, FetchError> {
        let mut url = match output {
            Output::Inline(text) => return inline::decode(text),
            Output::Unreadable => return Err(FetchError::NotAllowed),
            Output::Url(url) => Url::parse(url).map_err(|_| FetchError::NotAllowed)?,
        };
        let mut client = if self.is_upstream(&url) { &self.from_upstream } else { self.public(&url)? };
        let without_url = |error: reqwest::Error| FetchError::Http(error.without_url());
        for _ in 0..=MOST_REDIRECTS {
            let response = client.get(url.clone()).send().await.map_err(without_url)?;
            match response.status().as_u16() {
                200 => {
                    let bytes = read_capped(response, MAX_PICTURE_BYTES).await.map_err(without_url)?;
                    return bytes.ok_or(FetchError::TooLarge);
                }
                301 | 302 | 303 | 307 | 308 => {
                    let next = leads_to(&url, &response).ok_or(FetchError::NotAllowed)?;
                    // The upstream is ours to know, and nobody else's to send us to.
                    if next.origin() != url.origin() {
                        client = self.public(&next)?;
                    }
                    url = next;
                }
                status => return Err(FetchError::Status(status)),
            }
        }
        Err(FetchError::TooManyRedirects)
    }

    fn is_upstream(&self, url: &Url) -> bool {
        url.origin().ascii_serialization() == self.upstream
    }

    /// The way to a public host.
    fn public(&self, url: &Url) -> Result<&Client, FetchError> {
        // A host name is checked when it is resolved; an address never gets that far.
        let literal = url.host_str().and_then(|host| host.trim_matches(['[', ']']).parse::<IpAddr>().ok());
        let allowed = url.scheme() == "https" && url.has_host() && literal.is_none_or(is_public);
        allowed.then_some(&self.from_public).ok_or(FetchError::NotAllowed)
    }
}

/// Where a redirect leads.
fn leads_to(from: &Url, response: &Response) -> Option<Url> {
    from.join(response.headers().get(LOCATION)?.to_str().ok()?).ok()
}

#[cfg(test)]
mod tests;
