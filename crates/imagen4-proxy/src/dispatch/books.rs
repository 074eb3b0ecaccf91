//! The vendor's bill, looked at now and then: refunds of failed runs are believed when it shows them, and prices are what it says.

use std::collections::BTreeMap;

use imagen4_client::{BillKind, BillRow};
use imagen4_core::{MicroUsd, RunId, Timestamp};

use crate::ledger::{BillFacts, Reading, Result, Writing};

/// Runs in one look: a page of the vendor's bill holds a hundred rows, and a run has at most two.
const RUNS: usize = 40;

/// Runs whose bill is to be looked at, with their predictions.
pub type Due = Vec<(RunId, String)>;

/// What is to be looked at now.
///
/// # Errors
/// When the ledger fails.
pub fn due(reading: &Reading<'_>, upstream: &str, now: Timestamp) -> Result<Due> {
    reading.bills_due(upstream, now, RUNS)
}

/// Books what the bill shows of them.
///
/// # Errors
/// When the ledger fails.
pub fn settle(writing: &mut Writing<'_>, due: &Due, rows: &[BillRow], now: Timestamp) -> Result<()> {
    let mut facts: BTreeMap<&str, BillFacts> = BTreeMap::new();
    for row in rows {
        let Some(prediction) = &row.prediction_id else { continue };
        let of_it = facts.entry(prediction).or_default();
        match &row.kind {
            BillKind::Deduct => of_it.charged = Some(of_it.charged.unwrap_or(MicroUsd::ZERO) + row.price),
            BillKind::Refund => of_it.refunded = of_it.refunded + row.price,
            BillKind::Other(_) => {}
        }
    }
    for (run, prediction) in due {
        writing.note_bill(*run, facts.get(prediction.as_str()).copied().unwrap_or_default(), now)?;
    }
    Ok(())
}
