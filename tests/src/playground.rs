//! A proxy over a data directory.

use std::path::PathBuf;
use std::time::Duration;

use imagen4_client::install_tls_provider;
use imagen4_core::api::Spend;
use imagen4_core::{Run, RunId, RunState};
use imagen4_engine::Env;
use imagen4_proxy::config::{Config, Paying};
use imagen4_proxy::data_dir::STORE_FILE;
use imagen4_proxy::store::{Database, RateLimits};
use imagen4_proxy::{RunningServer, start};
use reqwest::{Method, RequestBuilder};
use serde_json::Value;
use tempfile::TempDir;
use tokio::net::TcpListener;
use tokio::sync::oneshot;

use crate::{Answer, LOOK_EVERY, PATIENCE, answer, database};

/// A proxy on a free port, over a data directory that outlives it.
#[derive(Debug)]
pub struct Playground {
    /// Its configuration; changes count from the next [`Playground::restart`].
    pub config: Config,
    /// Its clock; another one counts from the next [`Playground::restart`].
    pub env: Env,
    /// `http://127.0.0.1:port`
    pub base: String,
    /// For requests of one's own.
    pub http: reqwest::Client,
    running: Option<(RunningServer, oneshot::Sender<()>)>,
    // Goes with this value.
    _folder: TempDir,
}

impl Playground {
    /// A proxy without a key: the embedded engine paints at once.
    pub async fn embedded() -> Self {
        Self::with(|_| ()).await
    }

    /// A proxy whose configuration is changed before it starts.
    pub async fn with(change: impl FnOnce(&mut Config)) -> Self {
        Self::on(Env::system(), change).await
    }

    /// The same on a clock of one's own.
    pub async fn on(env: Env, change: impl FnOnce(&mut Config)) -> Self {
        install_tls_provider();
        let folder = tempfile::tempdir().expect("a folder");
        let static_dir = folder.path().join("dist");
        std::fs::create_dir_all(&static_dir).expect("a folder");
        std::fs::write(static_dir.join("index.html"), "<!doctype html><title>Imagen 4</title>").expect("a page");
        let mut config = Config {
            listen: ([127, 0, 0, 1], 0).into(),
            data_dir: folder.path().join("data"),
            database: Database::Sqlite(folder.path().join("data").join(STORE_FILE)),
            bucket: None,
            replica: "test".to_owned(),
            static_dir: Some(static_dir),
            paying: Paying::Nobody,
            daily_budget: imagen4_core::MicroUsd::parse("10"),
            budget_timezone: jiff::tz::TimeZone::UTC,
            slots: RateLimits::default(),
            latency: Duration::ZERO,
            allowed_hosts: Vec::new(),
            public_url: None,
            models: Vec::new(),
            model_rows: Vec::new(),
            default_model: None,
        };
        change(&mut config);
        let has_key = config.paying.key().is_some();
        config.database = database::of_tests(&config.data_dir, has_key).await;
        let http = reqwest::Client::new();
        let mut playground = Self { config, env, base: String::new(), http, running: None, _folder: folder };
        playground.restart().await;
        playground
    }

    /// Stops the proxy, if it runs, and starts one over the same data.
    pub async fn restart(&mut self) {
        self.stop().await;
        let listener = TcpListener::bind(self.config.listen).await.expect("a port");
        let (stop, stopped) = oneshot::channel::<()>();
        let shutdown = async { drop(stopped.await) };
        let started = start(self.config.clone(), listener, self.env.clone(), shutdown).await.expect("a proxy");
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
        self.config.data_dir.clone()
    }

    /// A request to the proxy.
    pub fn request(&self, method: Method, path: &str) -> RequestBuilder {
        self.http.request(method, format!("{}{path}", self.base))
    }

    /// A GET.
    pub async fn get(&self, path: &str) -> Answer {
        answer(self.request(Method::GET, path)).await
    }

    /// A call with a JSON body.
    pub async fn call(&self, method: Method, path: &str, body: &Value) -> Answer {
        let request = self.request(method, path).header("content-type", "application/json");
        answer(request.body(body.to_string())).await
    }

    /// A submission under an Idempotency-Key.
    pub async fn submit(&self, key: &str, body: &Value) -> Answer {
        self.buy("/api/runs", key, body).await
    }

    /// Several runs with one press.
    pub async fn submit_group(&self, key: &str, body: &Value) -> Answer {
        self.buy("/api/groups", key, body).await
    }

    async fn buy(&self, path: &str, key: &str, body: &Value) -> Answer {
        let request = self.request(Method::POST, path).header("idempotency-key", key);
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

    /// The money as it is now.
    pub async fn spend(&self) -> Spend {
        serde_json::from_value(self.get("/api/spend").await.json()).expect("a spend")
    }

    /// Spent and held today, in micro-dollars.
    pub async fn money(&self) -> (i64, i64) {
        let spend = self.spend().await;
        (spend.spent_microusd.micros(), spend.held_microusd.micros())
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
            tokio::time::sleep(LOOK_EVERY).await;
        }
    }
}
