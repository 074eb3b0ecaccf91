//! The real binary, asked for many pictures at once: its memory has a bound that does not grow with them.
#![cfg(target_os = "linux")]

use std::fs;
use std::io::{BufRead, BufReader, Read, Write};
use std::net::{SocketAddr, TcpStream};
use std::process::{Child, Command, Stdio};
use std::thread;

/// Pictures at once, and how often.
const AT_ONCE: usize = 64;
const ROUNDS: usize = 2;

/// The engine, ended with this value.
struct Engine(Child);

impl Drop for Engine {
    fn drop(&mut self) {
        drop(self.0.kill());
        drop(self.0.wait());
    }
}

fn start() -> (Engine, SocketAddr) {
    let mut engine = Command::new(env!("CARGO_BIN_EXE_imagen4-engine"))
        .args(["--listen", "127.0.0.1:0", "--latency-ms", "0"])
        .stdout(Stdio::piped())
        .spawn()
        .expect("started");
    let mut line = String::new();
    BufReader::new(engine.stdout.take().expect("an output")).read_line(&mut line).expect("a line");
    let address = line.trim().rsplit_once("http://").expect("an address").1.parse().expect("an address");
    (Engine(engine), address)
}

/// The body of an answer.
fn ask(address: SocketAddr, method: &str, path: &str, body: &str) -> Vec<u8> {
    let mut stream = TcpStream::connect(address).expect("a connection");
    let head = format!(
        "{method} {path} HTTP/1.1\r\nHost: {address}\r\nAuthorization: Bearer k\r\nContent-Type: application/json\r\n\
         Content-Length: {}\r\nConnection: close\r\n\r\n{body}",
        body.len()
    );
    stream.write_all(head.as_bytes()).expect("sent");
    let mut answer = Vec::new();
    stream.read_to_end(&mut answer).expect("an answer");
    let end = answer.windows(4).position(|window| window == b"\r\n\r\n").expect("a head");
    assert!(answer.starts_with(b"HTTP/1.1 200"), "{}", String::from_utf8_lossy(&answer[..end]));
    answer.split_off(end + 4)
}

/// The most memory that the process has had, in MiB.
fn peak(engine: &Engine) -> u64 {
    let status = fs::read_to_string(format!("/proc/{}/status", engine.0.id())).expect("a status");
    let line = status.lines().find_map(|line| line.strip_prefix("VmHWM:")).expect("a peak");
    line.trim().trim_end_matches(" kB").parse::<u64>().expect("a number") / 1024
}

#[test]
fn many_pictures_at_once_take_no_more_memory_than_the_painters() {
    let (engine, address) = start();
    let submit = |number: usize| {
        let body = format!(r#"{{"prompt":"a lake at dawn, number {number}","num_images":4,"aspect_ratio":"16:9"}}"#);
        let answer = ask(address, "POST", "/api/v3/wavespeed-ai/imagen4", &body);
        let answer: serde_json::Value = serde_json::from_slice(&answer).expect("JSON");
        answer["data"]["id"].as_str().expect("an id").to_owned()
    };
    for round in 0..ROUNDS {
        let ids: Vec<_> = (0..AT_ONCE / 4).map(|number| submit(round * AT_ONCE + number)).collect();
        let paths = ids.iter().flat_map(|id| (1..=4).map(move |number| format!("/outputs/{id}/{number}.jpeg")));
        let asking: Vec<_> = paths.map(|path| thread::spawn(move || ask(address, "GET", &path, ""))).collect();
        for picture in asking {
            assert!(picture.join().expect("a picture").starts_with(&[0xff, 0xd8]));
        }
    }
    let cores = thread::available_parallelism().map_or(1, usize::from) as u64;
    let (peak, most) = (peak(&engine), 64 + 48 * cores);
    let asked = ROUNDS * AT_ONCE;
    assert!(peak <= most, "{asked} pictures, {AT_ONCE} at once: {peak} MiB; {most} are enough for {cores} cores");
}
