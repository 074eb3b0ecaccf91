//! The real world: the vendor over HTTP, pictures on the disk.

use std::sync::atomic::{AtomicU64, Ordering};

use imagen4_client::{ApiError, BillRow, BillingQuery, Client, ListQuery, SubmitError};
use imagen4_core::prediction::Output;
use imagen4_core::{Prediction, RunId, RunRequest, Timestamp};
use imagen4_engine::Env;
use tokio::sync::Semaphore;

use super::effects::{Bills, Effects, Window};
use super::fetch::Fetcher;
use crate::images::ImageStore;
use crate::models::Models;
use crate::store::Store;

/// Pages of a hundred that are read of a list or a bill at most.
const PAGES: u32 = 50;
/// Pictures that are fetched at a time.
pub(super) const FETCHES: usize = 8;

/// The vendor and the disk.
#[derive(Debug)]
pub struct LiveEffects {
    /// Speaks to the vendor.
    pub client: Client,
    /// What the vendor offers.
    pub models: Models,
    /// Fetches pictures.
    pub fetcher: Fetcher,
    /// Keeps them.
    pub pictures: ImageStore,
    /// Where they are recorded.
    pub store: Store,
    /// The time.
    pub env: Env,
    /// Pictures on their way may be 48 MB each, so few of them are at a time.
    pub fetching: Semaphore,
    /// How often the vendor was asked how far a prediction is.
    pub polls: AtomicU64,
    /// How many requests were sent that are paid for when they are accepted.
    pub submits: AtomicU64,
}

impl Effects for LiveEffects {
    fn now(&self) -> Timestamp {
        self.env.now()
    }

    fn elapsed_ms(&self) -> u64 {
        boot_time_ms()
    }

    fn offers(&self, model: &str) -> bool {
        let catalogue = self.models.catalogue();
        // Before the vendor's first answer nobody knows: its own word decides.
        catalogue.find(model).map_or(catalogue.updated_at().is_none(), |entry| entry.offered)
    }

    async fn submit(&self, request: &RunRequest) -> Result<Prediction, SubmitError> {
        self.submits.fetch_add(1, Ordering::Relaxed);
        self.client.submit(request).await
    }

    async fn result(&self, prediction: &str) -> Result<Prediction, ApiError> {
        self.polls.fetch_add(1, Ordering::Relaxed);
        self.client.result(prediction).await
    }

    async fn list(&self, window: Option<Window>) -> Result<Vec<Prediction>, ApiError> {
        let mut query = ListQuery {
            created_after: window.map(|window| window.from),
            created_before: window.map(|window| window.to),
            page: 1,
            ..ListQuery::default()
        };
        let mut all = Vec::new();
        loop {
            let page = self.client.list(&query).await?;
            all.extend(page.items);
            // Half a list proves nothing, so one that does not end is an error.
            match page.has_more && window.is_some() {
                true if query.page < PAGES => query.page += 1,
                true => return Err(too_long()),
                false => return Ok(all),
            }
        }
    }

    async fn bills(&self, which: &Bills) -> Result<Vec<BillRow>, ApiError> {
        let mut query = match which {
            Bills::Of(ids) => BillingQuery { prediction_ids: ids.clone(), page: 1, ..BillingQuery::default() },
            Bills::In(Window { from, to }) => {
                BillingQuery { start: Some(*from), end: Some(*to), page: 1, ..BillingQuery::default() }
            }
        };
        let mut all = Vec::new();
        loop {
            let page = self.client.billings(&query).await?;
            all.extend(page.items);
            match page.has_more {
                true if query.page < PAGES => query.page += 1,
                true => return Err(too_long()),
                false => return Ok(all),
            }
        }
    }

    async fn store(&self, run: RunId, index: u8, output: &Output, nsfw: bool) -> bool {
        let kept = async {
            let before = self.store.read(move |tx| tx.pictures(run)).await?;
            if before.iter().any(|picture| picture.index == index) {
                return Ok(());
            }
            // Never closed.
            let _place = self.fetching.acquire().await?;
            let bytes = self.fetcher.fetch(output).await?;
            let picture = self.pictures.store(run, index, bytes, nsfw).await?;
            anyhow::Ok(self.store.write(move |tx| tx.keep_picture(run, &picture)).await?)
        };
        kept.await.inspect_err(|error| tracing::warn!(%run, index, "an image could not be kept yet: {error:#}")).is_ok()
    }
}

fn too_long() -> ApiError {
    ApiError::Unavailable { reason: "the list does not end".to_owned() }
}

/// The time since the machine started, its sleep included.
#[cfg(target_os = "linux")]
fn boot_time_ms() -> u64 {
    let time = rustix::time::clock_gettime(rustix::time::ClockId::Boottime);
    u64::try_from(time.tv_sec).unwrap_or_default() * 1_000 + u64::try_from(time.tv_nsec).unwrap_or_default() / 1_000_000
}

/// The time since this was first asked. Whether it counts sleep is the system's choice.
#[cfg(not(target_os = "linux"))]
fn boot_time_ms() -> u64 {
    static BEGUN: std::sync::LazyLock<std::time::Instant> = std::sync::LazyLock::new(std::time::Instant::now);
    u64::try_from(BEGUN.elapsed().as_millis()).unwrap_or(u64::MAX)
}
