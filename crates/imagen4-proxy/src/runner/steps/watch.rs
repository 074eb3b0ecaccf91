//! What is known of a prediction that is asked for, and when it is asked for next.

use imagen4_core::{Prediction, PredictionStatus, RunId, Timestamp};
use imagen4_engine::RETENTION_MS;

use super::{Next, Step};
use crate::runner::polling::PollSchedule;
use crate::store::{ReadTx, Result, RunRecord, WriteTx};

/// A question that failed is repeated after a second, then ever more rarely, in milliseconds.
const AGAIN_MS: (u64, u64) = (1_000, 60_000);
/// An answer without outputs counts for so long a wait at most: a few of them are heard before it is believed, in milliseconds.
const LAG_STEP_MS: u64 = 15_000;
/// What was not watched closely says nothing of how long it took, in milliseconds.
const CLOSE_MS: u64 = 30_000;

/// A prediction that is asked for.
#[derive(Clone, Debug)]
pub struct PollState {
    /// The vendor's id.
    pub prediction_id: String,
    /// When it was sent: the vendor keeps it from then on.
    pub sent_at: Timestamp,
    /// How many images were promised; `None` where their number is not ours to say.
    pub promised: Option<usize>,
    plan: PollSchedule,
    /// Questions that were answered.
    asked: u32,
    /// The last time it was not done.
    pub(super) not_done_at: Option<Timestamp>,
    pub(super) told: Option<PredictionStatus>,
    /// What the store knows of whether the vendor works on it.
    idle: Option<bool>,
    /// How long it was waited after answers that it is completed, but without its outputs, and after answers that the vendor does not
    /// know it, in milliseconds: timers, not the clock, which may be set. What is not answered proves nothing.
    pub(super) lagging_ms: Option<u64>,
    pub(super) gone_ms: Option<u64>,
    failures: u32,
    pub(super) beyond: u32,
}

impl PollState {
    /// Begins to watch the prediction of a run, when to ask being learned from earlier ones.
    pub(super) fn of(tx: &ReadTx<'_>, upstream: &str, run: &RunRecord, prediction_id: String) -> Result<Self> {
        Ok(Self {
            prediction_id,
            sent_at: run.sent_at,
            promised: run.request.promised().map(|count| count as usize),
            plan: PollSchedule::learned(&tx.durations(upstream, &run.request.model)?),
            asked: 0,
            not_done_at: None,
            told: None,
            idle: None,
            lagging_ms: None,
            gone_ms: None,
            failures: 0,
            beyond: 0,
        })
    }

    /// What the vendor said when it accepted it, which was written down with that; it works on it from then on.
    pub(super) fn accepted(self, status: PredictionStatus) -> Self {
        Self { told: Some(status), idle: Some(false), ..self }
    }

    /// Notes whether the vendor works on it, where that is news.
    pub(super) fn note_idle(&mut self, tx: &mut WriteTx<'_>, run: RunId, idle: bool) -> Result<()> {
        if self.idle.replace(idle) == Some(idle) {
            return Ok(());
        }
        tx.note_idle(run, idle)
    }

    /// Whether the vendor keeps nothing of it any longer, if the clock is right.
    pub(super) fn is_beyond_retention(&self, now: Timestamp) -> bool {
        now.ms_since(self.sent_at) > RETENTION_MS
    }

    /// The next question in its time.
    pub(super) fn again(mut self, now: Timestamp) -> Next {
        self.failures = 0;
        let wait = self.plan.wait_ms(now.ms_since(self.sent_at), self.asked);
        self.asked += 1;
        if let Some(waited) = &mut self.lagging_ms {
            *waited += wait.min(LAG_STEP_MS);
        }
        Next::at(now + wait, Step::Poll(self))
    }

    /// The next question after one that failed.
    pub(super) fn after_failure(mut self, wait_ms: u64, now: Timestamp) -> Next {
        let backoff = (AGAIN_MS.0 << self.failures.min(10)).min(AGAIN_MS.1);
        self.failures += 1;
        Next::at(now + backoff.max(wait_ms), Step::Poll(self))
    }

    /// The next question after the vendor did not know it.
    pub(super) fn after_gone(self, wait_ms: u64, now: Timestamp) -> Next {
        let gone_ms = self.gone_ms.unwrap_or(0);
        let mut next = self.after_failure(wait_ms, now);
        if let Some((at, Step::Poll(watch))) = &mut next.step {
            watch.gone_ms = Some(gone_ms + at.ms_since(now));
        }
        next
    }

    /// How long it took as well as can be told: between the last question that it was not done at and this one.
    pub(super) fn took_ms(&self, prediction: &Prediction, now: Timestamp) -> Option<u64> {
        let seen = now.ms_since(self.sent_at);
        let not_done = self.not_done_at.map_or(0, |at| at.ms_since(self.sent_at));
        let not_before = not_done.max(prediction.inference_ms.unwrap_or(0)).min(seen);
        (seen - not_before < CLOSE_MS).then_some((seen + not_before) / 2)
    }
}
