//! Figures for whoever operates it, counted from the store itself: no counter can drift from it.

use imagen4_core::{MicroUsd, Timestamp};

use crate::store::sql::value::params;
use crate::store::{Account, ReadTx, Result};

/// How things stand.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Stats {
    /// Runs of all upstreams by state, deleted ones too.
    pub runs: Vec<(String, u64)>,
    /// Spent today, and held in all.
    pub spent_today: MicroUsd,
    /// Held for today.
    pub held_today: MicroUsd,
    /// Spent since the store began, refunds taken off.
    pub spent: MicroUsd,
    /// Held, whatever the day.
    pub held: MicroUsd,
    /// Spent on failed runs, and not on the bill as refunded yet.
    pub refunds_expected: MicroUsd,
    /// When the oldest run was sent that the vendor has and whose pictures are not all here.
    pub oldest_unarchived: Option<Timestamp>,
}

impl ReadTx<'_> {
    /// How things stand for an account now.
    ///
    /// # Errors
    /// When the store fails.
    pub fn stats(&self, account: &Account, now: Timestamp) -> Result<Stats> {
        let spend = self.spend(account, now)?;
        let runs = self.sql.all("SELECT state, count(*) FROM runs GROUP BY state", &[])?;
        let (spent, held) = self.money_in_all(&account.upstream)?;
        let (oldest_unarchived,) = self.sql.one(
            "SELECT min(submitted_at) FROM runs WHERE upstream = ?1 AND state IN ('running', 'completed')",
            params![&account.upstream],
        )?;
        Ok(Stats {
            runs,
            spent_today: spend.spent_microusd,
            held_today: spend.held_microusd,
            spent,
            held,
            refunds_expected: spend.refunds_expected_microusd,
            oldest_unarchived,
        })
    }
}
