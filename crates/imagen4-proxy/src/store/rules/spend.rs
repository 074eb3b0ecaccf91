//! What was spent and what is held, as people see it.

use imagen4_core::api::{DaySpend, ModelSpend, Spend};
use imagen4_core::{MicroUsd, RunId, RunState, Timestamp};

use super::money::{HELD, SPENT};
use crate::store::sql::value::params;
use crate::store::{Account, ReadTx, Result};

/// Days that the page shows at most.
const DAYS_SHOWN: u32 = 92;

impl ReadTx<'_> {
    /// Every run with its state, what is held for it and its price: what an audit compares.
    ///
    /// # Errors
    /// When the store fails.
    pub fn held_by_run(&self, upstream: &str) -> Result<Vec<(RunId, RunState, MicroUsd, MicroUsd)>> {
        let sql = format!(
            "SELECT id, state, {HELD}, price FROM runs JOIN money ON money.run = runs.id WHERE runs.upstream = ?1 GROUP BY runs.seq"
        );
        self.sql.all(&sql, params![upstream])
    }

    /// The account's money, today and by day; without what takes a look at every run: pictures and models.
    ///
    /// # Errors
    /// When the store fails.
    pub fn spend(&self, account: &Account, now: Timestamp) -> Result<Spend> {
        let day = account.day_of(now);
        let (spent_microusd, held_microusd) = self.money_of_day(&account.upstream, &day)?;
        let price_of = |condition: &str| -> Result<MicroUsd> {
            let sql =
                format!("SELECT CAST(coalesce(sum(price), 0) AS BIGINT) FROM runs WHERE upstream = ?1 AND {condition}");
            Ok(self.sql.one::<(MicroUsd,)>(&sql, params![&account.upstream])?.0)
        };
        let days: Vec<(String, MicroUsd, MicroUsd)> = self.sql.all(
            "SELECT day, spent, held FROM days WHERE upstream = ?1 AND (spent <> 0 OR held <> 0) ORDER BY day DESC LIMIT ?2",
            params![&account.upstream, DAYS_SHOWN],
        )?;
        let day_spend =
            |(day, spent_microusd, held_microusd)| DaySpend { day, spent_microusd, held_microusd, pictures: 0 };
        Ok(Spend {
            spent_microusd,
            held_microusd,
            cap_microusd: account.daily_cap,
            unknown_microusd: price_of("state = 'unknown'")?,
            models: Vec::new(),
            refunds_expected_microusd: price_of("state = 'failed' AND refunded = 0")?,
            days: days.into_iter().map(day_spend).collect(),
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
        for day in &mut spend.days {
            let (pictures,) = self.sql.one(
                "SELECT count(*) FROM runs JOIN pictures ON pictures.run = runs.id WHERE runs.upstream = ?1 AND runs.day = ?2",
                params![&account.upstream, &day.day],
            )?;
            day.pictures = pictures;
        }
        let sql = format!(
            "SELECT model, CAST(sum(spent) AS BIGINT) AS spent, CAST(sum(pictures) AS BIGINT) FROM (
                SELECT CASE WHEN deleted_at IS NULL THEN model ELSE 'deleted runs' END AS model,
                    (SELECT {SPENT} FROM money WHERE run = runs.id) AS spent,
                    (SELECT count(*) FROM pictures WHERE run = runs.id) AS pictures
                FROM runs WHERE upstream = ?1
             ) AS of_run GROUP BY model HAVING sum(spent) <> 0 ORDER BY spent DESC, model"
        );
        let models = self.sql.all::<(String, MicroUsd, u64)>(&sql, params![&account.upstream])?;
        let model_spend = |(model, spent_microusd, pictures)| ModelSpend { model, spent_microusd, pictures };
        spend.models = models.into_iter().map(model_spend).collect();
        Ok(spend)
    }

    /// One line for each run with money, the newest first, as comma-separated values. It tells nothing of what was painted.
    ///
    /// # Errors
    /// When the store fails.
    pub fn spend_csv(&self, account: &Account) -> Result<String> {
        let sql = format!(
            "SELECT runs.day, id, CASE WHEN deleted_at IS NULL THEN model ELSE '' END, state, price, {HELD}, {SPENT},
                CAST(sum(CASE kind WHEN 'refund' THEN amount ELSE 0 END) AS BIGINT)
             FROM runs JOIN money ON money.run = runs.id WHERE runs.upstream = ?1 GROUP BY runs.seq ORDER BY runs.seq DESC"
        );
        let mut csv =
            "day,run,model,state,price_microusd,held_microusd,spent_microusd,refunded_microusd\r\n".to_owned();
        for mut row in self.sql.query(&sql, params![&account.upstream])? {
            // Names from our own tables and numbers: nothing that needs quotes, and nothing a spreadsheet would run.
            let texts: [String; 4] = [row.take()?, row.take()?, row.take()?, row.take()?];
            let amounts: [i64; 4] = [row.take()?, row.take()?, row.take()?, row.take()?];
            csv += &texts.join(",");
            for amount in amounts {
                csv += &format!(",{amount}");
            }
            csv += "\r\n";
        }
        Ok(csv)
    }
}
