//! Moving a run along its state machine: compare-and-swap, with its money in the same transaction.

use imagen4_core::run::{MoneyMove, RunImage, step};
use imagen4_core::{MicroUsd, Prediction, Problem, RunEvent, RunId, RunState, Timestamp};
use rusqlite::{OptionalExtension, params};

use crate::store::account::upstream_costs_money;
use crate::store::{Result, StoreError, WriteTx};

/// What became known together with an event.
#[derive(Clone, Debug, Default)]
pub struct TransitionDetails {
    /// The prediction, as the vendor told it.
    pub prediction: Option<Prediction>,
    /// What went wrong; `None` clears an earlier problem.
    pub problem: Option<Problem>,
    /// Not to be sent before.
    pub not_before: Option<Timestamp>,
    /// From the POST to completed, in milliseconds.
    pub took_ms: Option<u64>,
}

impl From<Problem> for TransitionDetails {
    fn from(problem: Problem) -> Self {
        Self { problem: Some(problem), ..Self::default() }
    }
}

/// A picture that is on disk.
pub type NewPicture = RunImage;

impl WriteTx<'_> {
    /// Applies `event` to a run. Answers the state it is in now, or `None` when the event cannot happen in its present one:
    /// somebody else was faster.
    ///
    /// # Errors
    /// When there is no such run, or the store fails.
    pub fn transition(
        &mut self,
        id: RunId,
        event: RunEvent,
        facts: TransitionDetails,
        now: Timestamp,
    ) -> Result<Option<RunState>> {
        let (from, price) = self.state_and_price(id)?;
        let Some(taken) = step(from, event) else { return Ok(None) };
        let code = facts.problem.as_ref().map(|problem| problem.code);
        let problem = facts.problem.map(|problem| serde_json::to_string(&problem).unwrap_or_default());
        let swapped = self
            .connection
            .prepare_cached(
                "UPDATE runs SET state = ?3, problem = ?4, not_before = coalesce(?5, not_before),
                    submitted_at = CASE WHEN ?3 = 'submitting' THEN ?6 WHEN ?3 = 'queued' THEN NULL ELSE submitted_at END,
                    lost_at = CASE WHEN ?3 = 'unknown' THEN ?6 ELSE lost_at END, took_ms = coalesce(?7, took_ms)
                 WHERE id = ?1 AND state = ?2 AND deleted_at IS NULL",
            )?
            .execute(params![
                id.to_string(),
                from.as_str(),
                taken.to.as_str(),
                problem,
                facts.not_before.map(Timestamp::ms),
                now.ms(),
                facts.took_ms
            ])?;
        if swapped == 0 {
            return Ok(None);
        }
        tracing::info!(run = %id, from = from.as_str(), to = taken.to.as_str(), problem = ?code, "run");
        if let Some(prediction) = &facts.prediction {
            self.note(id, prediction)?;
        }
        match taken.money {
            MoneyMove::Keep => {}
            MoneyMove::Release => self.append_money(id, "release", price, now)?,
            MoneyMove::Spend => {
                if from.holds_money() {
                    self.append_money(id, "release", price, now)?;
                }
                self.append_money(id, "spend", price, now)?;
            }
        }
        if event == RunEvent::NotSent {
            // It waits as before: an attempt that came to nothing is no step of its life, and there may be very many.
            self.connection
                .prepare_cached(
                    "DELETE FROM timeline WHERE rowid = (SELECT max(rowid) FROM timeline WHERE run = ?1) AND state = ?2",
                )?
                .execute(params![id.to_string(), from.as_str()])?;
            self.bump_revision(id)?;
        } else {
            self.entered(id, taken.to, now)?;
        }
        Ok(Some(taken.to))
    }

    /// Notes how far a running prediction is.
    ///
    /// # Errors
    /// When the store fails.
    pub fn note_prediction(&mut self, id: RunId, prediction: &Prediction) -> Result<()> {
        self.note(id, prediction)?;
        self.bump_revision(id)
    }

    /// Says what is the matter with a run that goes on; `None` that nothing is any more.
    ///
    /// # Errors
    /// When the store fails.
    pub fn note_problem(&mut self, id: RunId, problem: Option<&Problem>) -> Result<()> {
        let problem = problem.map(|problem| serde_json::to_string(problem).unwrap_or_default());
        let changed = self
            .connection
            .prepare_cached("UPDATE runs SET problem = ?2 WHERE id = ?1 AND problem IS NOT ?2")?
            .execute(params![id.to_string(), problem])?;
        if changed > 0 { self.bump_revision(id) } else { Ok(()) }
    }

    /// Notes whether the vendor works on a running prediction: what it calls completed or does not know takes nobody's place.
    ///
    /// # Errors
    /// When the store fails.
    pub fn note_idle(&mut self, id: RunId, idle: bool) -> Result<()> {
        self.connection
            .prepare_cached("UPDATE runs SET idle = ?2 WHERE id = ?1 AND idle <> ?2")?
            .execute(params![id.to_string(), idle])?;
        Ok(())
    }

    /// Notes a picture that is on disk; the same picture twice is one.
    ///
    /// # Errors
    /// When the store fails.
    pub fn keep_picture(&mut self, id: RunId, picture: &NewPicture) -> Result<()> {
        self.connection
            .prepare_cached(
                "INSERT INTO pictures (run, position, content_type, width, height, bytes, sha256, nsfw, thumb)
                 VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8, ?9) ON CONFLICT DO NOTHING",
            )?
            .execute(params![
                id.to_string(),
                picture.index,
                picture.content_type,
                picture.width,
                picture.height,
                picture.bytes,
                picture.sha256,
                picture.nsfw,
                picture.thumb_url.is_some()
            ])?;
        self.bump_revision(id)
    }

    /// What was being sent when the process ended may have arrived: nobody knows.
    ///
    /// # Errors
    /// When the store fails.
    pub fn recover(&mut self, problem: &Problem, now: Timestamp) -> Result<()> {
        for id in self.read_tx().ids_in("submitting")? {
            self.transition(id, RunEvent::AnswerLost, TransitionDetails::from(problem.clone()), now)?;
        }
        Ok(())
    }

    pub(in crate::store) fn note(&self, id: RunId, prediction: &Prediction) -> Result<()> {
        self.connection
            .prepare_cached(
                "UPDATE runs SET prediction_id = ?2, prediction_status = ?3,
                    prediction_created_at = coalesce(?4, prediction_created_at), inference_ms = coalesce(?5, inference_ms)
                 WHERE id = ?1",
            )?
            .execute(params![
                id.to_string(),
                prediction.id,
                prediction.status.as_str(),
                prediction.created_at.map(Timestamp::ms),
                prediction.inference_ms
            ])?;
        Ok(())
    }

    pub(in crate::store) fn state_and_price(&self, id: RunId) -> Result<(RunState, MicroUsd)> {
        let row = self
            .connection
            .prepare_cached("SELECT state, price FROM runs WHERE id = ?1")?
            .query_row([id.to_string()], |row| Ok((row.get::<_, String>(0)?, row.get::<_, i64>(1)?)))
            .optional()?;
        let (state, price) = row.ok_or_else(|| StoreError::Unreadable(format!("no run {id}")))?;
        Ok((super::read::run_state(&state)?, MicroUsd::new(price)))
    }

    /// Appends a row of money; it belongs to the day on which the run was accepted, whenever it happens.
    pub(in crate::store) fn append_money(
        &mut self,
        id: RunId,
        kind: &str,
        amount: MicroUsd,
        now: Timestamp,
    ) -> Result<()> {
        let (upstream, day): (String, String) = self
            .connection
            .prepare_cached("SELECT upstream, day FROM runs WHERE id = ?1")?
            .query_row([id.to_string()], |row| Ok((row.get(0)?, row.get(1)?)))?;
        if upstream_costs_money(&upstream) {
            self.connection
                .prepare_cached(
                    "INSERT INTO money (run, upstream, day, kind, amount, at) VALUES (?1, ?2, ?3, ?4, ?5, ?6)",
                )?
                .execute(params![id.to_string(), upstream, day, kind, amount.micros(), now.ms()])?;
            self.money_moved();
        }
        Ok(())
    }

    /// Writes the timeline and counts the revision.
    pub(in crate::store) fn entered(&mut self, id: RunId, state: RunState, now: Timestamp) -> Result<()> {
        self.connection
            .prepare_cached("INSERT INTO timeline (run, state, at) VALUES (?1, ?2, ?3)")?
            .execute(params![id.to_string(), state.as_str(), now.ms()])?;
        self.bump_revision(id)
    }
}
