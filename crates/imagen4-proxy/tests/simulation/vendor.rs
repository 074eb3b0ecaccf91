//! A vendor in memory: it bills what it accepts, works on it, refunds what fails, forgets everything after seven days, and
//! misbehaves as its dice say. Its record is the oracle.

use std::time::Duration;

use fastrand::Rng;
use imagen4_client::{ApiError, BillKind, BillRow, SubmitError};
use imagen4_core::prediction::Output;
use imagen4_core::{GenerationRequest, MicroUsd, Prediction, PredictionStatus, RunId, Timestamp};
use imagen4_proxy::dispatch::world::{Bills, Window};

const MINUTE: u64 = 60_000;
const HOUR: u64 = 60 * MINUTE;
const RETENTION: u64 = 7 * 24 * HOUR;

/// What becomes of a prediction.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Fate {
    Completes,
    /// Its outputs come half a minute after it says completed.
    Late,
    Fails,
    Empty,
    /// One picture fewer than was paid for.
    Fewer,
    /// Never done, and forgotten before its time, with or without a refund.
    Vanishes,
}

/// One prediction, and the truth about it.
#[derive(Clone, Debug)]
pub(crate) struct Job {
    pub(crate) id: String,
    /// Whose it is; the vendor itself does not know.
    pub(crate) run: RunId,
    pub(crate) request: GenerationRequest,
    pub(crate) price: MicroUsd,
    pub(crate) accepted_at: Timestamp,
    pub(crate) takes_ms: u64,
    pub(crate) fate: Fate,
}

#[derive(Debug)]
pub(crate) struct Vendor {
    pub(crate) jobs: Vec<Job>,
    /// Requests that are on their way: the answer is lost, and they arrive later.
    stuck: Vec<Job>,
    /// How often each request left in a way that it could be accepted.
    pub(crate) chances: Vec<RunId>,
    /// Misbehaviour in percent; nought at the end, so that everything can settle.
    pub(crate) chaos: u8,
    pub(crate) repeats_inputs: bool,
    pub(crate) now: Timestamp,
    pub(crate) rng: Rng,
}

impl Job {
    fn done_at(&self) -> Timestamp {
        self.accepted_at + self.takes_ms
    }

    /// When it is forgotten.
    fn gone_at(&self) -> Timestamp {
        match self.fate {
            Fate::Vanishes => self.accepted_at + 15 * MINUTE,
            _ => self.accepted_at + RETENTION,
        }
    }

    pub(crate) fn refunded_at(&self) -> Option<Timestamp> {
        let is_refunded = self.fate == Fate::Fails || (self.fate == Fate::Vanishes && self.takes_ms.is_multiple_of(2));
        is_refunded.then(|| self.done_at() + 2 * HOUR)
    }

    pub(crate) fn has_all_pictures(&self) -> bool {
        matches!(self.fate, Fate::Completes | Fate::Late)
    }
}

impl Vendor {
    pub(crate) fn new(rng: Rng, now: Timestamp, chaos: u8, repeats_inputs: bool) -> Self {
        Self { jobs: Vec::new(), stuck: Vec::new(), chances: Vec::new(), chaos, repeats_inputs, now, rng }
    }

    fn misbehaves(&mut self) -> bool {
        self.rng.u8(0..100) < self.chaos
    }

    pub(crate) fn pass(&mut self, now: Timestamp) {
        self.now = now;
        let (arrived, stuck) = self.stuck.drain(..).partition(|job| job.accepted_at <= now);
        self.stuck = stuck;
        self.jobs.extend::<Vec<Job>>(arrived);
    }

    fn job(&mut self, run: RunId, request: &GenerationRequest) -> Job {
        let fate = match self.rng.u8(0..24) {
            _ if self.chaos == 0 => Fate::Completes,
            0 | 1 => Fate::Fails,
            2 => Fate::Late,
            3 => Fate::Empty,
            4 => Fate::Fewer,
            5 => Fate::Vanishes,
            _ => Fate::Completes,
        };
        let takes_ms = match self.rng.u8(0..20) {
            0 => self.rng.u64(MINUTE..30 * MINUTE),
            1 => 0,
            _ => self.rng.u64(2_000..20_000),
        };
        // The inputs of a bill are what was asked for: the price as the table has it.
        let price = request.price();
        let id = format!("{:032x}", self.rng.u128(..));
        Job { id, run, request: request.clone(), price, accepted_at: self.now, takes_ms, fate }
    }

    pub(crate) fn submit(&mut self, run: RunId, request: &GenerationRequest) -> Result<Prediction, SubmitError> {
        let job = self.job(run, request);
        let lost = || SubmitError::MaybeAccepted { reason: "reset".to_owned() };
        let limited = |seconds: u64| SubmitError::RateLimited {
            message: "slow down".to_owned(),
            retry_after: (seconds > 0).then(|| Duration::from_secs(seconds)),
        };
        if !self.misbehaves() {
            self.chances.push(run);
            self.jobs.push(job.clone());
            return Ok(self.tell(&job));
        }
        let kind = self.rng.u8(0..10);
        if matches!(kind, 3..=9) {
            self.chances.push(run);
        }
        match kind {
            0 => Err(SubmitError::NeverSent { reason: "refused".to_owned() }),
            1 => Err(limited(self.rng.u64(0..60))),
            2 => Err(SubmitError::Refused { status: 400, message: "no".to_owned() }),
            3 => {
                self.jobs.push(job);
                Err(limited(0))
            }
            4 | 5 => Err(lost()),
            6 => {
                let late = self.rng.u64(0..5 * MINUTE);
                self.stuck.push(Job { accepted_at: self.now + late, ..job });
                Err(lost())
            }
            _ => {
                self.jobs.push(job);
                Err(lost())
            }
        }
    }

    fn fails<T>(&mut self) -> Option<Result<T, ApiError>> {
        if !self.misbehaves() {
            return None;
        }
        let refused = |status| ApiError::Refused { status, message: "no".to_owned() };
        Some(Err(match self.rng.u8(0..8) {
            0 => refused(401),
            1 => refused(404),
            2 => ApiError::RateLimited { message: String::new(), retry_after: Some(Duration::from_secs(3)) },
            _ => ApiError::Unavailable { reason: "503".to_owned() },
        }))
    }

    fn kept(&self) -> impl DoubleEndedIterator<Item = &Job> {
        self.jobs.iter().filter(|job| self.now < job.gone_at())
    }

    pub(crate) fn result(&mut self, id: &str) -> Result<Prediction, ApiError> {
        if let Some(failure) = self.fails() {
            return failure;
        }
        let job = self.kept().find(|job| job.id == id).cloned();
        job.map(|job| self.tell(&job)).ok_or(ApiError::Refused { status: 404, message: "not found".to_owned() })
    }

    pub(crate) fn list(&mut self, window: Option<Window>) -> Result<Vec<Prediction>, ApiError> {
        if let Some(failure) = self.fails() {
            return failure;
        }
        let listed = self.kept().filter(|job| window.is_none_or(|window| window.may_hold(Some(job.accepted_at))));
        Ok(listed.rev().take(100).map(|job| self.tell(job)).collect())
    }

    pub(crate) fn bills(&mut self, which: &Bills) -> Result<Vec<BillRow>, ApiError> {
        if let Some(failure) = self.fails() {
            return failure;
        }
        let mut rows = Vec::new();
        for job in &self.jobs {
            let row = |kind, at| BillRow {
                prediction_id: Some(job.id.clone()),
                kind,
                price: job.price,
                created_at: Some(at),
            };
            let refunded = job.refunded_at().filter(|at| *at <= self.now).map(|at| row(BillKind::Refund, at));
            rows.extend([row(BillKind::Deduct, job.accepted_at)].into_iter().chain(refunded));
        }
        rows.retain(|row| match which {
            Bills::Of(ids) => row.prediction_id.as_ref().is_some_and(|id| ids.contains(id)),
            Bills::In(window) => window.may_hold(row.created_at),
        });
        Ok(rows)
    }

    /// Whether a picture comes.
    pub(crate) fn fetches(&mut self, output: &Output) -> bool {
        let Output::Url(url) = output else { return false };
        let is_there = self.kept().any(|job| url.contains(&job.id));
        is_there && !self.misbehaves()
    }

    fn tell(&self, job: &Job) -> Prediction {
        let age = self.now.ms_since(job.done_at());
        let is_done = self.now >= job.done_at() && job.fate != Fate::Vanishes;
        let status = match job.fate {
            Fate::Fails if is_done => PredictionStatus::Failed,
            _ if is_done => PredictionStatus::Completed,
            _ if self.now.ms_since(job.accepted_at) > 1_000 => PredictionStatus::Processing,
            _ => PredictionStatus::Created,
        };
        let images = usize::from(job.request.num_images.get());
        let count = match job.fate {
            _ if status != PredictionStatus::Completed => 0,
            Fate::Empty => 0,
            Fate::Late if age < 30_000 => 0,
            Fate::Fewer => images - 1,
            _ => images,
        };
        Prediction {
            id: job.id.clone(),
            model: job.request.model.id.to_owned(),
            status,
            outputs: (0..count).map(|index| Output::Url(format!("https://pictures/{}/{index}", job.id))).collect(),
            nsfw: Vec::new(),
            created_at: Some(job.accepted_at),
            error: None,
            task_code: None,
            inference_ms: is_done.then_some(job.takes_ms),
            input: self.repeats_inputs.then(|| job.request.vendor_input()),
        }
    }
}
