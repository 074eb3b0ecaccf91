//! A vendor in memory: it bills what it accepts, works on it, refunds what fails, forgets everything after seven days, and
//! misbehaves as its dice say. Its record is the oracle.

use std::time::Duration;

use fastrand::Rng;
use imagen4_client::{ApiError, BillKind, BillRow, SubmitError};
use imagen4_core::model::Catalogue;
use imagen4_core::prediction::Output;
use imagen4_core::{MicroUsd, ModelSpec, Prediction, PredictionStatus, RunId, RunRequest, Timestamp};
use imagen4_proxy::runner::effects::{Bills, Window};

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
    pub(crate) request: RunRequest,
    /// How many pictures it makes if all goes well.
    outputs: usize,
    /// What it repeats of the input: all of it, or less after its schema changed.
    repeats: RunRequest,
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
    models: Vec<Offer>,
    pub(crate) now: Timestamp,
    pub(crate) rng: Rng,
}

/// A model that it offers, or does not offer any more.
#[derive(Debug)]
struct Offer {
    spec: ModelSpec,
    is_gone: bool,
    /// What it asks now, in percent of the list price.
    percent: u32,
    /// An input that it does not know any more: dropped without a word, and billed.
    dropped: Option<String>,
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

    /// How many pictures are told when it is done.
    pub(crate) fn pictures(&self) -> usize {
        match self.fate {
            Fate::Completes | Fate::Late => self.outputs,
            Fate::Fewer => self.outputs - 1,
            Fate::Fails | Fate::Empty | Fate::Vanishes => 0,
        }
    }

    /// Whether the pictures that were promised come, or any where none were promised.
    pub(crate) fn has_all_pictures(&self) -> bool {
        let promised = self.request.promised().map_or(1, |promised| promised as usize);
        self.pictures() >= promised
    }
}

impl Vendor {
    pub(crate) fn new(rng: Rng, now: Timestamp, chaos: u8, repeats_inputs: bool) -> Self {
        let offer = |entry: &imagen4_core::model::Entry| Offer {
            spec: entry.spec.clone(),
            is_gone: false,
            percent: 100,
            dropped: None,
        };
        let models = Catalogue::builtin().entries().iter().map(offer).collect();
        Self { jobs: Vec::new(), stuck: Vec::new(), chances: Vec::new(), chaos, repeats_inputs, models, now, rng }
    }

    /// A model goes or comes back, costs something else, or loses an input.
    pub(crate) fn change_models(&mut self) {
        let place = self.rng.usize(0..self.models.len());
        let kind = self.rng.u8(0..4);
        let percent = [50, 90, 100, 150, 3_600][self.rng.usize(0..5)];
        let offer = &mut self.models[place];
        match kind {
            0 => offer.is_gone = !offer.is_gone,
            1 | 2 => offer.percent = percent,
            _ => {
                let others: Vec<_> =
                    offer.spec.inputs.iter().map(|input| &input.name).filter(|name| *name != "prompt").collect();
                offer.dropped = others.get(self.rng.usize(0..=others.len())).map(|name| (*name).clone());
            }
        }
    }

    /// The models that it does not offer now.
    pub(crate) fn gone(&self) -> Vec<String> {
        self.models.iter().filter(|offer| offer.is_gone).map(|offer| offer.spec.id.clone()).collect()
    }

    fn offer(&self, model: &str) -> &Offer {
        self.models.iter().find(|offer| offer.spec.id == model).expect("it has offered it")
    }

    /// What a request costs now.
    pub(crate) fn quote(&self, request: &RunRequest) -> MicroUsd {
        let offer = self.offer(&request.model);
        let list_price = offer.spec.estimate(&request.input).expect("it has a price");
        MicroUsd::new(list_price.times(offer.percent).micros() / 100)
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

    fn job(&mut self, run: RunId, request: &RunRequest) -> Job {
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
        let price = self.quote(request);
        let offer = self.offer(&request.model);
        let mut repeats = request.clone();
        if let Some(name) = &offer.dropped {
            repeats.input.remove(name);
        }
        repeats.input.insert("enable_safety_checker".to_owned(), true.into());
        let outputs = match (request.promised(), offer.spec.outputs) {
            (Some(promised), _) => promised as usize,
            (None, Some(outputs)) => outputs as usize,
            // As many as it likes.
            (None, None) => self.rng.usize(1..=request.images() as usize),
        };
        let id = format!("{:032x}", self.rng.u128(..));
        Job { id, run, request: request.clone(), outputs, repeats, price, accepted_at: self.now, takes_ms, fate }
    }

    pub(crate) fn submit(&mut self, run: RunId, request: &RunRequest) -> Result<Prediction, SubmitError> {
        if self.offer(&request.model).is_gone {
            return Err(SubmitError::Refused { status: 404, message: "model not found".to_owned() });
        }
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
        let count = match job.fate {
            _ if status != PredictionStatus::Completed => 0,
            Fate::Late if age < 30_000 => 0,
            _ => job.pictures(),
        };
        Prediction {
            id: job.id.clone(),
            model: job.request.model.clone(),
            status,
            outputs: (0..count).map(|index| Output::Url(format!("https://pictures/{}/{index}", job.id))).collect(),
            nsfw: Vec::new(),
            created_at: Some(job.accepted_at),
            error: None,
            task_code: None,
            inference_ms: is_done.then_some(job.takes_ms),
            input: self.repeats_inputs.then(|| job.repeats.input.clone().into()),
        }
    }
}
