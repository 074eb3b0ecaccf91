//! What the vendor's bill says of runs: it is believed, whatever was expected.

use imagen4_core::{MicroUsd, RunId, RunState, Timestamp};
use rusqlite::params;

use super::read::run_id;
use crate::store::{ReadTx, Result, WriteTx};

/// Waits between two looks at the bill of one run: at first a minute, then a quarter of its age, at most an hour.
const WAIT_MS: (u64, u64) = (60_000, 3_600_000);
/// A bill that has not shown a run's charge or refund for so long is not going to.
const LOOKED_AT_MS: u64 = 30 * 24 * 3_600_000;

/// What the bill says of one prediction.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct BillFacts {
    /// What was charged; `None` when it is not on the bill yet.
    pub charged: Option<MicroUsd>,
    /// What was given back.
    pub refunded: MicroUsd,
}

impl ReadTx<'_> {
    /// Runs whose bill is to be looked at now, at most `most`, with their predictions: everything that ended, until its charge
    /// was seen, and failed runs until their refund was.
    ///
    /// # Errors
    /// When the store fails.
    pub fn bills_due(&self, upstream: &str, now: Timestamp, most: usize) -> Result<Vec<(RunId, String)>> {
        let mut statement = self.connection.prepare_cached(
            "SELECT id, prediction_id FROM runs
             WHERE upstream = ?1 AND prediction_id IS NOT NULL AND NOT bill_settled
             AND state IN ('completed', 'archived', 'expired', 'failed') AND submitted_at > ?3
             AND abs(?2 - coalesce(bill_asked_at, 0)) >= max(?4, min(?5, (?2 - submitted_at) / 4))
             ORDER BY coalesce(bill_asked_at, 0) LIMIT ?6",
        )?;
        let rows = statement
            .query_map(params![upstream, now.ms(), (now - LOOKED_AT_MS).ms(), WAIT_MS.0, WAIT_MS.1, most], |row| {
                Ok((row.get::<_, String>(0)?, row.get(1)?))
            })?;
        rows.map(|row| row.map_err(Into::into).and_then(|(id, prediction)| Ok((run_id(&id)?, prediction)))).collect()
    }
}

impl WriteTx<'_> {
    /// Books what the bill says: another price than was held, and the refund of a failed run. Answers whether it was another
    /// price.
    ///
    /// # Errors
    /// When the store fails.
    pub fn note_bill(&mut self, id: RunId, facts: BillFacts, now: Timestamp) -> Result<bool> {
        let (state, price) = self.state_and_price(id)?;
        let settled_before: bool = self
            .connection
            .prepare_cached("SELECT bill_settled FROM runs WHERE id = ?1")?
            .query_row([id.to_string()], |row| row.get(0))?;
        if settled_before {
            return Ok(false);
        }
        let mut settled = false;
        if let Some(charged) = facts.charged {
            settled = state != RunState::Failed;
            if charged > price {
                self.append_money(id, "spend", charged - price, now)?;
            } else if charged < price {
                self.append_money(id, "refund", price - charged, now)?;
            }
            if charged != price {
                self.update(id, "UPDATE runs SET price = ?2 WHERE id = ?1", charged.micros())?;
            }
        }
        if state == RunState::Failed && facts.refunded > MicroUsd::ZERO {
            settled = true;
            self.append_money(id, "refund", facts.refunded, now)?;
            self.update(id, "UPDATE runs SET refunded = ?2 WHERE id = ?1", 1)?;
        }
        if settled {
            self.connection
                .prepare_cached("UPDATE runs SET bill_settled = 1 WHERE id = ?1")?
                .execute([id.to_string()])?;
        }
        self.connection
            .prepare_cached("UPDATE runs SET bill_asked_at = ?2 WHERE id = ?1")?
            .execute(params![id.to_string(), now.ms()])?;
        Ok(facts.charged.is_some_and(|charged| charged != price))
    }

    fn update(&mut self, id: RunId, sql: &str, value: i64) -> Result<()> {
        self.connection.prepare_cached(sql)?.execute(params![id.to_string(), value])?;
        self.bump_revision(id)
    }
}
