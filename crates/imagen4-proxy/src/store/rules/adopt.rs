//! Taking in a prediction that the vendor has and no run explains: it was paid for, so it is booked as it is.

use imagen4_core::filter::searched;
use imagen4_core::{MicroUsd, Prediction, RunId, RunRequest, RunState};

use super::money::MoneyKind;
use crate::store::sql::value::params;
use crate::store::{Result, WriteTx};

/// A prediction that somebody takes in.
#[derive(Clone, Debug)]
pub struct Adoption {
    /// The id of its run.
    pub id: RunId,
    /// Who takes it in.
    pub person: String,
    /// What was asked for, as far as the vendor tells.
    pub request: RunRequest,
    /// What it cost.
    pub price: MicroUsd,
    /// The vendor's object.
    pub prediction: Prediction,
}

impl WriteTx<'_> {
    /// Makes a running run of a prediction, its price spent on the day on which the vendor accepted it. Answers the run, new or
    /// not.
    ///
    /// # Errors
    /// When the store fails.
    pub fn adopt(&mut self, new: &Adoption) -> Result<RunId> {
        if let Some(known) = self.read_tx().explains(&self.account.upstream, &new.prediction.id)? {
            return Ok(known);
        }
        let accepted_at = new.prediction.created_at.unwrap_or(self.now);
        // No click stands behind it, so no key does: its own id stands in, which nobody can send.
        let key: [u8; 32] = std::array::from_fn(|place| new.id.to_string().as_bytes()[place]);
        let (account, day) = (self.account, self.account.day_of(accepted_at));
        self.sql.execute(
            "INSERT INTO runs (id, person, upstream, state, revision, created_at, day, request, num_images, price,
                key_hash, fingerprint, submitted_at, searched, model, ratio, seed)
             VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8, ?9, ?10, ?11, ?11, ?6, ?12, ?13, ?14, ?15)",
            params![
                new.id,
                &new.person,
                &account.upstream,
                RunState::Running,
                self.next_revision(),
                accepted_at,
                &day,
                &new.request,
                new.request.images(),
                new.price,
                key,
                searched(new.request.prompt(), None),
                &new.request.model,
                new.request.ratio().map(|ratio| ratio.to_string()),
                new.request.seed(),
            ],
        )?;
        self.note_prediction(new.id, &new.prediction)?;
        self.append_money(new.id, &account.upstream, &day, &[(MoneyKind::Spend, new.price)], self.now)?;
        self.entered(new.id, RunState::Running, accepted_at)?;
        Ok(new.id)
    }
}
