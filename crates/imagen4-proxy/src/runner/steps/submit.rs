//! The one POST, and what its answer means: accepted, refused, never sent, or not known.

use std::sync::Arc;

use imagen4_client::SubmitError;
use imagen4_core::{Prediction, RunEvent, RunId, RunRequest, RunState, Timestamp};

use super::matching::{Finding, Findings, find};
use super::poll;
use super::problems::{UnknownReason, limited, lost, model_gone, refusal, taken, unreachable};
use super::reconcile::{self, FIRST_LOOK_MS, Reconcile};
use super::watch::PollState;
use super::{Next, Outcome, Step};
use crate::runner::effects::Effects;
use crate::store::{Result, RunRecord, TransitionDetails, WriteTx};

/// Shortest and longest wait before a request that was never sent is tried again, in milliseconds. In between it is a quarter of
/// the time that the run has waited already.
const NOT_SENT_MS: (u64, u64) = (5_000, 300_000);
/// Wait after a 429 that does not say how long, in milliseconds.
const LIMITED_MS: u64 = 20_000;
/// What a 429 may ask for: not at once, and not for ever.
const RETRY_AFTER_MS: (u64, u64) = (1_000, 900_000);
/// What was claimed is sent within this time, or never, in milliseconds: long before its lease ends.
const SEND_WITHIN_MS: u64 = 10_000;
/// How often the list is asked after a 429 before nobody can know.
const LOOKS: u32 = 5;
/// Such a look proves nothing when the machine slept in between, in milliseconds.
const FRESH_MS: u64 = 5 * 60_000;

/// A look at the vendor's list before a request that was turned away is sent again: whoever answered 429 may stand behind
/// somebody who had accepted it.
#[derive(Clone, Debug)]
pub struct CheckNotAccepted {
    /// When it may be sent again.
    not_before: Timestamp,
    /// How often the list did not answer.
    tries: u32,
    /// As in [`Submit`].
    claimed_ms: u64,
}

/// A request that was claimed.
#[derive(Clone, Debug)]
pub struct Submit {
    /// What is sent.
    pub request: RunRequest,
    /// What [`Effects::elapsed_ms`] said before it was claimed.
    pub claimed_ms: u64,
}

pub(super) async fn perform(run: RunId, submit: Submit, effects: &impl Effects) -> Outcome {
    let Submit { request, claimed_ms } = submit;
    if !effects.offers(&request.model) {
        return Outcome::new(move |tx, now| {
            // It has not left: nobody can have accepted it.
            tx.transition(run, RunEvent::Refused, TransitionDetails::from(model_gone()), now)?;
            Ok(Next::nothing())
        });
    }
    let is_too_late = effects.elapsed_ms().saturating_sub(claimed_ms) > SEND_WITHIN_MS;
    let answer = match is_too_late {
        // The machine slept, perhaps. Others may have taken the run over: what was not sent by now is never sent.
        true => Err(SubmitError::NeverSent { reason: "too late".to_owned() }),
        false => effects.submit(&request).await,
    };
    let answer = Arc::new(answer);
    let late = answer.clone();
    Outcome::new(move |tx, now| apply(tx, run, claimed_ms, &answer, now)).or_late(move |tx, now| match late.as_ref() {
        Ok(prediction) => accepted_late(tx, run, prediction, now),
        Err(_) => Ok(Next::nothing()),
    })
}

fn apply(
    tx: &mut WriteTx<'_>,
    run: RunId,
    claimed_ms: u64,
    answer: &std::result::Result<Prediction, SubmitError>,
    now: Timestamp,
) -> Result<Next> {
    let Some(record) = tx.read_tx().record(run)?.filter(|run| run.state == RunState::Submitting) else {
        return Ok(Next::nothing());
    };
    let moved = match answer {
        Ok(prediction) => return accepted(tx, &record, RunEvent::Accepted, prediction, now),
        Err(SubmitError::RateLimited { retry_after, .. }) => {
            let asked = retry_after.map_or(LIMITED_MS, |time| u64::try_from(time.as_millis()).unwrap_or(u64::MAX));
            let not_before = now + asked.clamp(RETRY_AFTER_MS.0, RETRY_AFTER_MS.1);
            let look = Step::CheckNotAccepted(CheckNotAccepted { not_before, tries: 0, claimed_ms });
            tx.slow_down(not_before)?;
            // A list may be behind.
            return Ok(Next { is_limited: true, ..Next::at(now + FIRST_LOOK_MS, look) });
        }
        Err(SubmitError::Refused { status, message }) => (RunEvent::Refused, refusal(*status, message).into()),
        Err(SubmitError::NeverSent { .. }) => {
            let wait = (now.ms_since(record.created_at) / 4).clamp(NOT_SENT_MS.0, NOT_SENT_MS.1);
            (RunEvent::NotSent, TransitionDetails { not_before: Some(now + wait), ..unreachable().into() })
        }
        Err(SubmitError::MaybeAccepted { .. }) => return is_lost(tx, run, UnknownReason::Answer, now),
    };
    tx.transition_of(&record, moved.0, moved.1, now)?;
    Ok(Next::nothing())
}

/// The vendor accepted it, while another process follows the run and looks for what became of it. An accepted prediction is never
/// dropped: this process follows the run again.
fn accepted_late(tx: &mut WriteTx<'_>, run: RunId, prediction: &Prediction, now: Timestamp) -> Result<Next> {
    let upstream = tx.account().upstream.clone();
    if tx.read_tx().explains(&upstream, &prediction.id)?.is_some() {
        return Ok(Next::nothing());
    }
    let Some(record) = reconcile::lost(&tx.read_tx(), run)? else {
        // It was deleted, or has another one: it is shown among those that no run explains.
        tracing::error!(%run, prediction = prediction.id, "WaveSpeed accepted what nobody waits for any more");
        return Ok(Next::nothing());
    };
    let next = accepted(tx, &record, RunEvent::Found, prediction, now)?;
    let attempt = tx.follow(run)?;
    Ok(Next { attempt: Some(attempt), ..next })
}

/// The vendor has it: notes its prediction, and goes on with what it says already.
pub(super) fn accepted(
    tx: &mut WriteTx<'_>,
    record: &RunRecord,
    event: RunEvent,
    prediction: &Prediction,
    now: Timestamp,
) -> Result<Next> {
    let run = record.id;
    let upstream = tx.account().upstream.clone();
    match tx.read_tx().explains(&upstream, &prediction.id)? {
        // One prediction cannot be two runs'.
        Some(other) if other != run => {
            tx.transition(run, RunEvent::AnswerLost, TransitionDetails::from(taken(&prediction.id)), now)?;
            return seek(tx, run, now);
        }
        _ => {}
    }
    let facts = TransitionDetails { prediction: Some(prediction.clone()), ..TransitionDetails::default() };
    if tx.transition_of(record, event, facts, now)?.is_none() {
        return Ok(Next::nothing());
    }
    let watch = PollState::of(&tx.read_tx(), &upstream, record, prediction.id.clone())?;
    poll::told(tx, run, watch.accepted(prediction.status.clone()), prediction, now)
}

/// Nobody can know whether it arrived.
fn is_lost(tx: &mut WriteTx<'_>, run: RunId, how: UnknownReason, now: Timestamp) -> Result<Next> {
    tx.transition(run, RunEvent::AnswerLost, TransitionDetails::from(lost(how)), now)?;
    seek(tx, run, now)
}

/// Begins to look for a run whose answer is lost.
fn seek(tx: &WriteTx<'_>, run: RunId, now: Timestamp) -> Result<Next> {
    let record = tx.read_tx().record(run)?.filter(|run| run.state == RunState::Unknown);
    Ok(record.map_or_else(Next::nothing, |run| Next::at(now + FIRST_LOOK_MS, Step::Reconcile(Reconcile::of(&run)))))
}

pub(super) async fn look(run: RunId, look: CheckNotAccepted, effects: &impl Effects) -> Outcome {
    // No clock that can be set, and none of somebody else's.
    let age_ms = effects.elapsed_ms().saturating_sub(look.claimed_ms);
    let listed = Arc::new(effects.list(None).await.map(|predictions| Findings { predictions, bills: Vec::new() }));
    Outcome::new(move |tx, now| {
        let Some(record) = tx.read_tx().record(run)?.filter(|run| run.state == RunState::Submitting) else {
            return Ok(Next::nothing());
        };
        match listed.as_ref().as_ref().map(|findings| find(tx, &record, findings)) {
            Ok(finding) => match finding? {
                Finding::Found(prediction) => accepted(tx, &record, RunEvent::Accepted, &prediction, now),
                Finding::Nothing if age_ms < FRESH_MS => {
                    let facts = TransitionDetails { not_before: Some(look.not_before), ..limited().into() };
                    tx.transition(run, RunEvent::NotSent, facts, now)?;
                    Ok(Next::nothing())
                }
                _ => is_lost(tx, run, UnknownReason::Limited, now),
            },
            Err(_) if look.tries + 1 >= LOOKS => is_lost(tx, run, UnknownReason::Limited, now),
            Err(_) => {
                let again = CheckNotAccepted { tries: look.tries + 1, ..look.clone() };
                Ok(Next::at(now + (2_000 << look.tries), Step::CheckNotAccepted(again)))
            }
        }
    })
}
