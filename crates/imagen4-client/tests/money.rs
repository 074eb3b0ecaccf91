//! What a submission's error says of the money, held against a vendor that answers with raw bytes.

use std::sync::Arc;
use std::sync::atomic::{AtomicUsize, Ordering};
use std::time::Duration;

use imagen4_client::{ApiError, ApiKey, Client, ImagenRequest, Prompt, RunRequest, SubmitError};
use tokio::io::{AsyncReadExt, AsyncWriteExt};
use tokio::net::TcpListener;

/// Answers every connection with the same bytes once it has read a request; counts the requests. A head without a
/// length gets the right one.
async fn vendor(answer: &'static str) -> (Client, Arc<AtomicUsize>) {
    let answer = match answer.split_once("\r\n\r\n") {
        Some((head, body)) if !head.contains("Content-Length") => {
            format!("{head}\r\nContent-Length: {}\r\n\r\n{body}", body.len())
        }
        _ => answer.to_owned(),
    };
    let listener = TcpListener::bind("127.0.0.1:0").await.expect("a port");
    let address = listener.local_addr().expect("an address");
    let requests = Arc::new(AtomicUsize::new(0));
    let seen = requests.clone();
    tokio::spawn(async move {
        while let Ok((mut stream, _)) = listener.accept().await {
            let mut request = vec![0; 8192];
            if stream.read(&mut request).await.unwrap_or(0) > 0 {
                seen.fetch_add(1, Ordering::SeqCst);
                drop(stream.write_all(answer.as_bytes()).await);
            }
        }
    });
    (client(&format!("http://{address}")), requests)
}

fn client(base: &str) -> Client {
    Client::builder(ApiKey::new("wsk_test").expect("a key")).base_url(base).build().expect("a client")
}

fn request() -> RunRequest {
    ImagenRequest::new(Prompt::new("a fox in snow").expect("a prompt")).into()
}

async fn submitted(answer: &'static str) -> Result<String, SubmitError> {
    let (client, requests) = vendor(answer).await;
    let outcome = client.submit(&request()).await;
    assert_eq!(requests.load(Ordering::SeqCst), 1, "a submission is exactly one request");
    outcome.map(|prediction| prediction.id)
}

#[tokio::test]
async fn an_answer_with_an_id_is_accepted() {
    let id = submitted("HTTP/1.1 200 OK\r\n\r\n{\"code\":200,\"data\":{\"id\":\"e6832d4abf\"}}").await;
    assert_eq!(id, Ok("e6832d4abf".to_owned()));
}

#[tokio::test]
async fn the_vendors_own_4xx_is_a_refusal() {
    for (answer, expected) in [
        ("HTTP/1.1 401 Unauthorized\r\n\r\n{\"code\":401,\"message\":\"Invalid API key\",\"data\":null}", 401),
        ("HTTP/1.1 400 Bad Request\r\n\r\n{\"message\":\"Insufficient credits\"}", 400),
        ("HTTP/1.1 404 Not Found\r\n\r\n{\"error\":\"model not found\"}", 404),
    ] {
        match submitted(answer).await {
            Err(SubmitError::Refused { status, message }) => {
                assert_eq!(status, expected);
                assert!(!message.is_empty());
            }
            other => panic!("{other:?}"),
        }
    }
}

#[tokio::test]
async fn too_many_requests_may_be_sent_again_later() {
    let error = submitted("HTTP/1.1 429 Too Many\r\nRetry-After: 7\r\n\r\n{\"message\":\"limit\"}").await;
    let error = error.expect_err("refused for now");
    assert_eq!(
        error,
        SubmitError::RateLimited { message: "limit".to_owned(), retry_after: Some(Duration::from_secs(7)) }
    );
    assert!(error.is_retryable());
}

#[tokio::test]
async fn whatever_else_comes_after_bytes_left_may_be_billed() {
    for answer in [
        "",
        "HTTP/1.1 200 OK\r\nContent-Length: 500\r\n\r\n{\"code\":200",
        "HTTP/1.1 200 OK\r\n\r\n{}",
        "HTTP/1.1 200 OK\r\n\r\n{\"code\":500,\"message\":\"x\",\"data\":null}",
        "HTTP/1.1 202 Accepted\r\n\r\n{\"data\":{\"id\":\"abcde\"}}",
        "HTTP/1.1 302 Found\r\nLocation: /api/v3/other\r\n\r\n",
        "HTTP/1.1 403 Forbidden\r\n\r\n<html>no</html>",
        "HTTP/1.1 500 Oops\r\n\r\n{\"message\":\"x\"}",
        "HTTP/1.1 504 Gateway Timeout\r\n\r\n",
        "nonsense\r\n\r\n",
    ] {
        let error = submitted(answer).await.expect_err(answer);
        assert!(matches!(error, SubmitError::MaybeAccepted { .. }), "{answer}: {error:?}");
        assert!(!error.is_retryable());
    }
}

#[tokio::test]
async fn no_connection_means_never_sent() {
    let listener = TcpListener::bind("127.0.0.1:0").await.expect("a port");
    let base = format!("http://{}", listener.local_addr().expect("an address"));
    drop(listener);
    let error = client(&base).submit(&request()).await.expect_err("nobody there");
    assert!(matches!(error, SubmitError::NeverSent { .. }), "{error:?}");
    assert!(!error.to_string().contains("wsk_test"));
}

#[tokio::test]
async fn a_result_that_does_not_exist_is_refused_with_404() {
    let (client, _) = vendor("HTTP/1.1 404 Not Found\r\n\r\n{\"error\":\"task not found\"}").await;
    assert_eq!(
        client.result("abc").await,
        Err(ApiError::Refused { status: 404, message: "task not found".to_owned() })
    );
    assert!(matches!(client.result("../balance").await, Err(ApiError::Unreadable(_))));
}

#[tokio::test]
async fn the_list_skips_what_it_cannot_read() {
    let (client, _) =
        vendor("HTTP/1.1 200 OK\r\n\r\n{\"code\":200,\"data\":{\"items\":[{\"id\":\"a\"},{\"id\":\"../b\"}]}}").await;
    let page = client.list(&imagen4_client::ListQuery::default()).await;
    assert_eq!(page.map(|page| page.items.len()), Ok(1));
}
