//! An engine in the vendor's place.

use std::sync::Arc;
use std::time::Duration;

use imagen4_client::ApiKey;
use imagen4_engine::bill::{Acceptance, Entry};
use imagen4_engine::faults::Rule;
use imagen4_engine::{Engine, EngineOptions, Env};
use imagen4_proxy::config::{Config, Paying};

use crate::Playground;

/// An engine on a free port that stands in for the vendor.
#[derive(Debug)]
pub struct Vendor {
    /// The engine; its bill is the oracle.
    pub engine: Arc<Engine>,
    /// Its origin.
    pub origin: String,
    /// Its clock.
    pub env: Env,
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
        Self::on(Env::system(), change).await
    }

    /// A vendor on that clock to whom these things happen.
    pub async fn scripted(env: Env, rules: impl IntoIterator<Item = Rule>) -> Self {
        Self::on(env, |options| options.faults = rules.into_iter().collect()).await
    }

    /// A vendor with other options on a clock of one's own.
    pub async fn on(env: Env, change: impl FnOnce(&mut EngineOptions)) -> Self {
        let mut options =
            EngineOptions { latency: Duration::ZERO, api_key: Some(KEY.to_owned()), ..EngineOptions::default() };
        change(&mut options);
        let engine = Arc::new(Engine::open(options, env.clone()).expect("an engine"));
        let listener = imagen4_engine::http::listen(([127, 0, 0, 1], 0).into()).expect("a port");
        let origin = format!("http://{}", listener.local_addr().expect("an address"));
        // It ends with the test's runtime.
        tokio::spawn(imagen4_engine::http::serve(engine.clone(), listener, std::future::pending()));
        Self { engine, origin, env }
    }

    /// What a proxy needs to spend here.
    pub fn paying(&self, key: &str) -> Paying {
        Paying::KeyOwner { key: ApiKey::new(key).expect("a key"), origin: self.origin.clone() }
    }

    /// A proxy that spends here, on the same clock.
    pub async fn customer(&self) -> Playground {
        self.customer_with(|_| ()).await
    }

    /// The same with its configuration changed.
    pub async fn customer_with(&self, change: impl FnOnce(&mut Config)) -> Playground {
        let paying = self.paying(KEY);
        Playground::on(self.env.clone(), |config| {
            config.paying = paying;
            change(config);
        })
        .await
    }

    /// What was charged, the oldest first.
    pub fn bill(&self) -> Vec<Acceptance> {
        let accepted = |entry| match entry {
            Entry::Accept(taken) => Some(taken),
            Entry::Refund { .. } | Entry::Delete { .. } => None,
        };
        self.engine.entries().into_iter().filter_map(accepted).collect()
    }

    /// How often something was charged for that prompt.
    pub fn bills_for(&self, prompt: &str) -> usize {
        self.bill().iter().filter(|taken| taken.input["prompt"] == prompt).count()
    }

    /// How often something was given back.
    pub fn refunds(&self) -> usize {
        self.engine.entries().iter().filter(|entry| matches!(entry, Entry::Refund { .. })).count()
    }
}
