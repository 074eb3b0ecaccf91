//! A thousand submissions at once: every one is answered, and is on the bill on disk.

use std::collections::HashSet;
use std::net::SocketAddr;
use std::sync::Arc;

use imagen4_engine::bill::{Bill, Entry};
use imagen4_engine::{Engine, EngineOptions, Env, http};
use serde_json::Value;
use tokio::io::{AsyncReadExt, AsyncWriteExt};
use tokio::net::TcpStream;

const SUBMISSIONS: usize = 1000;

async fn submit(address: SocketAddr, number: usize) -> String {
    let body = format!(r#"{{"prompt":"fox number {number}"}}"#);
    let request = format!(
        "POST /api/v3/wavespeed-ai/imagen4 HTTP/1.1\r\nHost: {address}\r\nAuthorization: Bearer k\r\n\
         Content-Type: application/json\r\nContent-Length: {}\r\nConnection: close\r\n\r\n{body}",
        body.len()
    );
    let mut stream = TcpStream::connect(address).await.expect("a connection");
    stream.write_all(request.as_bytes()).await.expect("sent");
    let mut answer = String::new();
    stream.read_to_string(&mut answer).await.expect("an answer");
    let (_, body) = answer.split_once("\r\n\r\n").expect("a body");
    let answer: Value = serde_json::from_str(body).expect("JSON");
    answer["data"]["id"].as_str().expect("an id").to_owned()
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_thousand_submissions_at_once_are_all_on_the_bill() {
    let dir = tempfile::tempdir().expect("a directory");
    let options = EngineOptions { state_dir: Some(dir.path().to_owned()), ..EngineOptions::default() };
    let engine = Arc::new(Engine::open(options, Env::system()).expect("an engine"));
    let listener = http::listen(([127, 0, 0, 1], 0).into()).expect("a port");
    let address = listener.local_addr().expect("an address");
    let server = tokio::spawn(http::serve(engine.clone(), listener, std::future::pending()));

    let tasks: Vec<_> = (0..SUBMISSIONS).map(|number| tokio::spawn(submit(address, number))).collect();
    let mut ids = HashSet::new();
    for task in tasks {
        ids.insert(task.await.expect("accepted"));
    }
    assert_eq!(ids.len(), SUBMISSIONS, "every submission has an id of its own");

    server.abort();
    drop(server.await);
    drop(engine);
    let bill = Bill::open(dir.path()).expect("a bill");
    let billed: Vec<&str> = bill
        .entries()
        .iter()
        .map(|entry| match entry {
            Entry::Accept(taken) => taken.id.as_str(),
            other => panic!("{other:?}"),
        })
        .collect();
    assert_eq!(billed.len(), SUBMISSIONS);
    assert!(billed.iter().all(|id| ids.contains(*id)));
}
