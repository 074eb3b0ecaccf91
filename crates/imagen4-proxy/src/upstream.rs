//! Where runs are sent: the vendor with the person's key, or the embedded engine.

use std::net::Ipv4Addr;
use std::sync::{Arc, Weak};
use std::time::Duration;

use anyhow::Context;
use imagen4_client::{ApiKey, Client};
use imagen4_core::api::{UpstreamInfo, UpstreamKind};
use imagen4_core::run::EMBEDDED;
use imagen4_engine::{Engine, EngineOptions, Env, http};
use tokio::task::JoinHandle;
use tokio_util::sync::CancellationToken;

use crate::config::{Config, Paying};
use crate::data_dir::DataDir;

/// An upstream that can be asked.
#[derive(Debug)]
pub struct Upstream {
    /// What the page is told.
    pub info: UpstreamInfo,
    /// Speaks to it.
    pub client: Client,
    /// The engine's server, when it runs here.
    engine: Option<Running>,
}

/// The embedded engine.
#[derive(Debug)]
struct Running {
    server: JoinHandle<()>,
    stop: CancellationToken,
    engine: Weak<Engine>,
}

/// A picture that is being painted for nobody any more holds the engine a little longer; so often is looked, and how many times.
const LAST_PICTURE: (Duration, u32) = (Duration::from_millis(5), 400);

impl Upstream {
    /// The upstream of that configuration; starts the engine if it is the embedded one.
    ///
    /// # Errors
    /// When the engine cannot start, or the vendor's origin is no URL.
    pub async fn open(config: &Config, data: Option<&DataDir>, env: &Env) -> anyhow::Result<Self> {
        match &config.paying {
            Paying::Nobody => {
                let data = data.context("the embedded engine needs a data directory")?;
                Self::embedded(config, data, env).await
            }
            Paying::KeyOwner { key, origin } => {
                let client = Client::builder(key.clone()).base_url(origin).build()?;
                let info = UpstreamInfo { kind: UpstreamKind::Wavespeed, name: client.origin() };
                Ok(Self { info, client, engine: None })
            }
        }
    }

    /// The engine behind a port of its own that only this process knows a key for: what is said to it is said in the vendor's
    /// contract, byte by byte, as it would be to the vendor.
    async fn embedded(config: &Config, data: &DataDir, env: &Env) -> anyhow::Result<Self> {
        let key = format!("{:032x}", env.random());
        let options = EngineOptions {
            state_dir: Some(data.engine()),
            latency: config.latency,
            api_key: Some(key.clone()),
            // Samples cost nothing: the account never runs dry.
            credit: imagen4_core::MicroUsd::new(i64::MAX),
            ..EngineOptions::default()
        };
        let engine = Arc::new(Engine::open(options, env.clone())?);
        let listener = http::listen((Ipv4Addr::LOCALHOST, 0).into()).context("the embedded engine has no port")?;
        let client =
            Client::builder(ApiKey::new(key)?).base_url(format!("http://{}", listener.local_addr()?)).build()?;
        let stop = CancellationToken::new();
        let stopped = stop.clone().cancelled_owned();
        let running = Arc::downgrade(&engine);
        let server = tokio::spawn(async move {
            if let Err(error) = http::serve(engine, listener, stopped).await {
                tracing::error!(%error, "the embedded engine stopped");
            }
        });
        let info = UpstreamInfo { kind: UpstreamKind::Embedded, name: EMBEDDED.to_owned() };
        Ok(Self { info, client, engine: Some(Running { server, stop, engine: running }) })
    }

    /// Ends the embedded engine, if there is one.
    pub async fn stop(self) {
        let Some(Running { server, stop, engine }) = self.engine else { return };
        stop.cancel();
        // It ends with its last connection; how does not matter any more.
        drop(server.await);
        // Whoever starts next must have its bill.
        for _ in 0..LAST_PICTURE.1 {
            if engine.strong_count() == 0 {
                break;
            }
            tokio::time::sleep(LAST_PICTURE.0).await;
        }
    }
}
