//! Where requests go, and with which key.

use reqwest::Url;

use crate::ApiKey;
use crate::transport::{install_tls_provider, read_client, submit_client};

/// The vendor's origin.
pub const DEFAULT_BASE_URL: &str = "https://api.wavespeed.ai";

/// A client of the vendor's API. Cheap to clone.
#[derive(Clone, Debug)]
pub struct Client {
    pub(crate) submitting: reqwest::Client,
    pub(crate) reading: reqwest::Client,
    pub(crate) key: ApiKey,
    base: Url,
}

/// Builds a [`Client`].
#[derive(Clone, Debug)]
pub struct ClientBuilder {
    key: ApiKey,
    base: String,
}

/// The client cannot be built.
#[derive(Debug, thiserror::Error)]
pub enum BuildError {
    /// The base URL is none that can be used.
    #[error("{url:?} is not an http or https URL")]
    BaseUrl {
        /// What was given.
        url: String,
    },
    /// The TLS library does not start.
    #[error("the HTTP client does not start")]
    Http(#[from] reqwest::Error),
}

impl Client {
    /// Starts with the vendor's origin and that key.
    pub fn builder(key: ApiKey) -> ClientBuilder {
        ClientBuilder { key, base: DEFAULT_BASE_URL.to_owned() }
    }

    /// Scheme, host and port that requests go to.
    pub fn origin(&self) -> String {
        self.base.origin().ascii_serialization()
    }

    /// The address of an API path, below the base URL's own path.
    pub(crate) fn url(&self, path: &str) -> Url {
        let mut url = self.base.clone();
        url.set_path(&format!("{}/api/v3/{path}", self.base.path().trim_end_matches('/')));
        url
    }
}

impl ClientBuilder {
    /// Another origin for the vendor's API: a stand-in, a relay. It may have a path, which is kept as a prefix.
    pub fn base_url(mut self, url: impl Into<String>) -> Self {
        self.base = url.into();
        self
    }

    /// Builds the client.
    ///
    /// # Errors
    /// When the base URL is no http or https URL, or TLS does not start.
    pub fn build(self) -> Result<Client, BuildError> {
        install_tls_provider();
        let base = Url::parse(&self.base)
            .ok()
            .filter(|url| matches!(url.scheme(), "http" | "https") && url.has_host())
            .ok_or(BuildError::BaseUrl { url: self.base })?;
        Ok(Client { submitting: submit_client(&base)?, reading: read_client(&base)?, key: self.key, base })
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn client(base: &str) -> Result<Client, BuildError> {
        Client::builder(ApiKey::new("k").expect("a key")).base_url(base).build()
    }

    #[test]
    fn a_path_of_the_base_url_is_kept() {
        for base in ["http://127.0.0.1:9/pfx", "http://127.0.0.1:9/pfx/"] {
            let client = client(base).expect("a client");
            assert_eq!(
                client.url("wavespeed-ai/imagen4").as_str(),
                "http://127.0.0.1:9/pfx/api/v3/wavespeed-ai/imagen4"
            );
            assert_eq!(client.origin(), "http://127.0.0.1:9");
        }
    }

    #[test]
    fn other_schemes_are_refused() {
        for base in ["", "api.wavespeed.ai", "ftp://a", "file:///etc/passwd"] {
            assert!(matches!(client(base), Err(BuildError::BaseUrl { .. })), "{base}");
        }
    }
}
