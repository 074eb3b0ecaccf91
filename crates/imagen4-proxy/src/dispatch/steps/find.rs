//! Looking up a prediction that the vendor has not known for ten minutes: list and bills say what became of it.

use std::sync::Arc;

use imagen4_client::BillKind;
use imagen4_core::{RunEvent, RunId, Timestamp};

use super::ask::{Watch, told};
use super::words::{forgotten, refunded};
use super::{Next, Settlement};
use crate::dispatch::world::{Bills, Window, World};
use crate::ledger::{BillFacts, Facts, Result, Writing};

/// How far the vendor's clock and ours may be apart, in milliseconds.
const APART_MS: u64 = 3_600_000;
/// Until the next question when neither list nor bills decide it, in milliseconds.
const UNDECIDED_MS: u64 = 15 * 60_000;

pub(super) async fn perform(run: RunId, watch: Watch, world: &impl World) -> Settlement {
    let window = Window { from: watch.sent_at - APART_MS, to: watch.sent_at + APART_MS };
    let listed = world.list(Some(window)).await;
    let billed = world.bills(&Bills::Of(vec![watch.prediction_id.clone()])).await;
    let findings = Arc::new((listed, billed));
    Settlement::new(move |writing, now| {
        let (listed, billed) = findings.as_ref();
        if let Ok(listed) = listed
            && let Some(prediction) = listed.iter().find(|listed| listed.id == watch.prediction_id)
        {
            return told(writing, run, watch.clone(), prediction, now);
        }
        if let (Ok(_), Ok(rows)) = (listed, billed) {
            let has = |kind| {
                rows.iter().any(|row| row.kind == kind && row.prediction_id.as_deref() == Some(&watch.prediction_id))
            };
            if has(BillKind::Refund) {
                let refund = rows.iter().filter(|row| row.kind == BillKind::Refund).map(|row| row.price).sum();
                return failed(writing, run, BillFacts { charged: None, refunded: refund }, now);
            }
            if has(BillKind::Deduct) {
                writing.transition(run, RunEvent::Expired, Facts::from(forgotten()), now)?;
                return Ok(Next::nothing());
            }
        }
        Ok(watch.clone().after_failure(UNDECIDED_MS, now))
    })
}

/// It ended without pictures, and its money is back.
fn failed(writing: &mut Writing<'_>, run: RunId, bill: BillFacts, now: Timestamp) -> Result<Next> {
    writing.transition(run, RunEvent::Failed, Facts::from(refunded()), now)?;
    writing.note_bill(run, bill, now)?;
    Ok(Next::nothing())
}
