//! Where requests go, with which key, and how long a call may take.

use std::time::Duration;

use reqwest::Url;

use crate::transport::{HAS_TLS, install_tls_provider, read_client, submit_client};
use crate::{ApiKey, BadKey};

/// WaveSpeed's origin.
pub const DEFAULT_BASE_URL: &str = "https://api.wavespeed.ai";

const SUBMIT_TIMEOUT: Duration = Duration::from_secs(60);
const READ_TIMEOUT: Duration = Duration::from_secs(30);

/// A client of WaveSpeed's API. Cheap to clone.
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
    submit_timeout: Duration,
    read_timeout: Duration,
}

/// The client cannot be built.
#[derive(Debug, thiserror::Error)]
pub enum BuildError {
    /// The environment has no key.
    #[error("WAVESPEED_API_KEY is not set")]
    NoKey,
    /// The environment's key can be none.
    #[error("WAVESPEED_API_KEY cannot be used")]
    Key(#[from] BadKey),
    /// The base URL is none that can be used.
    #[error("{url:?} is not an http or https URL")]
    BaseUrl {
        /// What was given.
        url: String,
    },
    /// The base URL is https, and this build has neither the feature `rustls` nor `native-tls`.
    #[error("https needs the feature rustls or native-tls")]
    NoTls,
    /// The TLS library does not start.
    #[error("the HTTP client does not start")]
    Http(#[from] reqwest::Error),
}

impl Client {
    /// Starts with WaveSpeed's origin and that key.
    pub fn builder(key: ApiKey) -> ClientBuilder {
        ClientBuilder {
            key,
            base: DEFAULT_BASE_URL.to_owned(),
            submit_timeout: SUBMIT_TIMEOUT,
            read_timeout: READ_TIMEOUT,
        }
    }

    /// A client as the environment has it: see [`ClientBuilder::from_env`].
    ///
    /// # Errors
    /// See [`BuildError`].
    pub fn from_env() -> Result<Self, BuildError> {
        ClientBuilder::from_env()?.build()
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
    /// Starts with the key in `WAVESPEED_API_KEY` and, where it is set, the origin in `WAVESPEED_BASE_URL`. Empty is not set.
    ///
    /// # Errors
    /// [`BuildError::NoKey`] or [`BuildError::Key`].
    pub fn from_env() -> Result<Self, BuildError> {
        // What is no Unicode can be neither a key nor an address; it is told apart from nothing.
        Self::from_vars(|name| std::env::var_os(name).map(|value| value.to_string_lossy().into_owned()))
    }

    fn from_vars(var: impl Fn(&str) -> Option<String>) -> Result<Self, BuildError> {
        let var = |name| var(name).filter(|value| !value.trim().is_empty());
        let key = var("WAVESPEED_API_KEY").ok_or(BuildError::NoKey)?;
        let builder = Client::builder(ApiKey::new(key)?);
        Ok(match var("WAVESPEED_BASE_URL") {
            Some(base) => builder.base_url(base),
            None => builder,
        })
    }

    /// Another origin for WaveSpeed's API: a stand-in, a relay. It may have a path, which is kept as a prefix.
    pub fn base_url(mut self, url: impl Into<String>) -> Self {
        self.base = url.into();
        self
    }

    /// How long a submission may take, 60 seconds by default. A submission that runs out of time may be accepted all the same
    /// ([`SubmitError::MaybeAccepted`](crate::SubmitError::MaybeAccepted)), so a short time makes money uncertain.
    pub fn submit_timeout(mut self, timeout: Duration) -> Self {
        self.submit_timeout = timeout;
        self
    }

    /// How long any other call may take, 30 seconds by default.
    pub fn read_timeout(mut self, timeout: Duration) -> Self {
        self.read_timeout = timeout;
        self
    }

    /// Builds the client.
    ///
    /// # Errors
    /// When the base URL is no http or https URL, or TLS does not start or is not built in.
    pub fn build(self) -> Result<Client, BuildError> {
        install_tls_provider();
        let base = Url::parse(&self.base)
            .ok()
            .filter(|url| matches!(url.scheme(), "http" | "https") && url.has_host())
            .ok_or(BuildError::BaseUrl { url: self.base })?;
        if base.scheme() == "https" && !HAS_TLS {
            return Err(BuildError::NoTls);
        }
        let submitting = submit_client(&base, self.submit_timeout)?;
        let reading = read_client(&base, self.read_timeout)?;
        Ok(Client { submitting, reading, key: self.key, base })
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

    #[test]
    fn https_is_what_a_tls_feature_brings() {
        match client(DEFAULT_BASE_URL) {
            Ok(client) => assert!(HAS_TLS && client.origin() == DEFAULT_BASE_URL),
            Err(error) => assert!(!HAS_TLS && matches!(error, BuildError::NoTls), "{error:?}"),
        }
    }

    #[test]
    fn the_environment_names_key_and_origin() {
        let read = |key: Option<&str>, base: Option<&str>| {
            let (key, base) = (key.map(str::to_owned), base.map(str::to_owned));
            ClientBuilder::from_vars(move |name| match name {
                "WAVESPEED_API_KEY" => key.clone(),
                "WAVESPEED_BASE_URL" => base.clone(),
                _ => None,
            })
        };
        let builder = read(Some(" wsk_a\n"), Some("http://127.0.0.1:9")).expect("a builder");
        assert_eq!(builder.key.header(), "Bearer wsk_a");
        assert_eq!(builder.base, "http://127.0.0.1:9");
        for base in [None, Some("")] {
            assert_eq!(read(Some("wsk_a"), base).expect("a builder").base, DEFAULT_BASE_URL);
        }
        for key in [None, Some(""), Some(" ")] {
            assert!(matches!(read(key, None), Err(BuildError::NoKey)), "{key:?}");
        }
        assert!(matches!(read(Some("two words"), None), Err(BuildError::Key(_))));
    }
}
