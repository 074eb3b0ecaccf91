//! The one POST, and what its answer means: accepted, refused, never sent, or not known.

use std::sync::Arc;

use imagen4_client::SubmitError;
use imagen4_core::{Prediction, RunEvent, RunId, RunRequest, RunState, Timestamp};

use super::ask::{self, Watch};
use super::matching::{Finding, Findings, find};
use super::seek::{FIRST_LOOK_MS, Seek};
use super::words::{Lost, limited, lost, model_gone, refusal, taken, unreachable};
use super::{Errand, Next, Settlement};
use crate::dispatch::world::World;
use crate::ledger::{Facts, Result, Writing};

/// Shortest and longest wait before a request that was never sent is tried again, in milliseconds. In between it is a quarter of
/// the time that the run has waited already.
const NOT_SENT_MS: (u64, u64) = (5_000, 300_000);
/// Wait after a 429 that does not say how long, in milliseconds.
const LIMITED_MS: u64 = 20_000;
/// What a 429 may ask for: not at once, and not for ever.
const RETRY_AFTER_MS: (u64, u64) = (1_000, 900_000);
/// How often the list is asked after a 429 before nobody can know.
const LOOKS: u32 = 5;
/// Such a look proves nothing when the machine slept in between, in milliseconds.
const FRESH_MS: u64 = 5 * 60_000;

/// A look at the vendor's list before a request that was turned away is sent again: whoever answered 429 may stand behind
/// somebody who had accepted it.
#[derive(Clone, Debug)]
pub struct Look {
    /// When it may be sent again.
    not_before: Timestamp,
    /// How often the list did not answer.
    tries: u32,
}

pub(super) async fn perform(run: RunId, request: RunRequest, world: &impl World) -> Settlement {
    if !world.offers(&request.model) {
        return Settlement::new(move |writing, now| {
            // It has not left: nobody can have accepted it.
            writing.transition(run, RunEvent::Refused, Facts::from(model_gone()), now)?;
            Ok(Next::nothing())
        });
    }
    let answer = Arc::new(world.submit(&request).await);
    Settlement::new(move |writing, now| settle(writing, run, &answer, now))
}

fn settle(
    writing: &mut Writing<'_>,
    run: RunId,
    answer: &std::result::Result<Prediction, SubmitError>,
    now: Timestamp,
) -> Result<Next> {
    let Some(standing) = writing.reading().standing(run)?.filter(|run| run.state == RunState::Submitting) else {
        return Ok(Next::nothing());
    };
    let moved = match answer {
        Ok(prediction) => return accepted(writing, run, RunEvent::Accepted, prediction, now),
        Err(SubmitError::RateLimited { retry_after, .. }) => {
            let asked = retry_after.map_or(LIMITED_MS, |time| u64::try_from(time.as_millis()).unwrap_or(u64::MAX));
            let not_before = now + asked.clamp(RETRY_AFTER_MS.0, RETRY_AFTER_MS.1);
            let look = Errand::Look(Look { not_before, tries: 0 });
            return Ok(Next { limited_until: Some(not_before), ..Next::at(now, look) });
        }
        Err(SubmitError::Refused { status, message }) => (RunEvent::Refused, refusal(*status, message).into()),
        Err(SubmitError::NeverSent { .. }) => {
            let wait = (now.ms_since(standing.created_at) / 4).clamp(NOT_SENT_MS.0, NOT_SENT_MS.1);
            (RunEvent::NotSent, Facts { not_before: Some(now + wait), ..unreachable().into() })
        }
        Err(SubmitError::MaybeAccepted { .. }) => return is_lost(writing, run, Lost::Answer, now),
    };
    writing.transition(run, moved.0, moved.1, now)?;
    Ok(Next::nothing())
}

/// The vendor has it: notes its prediction, and goes on with what it says already.
pub(super) fn accepted(
    writing: &mut Writing<'_>,
    run: RunId,
    event: RunEvent,
    prediction: &Prediction,
    now: Timestamp,
) -> Result<Next> {
    let upstream = writing.account().upstream.clone();
    match writing.reading().explains(&upstream, &prediction.id)? {
        // One prediction cannot be two runs'.
        Some(other) if other != run => {
            writing.transition(run, RunEvent::AnswerLost, Facts::from(taken(&prediction.id)), now)?;
            return seek(writing, run, now);
        }
        _ => {}
    }
    let facts = Facts { prediction: Some(prediction.clone()), ..Facts::default() };
    if writing.transition(run, event, facts, now)?.is_none() {
        return Ok(Next::nothing());
    }
    let Some(standing) = writing.reading().standing(run)? else { return Ok(Next::nothing()) };
    let watch = Watch::of(&writing.reading(), &upstream, &standing, prediction.id.clone())?;
    ask::told(writing, run, watch, prediction, now)
}

/// Nobody can know whether it arrived.
fn is_lost(writing: &mut Writing<'_>, run: RunId, how: Lost, now: Timestamp) -> Result<Next> {
    writing.transition(run, RunEvent::AnswerLost, Facts::from(lost(how)), now)?;
    seek(writing, run, now)
}

/// Begins to look for a run whose answer is lost.
fn seek(writing: &Writing<'_>, run: RunId, now: Timestamp) -> Result<Next> {
    let standing = writing.reading().standing(run)?.filter(|run| run.state == RunState::Unknown);
    Ok(standing.map_or_else(Next::nothing, |run| Next::at(now + FIRST_LOOK_MS, Errand::Seek(Seek::of(&run)))))
}

pub(super) async fn look(run: RunId, look: Look, world: &impl World) -> Settlement {
    let looked_at = world.now();
    let listed = Arc::new(world.list(None).await.map(|predictions| Findings { predictions, bills: Vec::new() }));
    Settlement::new(move |writing, now| {
        let Some(standing) = writing.reading().standing(run)?.filter(|run| run.state == RunState::Submitting) else {
            return Ok(Next::nothing());
        };
        match listed.as_ref().as_ref().map(|findings| find(writing, &standing, findings)) {
            Ok(finding) => match finding? {
                Finding::Found(prediction) => accepted(writing, run, RunEvent::Accepted, &prediction, now),
                Finding::Nothing if looked_at.ms_since(standing.sent_at) < FRESH_MS => {
                    let facts = Facts { not_before: Some(look.not_before), ..limited().into() };
                    writing.transition(run, RunEvent::NotSent, facts, now)?;
                    Ok(Next::nothing())
                }
                _ => is_lost(writing, run, Lost::Limited, now),
            },
            Err(_) if look.tries + 1 >= LOOKS => is_lost(writing, run, Lost::Limited, now),
            Err(_) => {
                let again = Look { tries: look.tries + 1, ..look.clone() };
                Ok(Next::at(now + (2_000 << look.tries), Errand::Look(again)))
            }
        }
    })
}
