//! The runner: it owns every run from the moment it is accepted until its pictures are kept. No browser tab and no
//! HTTP handler can end one.
//!
//! # Layout
//! - [`Runner`]: begins, goes on with what was left, and ends; `claim`: what may be sent now; `follow`: one run, step by step
//! - [`steps`]: the steps, and what their outcome means: functions of store, answer and time
//! - [`effects`]: what steps ask of the world; [`live`]: the real one
//! - `membership`: which processes are there; `removal`: images of deleted runs
//! - `account`: the vendor's credit; `catalogue`: its models; [`billing`]: its bill; [`orphans`]: what it made that no run explains
//! - `decisions`: what a person has done about lost runs and unexplained predictions
//! - [`polling`]: when to ask
//! - `tasks`: background tasks, and what a panic in one means
//! - [`fetch`]: which hosts pictures may come from, and how much of them

mod account;
pub mod billing;
mod catalogue;
mod claim;
mod decisions;
pub mod effects;
pub mod fetch;
mod follow;
pub mod live;
mod membership;
pub mod orphans;
pub mod polling;
mod removal;
pub mod steps;
mod tasks;

use std::collections::HashSet;
use std::sync::atomic::{AtomicBool, AtomicU32};
use std::sync::{Arc, Mutex, MutexGuard, PoisonError, RwLock, RwLockReadGuard, RwLockWriteGuard};
use std::time::Duration;

use imagen4_client::Client;
use imagen4_core::api::QueueHold;
use imagen4_core::{RunId, Timestamp};
use imagen4_engine::Env;
use tokio::sync::{Notify, Semaphore, oneshot};
use tokio_util::sync::CancellationToken;

use crate::fence::SubmitFence;
use crate::images::ImageStore;
use crate::models::Models;
use crate::store::{RateLimits, Result, SharedSettings, Store};
use account::AccountCache;
pub use decisions::{Adopted, Chosen};
use fetch::Fetcher;
use live::{FETCHES, LiveEffects};
use polling::RateLimiter;
use tasks::Tasks;

/// What the runner works with.
#[derive(Debug)]
pub struct RunnerDeps {
    /// Runs and money.
    pub store: Store,
    /// The upstream of every run that is dispatched here.
    pub client: Client,
    /// What it offers.
    pub models: Models,
    /// Where pictures are fetched from.
    pub fetcher: Fetcher,
    /// Where pictures are kept.
    pub pictures: ImageStore,
    /// Where it is witnessed that something is sent.
    pub fence: SubmitFence,
    /// What the account allows.
    pub slots: RateLimits,
    /// What other processes on the same database must have, too.
    pub settings: SharedSettings,
    /// The time.
    pub env: Env,
}

/// Sees runs through. Cheap to clone.
#[derive(Clone, Debug)]
pub struct Runner {
    shared: Arc<Shared>,
}

#[derive(Debug)]
struct Shared {
    store: Store,
    effects: LiveEffects,
    fence: SubmitFence,
    slots: RateLimits,
    settings: SharedSettings,
    env: Env,
    /// What the queue was found to wait for.
    hold: Mutex<Option<QueueHold>>,
    rate: RateLimiter,
    /// Processes that share the database, and whether this one does what one of them has to do.
    live: AtomicU32,
    is_leader: AtomicBool,
    seen: RwLock<AccountCache>,
    due: Notify,
    /// Runs that are looked for out of turn.
    looked_for: Mutex<HashSet<RunId>>,
    stop: CancellationToken,
    tasks: Tasks,
}

/// Questions a second that the vendor is asked at most.
const QUESTIONS_A_SECOND: u64 = 20;
/// A database that does not take the last write is not waited for.
const LAST_WRITE: Duration = Duration::from_secs(5);
/// What the vendor says of its account is worth so much of a start's time.
const FIRST_LOOK: Duration = Duration::from_secs(3);

impl Runner {
    /// Begins to work, first on what an earlier process left unfinished. Where pictures cost money, the vendor's account is
    /// looked at before this returns, or soon after when it does not answer.
    ///
    /// # Errors
    /// When the store fails.
    pub async fn start(tools: RunnerDeps) -> Result<Self> {
        let RunnerDeps { store, client, models, fetcher, pictures, fence, slots, settings, env } = tools;
        let effects = LiveEffects {
            client,
            models,
            fetcher,
            pictures,
            store: store.clone(),
            env: env.clone(),
            fetching: Semaphore::new(FETCHES),
            polls: Default::default(),
            submits: Default::default(),
        };
        let tasks = Tasks::new(store.clone());
        let shared = Shared {
            store,
            effects,
            fence,
            slots,
            settings,
            env,
            hold: Mutex::default(),
            rate: RateLimiter::new(QUESTIONS_A_SECOND),
            live: AtomicU32::new(1),
            is_leader: AtomicBool::new(false),
            seen: RwLock::default(),
            due: Notify::new(),
            looked_for: Mutex::default(),
            stop: CancellationToken::new(),
            tasks,
        };
        let runner = Self { shared: Arc::new(shared) };
        runner.recover_and_spawn().await?;
        Ok(runner)
    }

    async fn recover_and_spawn(&self) -> Result<()> {
        let shared = &self.shared;
        self.take_over().await?;
        self.know_models().await;
        shared.tasks.spawn(self.clone().keep_removing());
        if shared.store.is_shared() {
            shared.tasks.spawn(self.clone().keep_lease());
        }
        if shared.store.account().costs_money() {
            let (looked, first_look) = oneshot::channel();
            shared.tasks.spawn(self.clone().keep_account(looked));
            shared.tasks.spawn(self.clone().keep_billing());
            // A vendor that is slow does not keep the page waiting for long; what it says later counts from then on.
            drop(tokio::time::timeout(FIRST_LOOK, first_look).await);
        }
        shared.tasks.spawn(self.clone().claim_forever());
        Ok(())
    }

    /// Something may be due: a run was accepted, or one ended.
    pub fn notify(&self) {
        self.shared.due.notify_one();
    }

    /// What the account allows, a 429 aside.
    pub fn slots(&self) -> RateLimits {
        self.shared.slots
    }

    /// What the run whose turn it is waits for.
    pub fn queue_hold(&self) -> Option<QueueHold> {
        *self.hold()
    }

    /// Where the pictures are.
    pub fn pictures(&self) -> &ImageStore {
        &self.shared.effects.pictures
    }

    /// The real world, whose counters tell how often the vendor was asked.
    pub fn effects(&self) -> &LiveEffects {
        &self.shared.effects
    }

    /// Stops claiming and asking: nothing new leaves any more.
    pub fn close(&self) {
        self.shared.stop.cancel();
    }

    /// Waits until requests under way have their answer on disk.
    pub async fn closed(&self) {
        self.close();
        self.stay_until(self.shared.tasks.ended()).await;
        // What is still followed is free for others at once.
        let ended = tokio::time::timeout(LAST_WRITE, self.shared.store.write(|tx| tx.end_lease())).await;
        if !matches!(ended, Ok(Ok(()))) {
            tracing::warn!("the lease could not be ended; others wait until it is over");
        }
    }

    fn upstream(&self) -> &str {
        &self.shared.store.account().upstream
    }

    fn now(&self) -> Timestamp {
        self.shared.env.now()
    }

    /// Waits, unless everything stops: `false` then.
    async fn sleep_or_stop(&self, time: Duration) -> bool {
        tokio::select! {
            () = self.shared.env.sleep(time) => !self.shared.stop.is_cancelled(),
            () = self.shared.stop.cancelled() => false,
        }
    }

    fn hold(&self) -> MutexGuard<'_, Option<QueueHold>> {
        self.shared.hold.lock().unwrap_or_else(PoisonError::into_inner)
    }

    fn seen(&self) -> RwLockReadGuard<'_, AccountCache> {
        self.shared.seen.read().unwrap_or_else(PoisonError::into_inner)
    }

    fn seen_mut(&self) -> RwLockWriteGuard<'_, AccountCache> {
        self.shared.seen.write().unwrap_or_else(PoisonError::into_inner)
    }
}
