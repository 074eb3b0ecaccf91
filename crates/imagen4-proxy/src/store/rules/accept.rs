//! Accepting a run or a group: idempotent, within the budget, its money held in the same transaction.

use imagen4_core::api::BudgetState;
use imagen4_core::filter::searched;
use imagen4_core::{MicroUsd, RunId, RunRequest, RunState};

use super::money::MoneyKind;
use crate::store::sql::value::params;
use crate::store::{ReadTx, Result, WriteTx};

/// A run that somebody asks for.
#[derive(Clone, Debug)]
pub struct NewRun {
    /// The id it gets if it is accepted.
    pub id: RunId,
    /// Who asks.
    pub person: String,
    /// SHA-256 of the Idempotency-Key.
    pub key_hash: [u8; 32],
    /// SHA-256 of the request as it was asked for, before a seed was rolled.
    pub fingerprint: [u8; 32],
    /// What is asked for, with a concrete seed.
    pub request: RunRequest,
    /// What it costs.
    pub price: MicroUsd,
    /// The run it was varied from.
    pub parent: Option<RunId>,
}

/// Runs that somebody asks for with one press.
#[derive(Clone, Debug)]
pub struct NewGroup {
    /// The id it gets if it is accepted; a number like a run's.
    pub id: RunId,
    /// Who asks.
    pub person: String,
    /// SHA-256 of the Idempotency-Key.
    pub key_hash: [u8; 32],
    /// SHA-256 of all requests as they were asked for.
    pub fingerprint: [u8; 32],
    /// The runs, each with a key of its own.
    pub runs: Vec<NewRun>,
}

/// What became of it.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Accepted {
    /// It is in the store and its money is held.
    New(RunId),
    /// The same key with the same request came before: this is its run, or its group.
    Before(RunId),
    /// The same key came before with another request.
    KeyReused,
    /// The same key came before, and its run was deleted since.
    Deleted,
    /// It would exceed the day's cap; nothing was recorded.
    OverBudget(BudgetState),
}

impl WriteTx<'_> {
    /// Accepts a run, unless it is there already or too expensive.
    ///
    /// # Errors
    /// When the store fails; then nothing is recorded.
    pub fn accept(&mut self, new: &NewRun) -> Result<Accepted> {
        if let Some(answer) = self.read_tx().accepted_before(&new.person, new.key_hash, new.fingerprint)? {
            return Ok(answer);
        }
        if let Some(budget) = self.lacks_budget(new.price)? {
            return Ok(Accepted::OverBudget(budget));
        }
        self.insert(new, None)?;
        Ok(Accepted::New(new.id))
    }

    /// Accepts all runs of a group or none.
    ///
    /// # Errors
    /// When the store fails; then nothing is recorded.
    pub fn accept_group(&mut self, new: &NewGroup) -> Result<Accepted> {
        if let Some(answer) = self.read_tx().accepted_before(&new.person, new.key_hash, new.fingerprint)? {
            return Ok(answer);
        }
        let price = new.runs.iter().map(|run| run.price).fold(MicroUsd::ZERO, |sum, price| sum + price);
        if let Some(budget) = self.lacks_budget(price)? {
            return Ok(Accepted::OverBudget(budget));
        }
        self.sql.execute(
            "INSERT INTO groups (id, person, created_at, key_hash, fingerprint) VALUES (?1, ?2, ?3, ?4, ?5)",
            params![new.id, &new.person, self.now, new.key_hash, new.fingerprint],
        )?;
        for run in &new.runs {
            self.insert(run, Some(new.id))?;
        }
        Ok(Accepted::New(new.id))
    }

    /// Notes that a run's pictures are wanted inside the answers, in base64.
    ///
    /// # Errors
    /// When the store fails.
    pub fn wants_inline(&mut self, id: RunId) -> Result<()> {
        self.sql.execute("UPDATE runs SET inline = 1 WHERE id = ?1", params![id])?;
        Ok(())
    }

    fn insert(&mut self, new: &NewRun, group: Option<RunId>) -> Result<()> {
        let (account, day, now) = (self.account, self.account.day_of(self.now), self.now);
        self.sql.execute(
            "INSERT INTO runs (id, person, upstream, state, revision, created_at, day, request, num_images, price,
                key_hash, fingerprint, parent, group_id, searched, model, ratio, seed)
             VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8, ?9, ?10, ?11, ?12, ?13, ?14, ?15, ?16, ?17, ?18)",
            params![
                new.id,
                &new.person,
                &account.upstream,
                RunState::Queued,
                self.next_revision(),
                now,
                &day,
                &new.request,
                new.request.images(),
                new.price,
                new.key_hash,
                new.fingerprint,
                new.parent,
                group,
                searched(new.request.prompt(), None),
                &new.request.model,
                new.request.ratio().map(|ratio| ratio.to_string()),
                new.request.seed(),
            ],
        )?;
        self.changed();
        self.append_money(new.id, &account.upstream, &day, &[(MoneyKind::Hold, new.price)], now)?;
        self.entered(new.id, RunState::Queued, now)
    }

    /// Where the budget stands, if it does not allow `price`.
    fn lacks_budget(&self, price: MicroUsd) -> Result<Option<BudgetState>> {
        let Some(cap) = self.account.daily_cap.filter(|_| self.account.costs_money()) else { return Ok(None) };
        let (spent, held) = self.read_tx().money_of_day(&self.account.upstream, &self.account.day_of(self.now))?;
        Ok((spent + held + price > cap).then_some(BudgetState {
            cap_microusd: cap,
            spent_microusd: spent,
            held_microusd: held,
            price_microusd: price,
        }))
    }
}

impl ReadTx<'_> {
    /// What the key brought before, be it a run's or a group's.
    ///
    /// # Errors
    /// When the store fails.
    pub fn accepted_before(&self, person: &str, key: [u8; 32], fingerprint: [u8; 32]) -> Result<Option<Accepted>> {
        let before = self.sql.first::<(RunId, Vec<u8>, bool)>(
            "SELECT id, fingerprint, deleted_at IS NOT NULL FROM runs WHERE person = ?1 AND key_hash = ?2
             UNION ALL
             SELECT id, fingerprint, NOT EXISTS (SELECT 1 FROM runs WHERE group_id = groups.id AND deleted_at IS NULL)
             FROM groups WHERE person = ?1 AND key_hash = ?2",
            params![person, key],
        )?;
        Ok(match before {
            Some((_, known, _)) if known != fingerprint => Some(Accepted::KeyReused),
            Some((_, _, true)) => Some(Accepted::Deleted),
            Some((id, _, false)) => Some(Accepted::Before(id)),
            None => None,
        })
    }
}
