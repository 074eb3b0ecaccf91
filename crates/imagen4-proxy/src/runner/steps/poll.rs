//! Asking for a prediction until it ends. No failing question ever ends a run.

use std::sync::Arc;

use imagen4_client::ApiError;
use imagen4_core::{Prediction, PredictionStatus, RunEvent, RunId, Timestamp};

use super::archive::Archive;
use super::problems::{expired, failure, key_refused, no_pictures};
use super::watch::PollState;
use super::{Next, Outcome, Step};
use crate::runner::effects::Effects;
use crate::store::{Result, TransitionDetails, WriteTx};

/// A completed prediction with fewer outputs than were paid for is asked again for so long.
const OUTPUTS_MAY_LAG_MS: u64 = 60_000;
/// A prediction that the vendor does not know is asked for so long before it is looked up in list and bills.
const MAY_BE_GONE_MS: u64 = 10 * 60_000;
/// While the key is refused, in milliseconds.
const KEY_REFUSED_MS: u64 = 60_000;
/// So many questions without an end beyond the vendor's seven days end a run: a clock that jumped ahead alone does not.
const LAST_QUESTIONS: u32 = 48;
/// The same for answers that the vendor does not know it, so far apart, in milliseconds.
const LAST_REFUSALS: u32 = 3;
const BEYOND_MS: u64 = 15 * 60_000;

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
            let is_beyond = watch.is_beyond_retention(now);
            if is_beyond {
                watch.beyond += LAST_QUESTIONS / LAST_REFUSALS;
                if watch.beyond >= LAST_QUESTIONS {
                    tx.transition(run, RunEvent::Expired, TransitionDetails::from(expired()), now)?;
                    return Ok(Next::nothing());
                }
            }
            if gone_ms >= MAY_BE_GONE_MS {
                return Ok(Next::at(now, Step::Lookup(watch)));
            }
            Ok(watch.after_gone(if is_beyond { BEYOND_MS } else { 0 }, now))
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
