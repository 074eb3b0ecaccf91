//! Accepting a run: idempotent, within the budget, its money held in the same transaction.

use imagen4_core::{GenerationRequest, MicroUsd, RunId, RunState, Timestamp};
use rusqlite::{OptionalExtension, params};

use super::{Result, Writing};

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
    pub request: GenerationRequest,
    /// The run it was varied from.
    pub parent: Option<RunId>,
    /// When.
    pub at: Timestamp,
}

/// What became of it.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Accepted {
    /// It is in the ledger and its money is held.
    New(RunId),
    /// The same key with the same request came before: this is its run.
    Before(RunId),
    /// The same key came before with another request.
    KeyReused,
    /// It would exceed the day's cap; nothing was recorded.
    OverBudget {
        /// The cap.
        cap: MicroUsd,
        /// Spent for the day.
        spent: MicroUsd,
        /// Held for the day.
        held: MicroUsd,
    },
}

impl Writing<'_> {
    /// Accepts a run, unless it is there already or too expensive.
    ///
    /// # Errors
    /// When the ledger fails; then nothing is recorded.
    pub fn accept(&mut self, new: &NewRun) -> Result<Accepted> {
        if let Some(answer) = self.accepted_before(new)? {
            return Ok(answer);
        }
        let price = new.request.price();
        let day = self.account.day_of(new.at);
        if let Some(cap) = self.account.daily_cap.filter(|_| self.account.costs_money()) {
            let (spent, held) = self.reading().money_of_day(&self.account.upstream, &day)?;
            if spent + held + price > cap {
                return Ok(Accepted::OverBudget { cap, spent, held });
            }
        }
        self.connection
            .prepare_cached(
                "INSERT INTO runs (id, person, upstream, state, revision, created_at, day, request, num_images, price,
                    key_hash, fingerprint, parent) VALUES (?1, ?2, ?3, ?4, 0, ?5, ?6, ?7, ?8, ?9, ?10, ?11, ?12)",
            )?
            .execute(params![
                new.id.to_string(),
                new.person,
                self.account.upstream,
                RunState::Queued.as_str(),
                new.at.ms(),
                day,
                serde_json::to_string(&new.request).unwrap_or_default(),
                new.request.num_images.get(),
                price.micros(),
                new.key_hash,
                new.fingerprint,
                new.parent.map(|parent| parent.to_string()),
            ])?;
        self.append_money(new.id, "hold", price, new.at)?;
        self.entered(new.id, RunState::Queued, new.at)?;
        Ok(Accepted::New(new.id))
    }

    fn accepted_before(&self, new: &NewRun) -> Result<Option<Accepted>> {
        let before = self
            .connection
            .prepare_cached("SELECT id, fingerprint FROM runs WHERE person = ?1 AND key_hash = ?2")?
            .query_row(params![new.person, new.key_hash], |row| {
                Ok((row.get::<_, String>(0)?, row.get::<_, Vec<u8>>(1)?))
            })
            .optional()?;
        Ok(match before {
            Some((id, fingerprint)) if fingerprint == new.fingerprint => {
                Some(Accepted::Before(super::read::run_id(&id)?))
            }
            Some(_) => Some(Accepted::KeyReused),
            None => None,
        })
    }
}
