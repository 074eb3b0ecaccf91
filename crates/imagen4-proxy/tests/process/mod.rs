//! Real processes for the tests beside it: the proxy's own binary, and the engine's in the vendor's place.
#![allow(dead_code, reason = "each test target uses a part of it")]
#![allow(clippy::print_stderr, reason = "whoever looks at a failure wants to know how far it was")]

pub(crate) mod clicks;

use std::fs::{self, File};
use std::io::{BufRead, BufReader};
use std::path::{Path, PathBuf};
use std::process::{Child, Command, ExitStatus, Stdio};
use std::time::{Duration, Instant};

use imagen4_client::install_tls_provider;
use serde_json::Value;

/// The key that the engine accepts.
pub(crate) const KEY: &str = "wsk_process_fedcba9876543210_never_to_be_seen";
/// What every test may wait for at most.
pub(crate) const PATIENCE: Duration = Duration::from_secs(60);

/// So much of its log a failure shows.
const LAST_LINES: usize = 30;

/// A process that said where it listens. It ends with this value.
#[derive(Debug)]
pub(crate) struct Process {
    child: Child,
    /// `http://127.0.0.1:port`
    pub(crate) base: String,
    log: PathBuf,
}

impl Process {
    /// Starts `command` and waits for the line with its address; `None` when it ended without one. What it writes to stderr is
    /// added to `log`.
    pub(crate) fn start(mut command: Command, log: &Path) -> Option<Self> {
        let errors = File::options().create(true).append(true).open(log).expect("a log");
        let mut child = command.stdout(Stdio::piped()).stderr(errors).spawn().expect("it runs");
        let mut lines = BufReader::new(child.stdout.take().expect("an output")).lines();
        let address =
            lines.by_ref().map_while(Result::ok).find_map(|line| Some(line.rsplit_once("http://")?.1.to_owned()));
        // Whatever else it says is read until its end, or it would break on it.
        std::thread::spawn(move || lines.for_each(drop));
        match address {
            Some(address) => Some(Self { child, base: format!("http://{address}"), log: log.to_owned() }),
            None => {
                child.wait().expect("a status");
                None
            }
        }
    }

    /// A signal by its name, as `kill` takes it.
    pub(crate) fn signal(&self, name: &str) {
        let sent = Command::new("kill").args(["-s", name, &self.child.id().to_string()]).status();
        assert!(sent.expect("kill runs").success(), "{name}");
    }

    /// SIGKILL: no last words, no last write.
    pub(crate) fn kill(mut self) {
        self.child.kill().expect("killed");
        self.child.wait().expect("ended");
    }

    /// Waits for its end.
    pub(crate) fn ended(&mut self) -> ExitStatus {
        let begun = Instant::now();
        loop {
            if let Some(status) = self.child.try_wait().expect("a status") {
                return status;
            }
            assert!(begun.elapsed() < PATIENCE, "it does not end");
            std::thread::sleep(Duration::from_millis(10));
        }
    }
}

impl Drop for Process {
    fn drop(&mut self) {
        // Fails only for what has ended.
        drop(self.child.kill());
        drop(self.child.wait());
        if std::thread::panicking() {
            // What it said last, because the folder goes with the test.
            let log = fs::read_to_string(&self.log).unwrap_or_default();
            let from = log.lines().count().saturating_sub(LAST_LINES);
            let lines: Vec<_> = log.lines().skip(from).collect();
            eprintln!("{}:\n{}", self.log.display(), lines.join("\n"));
        }
    }
}

/// A folder with a page in it, for a proxy to run in.
pub(crate) fn folder() -> tempfile::TempDir {
    install_tls_provider();
    let folder = tempfile::tempdir().expect("a folder");
    fs::create_dir_all(folder.path().join("dist")).expect("a folder");
    fs::write(folder.path().join("dist/index.html"), "<!doctype html>").expect("a page");
    folder
}

/// The proxy's binary in `folder`, on a free port, without the environment of whoever runs the tests.
pub(crate) fn proxy(folder: &Path) -> Command {
    dressed(Command::new(env!("CARGO_BIN_EXE_imagen4-proxy")), folder)
}

/// The environment that [`proxy`] has, for a command that ends up as one.
pub(crate) fn dressed(mut command: Command, folder: &Path) -> Command {
    command.env_clear().env("IMAGEN4_DATA_DIR", "data").env("IMAGEN4_LISTEN", "127.0.0.1:0").current_dir(folder);
    command
}

/// The engine's binary. Cargo builds it for `cargo test` of the whole workspace, because the engine has integration tests, and
/// puts it beside the proxy's; for this package alone it may be missing, and is built then.
pub(crate) fn engine() -> Command {
    let proxy = Path::new(env!("CARGO_BIN_EXE_imagen4-proxy"));
    let engine = proxy.with_file_name(format!("imagen4-engine{}", std::env::consts::EXE_SUFFIX));
    if !engine.exists() {
        let profile_dir = engine.parent().expect("a folder");
        let target_dir = profile_dir.parent().expect("a folder");
        let mut build = Command::new(std::env::var_os("CARGO").unwrap_or_else(|| "cargo".into()));
        build.args(["build", "--package", "imagen4-engine", "--target-dir"]).arg(target_dir);
        if profile_dir.ends_with("release") {
            build.arg("--release");
        }
        assert!(build.status().expect("cargo runs").success() && engine.exists(), "the engine is not built");
    }
    let mut command = Command::new(engine);
    command.env_clear();
    command
}

/// Everything below a folder, file by file.
pub(crate) fn files(folder: &Path) -> Vec<PathBuf> {
    let mut found = Vec::new();
    for entry in fs::read_dir(folder).expect("a folder") {
        let path = entry.expect("an entry").path();
        if path.is_dir() { found.extend(files(&path)) } else { found.push(path) }
    }
    found
}

/// Sends a request; `None` when no whole answer came.
pub(crate) async fn ask(request: reqwest::RequestBuilder) -> Option<(u16, Value)> {
    let response = request.timeout(Duration::from_secs(20)).send().await.ok()?;
    let status = response.status().as_u16();
    let body = response.bytes().await.ok()?;
    Some((status, serde_json::from_slice(&body).unwrap_or_default()))
}

/// A submission under an Idempotency-Key.
pub(crate) fn submission(http: &reqwest::Client, base: &str, key: &str, body: &Value) -> reqwest::RequestBuilder {
    let request = http.post(format!("{base}/api/runs")).header("idempotency-key", key);
    request.header("content-type", "application/json").body(body.to_string())
}

/// Every run, page by page.
pub(crate) async fn all_runs(http: &reqwest::Client, base: &str) -> Vec<Value> {
    let (mut runs, mut cursor) = (Vec::new(), String::new());
    loop {
        let (status, page) = ask(http.get(format!("{base}/api/runs?limit=100{cursor}"))).await.expect("a page");
        assert_eq!(status, 200, "{page}");
        runs.extend(page["runs"].as_array().expect("runs").iter().cloned());
        match page["next_cursor"].as_str() {
            Some(next) => cursor = format!("&cursor={next}"),
            None => return runs,
        }
    }
}
