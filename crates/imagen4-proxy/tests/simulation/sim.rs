//! The driver: whose turn it is, what time it is, and where the process ends.

use std::sync::atomic::{AtomicI64, Ordering};
use std::sync::{Mutex, MutexGuard, PoisonError};

use fastrand::Rng;
use futures_util::FutureExt;
use imagen4_client::{ApiError, BillRow, SubmitError};
use imagen4_core::prediction::Output;
use imagen4_core::run::RunImage;
use imagen4_core::{MicroUsd, Prediction, RunEvent, RunId, RunRequest, RunState, Timestamp};
use imagen4_proxy::runner::effects::{Bills, Effects, Window};
use imagen4_proxy::runner::steps::problems::{UnknownReason, lost};
use imagen4_proxy::runner::steps::{Outcome, ScheduledStep, Step, resume, step_of};
use imagen4_proxy::runner::{Backoff, billing};
use imagen4_proxy::store::{Account, RateLimits, Result as StoreResult, SqliteStore, TransitionDetails, WriteTx};

use super::people::Click;
use super::vendor::Vendor;

pub(crate) const UPSTREAM: &str = "https://vendor.test";
const START: Timestamp = Timestamp::from_ms(1_800_000_000_000);
const STEPS: u32 = 160;

/// Where the process ends.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Ending {
    Never,
    /// Wherever the dice say.
    Random,
    /// Before the commit of that number: what it would have written is gone.
    Before(u32),
    /// After it: it is written, and nobody heard of it.
    After(u32),
}

/// Everything there is.
pub(crate) struct Sim {
    pub(crate) rng: Rng,
    pub(crate) live: LiveEffects,
    /// What the process has in memory.
    tasks: Vec<ScheduledStep>,
    in_flight: Vec<(RunId, Outcome)>,
    backoff: Backoff,
    slots: RateLimits,
    /// When the queue is to be looked at again.
    next_claim: Option<Timestamp>,
    ending: Ending,
    /// Whether the clock was ever set wrong by more than ten minutes.
    pub(crate) is_clock_wrong: bool,
    /// What people remember.
    pub(crate) clicks: Vec<Click>,
    pub(crate) given_up: Vec<RunId>,
    pub(crate) deleted: Vec<RunId>,
    pub(crate) commits: u32,
    pub(crate) crashes: u64,
    pub(crate) finds: u64,
    calm: bool,
    tells: bool,
}

/// What survives a process: the store's file, and the vendor.
pub(crate) struct LiveEffects {
    pub(crate) vendor: Mutex<Vendor>,
    pub(crate) store: Mutex<SqliteStore>,
    /// The models that the process knows to be gone.
    pub(crate) known_gone: Mutex<Vec<String>>,
    /// Whose step is out: the vendor's record needs to know, the vendor itself does not.
    step_of: Mutex<RunId>,
    /// How far the process' clock is off, in milliseconds.
    skew: AtomicI64,
}

pub(crate) fn lock<T>(mutex: &Mutex<T>) -> MutexGuard<'_, T> {
    mutex.lock().unwrap_or_else(PoisonError::into_inner)
}

impl Effects for LiveEffects {
    fn now(&self) -> Timestamp {
        let true_now = lock(&self.vendor).now;
        Timestamp::from_ms(true_now.ms() + self.skew.load(Ordering::Relaxed))
    }

    fn offers(&self, model: &str) -> bool {
        !lock(&self.known_gone).iter().any(|gone| gone == model)
    }

    async fn submit(&self, request: &RunRequest) -> Result<Prediction, SubmitError> {
        let run = *lock(&self.step_of);
        lock(&self.vendor).submit(run, request)
    }

    async fn result(&self, prediction: &str) -> Result<Prediction, ApiError> {
        lock(&self.vendor).result(prediction)
    }

    async fn list(&self, window: Option<Window>) -> Result<Vec<Prediction>, ApiError> {
        lock(&self.vendor).list(window)
    }

    async fn bills(&self, which: &Bills) -> Result<Vec<BillRow>, ApiError> {
        lock(&self.vendor).bills(which)
    }

    async fn store(&self, run: RunId, index: u8, output: &Output, nsfw: bool) -> bool {
        let is_there = |store: &SqliteStore| {
            store.read_tx().pictures(run).is_ok_and(|kept| kept.iter().any(|kept| kept.index == index))
        };
        if is_there(&lock(&self.store)) {
            return true;
        }
        if !lock(&self.vendor).fetches(output) {
            return false;
        }
        let picture = RunImage {
            index,
            url: RunImage::url_of(run, index),
            thumb_url: None,
            width: 1,
            height: 1,
            content_type: "image/png".to_owned(),
            bytes: 1,
            sha256: String::new(),
            nsfw,
            favorite: false,
        };
        lock(&self.store).write(|tx| tx.keep_picture(run, &picture)).is_ok()
    }
}

fn account(cap: i64) -> Account {
    Account {
        upstream: UPSTREAM.to_owned(),
        daily_cap: Some(MicroUsd::new(cap * 10_000)),
        timezone: jiff::tz::TimeZone::UTC,
    }
}

impl Sim {
    /// Runs a seed to its end and checks everything; `Err` says which promise was broken.
    pub(crate) fn run(seed: u64, ending: Ending, tells: bool) -> Result<Self, String> {
        let mut rng = Rng::with_seed(seed);
        let chaos = if rng.bool() { rng.u8(5..60) } else { rng.u8(0..15) };
        let vendor = Vendor::new(rng.fork(), START, chaos, rng.u8(0..10) < 7);
        let store = SqliteStore::in_memory(account(rng.i64(20..200))).map_err(|error| error.to_string())?;
        let slots = RateLimits {
            images_per_minute: rng.bool().then(|| rng.u32(2..20)),
            max_concurrent: Some(rng.u32(1..6)),
            ..RateLimits::default()
        };
        let live = LiveEffects {
            vendor: Mutex::new(vendor),
            store: Mutex::new(store),
            known_gone: Mutex::default(),
            step_of: Mutex::new(RunId::from_bits(0)),
            skew: AtomicI64::new(0),
        };
        let mut sim = Self {
            rng,
            live,
            tasks: Vec::new(),
            in_flight: Vec::new(),
            backoff: Backoff::default(),
            slots,
            next_claim: None,
            ending,
            is_clock_wrong: false,
            clicks: Vec::new(),
            given_up: Vec::new(),
            deleted: Vec::new(),
            commits: 0,
            crashes: 0,
            finds: 0,
            calm: false,
            tells,
        };
        for _ in 0..STEPS {
            sim.step()?;
            sim.check_always()?;
        }
        sim.come_to_rest()?;
        sim.check_at_the_end()?;
        Ok(sim)
    }

    pub(crate) fn bills(&self) -> u64 {
        lock(&self.live.vendor).jobs.len() as u64
    }

    /// The process' idea of the time.
    pub(crate) fn now(&self) -> Timestamp {
        self.live.now()
    }

    /// A time of the process' clock as the time at which its timer goes off: timers do not care whether the clock is set.
    fn timer(&self, at: Timestamp) -> Timestamp {
        let wait = at.ms_since(self.now());
        lock(&self.live.vendor).now + wait
    }

    fn plan(&mut self, task: ScheduledStep) {
        let at = self.timer(task.at);
        self.tasks.push(ScheduledStep { at, ..task });
    }

    fn next_timer(&self) -> Option<Timestamp> {
        self.tasks.iter().map(|task| task.at).chain(self.next_claim).min()
    }

    pub(crate) fn tell(&self, what: impl FnOnce() -> String) {
        if self.tells {
            println!("{} {}", self.now(), what());
        }
    }

    fn pass(&self, ms: u64) {
        let mut vendor = lock(&self.live.vendor);
        let now = vendor.now + ms;
        vendor.pass(now);
    }

    fn step(&mut self) -> Result<(), String> {
        match self.rng.u8(0..100) {
            0..=19 => self.somebody_acts()?,
            20..=29 => self.claim(),
            30..=64 => self.send_out(),
            65..=84 => self.apply(),
            85..=88 => self.look_at_books(),
            89..=94 => {
                let ms = self.rng.u64(0..30_000);
                self.pass(ms);
            }
            95 => self.jump(),
            96 => self.crash("on its own"),
            97 => lock(&self.live.vendor).change_models(),
            98 => self.learn_models(),
            _ => self.pass_to_next(),
        }
        Ok(())
    }

    /// One transaction; `None` when the process ended around it. It is restarted then, and whoever asked got no answer.
    pub(crate) fn commit<T>(&mut self, operation: impl Fn(&mut WriteTx<'_>, Timestamp) -> StoreResult<T>) -> Option<T> {
        let (number, now) = (self.commits, self.now());
        self.commits += 1;
        let is_random = self.ending == Ending::Random && !self.calm;
        let (before, after) = match self.ending {
            Ending::Before(commit) => (number == commit, false),
            Ending::After(commit) => (false, number == commit),
            _ => (is_random && self.rng.u8(0..100) < 2, is_random && self.rng.u8(0..100) < 2),
        };
        if before {
            // It gets as far as it can, and then it is undone.
            let undone = lock(&self.live.store).write(|tx| {
                operation(tx, now)?;
                Err::<(), _>(imagen4_proxy::store::StoreError::Closed)
            });
            assert!(undone.is_err());
            self.crash("before a commit");
            return None;
        }
        let outcome = lock(&self.live.store).write(|tx| operation(tx, now));
        let outcome = outcome.unwrap_or_else(|error| panic!("the database fails: {error}"));
        if after {
            self.crash("after a commit");
            return None;
        }
        Some(outcome)
    }

    /// The process ends, and another one begins.
    fn crash(&mut self, when: &str) {
        if self.calm && !matches!(self.ending, Ending::Before(_) | Ending::After(_)) {
            return;
        }
        self.tell(|| format!("the process ends {when}"));
        self.crashes += 1;
        self.tasks.clear();
        self.in_flight.clear();
        self.backoff = Backoff::default();
        self.next_claim = None;
        let down = if self.rng.u8(0..4) == 0 { self.rng.u64(0..2 * 3_600_000) } else { 500 };
        self.pass(down);
        if self.rng.u8(0..8) == 0 {
            let cap = self.rng.i64(10..200);
            lock(&self.live.store).set_account(account(cap));
        }
        let now = self.now();
        let mut store = lock(&self.live.store);
        store.write(|tx| tx.recover(&lost(UnknownReason::Restart), now)).expect("the database works");
        let tasks = resume(&store.read_tx(), UPSTREAM, now).expect("the database works");
        drop(store);
        tasks.into_iter().for_each(|task| self.plan(task));
    }

    /// The clock is set: by seconds, or by days.
    fn jump(&mut self) {
        let by = match self.rng.u8(0..6) {
            // Where the list does not repeat the inputs, only the time tells which prediction is whose.
            _ if !lock(&self.live.vendor).repeats_inputs => 4 * 60_000,
            0 => 8 * 24 * 3_600_000,
            1..=2 => 3_600_000,
            _ => 30_000,
        };
        self.live.skew.store(self.rng.i64(-by..=by), Ordering::Relaxed);
        self.is_clock_wrong |= by > 600_000;
        self.tell(|| "the clock is set".to_owned());
    }

    /// The process asks for the list of models.
    fn learn_models(&self) {
        let gone = lock(&self.live.vendor).gone();
        *lock(&self.live.known_gone) = gone;
    }

    fn claim(&mut self) {
        let slots = self.backoff.narrow(self.slots, self.now());
        if let Some(claim) = self.commit(move |tx, now| tx.claim_due(slots, now)) {
            self.next_claim = claim.next_at.map(|at| self.timer(at));
            for claimed in claim.runs {
                self.tell(|| format!("{} is claimed", claimed.id));
                let (run, at) = (claimed.id, self.now());
                self.plan(ScheduledStep { run, at, step: Step::Submit(claimed.request) });
            }
        }
    }

    /// One of the steps that are due goes out and comes back.
    fn send_out(&mut self) {
        let now = lock(&self.live.vendor).now;
        let due: Vec<usize> = (0..self.tasks.len()).filter(|place| self.tasks[*place].at <= now).collect();
        if due.is_empty() {
            return self.pass_to_next();
        }
        let task = self.tasks.swap_remove(due[self.rng.usize(0..due.len())]);
        let run = task.run;
        self.tell(|| format!("{run}: {:?}", Brief(&task.step)));
        *lock(&self.live.step_of) = run;
        let outcome = task.step.perform(run, &self.live).now_or_never().expect("nothing here waits");
        self.in_flight.push((run, outcome));
    }

    fn apply(&mut self) {
        if self.in_flight.is_empty() {
            return;
        }
        let (run, outcome) = self.in_flight.swap_remove(self.rng.usize(0..self.in_flight.len()));
        let before = self.state(run);
        let Some(next) = self.commit(move |tx, now| outcome.apply(tx, now)) else { return };
        let after = self.state(run);
        let was_lost = matches!(before, Some(RunState::Unknown | RunState::Rejected));
        self.finds += u64::from(was_lost && before != after && after != Some(RunState::Rejected));
        self.tell(|| {
            format!(
                "{run}: {before:?} → {after:?}, next {:?}",
                next.step.as_ref().map(|(at, step)| (at.to_string(), Brief(step)))
            )
        });
        if let Some(until) = next.limited_until {
            let now = self.now();
            let busy = lock(&self.live.store).read_tx().in_flight(UPSTREAM, now).expect("the database works");
            self.backoff.limited(until, busy, now);
        }
        if let Some((at, step)) = next.step {
            self.plan(ScheduledStep { run, at, step });
        }
    }

    fn look_at_books(&mut self) {
        let now = self.now();
        let due = billing::due(&lock(&self.live.store).read_tx(), UPSTREAM, now).expect("the database works");
        let ids: Vec<String> = due.iter().map(|(_, prediction)| prediction.clone()).collect();
        if ids.is_empty() {
            return;
        }
        let Ok(rows) = lock(&self.live.vendor).bills(&Bills::Of(ids)) else { return };
        self.commit(move |tx, now| billing::apply(tx, &due, &rows, now));
    }

    /// To the time of what is due next.
    fn pass_to_next(&mut self) {
        let now = lock(&self.live.vendor).now;
        self.pass(self.next_timer().map_or(1_000, |at| at.ms_since(now)));
    }

    /// Everybody behaves from now on, and time passes until nothing is left to do.
    fn come_to_rest(&mut self) -> Result<(), String> {
        self.calm = true;
        lock(&self.live.vendor).chaos = 0;
        let (mut rested, until) = (false, lock(&self.live.vendor).now + 24 * 3_600_000);
        for round in 0..3_000 {
            // What only a person can tell, a person tells within a day.
            if !rested && lock(&self.live.vendor).now > until {
                rested = true;
                self.choose_for_all();
            }
            while !self.in_flight.is_empty() {
                self.apply();
            }
            self.next_claim = None;
            if !self.ids_in(RunState::Queued).is_empty() {
                self.claim();
            }
            let now = lock(&self.live.vendor).now;
            if self.tasks.iter().any(|task| task.at <= now) {
                self.send_out();
            } else if !self.in_flight.is_empty() {
            } else if self.tasks.is_empty() && self.ids_in(RunState::Queued).is_empty() {
                // Refunds come within three hours, and are seen within one more.
                for _ in 0..4 {
                    self.pass(3 * 3_600_000);
                    self.look_at_books();
                }
                self.check_always()?;
                return Ok(());
            } else {
                if round % 16 == 0 {
                    self.look_at_books();
                }
                self.pass(self.next_timer().map_or(60_000, |at| at.ms_since(now).max(1)));
            }
            if round % 16 == 0 {
                self.check_always()?;
            }
        }
        Err(format!(
            "it never comes to rest: {:?}",
            self.tasks.iter().map(|task| Brief(&task.step)).collect::<Vec<_>>()
        ))
    }

    /// People say which of several predictions is theirs.
    fn choose_for_all(&mut self) {
        for run in self.ids_in(RunState::Unknown) {
            let told = {
                let mut vendor = lock(&self.live.vendor);
                let id = vendor.jobs.iter().find(|job| job.run == run).map(|job| job.id.clone());
                id.and_then(|id| vendor.result(&id).ok())
            };
            let Some(prediction) = told else { continue };
            self.tell(|| format!("somebody says that {run} is {}", prediction.id));
            let facts = TransitionDetails { prediction: Some(prediction), ..TransitionDetails::default() };
            self.commit(move |tx, now| tx.transition(run, RunEvent::Found, facts.clone(), now));
            let now = self.now();
            let store = lock(&self.live.store);
            let record = store.read_tx().record(run).expect("the database works").expect("it is there");
            let step = step_of(&store.read_tx(), UPSTREAM, &record).expect("the database works");
            drop(store);
            if let Some(step) = step {
                self.plan(ScheduledStep { run, at: now, step });
            }
        }
    }

    pub(crate) fn state(&self, run: RunId) -> Option<RunState> {
        lock(&self.live.store).read_tx().record(run).expect("the database works").map(|run| run.state)
    }

    pub(crate) fn ids_in(&self, state: RunState) -> Vec<RunId> {
        lock(&self.live.store).read_tx().ids_in(state.as_str()).expect("the database works")
    }
}

/// An step in a word.
struct Brief<'a>(&'a Step);

impl std::fmt::Debug for Brief<'_> {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str(match self.0 {
            Step::Submit(_) => "submit",
            Step::CheckNotAccepted(_) => "look",
            Step::Poll(_) => "ask",
            Step::Lookup(_) => "find",
            Step::Archive(_) => "fetch",
            Step::Reconcile(_) => "seek",
        })
    }
}
