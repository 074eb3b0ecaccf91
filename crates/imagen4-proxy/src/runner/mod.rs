//! The runner: it owns every run from the moment it is accepted until its pictures are kept. No browser tab and no
//! HTTP handler can end one.
//!
//! # Layout
//! - [`Runner`]: claims what is due, carries out each run's steps and persists their outcomes
//! - [`steps`]: the steps, and what their outcome means: functions of store, answer and time
//! - [`effects`]: what steps ask of the world; [`live`]: the real one
//! - `account`: the vendor's credit; `catalogue`: its models; [`billing`]: its bill; [`orphans`]: what it made that no run explains
//! - [`polling`]: when to ask
//! - [`fetch`]: which hosts pictures may come from, and how much of them

mod account;
pub mod billing;
mod catalogue;
pub mod effects;
pub mod fetch;
pub mod live;
pub mod orphans;
pub mod polling;
pub mod steps;

use std::sync::{Arc, Mutex, MutexGuard, PoisonError, RwLock, RwLockReadGuard, RwLockWriteGuard};
use std::time::Duration;

use imagen4_client::Client;
use imagen4_core::api::QueueHold;
use imagen4_core::{RunId, Timestamp};
use imagen4_engine::Env;
use tokio::sync::{Notify, Semaphore, broadcast, oneshot};
use tokio_util::sync::CancellationToken;
use tokio_util::task::TaskTracker;

use crate::data_dir::SubmitFence;
use crate::images::ImageStore;
use crate::models::Models;
use crate::store::{RateLimits, Result, Store, StoreError};
use account::AccountCache;
pub use account::{Adopted, Chosen};
use effects::Effects as _;
use fetch::Fetcher;
use live::{FETCHES, LiveEffects};
use polling::RateLimiter;
use steps::problems::{UnknownReason, lost};
use steps::submit::Submit;
use steps::{Next, Outcome, ScheduledStep, Step};

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
    env: Env,
    /// What the queue was found to wait for.
    hold: Mutex<Option<QueueHold>>,
    rate: RateLimiter,
    seen: RwLock<AccountCache>,
    due: Notify,
    /// Runs that are to be looked for now.
    retries: broadcast::Sender<RunId>,
    stop: CancellationToken,
    tasks: TaskTracker,
}

/// Look again after this long, whatever else happens: a lost wake-up must not strand a run.
const LONGEST_PAUSE: Duration = Duration::from_secs(30);
/// Questions a second that the vendor is asked at most.
const QUESTIONS_A_SECOND: u64 = 20;
/// What the vendor says of its account is worth so much of a start's time.
const FIRST_LOOK: Duration = Duration::from_secs(3);
/// An outcome that the store did not take is written down again after this long, and so often.
const WRITE_AGAIN: (Duration, u32) = (Duration::from_secs(1), 60);

impl Runner {
    /// Begins to work, first on what an earlier process left unfinished. Where pictures cost money, the vendor's account is
    /// looked at before this returns, or soon after when it does not answer.
    ///
    /// # Errors
    /// When the store fails.
    pub async fn start(tools: RunnerDeps) -> Result<Self> {
        let RunnerDeps { store, client, models, fetcher, pictures, fence, slots, env } = tools;
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
        let shared = Shared {
            store,
            effects,
            fence,
            slots,
            env,
            hold: Mutex::default(),
            rate: RateLimiter::new(QUESTIONS_A_SECOND),
            seen: RwLock::default(),
            due: Notify::new(),
            retries: broadcast::Sender::new(16),
            stop: CancellationToken::new(),
            tasks: TaskTracker::new(),
        };
        let runner = Self { shared: Arc::new(shared) };
        runner.recover_and_spawn().await?;
        Ok(runner)
    }

    async fn recover_and_spawn(&self) -> Result<()> {
        let shared = &self.shared;
        self.take_over().await?;
        self.know_models().await;
        let deleted = shared.store.read(|tx| tx.deleted()).await?;
        let pictures = shared.effects.pictures.clone();
        shared.tasks.spawn(async move { pictures.remove_all(deleted).await });
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

    /// Says that this process is there, and goes on with what nobody follows any more.
    async fn take_over(&self) -> Result<()> {
        let at = self.now();
        let taken = self.shared.store.write(move |tx| {
            let runs = tx.take_over(&lost(UnknownReason::Restart))?;
            steps::resume(&tx.read_tx(), &runs, at)
        });
        taken.await?.into_iter().for_each(|task| self.spawn_run(task));
        Ok(())
    }

    /// Something may be due: a run was accepted, or one ended.
    pub fn notify(&self) {
        self.shared.due.notify_one();
    }

    /// Looks for a run now whose answer was lost.
    pub fn retry_now(&self, run: RunId) {
        // Nobody waiting is no failure: it is being looked for at the moment.
        drop(self.shared.retries.send(run));
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
        self.shared.tasks.close();
        self.shared.tasks.wait().await;
    }

    async fn claim_forever(self) {
        while !self.shared.stop.is_cancelled() {
            let pause = match self.claim().await {
                Ok(pause) => pause.unwrap_or(LONGEST_PAUSE),
                Err(error) => {
                    tracing::error!(%error, "queued runs could not be claimed");
                    LONGEST_PAUSE
                }
            };
            tokio::select! {
                () = self.shared.due.notified() => {}
                () = self.shared.env.sleep(pause.min(LONGEST_PAUSE)) => {}
                () = self.shared.stop.cancelled() => {}
            }
        }
    }

    /// Claims what is due; how long to wait for the next one.
    async fn claim(&self) -> Result<Option<Duration>> {
        let (slots, now, claimed_ms) = (self.slots(), self.now(), self.shared.effects.elapsed_ms());
        if self.shared.stop.is_cancelled() {
            return Ok(None);
        }
        let (claim, claimed_at) =
            self.shared.store.write(move |tx| Ok((tx.claim_due(slots, tx.now())?, tx.now()))).await?;
        if !claim.runs.is_empty()
            && let Err(error) = self.shared.fence.note(claim.count)
        {
            tracing::warn!(%error, "a backup that is copied over this directory would not be noticed");
        }
        if std::mem::replace(&mut *self.hold(), claim.hold) != claim.hold {
            self.shared.store.publish_config();
        }
        for claimed in claim.runs {
            let step = Step::Submit(Submit { request: claimed.request, claimed_ms });
            self.spawn_run(ScheduledStep { run: claimed.id, attempt: claimed.attempt, at: now, step });
        }
        Ok(claim.next_at.map(|at| Duration::from_millis(at.ms_since(claimed_at))))
    }

    /// Sees a run through, step by step, in a task of its own: nothing that ends elsewhere ends a submission half-way.
    fn spawn_run(&self, task: ScheduledStep) {
        let runner = self.clone();
        self.shared.tasks.spawn(async move {
            let mut next = Some(task);
            while let Some(task) = next {
                next = runner.run_step(task).await;
            }
        });
    }

    /// One step, and the one after it; none when everything stops.
    async fn run_step(&self, ScheduledStep { run, attempt, at, step }: ScheduledStep) -> Option<ScheduledStep> {
        // What was claimed is sent even when everything stops: it is `submitting` on disk.
        if !step.may_bill() && !self.wait(run, at, &step).await {
            return None;
        }
        let outcome = match step.may_bill() {
            true => step.perform(run, &self.shared.effects).await,
            false => tokio::select! {
                outcome = step.perform(run, &self.shared.effects) => outcome,
                () = self.shared.stop.cancelled() => return None,
            },
        };
        let next = self.persist(run, attempt, &outcome).await?;
        if next.is_limited {
            self.shared.store.publish_config();
        }
        self.notify();
        let attempt = next.attempt.unwrap_or(attempt);
        next.step.map(|(at, step)| ScheduledStep { run, attempt, at, step })
    }

    /// Waits for a step's time; `false` when everything stops.
    async fn wait(&self, run: RunId, at: Timestamp, step: &Step) -> bool {
        let pause = Duration::from_millis(at.ms_since(self.now()));
        match step {
            Step::Reconcile(_) => {
                let mut retries = self.shared.retries.subscribe();
                let retried = async {
                    // A message that was missed was not for a run that waits; one closed channel ends everything anyway.
                    while retries.recv().await.is_ok_and(|retried| retried != run) {}
                };
                tokio::select! {
                    go_on = self.sleep_or_stop(pause) => go_on,
                    () = retried => true,
                }
            }
            Step::Poll(_) => {
                self.sleep_or_stop(pause).await && self.sleep_or_stop(self.shared.rate.reserve(self.now())).await
            }
            _ => self.sleep_or_stop(pause).await,
        }
    }

    /// Writes an outcome down, again and again while the store is busy: it may be an acceptance, which is paid for.
    async fn persist(&self, run: RunId, attempt: u64, outcome: &Outcome) -> Option<Next> {
        for _ in 0..WRITE_AGAIN.1 {
            let outcome = outcome.clone();
            match self.shared.store.write(move |tx| Ok((outcome.apply(tx, run, attempt)?, tx.now()))).await {
                // The time of the next step is one of the database's clock.
                Ok((next, written_at)) => {
                    let step = next.step.map(|(at, step)| (self.now() + at.ms_since(written_at), step));
                    return Some(Next { step, ..next });
                }
                Err(StoreError::Closed) => break,
                Err(error) => tracing::warn!(%run, %error, "an outcome could not be written down yet"),
            }
            self.shared.env.sleep(WRITE_AGAIN.0).await;
        }
        // It stays as it is on disk, and the next start takes it up from there.
        tracing::error!(%run, "an outcome could not be written down");
        None
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
