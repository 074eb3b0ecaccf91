//! The vendor's bill, looked at now and then: refunds of failed runs are believed when it shows them, and prices are what it says.

use std::time::Duration;

use imagen4_client::{BillKind, BillRow};
use imagen4_core::{MicroUsd, RunId, Timestamp};

use super::Runner;
use super::effects::{Bills, Effects};
use crate::store::{BillFacts, ReadTx, Result, WriteTx};

/// The bill is looked at so often.
const BOOKS_EVERY: Duration = Duration::from_secs(60);
/// Runs in one look: a page of the vendor's bill holds a hundred rows, and a run has at most two.
const RUNS: usize = 40;

/// Runs whose bill is to be looked at, with their predictions.
pub type Due = Vec<(RunId, String)>;

impl Runner {
    /// Looks at the vendor's bill now and then.
    pub(super) async fn keep_billing(self) {
        while self.sleep_or_stop(BOOKS_EVERY).await {
            // One of all processes asks.
            if self.is_leader()
                && let Err(error) = self.look_at_books().await
            {
                tracing::error!(%error, "WaveSpeed's billing could not be recorded");
            }
        }
    }

    async fn look_at_books(&self) -> Result<()> {
        let (upstream, now) = (self.upstream().to_owned(), self.now());
        let asked = self.shared.store.read(move |tx| due(tx, &upstream, now)).await?;
        if asked.is_empty() {
            return Ok(());
        }
        let ids = asked.iter().map(|(_, prediction)| prediction.clone()).collect();
        let Ok(rows) = self.shared.effects.bills(&Bills::Of(ids)).await else { return Ok(()) };
        if self.shared.store.write(move |tx| apply(tx, &asked, &rows)).await? {
            // What comes next is held at what the vendor asks now.
            self.shared.effects.models.quotes().forget();
            self.look_at_account().await;
        }
        Ok(())
    }
}

/// What is to be looked at now.
///
/// # Errors
/// When the store fails.
pub fn due(tx: &ReadTx<'_>, upstream: &str, now: Timestamp) -> Result<Due> {
    tx.bills_due(upstream, now, RUNS)
}

/// Books what the bill shows of them. Answers whether any was charged with another price than was expected.
///
/// # Errors
/// When the store fails.
pub fn apply(tx: &mut WriteTx<'_>, due: &Due, rows: &[BillRow]) -> Result<bool> {
    let mut is_other = false;
    for (run, prediction) in due {
        is_other |= tx.note_bill(*run, facts_of(prediction, rows))?;
    }
    Ok(is_other)
}

/// What rows of the bill say of one prediction, whichever others they are about as well.
pub fn facts_of(prediction: &str, rows: &[BillRow]) -> BillFacts {
    let mut facts = BillFacts::default();
    for row in rows.iter().filter(|row| row.prediction_id.as_deref() == Some(prediction)) {
        match &row.kind {
            BillKind::Deduct => facts.charged = Some(facts.charged.unwrap_or(MicroUsd::ZERO) + row.price),
            BillKind::Refund => facts.refunded = facts.refunded + row.price,
            BillKind::Other(_) => {}
        }
    }
    facts
}
