//! What was spent and what is held, read from the rows of money.

use imagen4_core::api::{DaySpend, ModelSpend, Spend};
use imagen4_core::{MicroUsd, RunId, RunState, Timestamp};
use rusqlite::params;

use super::read::{run_id, run_state};
use crate::store::{Account, ReadTx, Result};

/// Days that the page shows at most.
const DAYS_SHOWN: u32 = 92;

impl ReadTx<'_> {
    /// Spent and held for one day.
    ///
    /// # Errors
    /// When the store fails.
    pub fn money_of_day(&self, upstream: &str, day: &str) -> Result<(MicroUsd, MicroUsd)> {
        let sql = format!("SELECT {SPENT}, {HELD} FROM money WHERE upstream = ?1 AND day = ?2");
        let sums = self
            .connection
            .prepare_cached(&sql)?
            .query_row(params![upstream, day], |row| Ok((row.get::<_, i64>(0)?, row.get::<_, i64>(1)?)))?;
        Ok((MicroUsd::new(sums.0), MicroUsd::new(sums.1)))
    }

    /// Spent and held since the store began.
    ///
    /// # Errors
    /// When the store fails.
    pub fn money_in_all(&self, upstream: &str) -> Result<(MicroUsd, MicroUsd)> {
        let sql = format!("SELECT {SPENT}, {HELD} FROM money WHERE upstream = ?1");
        let sums = self
            .connection
            .prepare_cached(&sql)?
            .query_row([upstream], |row| Ok((row.get::<_, i64>(0)?, row.get::<_, i64>(1)?)))?;
        Ok((MicroUsd::new(sums.0), MicroUsd::new(sums.1)))
    }

    /// Every run with its state, what is held for it and its price: what an audit compares.
    ///
    /// # Errors
    /// When the store fails.
    pub fn held_by_run(&self, upstream: &str) -> Result<Vec<(RunId, RunState, MicroUsd, MicroUsd)>> {
        let sql = format!(
            "SELECT id, state, {HELD}, price FROM runs JOIN money ON money.run = runs.id WHERE runs.upstream = ?1 GROUP BY id"
        );
        let mut statement = self.connection.prepare_cached(&sql)?;
        let rows = statement.query_map([upstream], |row| {
            Ok((row.get::<_, String>(0)?, row.get::<_, String>(1)?, row.get(2)?, row.get(3)?))
        })?;
        rows.map(|row| {
            let (id, state, held, price) = row?;
            Ok((run_id(&id)?, run_state(&state)?, MicroUsd::new(held), MicroUsd::new(price)))
        })
        .collect()
    }

    /// The account's money, today and by day; without what takes a look at every run: pictures and models.
    ///
    /// # Errors
    /// When the store fails.
    pub fn spend(&self, account: &Account, now: Timestamp) -> Result<Spend> {
        let day = account.day_of(now);
        let (spent_microusd, held_microusd) = self.money_of_day(&account.upstream, &day)?;
        let owed: i64 = self
            .connection
            .prepare_cached(
                "SELECT coalesce(sum(price), 0) FROM runs WHERE upstream = ?1 AND state = 'failed' AND NOT refunded",
            )?
            .query_row([&account.upstream], |row| row.get(0))?;
        let unknown: i64 = self
            .connection
            .prepare_cached("SELECT coalesce(sum(price), 0) FROM runs WHERE upstream = ?1 AND state = 'unknown'")?
            .query_row([&account.upstream], |row| row.get(0))?;
        let sql = format!(
            "SELECT day, {SPENT} AS spent, {HELD} AS held FROM money WHERE upstream = ?1
             GROUP BY day HAVING spent <> 0 OR held <> 0 ORDER BY day DESC LIMIT {DAYS_SHOWN}"
        );
        let mut statement = self.connection.prepare_cached(&sql)?;
        let days = statement.query_map([&account.upstream], |row| {
            Ok(DaySpend {
                day: row.get(0)?,
                spent_microusd: MicroUsd::new(row.get(1)?),
                held_microusd: MicroUsd::new(row.get(2)?),
                pictures: 0,
            })
        })?;
        Ok(Spend {
            spent_microusd,
            held_microusd,
            cap_microusd: account.daily_cap,
            unknown_microusd: MicroUsd::new(unknown),
            models: Vec::new(),
            refunds_expected_microusd: MicroUsd::new(owed),
            days: days.collect::<rusqlite::Result<_>>()?,
            day,
        })
    }
}

impl ReadTx<'_> {
    /// The account's money with the pictures of each day, and by model.
    ///
    /// # Errors
    /// When the store fails.
    pub fn spend_in_full(&self, account: &Account, now: Timestamp) -> Result<Spend> {
        let mut spend = self.spend(account, now)?;
        let mut of_day = self.connection.prepare_cached(
            "SELECT count(*) FROM runs JOIN pictures ON pictures.run = runs.id WHERE runs.upstream = ?1 AND runs.day = ?2",
        )?;
        for day in &mut spend.days {
            day.pictures = of_day.query_row(params![account.upstream, day.day], |row| row.get(0))?;
        }
        let sql = format!(
            "SELECT model, sum(spent) AS spent, sum(pictures) FROM (
                SELECT CASE WHEN deleted_at IS NULL THEN model ELSE 'deleted runs' END AS model,
                    (SELECT {SPENT} FROM money WHERE run = runs.id) AS spent,
                    (SELECT count(*) FROM pictures WHERE run = runs.id) AS pictures
                FROM runs WHERE upstream = ?1
             ) GROUP BY model HAVING sum(spent) <> 0 ORDER BY spent DESC"
        );
        let mut by_model = self.connection.prepare_cached(&sql)?;
        let rows = by_model.query_map([&account.upstream], |row| {
            Ok(ModelSpend { model: row.get(0)?, spent_microusd: MicroUsd::new(row.get(1)?), pictures: row.get(2)? })
        })?;
        spend.models = rows.collect::<rusqlite::Result<_>>()?;
        Ok(spend)
    }

    /// One line for each run with money, the newest first, as comma-separated values. It tells nothing of what was painted.
    ///
    /// # Errors
    /// When the store fails.
    pub fn spend_csv(&self, account: &Account) -> Result<String> {
        let sql = format!(
            "SELECT runs.day, id, CASE WHEN deleted_at IS NULL THEN model ELSE '' END, state, price, {HELD}, {SPENT},
                sum(CASE kind WHEN 'refund' THEN amount ELSE 0 END)
             FROM runs JOIN money ON money.run = runs.id WHERE runs.upstream = ?1 GROUP BY runs.seq ORDER BY runs.seq DESC"
        );
        let mut csv =
            "day,run,model,state,price_microusd,held_microusd,spent_microusd,refunded_microusd\r\n".to_owned();
        let mut statement = self.connection.prepare_cached(&sql)?;
        let mut rows = statement.query([&account.upstream])?;
        while let Some(row) = rows.next()? {
            // Names from our own tables and numbers: nothing that needs quotes, and nothing a spreadsheet would run.
            let texts: [String; 4] = [row.get(0)?, row.get(1)?, row.get(2)?, row.get(3)?];
            let amounts: [i64; 4] = [row.get(4)?, row.get(5)?, row.get(6)?, row.get(7)?];
            csv += &texts.join(",");
            for amount in amounts {
                csv += &format!(",{amount}");
            }
            csv += "\r\n";
        }
        Ok(csv)
    }
}

const SPENT: &str = "coalesce(sum(CASE kind WHEN 'spend' THEN amount WHEN 'refund' THEN -amount ELSE 0 END), 0)";
const HELD: &str = "coalesce(sum(CASE kind WHEN 'hold' THEN amount WHEN 'release' THEN -amount ELSE 0 END), 0)";
