//! Where pictures are fetched from, and where not, over real connections.

use std::collections::HashMap;
use std::sync::Mutex;

use futures_util::FutureExt;
use rcgen::{CertifiedKey, generate_simple_self_signed};
use reqwest::Certificate;
use reqwest::dns::{Addrs, Name, Resolve, Resolving};
use tokio::io::{AsyncReadExt, AsyncWriteExt};
use tokio::net::TcpListener;
use tokio_rustls::TlsAcceptor;
use tokio_rustls::rustls::ServerConfig;
use tokio_rustls::rustls::pki_types::PrivateKeyDer;

use super::*;

/// Public hosts for the tests.
const HOSTS: [&str; 2] = ["pictures.example", "cdn.example"];
const PICTURE: &[u8] = b"a picture";

/// Finds [`HOSTS`] on this machine, and everything else as it is found otherwise: only where it is public.
struct Names;

impl Resolve for Names {
    fn resolve(&self, name: Name) -> Resolving {
        if HOSTS.contains(&name.as_str()) {
            let here: Addrs = Box::new(std::iter::once(([127, 0, 0, 1], 0).into()));
            return Box::pin(async { Ok(here) });
        }
        PublicOnly.resolve(name)
    }
}

/// A web server over https: answers each path with what was written down for it.
struct Server {
    port: u16,
    certificate: Certificate,
    answers: Arc<Mutex<HashMap<String, String>>>,
    seen: Arc<Mutex<Vec<String>>>,
}

impl Server {
    async fn start() -> Self {
        install_tls_provider();
        let names = HOSTS.map(str::to_owned).into_iter().chain(["localhost".to_owned()]);
        let CertifiedKey { cert, signing_key } =
            generate_simple_self_signed(names.collect::<Vec<_>>()).expect("a certificate");
        let key = PrivateKeyDer::Pkcs8(signing_key.serialize_der().into());
        let config = ServerConfig::builder().with_no_client_auth().with_single_cert(vec![cert.der().clone()], key);
        let acceptor = TlsAcceptor::from(Arc::new(config.expect("a configuration")));
        let listener = TcpListener::bind("127.0.0.1:0").await.expect("a port");
        let server = Self {
            port: listener.local_addr().expect("an address").port(),
            certificate: Certificate::from_der(cert.der()).expect("a certificate"),
            answers: Arc::default(),
            seen: Arc::default(),
        };
        let (answers, seen) = (server.answers.clone(), server.seen.clone());
        tokio::spawn(async move {
            while let Ok((stream, _)) = listener.accept().await {
                let Ok(mut stream) = acceptor.accept(stream).await else { continue };
                let mut head = [0; 4_096];
                let length = stream.read(&mut head).await.unwrap_or_default();
                let head = String::from_utf8_lossy(&head[..length]).into_owned();
                let path = head.split(' ').nth(1).unwrap_or_default().to_owned();
                seen.lock().expect("a list").push(path.clone());
                let location = answers.lock().expect("answers").get(&path).cloned();
                let answer = match location {
                    Some(location) => format!("HTTP/1.1 302 Found\r\nLocation: {location}\r\nContent-Length: 0\r\n"),
                    None => format!("HTTP/1.1 200 OK\r\nContent-Length: {}\r\n", PICTURE.len()),
                };
                let body = if answer.contains("200 OK") { PICTURE } else { b"" };
                let _gone = stream.write_all(&[answer.as_bytes(), b"Connection: close\r\n\r\n", body].concat()).await;
                let _gone = stream.shutdown().await;
            }
        });
        server
    }

    fn leads(&self, path: &str, location: impl Into<String>) {
        self.answers.lock().expect("answers").insert(path.to_owned(), location.into());
    }

    fn url(&self, host: &str, path: &str) -> String {
        format!("https://{host}:{}{path}", self.port)
    }

    async fn fetch(&self, upstream: &str, url: &str) -> Result<Vec<u8>, FetchError> {
        let public =
            |builder: ClientBuilder| builder.dns_resolver(Arc::new(Names)).tls_certs_only([self.certificate.clone()]);
        Fetcher::with(upstream, public).expect("a fetcher").fetch(&Output::Url(url.to_owned())).await
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
async fn a_redirect_to_a_public_host_is_followed() {
    let server = Server::start().await;
    let [first, second] = HOSTS;
    server.leads("/elsewhere", server.url(second, "/a.png"));
    server.leads("/here", "/a.png");
    server.leads("/relative/a", "b.png?token=%2F#part");
    server.leads("/protocol", format!("//{second}:{}/a.png", server.port));
    server.leads("/1", "/2");
    server.leads("/2", server.url(second, "/3"));
    server.leads("/3", server.url(first, "/4"));
    server.leads("/4", "/a.png");
    for path in ["/a.png", "/elsewhere", "/here", "/relative/a", "/protocol", "/1"] {
        let fetched = server.fetch("http://127.0.0.1:1", &server.url(first, path)).await;
        assert_eq!(fetched.ok().as_deref(), Some(PICTURE), "{path}");
    }
    assert!(server.seen.lock().expect("a list").contains(&"/relative/b.png?token=%2F".to_owned()));
}

#[tokio::test]
async fn a_redirect_to_where_we_do_not_go_is_refused_before_anything_is_sent() {
    let server = Server::start().await;
    let inside = TcpListener::bind("127.0.0.1:0").await.expect("a port");
    let upstream = format!("http://{}", inside.local_addr().expect("an address"));
    let port = server.port;
    for location in [
        format!("{upstream}/outputs/a.png"),
        format!("http://{}:{port}/a.png", HOSTS[1]),
        format!("https://127.0.0.1:{port}/a.png"),
        format!("https://[::1]:{port}/a.png"),
        format!("https://[::ffff:127.0.0.1]:{port}/a.png"),
        "https://169.254.169.254/latest/meta-data".to_owned(),
        "https://10.0.0.1/a.png".to_owned(),
        "https://2130706433/a.png".to_owned(),
        "file:///etc/passwd".to_owned(),
        "data:image/png;base64,aGk=".to_owned(),
        "https://".to_owned(),
    ] {
        server.leads("/a", location.clone());
        let fetched = server.fetch(&upstream, &server.url(HOSTS[0], "/a")).await;
        assert!(matches!(fetched, Err(FetchError::NotAllowed)), "{location}: {fetched:?}");
    }
    // A name is looked up, and what it means is not public.
    server.leads("/a", server.url("localhost", "/a.png"));
    let fetched = server.fetch(&upstream, &server.url(HOSTS[0], "/a")).await;
    assert!(matches!(fetched, Err(FetchError::Http(_))), "{fetched:?}");
    assert!(server.seen.lock().expect("a list").iter().all(|path| path == "/a"), "nothing else was asked for");
    assert!(inside.accept().now_or_never().is_none(), "nor was the upstream");
}

#[tokio::test]
async fn a_redirect_that_never_ends_is_given_up() {
    let server = Server::start().await;
    server.leads("/round", "/round");
    let fetched = server.fetch("http://127.0.0.1:1", &server.url(HOSTS[0], "/round")).await;
    assert!(matches!(fetched, Err(FetchError::TooManyRedirects)), "{fetched:?}");
    assert_eq!(server.seen.lock().expect("a list").len(), MOST_REDIRECTS + 1);
}
