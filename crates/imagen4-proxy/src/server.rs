//! Puts the parts together and runs them until told to stop.

use std::future::{Future, IntoFuture};
use std::net::SocketAddr;
use std::sync::Arc;
use std::time::Duration;

use anyhow::Context;
use axum::serve::ListenerExt;
use imagen4_core::api::UpstreamInfo;
use imagen4_engine::Ambient;
use tokio::net::TcpListener;
use tokio::task::JoinHandle;
use tokio_util::sync::CancellationToken;

use crate::config::Config;
use crate::data_dir::DataDir;
use crate::dispatch::fetch::Fetcher;
use crate::dispatch::pictures::PictureStore;
use crate::dispatch::steps::words::restored;
use crate::dispatch::{Dispatcher, Tools};
use crate::http::{AllowedHosts, App, Page, router};
use crate::ledger::{Account, Book, Ledger, identity};
use crate::models::{Models, Setup};
use crate::upstream::Upstream;

/// Connections that are still open after this long are not waited for.
const LAST_ANSWERS: Duration = Duration::from_secs(10);

/// A proxy that is running.
#[derive(Debug)]
pub struct Started {
    /// Where it listens.
    pub address: SocketAddr,
    /// Where runs are sent.
    pub upstream: UpstreamInfo,
    server: JoinHandle<anyhow::Result<()>>,
}

impl Started {
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
/// When the page is not built, or when the data directory or the ledger cannot be used. The text says which.
pub async fn start(
    config: Config,
    listener: TcpListener,
    ambient: Ambient,
    shutdown: impl Future<Output = ()> + Send + 'static,
) -> anyhow::Result<Started> {
    let page = Page::find(config.static_dir.as_deref())?;
    let address = listener.local_addr()?;
    let data = DataDir::open(&config.data_dir)?;
    let upstream = Upstream::open(&config, &data, &ambient).await?;
    let info = upstream.info.clone();
    let account = Account {
        upstream: info.name.clone(),
        daily_cap: config.daily_budget,
        timezone: config.budget_timezone.clone(),
    };
    let ledger = open_ledger(&data, account, &ambient)
        .with_context(|| format!("the ledger {} cannot be used", data.ledger().display()))?;
    let models = Models::open(Setup {
        client: upstream.client.clone(),
        upstream: info.name.clone(),
        path: Some(data.models(&info.name)),
        patterns: config.models.clone(),
        file: config.model_rows.clone(),
        preferred: config.default_model.clone(),
        ambient: ambient.clone(),
    });
    let tools = Tools {
        models: models.clone(),
        ledger: ledger.clone(),
        client: upstream.client.clone(),
        fetcher: Fetcher::new(&upstream.client.origin())?,
        pictures: PictureStore::new(data.pictures()),
        witness: data.witness(),
        slots: config.slots,
        ambient: ambient.clone(),
    };
    let dispatcher = Dispatcher::start(tools).await?;
    let closing = CancellationToken::new();
    let app = App {
        ledger: ledger.clone(),
        dispatcher: dispatcher.clone(),
        models,
        upstream: info.clone(),
        hosts: AllowedHosts::new(config.allowed_hosts.clone()),
        public_url: config.public_url.clone(),
        vendor_key: config.paying.key().cloned(),
        page,
        ambient,
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
            () = ledger.failed() => true,
        };
        dispatcher.close();
        closing.cancel();
        match tokio::time::timeout(LAST_ANSWERS, serving).await {
            Ok(ended) => ended??,
            Err(_) => tracing::warn!("some connections are still open"),
        }
        dispatcher.closed().await;
        drop(dispatcher);
        upstream.stop().await;
        // Whoever copies the directory now finds the ledger in one piece.
        if tokio::time::timeout(LAST_ANSWERS, ledger.closed()).await.is_err() {
            tracing::warn!("the ledger is still open");
        }
        // Another process may have the directory from here on.
        drop(data);
        anyhow::ensure!(!is_broken, "the disk did not take what the ledger wrote; the next start reads what there is");
        anyhow::Ok(())
    });
    Ok(Started { address, upstream: info, server })
}

/// Opens the ledger, and looks whether it is still the file that it was: in a restored backup, nobody knows what was sent since
/// it was made.
fn open_ledger(data: &DataDir, account: Account, ambient: &Ambient) -> anyhow::Result<Ledger> {
    let path = data.ledger();
    let mut book = Book::open(&path, account)?;
    let identity = identity(&path)?;
    let witnessed = data.witness().count()?;
    if book.write(|writing| writing.settle_in(&identity, witnessed, &restored(), ambient.now()))? {
        tracing::warn!("the data directory is a copy of another one; runs that were queued in it are canceled");
    }
    Ok(Ledger::start(book, &path, ambient)?)
}
