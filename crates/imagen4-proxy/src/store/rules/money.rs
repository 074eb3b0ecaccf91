//! The rows of money and the sums of each day: appended together, never changed.

use imagen4_core::{MicroUsd, RunId, Timestamp};

use crate::store::account::upstream_costs_money;
use crate::store::sql::value::params;
use crate::store::{ReadTx, Result, WriteTx};

/// What a row of money does.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(in crate::store) enum MoneyKind {
    /// It is set aside.
    Hold,
    /// It is not set aside any more.
    Release,
    /// It was spent.
    Spend,
    /// It came back.
    Refund,
}

impl MoneyKind {
    const fn as_str(self) -> &'static str {
        match self {
            Self::Hold => "hold",
            Self::Release => "release",
            Self::Spend => "spend",
            Self::Refund => "refund",
        }
    }

    /// What it adds to the held and to the spent money of a day.
    const fn change(self, amount: MicroUsd) -> (i64, i64) {
        let amount = amount.micros();
        match self {
            Self::Hold => (amount, 0),
            Self::Release => (-amount, 0),
            Self::Spend => (0, amount),
            Self::Refund => (0, -amount),
        }
    }
}

impl WriteTx<'_> {
    /// Appends rows of money. They belong to the day on which the run was accepted, whenever they are appended.
    pub(in crate::store) fn append_money(
        &mut self,
        run: RunId,
        upstream: &str,
        day: &str,
        moves: &[(MoneyKind, MicroUsd)],
        now: Timestamp,
    ) -> Result<()> {
        if !upstream_costs_money(upstream) || moves.is_empty() {
            return Ok(());
        }
        let (mut held, mut spent) = (0, 0);
        let mut rows = Vec::new();
        let mut values = Vec::from(params![run, upstream, day, now]);
        for (kind, amount) in moves {
            let change = kind.change(*amount);
            (held, spent) = (held + change.0, spent + change.1);
            rows.push(format!("(?1, ?2, ?3, ?{}, ?{}, ?4)", values.len() + 1, values.len() + 2));
            values.extend([kind.as_str().into(), (*amount).into()]);
        }
        let sql = format!("INSERT INTO money (run, upstream, day, kind, amount, at) VALUES {}", rows.join(", "));
        self.sql.execute(&sql, &values)?;
        self.sql.execute(
            "INSERT INTO days (upstream, day, held, spent) VALUES (?1, ?2, ?3, ?4)
             ON CONFLICT (upstream, day) DO UPDATE SET held = days.held + excluded.held, spent = days.spent + excluded.spent",
            params![upstream, day, held, spent],
        )?;
        Ok(())
    }
}

impl ReadTx<'_> {
    /// Spent and held for one day.
    ///
    /// # Errors
    /// When the store fails.
    pub fn money_of_day(&self, upstream: &str, day: &str) -> Result<(MicroUsd, MicroUsd)> {
        let sums =
            self.sql.first("SELECT spent, held FROM days WHERE upstream = ?1 AND day = ?2", params![upstream, day])?;
        Ok(sums.unwrap_or((MicroUsd::ZERO, MicroUsd::ZERO)))
    }

    /// Spent and held since the store began.
    ///
    /// # Errors
    /// When the store fails.
    pub fn money_in_all(&self, upstream: &str) -> Result<(MicroUsd, MicroUsd)> {
        self.sql.one(
            "SELECT CAST(coalesce(sum(spent), 0) AS BIGINT), CAST(coalesce(sum(held), 0) AS BIGINT) FROM days
             WHERE upstream = ?1",
            params![upstream],
        )
    }

    /// The days whose sums are not what their rows of money come to: none, unless something is wrong.
    ///
    /// # Errors
    /// When the store fails.
    pub fn days_in_doubt(&self) -> Result<Vec<String>> {
        let days = self.sql.all::<(String,)>(
            &format!(
                "SELECT days.day FROM days LEFT JOIN money ON money.upstream = days.upstream AND money.day = days.day
                 GROUP BY days.upstream, days.day, days.held, days.spent HAVING {HELD} <> days.held OR {SPENT} <> days.spent
                 UNION ALL
                 SELECT day FROM money WHERE NOT EXISTS
                    (SELECT 1 FROM days WHERE days.upstream = money.upstream AND days.day = money.day)"
            ),
            &[],
        )?;
        Ok(days.into_iter().map(|(day,)| day).collect())
    }
}

/// What rows of money come to.
pub(super) const SPENT: &str =
    "CAST(coalesce(sum(CASE kind WHEN 'spend' THEN amount WHEN 'refund' THEN -amount ELSE 0 END), 0) AS BIGINT)";
/// The same of what is held.
pub(super) const HELD: &str =
    "CAST(coalesce(sum(CASE kind WHEN 'hold' THEN amount WHEN 'release' THEN -amount ELSE 0 END), 0) AS BIGINT)";
