//! The dispatcher: it owns every run from the moment it is accepted until its pictures are kept. No browser tab and no
//! HTTP handler can end one.
//!
//! # Layout
//! - [`Dispatcher`]: claims what is due, sends each run's errands out and has their outcome written down
//! - [`steps`]: the errands, and what their outcome means: functions of ledger, answer and time
//! - [`world`]: what errands ask of the world; [`outside`]: the real one
//! - `account`: the vendor's credit; `catalogue`: its models; [`books`]: its bill; [`unexplained`]: what it made that no run explains
//! - [`pace`]: when to ask; `throttle`: what a 429 teaches
//! - [`fetch`]: which hosts pictures may come from, and how much of them
//! - [`pictures`]: the kept files; [`thumbs`]: small ones

mod account;
pub mod books;
mod catalogue;
pub mod fetch;
pub mod outside;
pub mod pace;
pub mod pictures;
pub mod steps;
mod throttle;
pub mod thumbs;
pub mod unexplained;
pub mod world;

use std::sync::{Arc, Mutex, MutexGuard, PoisonError, RwLock, RwLockReadGuard, RwLockWriteGuard};
use std::time::Duration;

use imagen4_client::Client;
use imagen4_core::api::QueueHold;
use imagen4_core::{RunId, Timestamp};
use imagen4_engine::Ambient;
use tokio::sync::{Notify, Semaphore, broadcast, oneshot};
use tokio_util::sync::CancellationToken;
use tokio_util::task::TaskTracker;

use crate::data_dir::Witness;
use crate::ledger::{Ledger, LedgerError, Result, Slots};
use crate::models::Models;
use account::Seen;
pub use account::{Adopted, Chosen};
use fetch::Fetcher;
use outside::{FETCHES, Outside};
use pace::Rate;
use pictures::PictureStore;
use steps::words::{Lost, lost};
use steps::{Errand, Next, Settlement, Task};
pub use throttle::Throttle;

/// What the dispatcher works with.
#[derive(Debug)]
pub struct Tools {
    /// Runs and money.
    pub ledger: Ledger,
    /// The upstream of every run that is dispatched here.
    pub client: Client,
    /// What it offers.
    pub models: Models,
    /// Where pictures are fetched from.
    pub fetcher: Fetcher,
    /// Where pictures are kept.
    pub pictures: PictureStore,
    /// Where it is witnessed that something is sent.
    pub witness: Witness,
    /// What the account allows.
    pub slots: Slots,
    /// The time.
    pub ambient: Ambient,
}

/// Sees runs through. Cheap to clone.
#[derive(Clone, Debug)]
pub struct Dispatcher {
    shared: Arc<Shared>,
}

#[derive(Debug)]
struct Shared {
    ledger: Ledger,
    world: Outside,
    witness: Witness,
    slots: Slots,
    ambient: Ambient,
    throttle: Mutex<Throttle>,
    /// What the queue was found to wait for.
    hold: Mutex<Option<QueueHold>>,
    rate: Rate,
    seen: RwLock<Seen>,
    wake: Notify,
    /// Runs that are to be looked for now.
    nudges: broadcast::Sender<RunId>,
    stop: CancellationToken,
    tasks: TaskTracker,
}

/// Look again after this long, whatever else happens: a lost wake-up must not strand a run.
const LONGEST_NAP: Duration = Duration::from_secs(30);
/// Questions a second that the vendor is asked at most.
const QUESTIONS_A_SECOND: u64 = 20;
/// What the vendor says of its account is worth so much of a start's time.
const FIRST_LOOK: Duration = Duration::from_secs(3);
/// An outcome that the ledger did not take is written down again after this long, and so often.
const WRITE_AGAIN: (Duration, u32) = (Duration::from_secs(1), 60);

impl Dispatcher {
    /// Begins to work, first on what an earlier process left unfinished. Where pictures cost money, the vendor's account is
    /// looked at before this returns, or soon after when it does not answer.
    ///
    /// # Errors
    /// When the ledger fails.
    pub async fn start(tools: Tools) -> Result<Self> {
        let Tools { ledger, client, models, fetcher, pictures, witness, slots, ambient } = tools;
        let world = Outside {
            client,
            models,
            fetcher,
            pictures,
            ledger: ledger.clone(),
            ambient: ambient.clone(),
            fetching: Semaphore::new(FETCHES),
            polls: Default::default(),
            submits: Default::default(),
        };
        let shared = Shared {
            ledger,
            world,
            witness,
            slots,
            ambient,
            throttle: Mutex::default(),
            hold: Mutex::default(),
            rate: Rate::new(QUESTIONS_A_SECOND),
            seen: RwLock::default(),
            wake: Notify::new(),
            nudges: broadcast::Sender::new(16),
            stop: CancellationToken::new(),
            tasks: TaskTracker::new(),
        };
        let dispatcher = Self { shared: Arc::new(shared) };
        dispatcher.begin().await?;
        Ok(dispatcher)
    }

    async fn begin(&self) -> Result<()> {
        let shared = &self.shared;
        let now = self.now();
        shared.ledger.write(move |writing| writing.recover(&lost(Lost::Restart), now)).await?;
        let upstream = self.upstream().to_owned();
        for task in shared.ledger.read(move |reading| steps::resume(reading, &upstream, now)).await? {
            self.follow(task);
        }
        self.know_models().await;
        let deleted = shared.ledger.read(|reading| reading.deleted()).await?;
        let pictures = shared.world.pictures.clone();
        shared.tasks.spawn(async move { pictures.remove_all(deleted).await });
        if shared.ledger.account().costs_money() {
            let (looked, first_look) = oneshot::channel();
            shared.tasks.spawn(self.clone().keep_account(looked));
            shared.tasks.spawn(self.clone().keep_books());
            // A vendor that is slow does not keep the page waiting for long; what it says later counts from then on.
            drop(tokio::time::timeout(FIRST_LOOK, first_look).await);
        }
        shared.tasks.spawn(self.clone().claim_forever());
        Ok(())
    }

    /// Something may be due: a run was accepted, or one ended.
    pub fn wake(&self) {
        self.shared.wake.notify_one();
    }

    /// Looks for a run now whose answer was lost.
    pub fn nudge(&self, run: RunId) {
        // Nobody waiting is no failure: it is being looked for at the moment.
        drop(self.shared.nudges.send(run));
    }

    /// What the account allows now.
    pub fn slots(&self) -> Slots {
        self.throttle().narrow(self.shared.slots, self.now())
    }

    /// What the run whose turn it is waits for.
    pub fn queue_hold(&self) -> Option<QueueHold> {
        *self.hold()
    }

    /// Where the pictures are.
    pub fn pictures(&self) -> &PictureStore {
        &self.shared.world.pictures
    }

    /// The real world, whose counters tell how often the vendor was asked.
    pub fn world(&self) -> &Outside {
        &self.shared.world
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
            let nap = match self.claim().await {
                Ok(next_at) => next_at.map_or(LONGEST_NAP, |at| Duration::from_millis(at.ms_since(self.now()))),
                Err(error) => {
                    tracing::error!(%error, "queued runs could not be claimed");
                    LONGEST_NAP
                }
            };
            tokio::select! {
                () = self.shared.wake.notified() => {}
                () = self.shared.ambient.sleep(nap.min(LONGEST_NAP)) => {}
                () = self.shared.stop.cancelled() => {}
            }
        }
    }

    async fn claim(&self) -> Result<Option<Timestamp>> {
        let (slots, now) = (self.slots(), self.now());
        if self.shared.stop.is_cancelled() {
            return Ok(None);
        }
        let claim = self.shared.ledger.write(move |writing| writing.claim_due(slots, now)).await?;
        if !claim.runs.is_empty()
            && let Err(error) = self.shared.witness.note(claim.count)
        {
            tracing::warn!(%error, "a backup that is copied over this directory would not be noticed");
        }
        if std::mem::replace(&mut *self.hold(), claim.hold) != claim.hold {
            self.shared.ledger.tell_config();
        }
        for claimed in claim.runs {
            self.follow(Task { run: claimed.id, at: now, errand: Errand::Submit(claimed.request) });
        }
        Ok(claim.next_at)
    }

    /// Sees a run through, errand by errand, in a task of its own: nothing that ends elsewhere ends a submission half-way.
    fn follow(&self, task: Task) {
        let its = self.clone();
        self.shared.tasks.spawn(async move {
            let mut next = Some(task);
            while let Some(task) = next {
                next = its.go(task).await;
            }
        });
    }

    /// One errand, and the one after it; none when everything stops.
    async fn go(&self, Task { run, at, errand }: Task) -> Option<Task> {
        // What was claimed is sent even when everything stops: it is `submitting` on disk.
        if !errand.may_bill() && !self.wait(run, at, &errand).await {
            return None;
        }
        let settlement = match errand.may_bill() {
            true => errand.perform(run, &self.shared.world).await,
            false => tokio::select! {
                settlement = errand.perform(run, &self.shared.world) => settlement,
                () = self.shared.stop.cancelled() => return None,
            },
        };
        let next = self.write_down(run, &settlement).await?;
        if let Some(until) = next.limited_until {
            self.slow_down(until).await;
        }
        self.wake();
        next.errand.map(|(at, errand)| Task { run, at, errand })
    }

    /// Waits for an errand's time; `false` when everything stops.
    async fn wait(&self, run: RunId, at: Timestamp, errand: &Errand) -> bool {
        let nap = Duration::from_millis(at.ms_since(self.now()));
        match errand {
            Errand::Seek(_) => {
                let mut nudges = self.shared.nudges.subscribe();
                let nudged = async {
                    // A message that was missed was not for a run that waits; one closed channel ends everything anyway.
                    while nudges.recv().await.is_ok_and(|nudged| nudged != run) {}
                };
                tokio::select! {
                    go_on = self.nap(nap) => go_on,
                    () = nudged => true,
                }
            }
            Errand::Ask(_) => self.nap(nap).await && self.nap(self.shared.rate.reserve(self.now())).await,
            _ => self.nap(nap).await,
        }
    }

    /// Writes an outcome down, again and again while the ledger is busy: it may be an acceptance, which is paid for.
    async fn write_down(&self, run: RunId, settlement: &Settlement) -> Option<Next> {
        for _ in 0..WRITE_AGAIN.1 {
            let (now, settlement) = (self.now(), settlement.clone());
            match self.shared.ledger.write(move |writing| settlement.settle(writing, now)).await {
                Ok(next) => return Some(next),
                Err(LedgerError::Closed) => break,
                Err(error) => tracing::warn!(%run, %error, "an outcome could not be written down yet"),
            }
            self.shared.ambient.sleep(WRITE_AGAIN.0).await;
        }
        // It stays as it is on disk, and the next start takes it up from there.
        tracing::error!(%run, "an outcome could not be written down");
        None
    }

    async fn slow_down(&self, until: Timestamp) {
        let (upstream, now) = (self.upstream().to_owned(), self.now());
        let busy = self.shared.ledger.read(move |reading| reading.busy(&upstream, now)).await.unwrap_or(1);
        self.throttle().limited(until, busy, now);
        self.shared.ledger.tell_config();
    }

    fn upstream(&self) -> &str {
        &self.shared.ledger.account().upstream
    }

    fn now(&self) -> Timestamp {
        self.shared.ambient.now()
    }

    /// Waits, unless everything stops: `false` then.
    async fn nap(&self, time: Duration) -> bool {
        tokio::select! {
            () = self.shared.ambient.sleep(time) => !self.shared.stop.is_cancelled(),
            () = self.shared.stop.cancelled() => false,
        }
    }

    fn throttle(&self) -> MutexGuard<'_, Throttle> {
        self.shared.throttle.lock().unwrap_or_else(PoisonError::into_inner)
    }

    fn hold(&self) -> MutexGuard<'_, Option<QueueHold>> {
        self.shared.hold.lock().unwrap_or_else(PoisonError::into_inner)
    }

    fn seen(&self) -> RwLockReadGuard<'_, Seen> {
        self.shared.seen.read().unwrap_or_else(PoisonError::into_inner)
    }

    fn seen_mut(&self) -> RwLockWriteGuard<'_, Seen> {
        self.shared.seen.write().unwrap_or_else(PoisonError::into_inner)
    }
}
