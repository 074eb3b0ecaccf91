//! Puts the parts together and runs them until told to stop.

use std::future::{Future, IntoFuture};
use std::net::SocketAddr;
use std::sync::Arc;
use std::time::Duration;

use axum::serve::ListenerExt;
use imagen4_core::api::UpstreamInfo;
use imagen4_engine::Env;
use tokio::net::TcpListener;
use tokio::task::JoinHandle;
use tokio_util::sync::CancellationToken;

use crate::config::Config;
use crate::data_dir::DataDir;
use crate::fence::SubmitFence;
use crate::http::{AllowedHosts, App, Page, router};
use crate::images::ImageStore;
use crate::models::{Models, Setup};
use crate::runner::fetch::Fetcher;
use crate::runner::{Runner, RunnerDeps};
use crate::store::Database;
use crate::upstream::Upstream;

mod open;

pub use open::open_bucket;
use open::open_store;

/// Connections that are still open after this long are not waited for.
const LAST_ANSWERS: Duration = Duration::from_secs(10);

/// A proxy that is running.
#[derive(Debug)]
pub struct RunningServer {
    /// Where it listens.
    pub address: SocketAddr,
    /// Where runs are sent.
    pub upstream: UpstreamInfo,
    server: JoinHandle<anyhow::Result<()>>,
}

impl RunningServer {
    /// Waits for its end.
    ///
    /// # Errors
    /// When the listener failed.
    pub async fn ended(self) -> anyhow::Result<()> {
        self.server.await?
    }
}

/// Starts a proxy on `listener`; it runs until `shutdown` ends. Then event streams are ended first, answers under way are
/// finished, and submissions under way have their answer written down.
///
/// # Errors
/// When the page is not built, or when the data directory or the store cannot be used. The text says which.
pub async fn start(
    config: Config,
    listener: TcpListener,
    env: Env,
    shutdown: impl Future<Output = ()> + Send + 'static,
) -> anyhow::Result<RunningServer> {
    config.check_serving()?;
    let page = Page::find(config.static_dir.as_deref())?;
    let address = listener.local_addr()?;
    let data = config.needs_data_dir().then(|| DataDir::open(&config.data_dir)).transpose()?;
    let bucket = match &config.bucket {
        Some(address) => Some(open_bucket(address, &env).await?),
        None => None,
    };
    let upstream = Upstream::open(&config, data.as_ref(), &env).await?;
    let info = upstream.info.clone();
    let fence = match (&config.database, &bucket, &data) {
        (Database::Postgres(_), Some(bucket), _) => SubmitFence::Bucket(bucket.clone()),
        (.., Some(data)) => data.fence(),
        (.., None) => anyhow::bail!("there is no data directory"),
    };
    let store = open_store(&config, &info.name, bucket.as_ref(), &fence, &env).await?;
    let models = Models::open(Setup {
        client: upstream.client.clone(),
        upstream: info.name.clone(),
        path: data.as_ref().map(|data| data.models(&info.name)),
        patterns: config.models.clone(),
        file: config.model_rows.clone(),
        preferred: config.default_model.clone(),
        env: env.clone(),
    });
    let tools = RunnerDeps {
        models: models.clone(),
        store: store.clone(),
        client: upstream.client.clone(),
        fetcher: Fetcher::new(&upstream.client.origin())?,
        pictures: match (bucket, &data) {
            (Some(bucket), _) => ImageStore::s3(bucket),
            (None, Some(data)) => ImageStore::local(&data.pictures()),
            (None, None) => anyhow::bail!("there is no data directory"),
        },
        fence,
        slots: config.slots,
        settings: config.shared_settings(),
        env: env.clone(),
    };
    let runner = Runner::start(tools).await?;
    let closing = CancellationToken::new();
    let app = App {
        store: store.clone(),
        runner: runner.clone(),
        models,
        upstream: info.clone(),
        hosts: AllowedHosts::new(config.allowed_hosts.clone()),
        public_url: config.public_url.clone(),
        vendor_key: config.paying.key().cloned(),
        page,
        env,
        metrics: Arc::default(),
        closing: closing.clone(),
    };
    // Without this the kernel holds small answers back for 40 ms.
    let listener = listener.tap_io(|stream| drop(stream.set_nodelay(true)));
    let serving = axum::serve(listener, router(app)).with_graceful_shutdown(closing.clone().cancelled_owned());
    let server = tokio::spawn(async move {
        let serving = tokio::spawn(serving.into_future());
        let is_broken = tokio::select! {
            () = shutdown => false,
            () = store.failed() => true,
        };
        runner.close();
        closing.cancel();
        let (served, ()) = tokio::join!(tokio::time::timeout(LAST_ANSWERS, serving), runner.closed());
        match served {
            Ok(ended) => ended??,
            Err(_) => tracing::warn!("some connections are still open"),
        }
        drop(runner);
        upstream.stop().await;
        // Whoever copies the directory now finds the store in one piece.
        if tokio::time::timeout(LAST_ANSWERS, store.closed()).await.is_err() {
            tracing::warn!("the database is still open");
        }
        // Another process may have the directory from here on.
        drop(data);
        anyhow::ensure!(
            !is_broken,
            "the disk did not take what the database wrote, or the database is not what it was; the next start reads what there is"
        );
        anyhow::Ok(())
    });
    Ok(RunningServer { address, upstream: info, server })
}
