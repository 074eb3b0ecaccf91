//! The page's files: packed where the browser takes it, kept for ever where the name says what is in them.

use std::fs;
use std::path::Path;

use imagen4_tests::{Answer, Playground, answer};
use reqwest::Method;
use tokio::io::{AsyncReadExt, AsyncWriteExt};
use tokio::net::TcpStream;

const ASSETS: &str = concat!(env!("CARGO_MANIFEST_DIR"), "/../web/assets");
const HASHED: &str = "imagen4-web-1a2b3c4d5e6f7a8b_bg.wasm";

async fn file(playground: &Playground, path: &str, encodings: &str) -> Answer {
    answer(playground.request(Method::GET, path).header("accept-encoding", encodings)).await
}

#[tokio::test]
async fn hashed_files_are_kept_for_ever_and_sent_packed() {
    let playground = Playground::embedded().await;
    for (name, bytes) in [(HASHED, "wasm"), ("index.html.br", "packed"), (&format!("{HASHED}.br"), "packed")] {
        let dir = playground.config.static_dir.clone().expect("a page of its own");
        fs::write(dir.join(name), bytes).expect("written");
    }
    let packed = file(&playground, &format!("/{HASHED}"), "gzip, br").await;
    assert_eq!((packed.status, packed.body.as_slice()), (200, &b"packed"[..]));
    assert_eq!(packed.content_type, "application/wasm");
    assert!(
        packed.headers.contains("max-age=31536000, immutable") && packed.headers.contains("\"br\""),
        "{}",
        packed.headers
    );
    assert_eq!(file(&playground, &format!("/{HASHED}"), "identity").await.body, b"wasm");

    for path in ["/", "/index.html"] {
        let shell = file(&playground, path, "br").await;
        assert_eq!((shell.status, shell.body.as_slice()), (200, &b"packed"[..]), "{path}");
        assert!(
            shell.headers.contains("\"no-cache\"") && shell.content_type.starts_with("text/html"),
            "{}",
            shell.headers
        );
    }
}

#[tokio::test]
async fn the_manifest_icons_and_thumbnails_have_their_types_and_are_asked_for_anew() {
    let playground = Playground::embedded().await;
    let dir = playground.config.static_dir.clone().expect("a page of its own");
    for (path, content_type) in [
        ("manifest.webmanifest", "application/manifest+json"),
        ("icons/icon-192.png", "image/png"),
        ("templates/mountain-lake.webp", "image/webp"),
    ] {
        let file = dir.join(path);
        fs::create_dir_all(file.parent().expect("a folder")).expect("made");
        fs::copy(Path::new(ASSETS).join(path), file).expect("copied");
        let sent = answer(playground.request(Method::GET, &format!("/{path}"))).await;
        assert_eq!((sent.status, sent.content_type.as_str()), (200, content_type), "{path}");
        assert!(sent.headers.contains("\"no-cache\""), "{path}: {}", sent.headers);
        assert!(sent.headers.contains("manifest-src 'self'"), "{path}: {}", sent.headers);

        let since = "Fri, 01 Jan 2100 00:00:00 GMT";
        let again = playground.request(Method::GET, &format!("/{path}")).header("if-modified-since", since);
        let again = answer(again).await;
        assert_eq!((again.status, again.body.len()), (304, 0), "{path}");
    }
}

#[tokio::test]
async fn nothing_beside_the_page_is_served() {
    let playground = Playground::embedded().await;
    let address = playground.base.trim_start_matches("http://");
    for path in
        ["/nothing", "/data/ledger.sqlite", "/../data/lock", "/%2e%2e/data/lock", "/..%2fdata/lock", "//etc/passwd"]
    {
        // By hand: a client would tidy the path up.
        let mut stream = TcpStream::connect(address).await.expect("a connection");
        let request = format!("GET {path} HTTP/1.1\r\nhost: {address}\r\nconnection: close\r\n\r\n");
        stream.write_all(request.as_bytes()).await.expect("sent");
        let mut answer = String::new();
        stream.read_to_string(&mut answer).await.expect("an answer");
        assert!(answer.starts_with("HTTP/1.1 404"), "{path}: {answer}");
    }
}
