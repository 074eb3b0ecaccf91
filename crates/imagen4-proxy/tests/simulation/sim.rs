//! The driver: whose turn it is, what time it is, and where a process ends.

use std::sync::atomic::{AtomicI64, Ordering};
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};

use fastrand::Rng;
use futures_util::FutureExt;
use imagen4_client::{ApiError, BillRow, SubmitError};
use imagen4_core::prediction::Output;
use imagen4_core::run::RunImage;
use imagen4_core::{MicroUsd, Prediction, RunEvent, RunId, RunRequest, RunState, Timestamp};
use imagen4_proxy::runner::billing;
use imagen4_proxy::runner::effects::{Bills, Effects, Window};
use imagen4_proxy::runner::steps::problems::{UnknownReason, lost};
use imagen4_proxy::runner::steps::submit::Submit;
use imagen4_proxy::runner::steps::{Outcome, ScheduledStep, Step, resume};
use imagen4_proxy::store::{
    Account, LEASE_MS, RateLimits, Replica, Result as StoreResult, RunRecord, SyncStore, TransitionDetails, WriteTx,
};

use super::database;
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
    /// Those that share the database.
    processes: Vec<Process>,
    /// The one whose turn it is.
    me: usize,
    /// How many there were.
    started: u32,
    slots: RateLimits,
    ending: Ending,
    /// Whether a clock was ever set wrong by more than ten minutes.
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
    pub(crate) store: Mutex<SyncStore>,
    /// The models that the process knows to be gone.
    pub(crate) known_gone: Mutex<Vec<String>>,
    /// Whose step is out: the vendor's record needs to know, the vendor itself does not.
    step_of: Mutex<RunId>,
    /// How far the clock of the process whose turn it is is off, in milliseconds, and how far the database's.
    skew: AtomicI64,
    database_skew: AtomicI64,
    /// The database's clock.
    database: Arc<AtomicI64>,
}

/// One process, and what it has in memory.
#[derive(Debug)]
struct Process {
    replica: Replica,
    /// The times are true ones: timers do not care whether a clock is set.
    tasks: Vec<ScheduledStep>,
    in_flight: Vec<(RunId, u64, Outcome)>,
    /// When the queue is to be looked at again.
    next_claim: Option<Timestamp>,
    /// How far its clock is off, in milliseconds.
    skew: i64,
    /// It gets no time before: it was stopped, or is not there yet.
    frozen_until: Option<Timestamp>,
    is_started: bool,
}

impl Process {
    fn new(number: u32, is_alone: bool) -> Self {
        Self {
            replica: Replica { name: format!("process {number}"), is_alone },
            tasks: Vec::new(),
            in_flight: Vec::new(),
            next_claim: None,
            skew: 0,
            frozen_until: None,
            is_started: false,
        }
    }

    fn is_awake(&self, now: Timestamp) -> bool {
        self.frozen_until.is_none_or(|until| until <= now)
    }
}

pub(crate) fn lock<T>(mutex: &Mutex<T>) -> MutexGuard<'_, T> {
    mutex.lock().unwrap_or_else(PoisonError::into_inner)
}

impl Effects for LiveEffects {
    fn now(&self) -> Timestamp {
        let true_now = lock(&self.vendor).now;
        Timestamp::from_ms(true_now.ms() + self.skew.load(Ordering::Relaxed))
    }

    fn elapsed_ms(&self) -> u64 {
        lock(&self.vendor).now.ms_since(START)
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
        let is_there = |store: &SyncStore| {
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
        let database = Arc::new(AtomicI64::new(START.ms()));
        let clock = database.clone();
        let clock = Arc::new(move || Timestamp::from_ms(clock.load(Ordering::Relaxed)));
        let store = database::open(account(rng.i64(20..200)), clock)?;
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
            database_skew: AtomicI64::new(0),
            database,
        };
        // One with a database of its own, or several that share one.
        let count = if rng.bool() { 1 } else { rng.u32(2..4) };
        let mut sim = Self {
            rng,
            live,
            processes: (0..count).map(|number| Process::new(number, count == 1)).collect(),
            me: 0,
            started: count,
            slots,
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
        (0..sim.processes.len()).for_each(|process| sim.turn_to(process));
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

    /// The present process' idea of the time.
    pub(crate) fn now(&self) -> Timestamp {
        self.live.now()
    }

    fn true_now(&self) -> Timestamp {
        lock(&self.live.vendor).now
    }

    /// What the database's clock says.
    pub(crate) fn database_now(&self) -> Timestamp {
        let skew = self.live.database_skew.load(Ordering::Relaxed);
        let now = Timestamp::from_ms(self.true_now().ms() + skew);
        self.live.database.store(now.ms(), Ordering::Relaxed);
        now
    }

    fn me(&mut self) -> &mut Process {
        &mut self.processes[self.me]
    }

    fn is_alone(&self) -> bool {
        self.processes.len() == 1
    }

    /// It is that process' turn; one that is not there yet begins.
    fn turn_to(&mut self, process: usize) {
        self.me = process;
        self.live.skew.store(self.processes[process].skew, Ordering::Relaxed);
        lock(&self.live.store).set_replica(self.processes[process].replica.clone());
        if !self.me().is_started {
            self.me().is_started = true;
            self.me().frozen_until = None;
            self.take_over();
        }
    }

    /// Somebody who can has the next turn.
    fn turn_to_somebody(&mut self) {
        let now = self.true_now();
        let awake: Vec<usize> =
            (0..self.processes.len()).filter(|process| self.processes[*process].is_awake(now)).collect();
        match awake.as_slice() {
            [] => {
                let until = self.processes.iter().filter_map(|process| process.frozen_until).min();
                self.pass(until.map_or(1, |until| until.ms_since(now)));
            }
            awake => {
                let next = awake[self.rng.usize(0..awake.len())];
                self.turn_to(next);
            }
        }
    }

    /// The process goes on with what nobody follows any more.
    fn take_over(&mut self) {
        let at = self.database_now();
        let taken = self.commit(move |tx, _| {
            let runs = tx.take_over(&lost(UnknownReason::Restart))?;
            resume(&tx.read_tx(), &runs, at)
        });
        for task in taken.into_iter().flatten() {
            self.tell(|| format!("{} is taken over", task.run));
            self.plan(task);
        }
    }

    /// A time of the database's clock as the true time at which a timer goes off.
    fn timer(&self, at: Timestamp) -> Timestamp {
        self.true_now() + at.ms_since(self.database_now())
    }

    fn plan(&mut self, task: ScheduledStep) {
        let at = self.timer(task.at);
        self.me().tasks.push(ScheduledStep { at, ..task });
    }

    fn next_timer(&self) -> Option<Timestamp> {
        let timers = |process: &Process| process.tasks.iter().map(|task| task.at).chain(process.next_claim).min();
        self.processes.iter().filter_map(timers).min()
    }

    pub(crate) fn tell(&self, what: impl FnOnce() -> String) {
        if self.tells {
            println!("{} {}: {}", self.now(), self.processes[self.me].replica.name, what());
        }
    }

    /// Time passes, in which everybody who gets some says again and again that they are there.
    fn pass(&self, ms: u64) {
        let mut vendor = lock(&self.live.vendor);
        let now = vendor.now + ms;
        vendor.pass(now);
        drop(vendor);
        if self.is_alone() {
            return;
        }
        self.database_now();
        let mut store = lock(&self.live.store);
        for process in self.processes.iter().filter(|process| process.is_started && process.is_awake(now)) {
            store.set_replica(process.replica.clone());
            store.write(|tx| tx.renew_lease()).expect("the database works");
        }
        store.set_replica(self.processes[self.me].replica.clone());
    }

    fn step(&mut self) -> Result<(), String> {
        self.turn_to_somebody();
        if !self.is_alone() && self.rng.u8(0..100) < 12 {
            match self.rng.u8(0..4) {
                0 => self.freeze(),
                _ => self.take_over(),
            }
        }
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
        let number = self.commits;
        self.commits += 1;
        self.database_now();
        let is_random = self.ending == Ending::Random && !self.calm;
        let (before, after) = match self.ending {
            Ending::Before(commit) => (number == commit, false),
            Ending::After(commit) => (false, number == commit),
            _ => (is_random && self.rng.u8(0..100) < 2, is_random && self.rng.u8(0..100) < 2),
        };
        if before {
            // It gets as far as it can, and then it is undone.
            let undone = lock(&self.live.store).write(|tx| {
                operation(tx, tx.now())?;
                Err::<(), _>(imagen4_proxy::store::StoreError::Closed)
            });
            assert!(undone.is_err());
            self.crash("before a commit");
            return None;
        }
        let outcome = lock(&self.live.store).write(|tx| operation(tx, tx.now()));
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
        let next = Process::new(self.started, self.is_alone());
        self.started += 1;
        *self.me() = next;
        let down = if self.rng.u8(0..4) == 0 { self.rng.u64(0..2 * 3_600_000) } else { 500 };
        if self.rng.u8(0..8) == 0 {
            let cap = self.rng.i64(10..200);
            lock(&self.live.store).set_account(account(cap));
        }
        if self.is_alone() {
            self.pass(down);
            self.turn_to(self.me);
        } else {
            // The others go on meanwhile.
            let until = self.true_now() + down;
            self.me().frozen_until = Some(until);
        }
    }

    /// The process gets no time for a while: its machine sleeps, or it was stopped.
    fn freeze(&mut self) {
        let until = self.true_now() + self.rng.u64(0..120_000);
        self.me().frozen_until = Some(until);
        self.tell(|| "it gets no time".to_owned());
        self.turn_to_somebody();
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
        let skew = self.rng.i64(-by..=by);
        if self.is_alone() || self.rng.bool() {
            self.me().skew = skew;
            self.live.skew.store(skew, Ordering::Relaxed);
        }
        if self.is_alone() || self.rng.bool() {
            self.live.database_skew.store(skew, Ordering::Relaxed);
        }
        self.is_clock_wrong |= by > 600_000;
        self.tell(|| "the clock is set".to_owned());
    }

    /// The process asks for the list of models.
    fn learn_models(&self) {
        let gone = lock(&self.live.vendor).gone();
        *lock(&self.live.known_gone) = gone;
    }

    fn claim(&mut self) {
        let (slots, claimed_ms) = (self.slots, self.live.elapsed_ms());
        if let Some(claim) = self.commit(move |tx, now| tx.claim_due(slots, now)) {
            let next_claim = claim.next_at.map(|at| self.timer(at));
            self.me().next_claim = next_claim;
            for claimed in claim.runs {
                self.tell(|| format!("{} is claimed", claimed.id));
                let (run, attempt, at) = (claimed.id, claimed.attempt, self.database_now());
                let step = Step::Submit(Submit { request: claimed.request, claimed_ms });
                self.plan(ScheduledStep { run, attempt, at, step });
            }
        }
    }

    /// One of the steps that are due goes out and comes back.
    fn send_out(&mut self) {
        let now = self.true_now();
        let tasks = &self.me().tasks;
        let due: Vec<usize> = (0..tasks.len()).filter(|place| tasks[*place].at <= now).collect();
        if due.is_empty() {
            return self.pass_to_next();
        }
        let place = due[self.rng.usize(0..due.len())];
        let task = self.me().tasks.swap_remove(place);
        let (run, attempt) = (task.run, task.attempt);
        self.tell(|| format!("{run}: {:?}", Brief(&task.step)));
        *lock(&self.live.step_of) = run;
        let outcome = task.step.perform(run, &self.live).now_or_never().expect("nothing here waits");
        self.me().in_flight.push((run, attempt, outcome));
    }

    fn apply(&mut self) {
        let count = self.me().in_flight.len();
        if count == 0 {
            return;
        }
        let place = self.rng.usize(0..count);
        let (run, attempt, outcome) = self.me().in_flight.swap_remove(place);
        let before = self.state(run);
        let Some(next) = self.commit(move |tx, _| outcome.apply(tx, run, attempt)) else { return };
        let after = self.state(run);
        let was_lost = matches!(before, Some(RunState::Unknown | RunState::Rejected));
        self.finds += u64::from(was_lost && before != after && after != Some(RunState::Rejected));
        self.tell(|| {
            format!(
                "{run}: {before:?} → {after:?}, next {:?}",
                next.step.as_ref().map(|(at, step)| (at.to_string(), Brief(step)))
            )
        });
        if let Some((at, step)) = next.step {
            let attempt = next.attempt.unwrap_or(attempt);
            self.plan(ScheduledStep { run, attempt, at, step });
        }
    }

    fn look_at_books(&mut self) {
        let now = self.database_now();
        let due = billing::due(&lock(&self.live.store).read_tx(), UPSTREAM, now).expect("the database works");
        let ids: Vec<String> = due.iter().map(|(_, prediction)| prediction.clone()).collect();
        if ids.is_empty() {
            return;
        }
        let Ok(rows) = lock(&self.live.vendor).bills(&Bills::Of(ids)) else { return };
        self.commit(move |tx, _| billing::apply(tx, &due, &rows));
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
        for process in &mut self.processes {
            process.frozen_until = None;
        }
        for round in 0..6_000 * self.processes.len() {
            self.turn_to(round % self.processes.len());
            // What only a person can tell, a person tells within a day.
            if !rested && self.true_now() > until {
                rested = true;
                self.choose_for_all();
            }
            while !self.me().in_flight.is_empty() {
                self.apply();
            }
            self.me().next_claim = None;
            if !self.ids_in(RunState::Queued).is_empty() {
                self.claim();
            }
            let now = self.true_now();
            let has_due = |process: &Process| process.tasks.iter().any(|task| task.at <= now);
            if has_due(self.me()) {
                self.send_out();
            } else if !self.me().in_flight.is_empty() || self.processes.iter().any(has_due) {
            } else if self.is_idle() {
                // Whoever is not there any more has a lease for so long.
                self.pass(LEASE_MS + 1);
                self.take_over();
                if !self.is_idle() {
                    continue;
                }
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
                if !self.is_alone() {
                    self.take_over();
                }
                self.pass(self.next_timer().map_or(60_000, |at| at.ms_since(now).max(1)));
            }
            if round % 16 == 0 {
                self.check_always()?;
            }
        }
        Err(format!(
            "it never comes to rest: {:?}",
            self.processes.iter().flat_map(|process| &process.tasks).map(|task| Brief(&task.step)).collect::<Vec<_>>()
        ))
    }

    /// Whether nobody has anything to do.
    fn is_idle(&self) -> bool {
        self.processes.iter().all(|process| process.tasks.is_empty() && process.in_flight.is_empty())
            && [RunState::Queued, RunState::Submitting].iter().all(|state| self.ids_in(*state).is_empty())
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
            let at = self.database_now();
            let steps = self.commit(move |tx, _| {
                let Some(record) = tx.read_tx().record(run)? else { return Ok(Vec::new()) };
                let attempt = tx.follow(run)?;
                resume(&tx.read_tx(), &[RunRecord { attempt, ..record }], at)
            });
            steps.into_iter().flatten().for_each(|step| self.plan(step));
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
