//! What the vendor's bill says of runs: it is believed, whatever was expected.

use imagen4_core::{MicroUsd, RunId, RunState, Timestamp};

use super::money::MoneyKind;
use super::transition::Head;
use crate::store::sql::value::params;
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
        self.sql.all(
            "SELECT id, prediction_id FROM runs
             WHERE upstream = ?1 AND prediction_id IS NOT NULL AND bill_settled = 0
             AND state IN ('completed', 'archived', 'expired', 'failed') AND submitted_at > ?3
             AND abs(?2 - coalesce(bill_asked_at, 0)) >= CASE
                WHEN (?2 - submitted_at) / 4 < ?4 THEN ?4 WHEN (?2 - submitted_at) / 4 > ?5 THEN ?5 ELSE (?2 - submitted_at) / 4 END
             ORDER BY coalesce(bill_asked_at, 0), seq LIMIT ?6",
            params![upstream, now, now - LOOKED_AT_MS, WAIT_MS.0, WAIT_MS.1, most as u64],
        )
    }
}

impl WriteTx<'_> {
    /// Books what the bill says: another price than was held, and the refund of a failed run. Answers whether it was another
    /// price.
    ///
    /// # Errors
    /// When the store fails.
    pub fn note_bill(&mut self, id: RunId, facts: BillFacts) -> Result<bool> {
        let Head { state, price, upstream, day } = self.head(id)?;
        let (is_settled,) = self.sql.one("SELECT bill_settled FROM runs WHERE id = ?1", params![id])?;
        if is_settled {
            return Ok(false);
        }
        let is_refunded = state == RunState::Failed && facts.refunded > MicroUsd::ZERO;
        let charged = facts.charged.unwrap_or(price);
        let mut moves = Vec::new();
        if charged > price {
            moves.push((MoneyKind::Spend, charged - price));
        } else if charged < price {
            moves.push((MoneyKind::Refund, price - charged));
        }
        if is_refunded {
            moves.push((MoneyKind::Refund, facts.refunded));
        }
        self.append_money(id, &upstream, &day, &moves, self.now)?;
        let settled = is_refunded || (facts.charged.is_some() && state != RunState::Failed);
        let is_news = !moves.is_empty();
        let revision = self.next_revision();
        self.sql.execute(
            "UPDATE runs SET price = ?2, refunded = ?3, bill_settled = ?4, bill_asked_at = ?5,
                revision = CASE WHEN ?6 = 1 THEN ?7 ELSE revision END WHERE id = ?1",
            params![id, charged, is_refunded, settled, self.now, is_news, revision],
        )?;
        if is_news {
            self.changed();
        }
        Ok(charged != price)
    }
}
