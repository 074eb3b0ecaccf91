//! The real binary, killed without warning in the middle of submissions: what it acknowledged is on its bill.
#![cfg(unix)]

use std::collections::HashMap;
use std::io::{self, BufRead, BufReader, Read, Write};
use std::net::{SocketAddr, TcpStream};
use std::path::Path;
use std::process::{Child, Command, Stdio};
use std::sync::Mutex;
use std::sync::atomic::{AtomicUsize, Ordering};
use std::time::{Duration, Instant};

use imagen4_engine::bill::Bill;
use serde_json::Value;

const CLIENTS: usize = 8;
const KILLS: usize = 3;
const ACKNOWLEDGED_BEFORE_A_KILL: usize = 40;

/// Starts the binary; port 0 takes any that is free. Answers once it listens.
fn start(state: &Path, port: u16) -> (Child, SocketAddr) {
    let mut engine = Command::new(env!("CARGO_BIN_EXE_imagen4-engine"))
        .args(["--listen", &format!("127.0.0.1:{port}"), "--state-dir"])
        .arg(state)
        .stdout(Stdio::piped())
        .spawn()
        .expect("started");
    let mut line = String::new();
    BufReader::new(engine.stdout.take().expect("an output")).read_line(&mut line).expect("a line");
    let address = line.trim().rsplit_once("http://").expect("an address").1.parse().expect("an address");
    (engine, address)
}

/// The id of an acknowledged prediction; an error when no whole answer came.
fn submit(address: SocketAddr) -> io::Result<String> {
    let body = r#"{"prompt":"a fox"}"#;
    let mut stream = TcpStream::connect(address)?;
    write!(
        stream,
        "POST /api/v3/wavespeed-ai/imagen4 HTTP/1.1\r\nHost: {address}\r\nAuthorization: Bearer k\r\n\
         Content-Type: application/json\r\nContent-Length: {}\r\nConnection: close\r\n\r\n{body}",
        body.len()
    )?;
    let mut answer = String::new();
    stream.read_to_string(&mut answer)?;
    let body = answer.split_once("\r\n\r\n").map_or("", |(_, body)| body);
    let answer: Value = serde_json::from_str(body)?;
    answer["data"]["id"].as_str().map(str::to_owned).ok_or_else(|| io::Error::other("no id"))
}

#[test]
fn what_was_acknowledged_survives_kill_9_and_stands_on_the_bill_once() {
    let dir = tempfile::tempdir().expect("a directory");
    let acknowledged = Mutex::new(Vec::new());
    let mut port = 0;
    for _ in 0..KILLS {
        let begun = Instant::now();
        let (mut engine, address) = start(dir.path(), port);
        port = address.port();
        assert!(begun.elapsed() < Duration::from_secs(5), "{:?} to start", begun.elapsed());
        let answered = AtomicUsize::new(0);
        std::thread::scope(|scope| {
            for _ in 0..CLIENTS {
                scope.spawn(|| {
                    while let Ok(id) = submit(address) {
                        acknowledged.lock().expect("ids").push(id);
                        answered.fetch_add(1, Ordering::SeqCst);
                    }
                });
            }
            // A panic here would leave the clients going for ever: what is missing is noticed at the end.
            while answered.load(Ordering::SeqCst) < ACKNOWLEDGED_BEFORE_A_KILL
                && begun.elapsed() < Duration::from_secs(60)
            {
                std::thread::sleep(Duration::from_millis(1));
            }
            // SIGKILL, while every client is in the middle of a submission.
            engine.kill().expect("killed");
        });
        engine.wait().expect("ended");
    }

    let bill = Bill::open(dir.path()).expect("the bill opens");
    let mut billed: HashMap<&str, usize> = HashMap::new();
    for taken in bill.acceptances() {
        *billed.entry(taken.id.as_str()).or_default() += 1;
    }
    let acknowledged = acknowledged.into_inner().expect("ids");
    assert!(acknowledged.len() >= KILLS * ACKNOWLEDGED_BEFORE_A_KILL);
    for id in &acknowledged {
        assert_eq!(billed.get(id.as_str()), Some(&1), "{id}");
    }
    let unanswered = billed.len() - acknowledged.len();
    assert!(unanswered <= KILLS * CLIENTS, "{unanswered} on the bill that nobody asked for");
}
