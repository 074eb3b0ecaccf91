//! Accepting submissions, and what each prediction is at any moment.

use std::io;
use std::path::PathBuf;
use std::sync::{Mutex, MutexGuard, PoisonError};
use std::time::Duration;

use imagen4_core::{FieldErrors, GenerationRequest, MicroUsd, Seed};
use serde_json::{Value, json};

use crate::bill::{Acceptance, Bill, BillError, Entry};
use crate::{Ambient, Brief};

/// The vendor forgets predictions and their outputs after that long.
pub const RETENTION_MS: u64 = 7 * 24 * 3_600_000;

/// How the stand-in behaves.
#[derive(Clone, Debug)]
pub struct EngineOptions {
    /// Where the bill is kept; `None` forgets it with the process.
    pub state_dir: Option<PathBuf>,
    /// From accepting to completed.
    pub latency: Duration,
    /// The only key that is accepted; `None` accepts any.
    pub api_key: Option<String>,
    /// What the account was topped up with.
    pub credit: MicroUsd,
    /// Models that the vendor has stopped serving.
    pub retired: Vec<String>,
    /// Paints in 2K: twice the width and height.
    pub double_size: bool,
}

impl Default for EngineOptions {
    fn default() -> Self {
        Self {
            state_dir: None,
            latency: Duration::from_secs(2),
            api_key: None,
            credit: MicroUsd::new(1_000_000_000),
            retired: Vec::new(),
            double_size: false,
        }
    }
}

/// The engine cannot start.
pub type OpenError = BillError;

/// The stand-in for the vendor.
#[derive(Debug)]
pub struct Engine {
    options: EngineOptions,
    ambient: Ambient,
    bill: Mutex<Bill>,
}

/// A submission that is not accepted.
#[derive(Debug)]
pub(crate) enum Refusal {
    Retired,
    Invalid(FieldErrors),
    NoCredit,
    Disk(io::Error),
}

/// How a prediction looks from outside: its acceptance, and how far it is.
#[derive(Clone, Debug)]
pub(crate) struct View {
    pub(crate) acceptance: Acceptance,
    pub(crate) request: GenerationRequest,
    pub(crate) status: &'static str,
    pub(crate) inference_ms: u64,
}

impl Engine {
    /// Opens the bill and goes on where it ends.
    ///
    /// # Errors
    /// When the bill cannot be used.
    pub fn open(options: EngineOptions, ambient: Ambient) -> Result<Self, OpenError> {
        let bill = match &options.state_dir {
            Some(dir) => Bill::open(dir)?,
            None => Bill::in_memory(),
        };
        Ok(Self { options, ambient, bill: Mutex::new(bill) })
    }

    /// Everything that was accepted, refunded and deleted: the oracle.
    pub fn entries(&self) -> Vec<Entry> {
        self.lock().entries().to_vec()
    }

    /// Credit minus what was charged.
    pub fn balance(&self) -> MicroUsd {
        self.options.credit - self.lock().net()
    }

    /// The time from accepting to completed.
    pub(crate) fn latency(&self) -> Duration {
        self.options.latency
    }

    /// Time and randomness as this engine has them.
    pub(crate) fn ambient(&self) -> &Ambient {
        &self.ambient
    }

    pub(crate) fn accepts_key(&self, bearer: &str) -> bool {
        !bearer.is_empty() && self.options.api_key.as_deref().is_none_or(|key| key == bearer)
    }

    pub(crate) fn serves(&self, model: &str) -> bool {
        !self.options.retired.iter().any(|retired| retired == model)
    }

    /// Accepts and bills a submission; it is on the bill when this returns. Like the vendor it drops input keys that it does
    /// not know.
    pub(crate) fn submit(&self, model: &str, input: &Value) -> Result<View, Refusal> {
        if !self.serves(model) {
            return Err(Refusal::Retired);
        }
        let mut known = json!({ "model": model });
        for key in ["prompt", "negative_prompt", "aspect_ratio", "num_images", "seed"] {
            if let Some(value) = input.get(key) {
                known[key] = value.clone();
            }
        }
        let request = GenerationRequest::from_json(&known).map_err(Refusal::Invalid)?;
        let random = self.ambient.random();
        let seed = request.seed.filter(|seed| seed.is_known()).unwrap_or(Seed::from_random(random as u32));
        let mut bill = self.lock();
        if self.options.credit - bill.net() < request.price() {
            return Err(Refusal::NoCredit);
        }
        let acceptance = Acceptance {
            id: format!("{random:032x}"),
            at: self.ambient.now(),
            price_microusd: request.price(),
            model: model.to_owned(),
            input: request.vendor_input(),
            seed: seed.get().unsigned_abs(),
            base64: input.get("enable_base64_output").and_then(Value::as_bool).unwrap_or(false),
        };
        bill.append(Entry::Accept(acceptance.clone())).map_err(Refusal::Disk)?;
        drop(bill);
        self.view(acceptance).ok_or_else(|| Refusal::Disk(io::Error::other("an acceptance that cannot be read")))
    }

    /// The prediction as it is now; `None` when it was never there, deleted, or is older than seven days.
    pub(crate) fn prediction(&self, id: &str) -> Option<View> {
        let acceptance = {
            let bill = self.lock();
            bill.acceptance(id).filter(|_| !bill.is_deleted(id)).cloned()?
        };
        self.view(acceptance)
    }

    /// All predictions that are still kept, the newest first.
    pub(crate) fn predictions(&self) -> Vec<View> {
        let kept: Vec<Acceptance> = {
            let bill = self.lock();
            bill.acceptances().rev().filter(|taken| !bill.is_deleted(&taken.id)).cloned().collect()
        };
        kept.into_iter().filter_map(|acceptance| self.view(acceptance)).collect()
    }

    /// Forgets predictions; answers how many there were.
    pub(crate) fn delete(&self, ids: &[&str]) -> io::Result<usize> {
        let mut deleted = 0;
        for id in ids {
            if self.prediction(id).is_some() {
                let entry = Entry::Delete { id: (*id).to_owned(), at: self.ambient.now() };
                self.lock().append(entry)?;
                deleted += 1;
            }
        }
        Ok(deleted)
    }

    /// Paints picture `index` of a prediction, if it is completed and has that many.
    pub(crate) fn picture(&self, view: &View, index: u32) -> Option<Vec<u8>> {
        if view.status != "completed" || index >= u32::from(view.request.num_images.get()) {
            return None;
        }
        let (width, height) = view.request.aspect_ratio.pixels();
        let scale = if self.options.double_size { 2 } else { 1 };
        Some(crate::paint(&Brief {
            prompt: view.request.prompt.as_str(),
            negative_prompt: view.request.negative_prompt.as_ref().map(|negative| negative.as_str()),
            width: width * scale,
            height: height * scale,
            seed: view.acceptance.seed,
            index,
        }))
    }

    fn view(&self, acceptance: Acceptance) -> Option<View> {
        let age = self.ambient.now().ms_since(acceptance.at);
        let latency = u64::try_from(self.options.latency.as_millis()).unwrap_or(u64::MAX);
        // A quarter of the wait is the queue, the rest is work; what a bill charged can always be read again.
        let status = match age {
            age if age >= latency => "completed",
            age if age >= latency / 4 => "processing",
            _ => "created",
        };
        let mut input = acceptance.input.clone();
        input["model"] = json!(acceptance.model);
        let request = GenerationRequest::from_json(&input).ok()?;
        let inference_ms = if status == "completed" { latency - latency / 4 } else { 0 };
        (age < RETENTION_MS).then_some(View { acceptance, request, status, inference_ms })
    }

    fn lock(&self) -> MutexGuard<'_, Bill> {
        // A panic elsewhere cannot have left an entry half-appended in memory.
        self.bill.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

#[cfg(test)]
mod tests {
    use std::sync::Arc;
    use std::sync::atomic::{AtomicI64, AtomicU64, Ordering};

    use imagen4_core::Timestamp;

    use super::*;

    /// An engine whose clock stands still until it is moved.
    fn engine(options: EngineOptions) -> (Engine, Arc<AtomicI64>) {
        let clock = Arc::new(AtomicI64::new(1_800_000_000_000));
        let (hands, ids) = (clock.clone(), AtomicU64::new(1));
        let now = move || Timestamp::from_ms(hands.load(Ordering::SeqCst));
        let random = move || u128::from(ids.fetch_add(1, Ordering::SeqCst));
        (Engine::open(options, Ambient::new(now, random)).expect("an engine"), clock)
    }

    fn fox() -> Value {
        json!({ "prompt": "a fox in snow", "num_images": 2, "seed": 7, "steps": 30 })
    }

    #[test]
    fn a_prediction_passes_through_created_and_processing() {
        let (engine, clock) = engine(EngineOptions::default());
        let id = engine.submit("wavespeed-ai/imagen4", &fox()).expect("accepted").acceptance.id;
        let status = |later: i64| {
            clock.fetch_add(later, Ordering::SeqCst);
            engine.prediction(&id).map(|view| view.status)
        };
        assert_eq!(
            [status(0), status(500), status(1499), status(1)],
            [Some("created"), Some("processing"), Some("processing"), Some("completed")]
        );
        assert_eq!(status(RETENTION_MS as i64), None, "forgotten after seven days");
        assert_eq!(engine.entries().len(), 1, "and still on the bill");
    }

    #[test]
    fn accepting_bills_and_refusing_does_not() {
        let options = EngineOptions {
            credit: MicroUsd::new(100_000),
            retired: vec!["google/imagen4".to_owned()],
            ..EngineOptions::default()
        };
        let (engine, _) = engine(options);
        engine.submit("wavespeed-ai/imagen4", &fox()).expect("accepted");
        assert_eq!(engine.balance(), MicroUsd::new(20_000));
        assert!(matches!(engine.submit("wavespeed-ai/imagen4", &fox()), Err(Refusal::NoCredit)));
        assert!(matches!(engine.submit("google/imagen4", &fox()), Err(Refusal::Retired)));
        assert!(matches!(engine.submit("wavespeed-ai/imagen4", &json!({ "seed": 1 })), Err(Refusal::Invalid(_))));
        assert_eq!(engine.entries().len(), 1);
    }

    #[test]
    fn a_reopened_engine_paints_the_same_bytes() {
        let dir = tempfile::tempdir().expect("a directory");
        let options = EngineOptions {
            state_dir: Some(dir.path().to_owned()),
            latency: Duration::ZERO,
            ..EngineOptions::default()
        };
        let (first, _) = engine(options.clone());
        let view = first.submit("wavespeed-ai/imagen4", &fox()).expect("accepted");
        let before = first.picture(&view, 1);
        drop(first);
        let (second, _) = engine(options);
        let view = second.prediction(&view.acceptance.id).expect("still there");
        assert!(before.is_some() && second.picture(&view, 1) == before);
        assert_eq!(second.picture(&view, 2), None);
    }

    #[test]
    fn a_deleted_prediction_stays_billed() {
        let (engine, _) = engine(EngineOptions::default());
        let id = engine.submit("wavespeed-ai/imagen4", &fox()).expect("accepted").acceptance.id;
        assert_eq!(engine.delete(&[&id, "other"]).expect("written"), 1);
        assert!(engine.prediction(&id).is_none() && engine.predictions().is_empty());
        assert_eq!(engine.balance(), MicroUsd::new(999_920_000));
    }
}
