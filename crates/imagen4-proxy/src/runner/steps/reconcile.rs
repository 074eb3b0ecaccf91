//! Looking for a request whose answer was lost, in the vendor's list and bills, until it is found or proven absent; and, when
//! it was given up, for as long as it may still turn up.

use std::sync::Arc;

use imagen4_client::ApiError;
use imagen4_core::{RunEvent, RunId, RunState, Timestamp};
use imagen4_engine::RETENTION_MS;

use super::matching::{Finding, Findings, find, window};
use super::problems::{never_arrived, not_found, several};
use super::submit::accepted;
use super::{Next, Outcome, Step};
use crate::runner::effects::{Bills, Effects, Window};
use crate::store::{self, ReadTx, RunRecord, TransitionDetails, WriteTx};

/// A moment after the answer was lost: it may be there already.
pub(super) const FIRST_LOOK_MS: u64 = 5_000;
/// Two clean looks so far apart prove that it never arrived.
const CLEAN_APART_MS: u64 = 15 * 60_000;
/// But only as long as the vendor is certain to keep it; clocks differ.
const PROOF_MS: u64 = RETENTION_MS - 24 * 3_600_000;
/// Waits between looks, the last one again and again, in milliseconds.
const LOOKS_MS: [u64; 8] = [20_000, 60_000, 120_000, 300_000, 300_000, 900_000, 1_800_000, 3_600_000];
/// The same once nothing is held for it any more, in milliseconds.
const LATE_LOOKS_MS: [u64; 3] = [3_600_000, 3 * 3_600_000, 6 * 3_600_000];

/// So many more looks that saw something when the vendor's seven days are over: the clock alone may be wrong.
const LAST_LOOKS: u32 = 3;

/// A request that is looked for.
#[derive(Clone, Debug)]
pub struct Reconcile {
    window: Window,
    /// Since list and bills were first clean: how long it was waited, in milliseconds. Timers, not the clock, which may be set.
    clean_ms: Option<u64>,
    looks: usize,
    late_looks: usize,
    beyond: u32,
}

impl Reconcile {
    /// Looks for a run around the time when it was sent.
    pub(super) fn of(run: &RunRecord) -> Self {
        Self { window: window(run.sent_at), clean_ms: None, looks: 0, late_looks: 0, beyond: 0 }
    }

    /// The next look in its time.
    fn again(mut self, state: RunState, now: Timestamp) -> Next {
        let (looks, waits) = match state {
            RunState::Unknown => (&mut self.looks, LOOKS_MS.as_slice()),
            _ => (&mut self.late_looks, LATE_LOOKS_MS.as_slice()),
        };
        let wait = waits[(*looks).min(waits.len() - 1)];
        *looks += 1;
        // The second clean look is not later than it has to be.
        let left = self.clean_ms.map(|clean| CLEAN_APART_MS.saturating_sub(clean)).filter(|left| *left > 0);
        let wait = left.map_or(wait, |left| wait.min(left));
        self.clean_ms = self.clean_ms.map(|clean| clean + wait);
        Next::at(now + wait, Step::Reconcile(self))
    }
}

pub(super) async fn perform(run: RunId, seek: Reconcile, effects: &impl Effects) -> Outcome {
    let findings = Arc::new(look(seek.window, effects).await.ok());
    Outcome::new(move |tx, now| apply(tx, run, &seek, findings.as_ref().as_ref(), now))
}

/// A look out of turn; `None` when nothing could be seen.
pub async fn look_now(run: &RunRecord, effects: &impl Effects) -> Option<Findings> {
    look(window(run.sent_at), effects).await.ok()
}

/// What a look out of turn means. Only what it found: that it found nothing proves no more than the looks in their time do. Answers the
/// run if the vendor has it.
///
/// # Errors
/// When the store fails.
pub fn apply_now(tx: &mut WriteTx<'_>, run: RunId, findings: &Findings) -> store::Result<Option<RunId>> {
    let Some(record) = lost(&tx.read_tx(), run)? else { return Ok(None) };
    match find(tx, &record, findings)? {
        Finding::Found(prediction) => {
            accepted(tx, &record, RunEvent::Found, &prediction, tx.now())?;
            return Ok(Some(run));
        }
        Finding::Several(ids) if record.state == RunState::Unknown => tx.note_problem(run, Some(&several(&ids)))?,
        _ => {}
    }
    Ok(None)
}

/// The run, if it may be at the vendor without our knowing.
///
/// # Errors
/// When the store fails.
pub fn lost(tx: &ReadTx<'_>, run: RunId) -> store::Result<Option<RunRecord>> {
    let is_lost = |run: &RunRecord| matches!(run.state, RunState::Unknown | RunState::Rejected);
    Ok(tx.record(run)?.filter(|run| is_lost(run) && run.prediction_id.is_none()))
}

/// The newest predictions, whatever the clocks say, those of the time in question, and the bills of that time.
async fn look(window: Window, effects: &impl Effects) -> Result<Findings, ApiError> {
    let mut predictions = effects.list(None).await?;
    predictions.extend(effects.list(Some(window)).await?);
    Ok(Findings { predictions, bills: effects.bills(&Bills::In(window)).await? })
}

fn apply(
    tx: &mut WriteTx<'_>,
    run: RunId,
    seek: &Reconcile,
    findings: Option<&Findings>,
    now: Timestamp,
) -> store::Result<Next> {
    let Some(record) = lost(&tx.read_tx(), run)? else { return Ok(Next::nothing()) };
    let mut seek = seek.clone();
    let age = now.ms_since(record.lost_at.unwrap_or(record.sent_at));
    match findings.map(|findings| find(tx, &record, findings)).transpose()? {
        Some(Finding::Found(prediction)) => return accepted(tx, &record, RunEvent::Found, &prediction, now),
        Some(Finding::Several(ids)) => {
            seek.clean_ms = None;
            if record.state == RunState::Unknown {
                tx.note_problem(run, Some(&several(&ids)))?;
            }
        }
        // What the vendor forgets by itself proves nothing by being absent. It keeps it since it was sent.
        Some(Finding::Nothing) if age.max(now.ms_since(record.sent_at)) < PROOF_MS => {
            let clean_ms = *seek.clean_ms.get_or_insert(0);
            if record.state == RunState::Unknown && clean_ms >= CLEAN_APART_MS {
                tx.transition(run, RunEvent::ProvenAbsent, TransitionDetails::from(never_arrived()), now)?;
                return Ok(seek.again(RunState::Rejected, now));
            }
        }
        // Nothing is clean that could not be seen.
        _ => {}
    }
    seek.beyond += u32::from(age > RETENTION_MS && findings.is_some());
    if seek.beyond > LAST_LOOKS {
        if record.state == RunState::Unknown {
            tx.note_problem(run, Some(&not_found()))?;
        }
        return Ok(Next::nothing());
    }
    Ok(seek.again(record.state, now))
}
