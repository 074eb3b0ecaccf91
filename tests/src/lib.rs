//! Starts real proxies and engines on free ports for the tests beside it.
//!
//! # Layout
//! - [`Playground`]: a proxy over a data directory, stopped and started at will
//! - [`Vendor`]: an engine that stands in for the vendor, with a key and a bill
//! - [`Answer`]: an HTTP answer, read whole

use std::path::PathBuf;
use std::sync::Arc;
use std::time::Duration;

use imagen4_client::{ApiKey, install_tls_provider};
use imagen4_core::{Run, RunId, RunState};
use imagen4_engine::{Ambient, Engine, EngineOptions};
use imagen4_proxy::config::{Config, Paying};
use imagen4_proxy::ledger::Slots;
use imagen4_proxy::{Started, start};
use reqwest::{Method, RequestBuilder};
use serde_json::Value;
use tempfile::TempDir;
use tokio::net::TcpListener;
use tokio::sync::oneshot;

/// What every test may wait for at most; a wait ends as soon as what it waits for is there.
const PATIENCE: Duration = Duration::from_secs(20);

/// A proxy on a free port, over a data directory that outlives it.
#[derive(Debug)]
pub struct Playground {
    /// Its configuration; changes count from the next [`Playground::restart`].
    pub config: Config,
    /// `http://127.0.0.1:port`
    pub base: String,
    /// For requests of one's own.
    pub http: reqwest::Client,
    running: Option<(Started, oneshot::Sender<()>)>,
    folder: TempDir,
}

/// A whole answer.
#[derive(Debug)]
pub struct Answer {
    /// The HTTP status.
    pub status: u16,
    /// `content-type`.
    pub content_type: String,
    /// Every header as text.
    pub headers: String,
    /// The body.
    pub body: Vec<u8>,
}

impl Answer {
    /// The body as JSON; `null` when it is none.
    pub fn json(&self) -> Value {
        serde_json::from_slice(&self.body).unwrap_or_default()
    }
}

impl Playground {
    /// A proxy without a key: the embedded engine paints at once.
    pub async fn embedded() -> Self {
        Self::with(|_| ()).await
    }

    /// A proxy whose configuration is changed before it starts.
    pub async fn with(change: impl FnOnce(&mut Config)) -> Self {
        install_tls_provider();
        let folder = tempfile::tempdir().expect("a folder");
        let static_dir = folder.path().join("dist");
        std::fs::create_dir_all(&static_dir).expect("a folder");
        std::fs::write(static_dir.join("index.html"), "<!doctype html><title>Imagen 4</title>").expect("a page");
        let mut config = Config {
            listen: ([127, 0, 0, 1], 0).into(),
            data_dir: folder.path().join("data"),
            static_dir,
            paying: Paying::Nobody,
            daily_budget: imagen4_core::MicroUsd::parse("10"),
            budget_timezone: jiff::tz::TimeZone::UTC,
            slots: Slots::default(),
            latency: Duration::ZERO,
            allowed_hosts: Vec::new(),
        };
        change(&mut config);
        let mut playground = Self { config, base: String::new(), http: reqwest::Client::new(), running: None, folder };
        playground.restart().await;
        playground
    }

    /// Stops the proxy, if it runs, and starts one over the same data.
    pub async fn restart(&mut self) {
        self.stop().await;
        let listener = TcpListener::bind(self.config.listen).await.expect("a port");
        let (stop, stopped) = oneshot::channel::<()>();
        let shutdown = async { drop(stopped.await) };
        let started = start(self.config.clone(), listener, Ambient::system(), shutdown).await.expect("a proxy");
        self.base = format!("http://{}", started.address);
        self.running = Some((started, stop));
    }

    /// Stops the proxy as Ctrl-C does, and waits for its end.
    pub async fn stop(&mut self) {
        if let Some((started, stop)) = self.running.take() {
            drop(stop);
            tokio::time::timeout(PATIENCE, started.ended()).await.expect("it stops").expect("it stops well");
        }
    }

    /// Where the data is.
    pub fn data_dir(&self) -> PathBuf {
        self.folder.path().join("data")
    }

    /// A request to the proxy.
    pub fn request(&self, method: Method, path: &str) -> RequestBuilder {
        self.http.request(method, format!("{}{path}", self.base))
    }

    /// A GET.
    pub async fn get(&self, path: &str) -> Answer {
        answer(self.request(Method::GET, path)).await
    }

    /// A submission under an Idempotency-Key.
    pub async fn submit(&self, key: &str, body: &Value) -> Answer {
        let request = self.request(Method::POST, "/api/runs").header("idempotency-key", key);
        answer(request.header("content-type", "application/json").body(body.to_string())).await
    }

    /// A submission that is accepted.
    pub async fn run(&self, key: &str, body: &Value) -> Run {
        let answer = self.submit(key, body).await;
        assert_eq!(answer.status, 202, "{}", answer.json());
        serde_json::from_value(answer.json()).expect("a run")
    }

    /// A run as it is now.
    pub async fn look(&self, id: RunId) -> Run {
        serde_json::from_value(self.get(&format!("/api/runs/{id}")).await.json()).expect("a run")
    }

    /// Waits until a run is in that state.
    pub async fn wait(&self, id: RunId, state: RunState) -> Run {
        self.wait_for(id, |run| run.state == state).await
    }

    /// Waits until a run is as wanted.
    pub async fn wait_for(&self, id: RunId, wanted: impl Fn(&Run) -> bool) -> Run {
        let until = tokio::time::Instant::now() + PATIENCE;
        loop {
            let run = self.look(id).await;
            if wanted(&run) {
                return run;
            }
            assert!(tokio::time::Instant::now() < until, "it is {:?}, problem {:?}", run.state, run.problem);
            tokio::time::sleep(Duration::from_millis(10)).await;
        }
    }
}

/// Sends a request and reads the whole answer.
pub async fn answer(request: RequestBuilder) -> Answer {
    let response = request.send().await.expect("an answer");
    let content_type = response.headers().get("content-type").map_or("", |value| value.to_str().unwrap_or_default());
    Answer {
        status: response.status().as_u16(),
        content_type: content_type.to_owned(),
        headers: format!("{:?}", response.headers()),
        body: response.bytes().await.expect("a body").to_vec(),
    }
}

/// An engine on a free port that stands in for the vendor.
#[derive(Debug)]
pub struct Vendor {
    /// The engine; its bill is the oracle.
    pub engine: Arc<Engine>,
    /// Its origin.
    pub origin: String,
}

/// The key that [`Vendor::open`] accepts.
pub const KEY: &str = "wsk_test_0123456789abcdef_never_to_be_seen";

impl Vendor {
    /// A vendor that accepts [`KEY`] and completes at once.
    pub async fn open() -> Self {
        Self::with(|_| ()).await
    }

    /// A vendor with other options.
    pub async fn with(change: impl FnOnce(&mut EngineOptions)) -> Self {
        let mut options =
            EngineOptions { latency: Duration::ZERO, api_key: Some(KEY.to_owned()), ..EngineOptions::default() };
        change(&mut options);
        let engine = Arc::new(Engine::open(options, Ambient::system()).expect("an engine"));
        let listener = TcpListener::bind(("127.0.0.1", 0)).await.expect("a port");
        let origin = format!("http://{}", listener.local_addr().expect("an address"));
        // It ends with the test's runtime.
        tokio::spawn(imagen4_engine::http::serve(engine.clone(), listener, std::future::pending()));
        Self { engine, origin }
    }

    /// What a proxy needs to spend here.
    pub fn paying(&self, key: &str) -> Paying {
        Paying::KeyOwner { key: ApiKey::new(key).expect("a key"), origin: self.origin.clone() }
    }
}
