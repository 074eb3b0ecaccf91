//! What cannot start says so in one clear line, and ends with code 1.

use std::fs;
use std::net::TcpListener;
use std::path::Path;
use std::process::{Command, Output, Stdio};
use std::thread::sleep;
use std::time::{Duration, Instant};

/// Runs the proxy in `folder` with a page in place. Every case here ends by itself; one that does not is ended, and fails.
fn proxy(folder: &Path, arguments: &[&str]) -> Output {
    fs::create_dir_all(folder.join("dist")).expect("a folder");
    fs::write(folder.join("dist/index.html"), "<!doctype html>").expect("a page");
    let mut child = Command::new(env!("CARGO_BIN_EXE_imagen4-proxy"))
        .env_clear()
        // Defaults that an argument overrides.
        .env("IMAGEN4_DATA_DIR", "data")
        .env("IMAGEN4_LISTEN", "127.0.0.1:0")
        .current_dir(folder)
        .args(arguments)
        .stdout(Stdio::null())
        .stderr(Stdio::piped())
        .spawn()
        .expect("it runs");
    let begun = Instant::now();
    while child.try_wait().expect("a status").is_none() && begun.elapsed() < Duration::from_secs(20) {
        sleep(Duration::from_millis(10));
    }
    // Fails only for a process that has ended.
    drop(child.kill());
    child.wait_with_output().expect("its output")
}

fn refused(output: Output, words: &[&str]) {
    let said = String::from_utf8_lossy(&output.stderr).into_owned();
    assert_eq!(output.status.code(), Some(1), "{said}");
    assert_eq!(said.trim_end().lines().count(), 1, "{said}");
    for word in words {
        assert!(said.contains(word), "{word:?} is missing: {said}");
    }
}

fn folder() -> tempfile::TempDir {
    tempfile::tempdir().expect("a folder")
}

#[test]
fn an_address_off_loopback() {
    refused(proxy(folder().path(), &["--listen", "0.0.0.0:0"]), &["--listen 0.0.0.0:0", "loopback"]);
}

#[test]
fn a_file_of_models_that_is_wrong() {
    let folder = folder();
    let cases = [
        ("[{", "line 1", "not JSON"),
        ("[\n{\"model_id\": \"a/b\",\n \"api_schema\": 7}]", "line 3", "api_schema"),
        ("[\n{\"model_id\": \"a/../b\"}]", "line 2", "model_id"),
    ];
    for (text, line, field) in cases {
        fs::write(folder.path().join("models.json"), text).expect("written");
        refused(proxy(folder.path(), &["--models-file", "models.json"]), &["models.json", line, field]);
    }
    refused(proxy(folder.path(), &["--models-file", "none.json"]), &["cannot read none.json"]);
    refused(proxy(folder.path(), &["--default-model", "a b"]), &["--default-model"]);
}

#[test]
fn a_port_that_is_taken() {
    let taken = TcpListener::bind("127.0.0.1:0").expect("a port");
    let address = taken.local_addr().expect("an address").to_string();
    refused(proxy(folder().path(), &["--listen", &address]), &["cannot listen on", &address]);
}

#[test]
fn a_page_that_is_not_built() {
    refused(proxy(folder().path(), &["--static-dir", "elsewhere"]), &["page is not built", "cargo xtask build"]);
}

#[test]
fn a_data_directory_that_cannot_be_written() {
    let folder = folder();
    fs::write(folder.path().join("file"), "").expect("written");
    refused(proxy(folder.path(), &["--data-dir", "file/data"]), &["data directory", "cannot be written"]);
}

#[test]
fn a_data_directory_in_use() {
    let folder = folder();
    fs::create_dir_all(folder.path().join("data")).expect("a folder");
    let lock = fs::File::create(folder.path().join("data/lock")).expect("a file");
    lock.lock().expect("locked");
    refused(proxy(folder.path(), &[]), &["data directory", "in use"]);
}
