//! A disk that fails ends the process: with a clear line and code 1, and with nothing lost that was said to be recorded.
#![cfg(unix)]

mod process;

use std::fs;
use std::process::Command;

use process::{Process, all_runs, ask, dressed, folder, proxy, submission};
use serde_json::json;

/// Half-kilobytes that a file may have: enough for a start, and not for many runs.
const LIMIT: &str = "3000";

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_store_that_cannot_grow_ends_the_process_and_loses_nothing_that_was_answered() {
    let folder = folder();
    let log = folder.path().join("proxy.log");
    // With the signal ignored, a write beyond the limit fails like one on a bad disk.
    let mut limited = Command::new("/bin/sh");
    limited.args(["-c", "trap '' XFSZ; ulimit -f \"$1\"; shift; exec \"$@\"", "sh", LIMIT]);
    limited.args([env!("CARGO_BIN_EXE_imagen4-proxy"), "--latency-ms", "0"]);
    let mut process = Process::start(dressed(limited, folder.path()), &log).expect("it starts");

    let http = reqwest::Client::new();
    let mut answered = Vec::new();
    for click in 0..2_000 {
        let body = json!({ "prompt": format!("fox {click}") });
        match ask(submission(&http, &process.base, &click.to_string(), &body)).await {
            Some((202, run)) => answered.push((click, run["id"].clone())),
            Some((500..=599, problem)) => {
                assert_eq!(problem["billed"], "unknown", "it may be recorded all the same: {problem}");
                break;
            }
            None => break,
            Some(other) => panic!("{other:?}"),
        }
    }
    assert_eq!(process.ended().code(), Some(1));
    let said = fs::read_to_string(&log).expect("a log");
    let last = said.trim_end().lines().last().unwrap_or_default();
    assert!(last.starts_with("imagen4-proxy: ") && last.contains("the disk did not take"), "{said}");
    assert!(!answered.is_empty(), "it never worked at all: {said}");

    let process = Process::start(proxy(folder.path()), &log).expect("it starts again");
    let runs = all_runs(&http, &process.base).await;
    for (click, id) in answered {
        assert!(runs.iter().any(|run| run["id"] == id), "click {click} was answered and is gone");
        let body = json!({ "prompt": format!("fox {click}") });
        let again = ask(submission(&http, &process.base, &click.to_string(), &body)).await;
        assert_eq!(again.map(|(status, run)| (status, run["id"].clone())), Some((200, id)));
    }
}
