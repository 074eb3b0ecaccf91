//! Asking for a prediction until it ends. No failing question ever ends a run.

use std::sync::Arc;

use imagen4_client::ApiError;
use imagen4_core::{Prediction, PredictionStatus, RunEvent, RunId, Timestamp};
use imagen4_engine::RETENTION_MS;

use super::archive::Archive;
use super::problems::{expired, failure, key_refused, no_pictures};
use super::{Next, Outcome, Step};
use crate::runner::effects::Effects;
use crate::runner::polling::PollSchedule;
use crate::store::{ReadTx, Result, RunRecord, TransitionDetails, WriteTx};

/// A completed prediction with fewer outputs than were paid for is asked again for so long.
const OUTPUTS_MAY_LAG_MS: u64 = 60_000;
/// A prediction that the vendor does not know is asked for so long before it is looked up in list and bills.
const MAY_BE_GONE_MS: u64 = 10 * 60_000;
/// A question that failed is repeated after a second, then ever more rarely, in milliseconds.
const AGAIN_MS: (u64, u64) = (1_000, 60_000);
/// While the key is refused, in milliseconds.
const KEY_REFUSED_MS: u64 = 60_000;
/// So many questions without an end beyond the vendor's seven days end a run: a clock that jumped ahead alone does not.
const LAST_QUESTIONS: u32 = 48;
/// The same for answers that the vendor does not know it.
const LAST_REFUSALS: u32 = 3;
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
    not_done_at: Option<Timestamp>,
    told: Option<PredictionStatus>,
    /// What the store knows of whether the vendor works on it.
    idle: Option<bool>,
    /// How long it was waited since it was first completed without its outputs, and since the vendor first did not know it, in
    /// milliseconds: timers, not the clock, which may be set.
    lagging_ms: Option<u64>,
    gone_ms: Option<u64>,
    failures: u32,
    beyond: u32,
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
    fn note_idle(&mut self, tx: &mut WriteTx<'_>, run: RunId, idle: bool) -> Result<()> {
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
    fn again(mut self, now: Timestamp) -> Next {
        self.failures = 0;
        let wait = self.plan.wait_ms(now.ms_since(self.sent_at), self.asked);
        self.asked += 1;
        self.wait(wait, now)
    }

    /// The next question after one that failed.
    pub(super) fn after_failure(mut self, wait_ms: u64, now: Timestamp) -> Next {
        let backoff = (AGAIN_MS.0 << self.failures.min(10)).min(AGAIN_MS.1);
        self.failures += 1;
        self.wait(backoff.max(wait_ms), now)
    }

    fn wait(mut self, wait_ms: u64, now: Timestamp) -> Next {
        for waited in [&mut self.lagging_ms, &mut self.gone_ms].into_iter().flatten() {
            *waited += wait_ms;
        }
        Next::at(now + wait_ms, Step::Poll(self))
    }

    /// How long it took as well as can be told: between the last question that it was not done at and this one.
    fn took_ms(&self, prediction: &Prediction, now: Timestamp) -> Option<u64> {
        let seen = now.ms_since(self.sent_at);
        let not_done = self.not_done_at.map_or(0, |at| at.ms_since(self.sent_at));
        let not_before = not_done.max(prediction.inference_ms.unwrap_or(0)).min(seen);
        (seen - not_before < CLOSE_MS).then_some((seen + not_before) / 2)
    }
}

pub(super) async fn perform(run: RunId, watch: PollState, effects: &impl Effects) -> Outcome {
    let answer = Arc::new(effects.result(&watch.prediction_id).await);
    Outcome::new(move |tx, now| match answer.as_ref() {
        Ok(prediction) => told(tx, run, watch.clone(), prediction, now),
        Err(error) => not_told(tx, run, watch.clone(), error, now),
    })
}

/// What the vendor says of a prediction, and what that means for its run.
pub(super) fn told(
    tx: &mut WriteTx<'_>,
    run: RunId,
    mut watch: PollState,
    prediction: &Prediction,
    now: Timestamp,
) -> Result<Next> {
    watch.gone_ms = None;
    let facts = || TransitionDetails { prediction: Some(prediction.clone()), ..TransitionDetails::default() };
    let (event, facts) = match &prediction.status {
        PredictionStatus::Completed => {
            let readable = prediction.readable_outputs();
            let may_lag = *watch.lagging_ms.get_or_insert(0) < OUTPUTS_MAY_LAG_MS;
            match readable {
                0 if !may_lag => {
                    (RunEvent::Expired, TransitionDetails { problem: Some(no_pictures(&prediction.id)), ..facts() })
                }
                fewer if fewer < watch.promised.unwrap_or(prediction.outputs.len().max(1)) && may_lag => {
                    watch.note_idle(tx, run, true)?;
                    return Ok(watch.again(now));
                }
                _ => (RunEvent::Completed, TransitionDetails { took_ms: watch.took_ms(prediction, now), ..facts() }),
            }
        }
        status if status.is_failure() => {
            (RunEvent::Failed, TransitionDetails { problem: Some(failure(prediction)), ..facts() })
        }
        status => {
            watch.not_done_at = Some(now);
            watch.note_idle(tx, run, false)?;
            if watch.told.as_ref() != Some(status) {
                watch.told = Some(status.clone());
                tx.note_prediction(run, prediction)?;
                tx.note_problem(run, None)?;
            }
            if watch.is_beyond_retention(now) {
                watch.beyond += 1;
            }
            if watch.beyond < LAST_QUESTIONS {
                return Ok(watch.again(now));
            }
            (RunEvent::Expired, TransitionDetails { problem: Some(expired()), ..facts() })
        }
    };
    let moved = tx.transition(run, event, facts, now)?;
    Ok(match (moved, event) {
        (Some(_), RunEvent::Completed) => {
            Next::at(now, Step::Archive(Box::new(Archive::of(&watch, Some(prediction.clone())))))
        }
        _ => Next::nothing(),
    })
}

fn not_told(tx: &mut WriteTx<'_>, run: RunId, mut watch: PollState, error: &ApiError, now: Timestamp) -> Result<Next> {
    match error {
        ApiError::Refused { status: 404, .. } => {
            let gone_ms = *watch.gone_ms.get_or_insert(0);
            watch.note_idle(tx, run, true)?;
            if watch.is_beyond_retention(now) {
                watch.beyond += LAST_QUESTIONS / LAST_REFUSALS;
                if watch.beyond >= LAST_QUESTIONS {
                    tx.transition(run, RunEvent::Expired, TransitionDetails::from(expired()), now)?;
                    return Ok(Next::nothing());
                }
            }
            if gone_ms >= MAY_BE_GONE_MS {
                return Ok(Next::at(now, Step::Lookup(watch)));
            }
            Ok(watch.after_failure(0, now))
        }
        ApiError::Refused { status: 401 | 403, .. } => {
            // Said anew when it is told again.
            watch.told = None;
            tx.note_problem(run, Some(&key_refused()))?;
            Ok(watch.after_failure(KEY_REFUSED_MS, now))
        }
        ApiError::RateLimited { retry_after, .. } => {
            let asked = retry_after.map_or(0, |time| u64::try_from(time.as_millis()).unwrap_or(u64::MAX));
            Ok(watch.after_failure(asked.clamp(2_000, 120_000), now))
        }
        _ => Ok(watch.after_failure(0, now)),
    }
}
