//! Fetching pictures: from the upstream itself, or over https from public hosts; never more than a picture can be.

use std::net::{IpAddr, Ipv4Addr, Ipv6Addr, SocketAddr};
use std::sync::Arc;
use std::time::Duration;

use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;
use imagen4_client::{install_tls_provider, proxied, read_capped};
use imagen4_core::prediction::Output;
use reqwest::dns::{Addrs, Name, Resolve, Resolving};
use reqwest::redirect::Policy;
use reqwest::{Client, Url};

/// The largest picture that is fetched, in bytes. A 2K PNG has about 12 MB.
pub const MAX_PICTURE_BYTES: usize = 48 << 20;

const TIMEOUT: Duration = Duration::from_secs(120);

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
    #[error("pictures are not fetched from that kind of address")]
    NotAllowed,
    /// The host says no.
    #[error("the picture's host answers with status {0}")]
    Status(u16),
    /// It is larger than any picture.
    #[error("the picture is larger than {MAX_PICTURE_BYTES} bytes")]
    TooLarge,
    /// It is said to be base64 and is not.
    #[error("the picture is not valid base64")]
    NotBase64,
    /// The connection broke.
    #[error("the picture could not be fetched")]
    Http(#[source] reqwest::Error),
}

impl Fetcher {
    /// Fetches from `upstream` (an origin), and from public hosts.
    ///
    /// # Errors
    /// When TLS does not start.
    pub fn new(upstream: &str) -> reqwest::Result<Self> {
        install_tls_provider();
        let common = || Client::builder().timeout(TIMEOUT).redirect(Policy::none());
        Ok(Self {
            upstream: upstream.to_owned(),
            from_upstream: match Url::parse(upstream) {
                Ok(url) => proxied(common(), &url).build()?,
                Err(_) => common().build()?,
            },
            // A proxy of the environment would connect where this resolver cannot look.
            from_public: common().https_only(true).no_proxy().dns_resolver(Arc::new(PublicOnly)).build()?,
        })
    }

    /// The bytes of an output.
    ///
    /// # Errors
    /// See [`FetchError`].
    pub async fn fetch(&self, output: &Output) -> Result<Vec<u8>, FetchError> {
        let url = match output {
            Output::Inline(text) => return inline(text),
            Output::Unreadable => return Err(FetchError::NotAllowed),
            Output::Url(url) => Url::parse(url).map_err(|_| FetchError::NotAllowed)?,
        };
        let client = self.client_for(&url)?;
        let without_url = |error: reqwest::Error| FetchError::Http(error.without_url());
        let response = client.get(url).send().await.map_err(without_url)?;
        match response.status().as_u16() {
            200 => read_capped(response, MAX_PICTURE_BYTES).await.map_err(without_url)?.ok_or(FetchError::TooLarge),
            status => Err(FetchError::Status(status)),
        }
    }

    fn client_for(&self, url: &Url) -> Result<&Client, FetchError> {
        if url.origin().ascii_serialization() == self.upstream {
            return Ok(&self.from_upstream);
        }
        // A host name is checked when it is resolved; an address never gets that far.
        let literal = url.host_str().and_then(|host| host.trim_matches(['[', ']']).parse::<IpAddr>().ok());
        let allowed = url.scheme() == "https" && url.has_host() && literal.is_none_or(is_public);
        allowed.then_some(&self.from_public).ok_or(FetchError::NotAllowed)
    }
}

fn inline(text: &str) -> Result<Vec<u8>, FetchError> {
    let base64 = text.split_once(";base64,").map_or(text, |(_, base64)| base64);
    if base64.len() / 4 * 3 > MAX_PICTURE_BYTES {
        return Err(FetchError::TooLarge);
    }
    STANDARD.decode(base64.trim()).map_err(|_| FetchError::NotBase64)
}

/// Resolves names to public addresses only, at the moment of connecting: what a name meant earlier does not count.
struct PublicOnly;

impl Resolve for PublicOnly {
    fn resolve(&self, name: Name) -> Resolving {
        Box::pin(async move {
            let found = tokio::net::lookup_host((name.as_str(), 0)).await?;
            let public: Vec<SocketAddr> = found.filter(|address| is_public(address.ip())).collect();
            if public.is_empty() {
                return Err("the host has no public address".into());
            }
            Ok(Box::new(public.into_iter()) as Addrs)
        })
    }
}

/// Whether an address is one of the open internet.
fn is_public(address: IpAddr) -> bool {
    match address {
        IpAddr::V4(v4) => is_public_v4(v4),
        IpAddr::V6(v6) => match v6.to_ipv4_mapped() {
            Some(v4) => is_public_v4(v4),
            None => is_public_v6(v6),
        },
    }
}

fn is_public_v4(address: Ipv4Addr) -> bool {
    let [a, b, c, _] = address.octets();
    !(address.is_private()
        || address.is_loopback()
        || address.is_link_local()
        || address.is_multicast()
        || address.is_documentation()
        || a == 0
        || a >= 240
        // Shared by carriers, set aside for protocols, and for benchmarks.
        || (a == 100 && (64..128).contains(&b))
        || (a == 192 && b == 0 && c == 0)
        || (a == 198 && (b == 18 || b == 19)))
}

/// Global unicast is 2000::/3; of that, tunnels that carry an IPv4 address and documentation are left out.
fn is_public_v6(address: Ipv6Addr) -> bool {
    let [first, second, ..] = address.segments();
    first & 0xe000 == 0x2000 && !(first == 0x2001 && (second == 0 || second == 0xdb8)) && first != 0x2002
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn only_the_open_internet_is_public() {
        for address in ["1.1.1.1", "13.224.0.1", "2606:4700::1111", "::ffff:1.1.1.1"] {
            assert!(is_public(address.parse().expect("an address")), "{address}");
        }
        for address in [
            "127.0.0.1",
            "10.1.2.3",
            "172.16.0.1",
            "192.168.1.1",
            "169.254.169.254",
            "0.0.0.0",
            "100.64.0.1",
            "192.0.0.8",
            "198.18.0.1",
            "224.0.0.1",
            "255.255.255.255",
            "::1",
            "::",
            "fe80::1",
            "fc00::1",
            "::ffff:127.0.0.1",
            "64:ff9b::7f00:1",
            "2002:7f00:1::",
            "2001:db8::1",
        ] {
            assert!(!is_public(address.parse().expect("an address")), "{address}");
        }
    }

    #[tokio::test]
    async fn other_addresses_are_refused_before_anything_is_sent() {
        let fetcher = Fetcher::new("http://127.0.0.1:8788").expect("a fetcher");
        for url in [
            "http://127.0.0.1:9999/outputs/a.jpeg",
            "http://example.com/a.jpeg",
            "https://127.0.0.1/a.jpeg",
            "https://[::1]/a.jpeg",
            "https://169.254.169.254/latest",
            "https://2130706433/a",
            "file:///etc/passwd",
            "nonsense",
        ] {
            let outcome = fetcher.fetch(&Output::Url(url.to_owned())).await;
            assert!(matches!(outcome, Err(FetchError::NotAllowed)), "{url}: {outcome:?}");
        }
        // The resolver sees what the name means now.
        let outcome = fetcher.fetch(&Output::Url("https://localhost/a.jpeg".to_owned())).await;
        assert!(matches!(outcome, Err(FetchError::Http(_))), "{outcome:?}");
    }

    #[tokio::test]
    async fn base64_is_taken_bare_and_as_a_data_url() {
        let fetcher = Fetcher::new("http://127.0.0.1:8788").expect("a fetcher");
        for text in ["aGk=", "data:image/png;base64,aGk="] {
            assert_eq!(fetcher.fetch(&Output::Inline(text.to_owned())).await.expect("bytes"), b"hi");
        }
        assert!(matches!(fetcher.fetch(&Output::Inline("not base64!".to_owned())).await, Err(FetchError::NotBase64)));
    }
}
