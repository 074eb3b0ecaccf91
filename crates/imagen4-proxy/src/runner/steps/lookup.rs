//! Looking up a prediction that the vendor has not known for ten minutes: list and bills say what became of it.

use std::sync::Arc;

use imagen4_core::{MicroUsd, RunEvent, RunId};

use super::poll::told;
use super::problems::{forgotten, refunded};
use super::watch::PollState;
use super::{Next, Outcome};
use crate::runner::billing::facts_of;
use crate::runner::effects::{Bills, Effects, Window};
use crate::store::TransitionDetails;

/// How far the vendor's clock and ours may be apart, in milliseconds.
const APART_MS: u64 = 3_600_000;
/// A prediction that failed is refunded within this time, in milliseconds.
const REFUNDED_MS: u64 = 3 * 3_600_000;
/// Until the next question when neither list nor bills decide it, in milliseconds.
const UNDECIDED_MS: u64 = 15 * 60_000;

pub(super) async fn perform(run: RunId, watch: PollState, effects: &impl Effects) -> Outcome {
    let window = Window { from: watch.sent_at - APART_MS, to: watch.sent_at + APART_MS };
    let listed = effects.list(Some(window)).await;
    let billed = effects.bills(&Bills::Of(vec![watch.prediction_id.clone()])).await;
    let findings = Arc::new((listed, billed));
    Outcome::new(move |tx, now| {
        let (listed, billed) = findings.as_ref();
        if let Ok(listed) = listed
            && let Some(prediction) = listed.iter().find(|listed| listed.id == watch.prediction_id)
        {
            return told(tx, run, watch.clone(), prediction, now);
        }
        if let (Ok(_), Ok(rows)) = (listed, billed) {
            let bill = facts_of(&watch.prediction_id, rows);
            if bill.refunded > MicroUsd::ZERO {
                tx.transition(run, RunEvent::Failed, TransitionDetails::from(refunded()), now)?;
                tx.note_bill(run, bill)?;
                return Ok(Next::nothing());
            }
            // It may still be refunded.
            if bill.charged.is_some() && now.ms_since(watch.sent_at) > REFUNDED_MS {
                tx.transition(run, RunEvent::Expired, TransitionDetails::from(forgotten(&watch.prediction_id)), now)?;
                return Ok(Next::nothing());
            }
        }
        Ok(watch.clone().after_failure(UNDECIDED_MS, now))
    })
}
