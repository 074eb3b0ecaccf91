//! Moving a run along its state machine: compare-and-swap, with its money in the same transaction.

use imagen4_core::run::{MoneyMove, RunImage, step};
use imagen4_core::{MicroUsd, Prediction, Problem, RunEvent, RunId, RunState, Timestamp};

use super::money::MoneyKind;
use crate::store::sql::value::params;
use crate::store::{Result, RunRecord, StoreError, WriteTx};

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

/// What has to be known of a run to move it.
pub(super) struct Head {
    pub(super) state: RunState,
    pub(super) price: MicroUsd,
    pub(super) upstream: String,
    pub(super) day: String,
}

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
        let head = self.head(id)?;
        self.transition_from(&head, id, event, facts, now)
    }

    /// The same for a run that was read in this transaction.
    ///
    /// # Errors
    /// When the store fails.
    pub fn transition_of(
        &mut self,
        run: &RunRecord,
        event: RunEvent,
        facts: TransitionDetails,
        now: Timestamp,
    ) -> Result<Option<RunState>> {
        let head = Head { state: run.state, price: run.price, upstream: run.upstream.clone(), day: run.day.clone() };
        self.transition_from(&head, run.id, event, facts, now)
    }

    pub(super) fn transition_from(
        &mut self,
        head: &Head,
        id: RunId,
        event: RunEvent,
        facts: TransitionDetails,
        now: Timestamp,
    ) -> Result<Option<RunState>> {
        let Head { state: from, price, upstream, day } = head;
        let (from, price) = (*from, *price);
        let Some(taken) = step(from, event) else { return Ok(None) };
        let code = facts.problem.as_ref().map(|problem| problem.code);
        let prediction = facts.prediction.as_ref();
        let swapped = self.sql.execute(
            "UPDATE runs SET state = ?3, problem = ?4, revision = ?5, not_before = coalesce(?6, not_before),
                submitted_at = CASE WHEN ?3 = 'submitting' THEN ?7 WHEN ?3 = 'queued' THEN NULL ELSE submitted_at END,
                lost_at = CASE WHEN ?3 = 'unknown' THEN ?7 ELSE lost_at END, took_ms = coalesce(?8, took_ms),
                prediction_id = coalesce(?9, prediction_id), prediction_status = coalesce(?10, prediction_status),
                prediction_created_at = coalesce(?11, prediction_created_at), inference_ms = coalesce(?12, inference_ms),
                owner = CASE WHEN ?3 = 'submitting' THEN ?13 ELSE owner END,
                attempt = attempt + CASE WHEN ?3 = 'submitting' THEN 1 ELSE 0 END
             WHERE id = ?1 AND state = ?2 AND deleted_at IS NULL",
            params![
                id,
                from,
                taken.to,
                facts.problem.as_ref().map(json),
                self.next_revision(),
                facts.not_before,
                now,
                facts.took_ms,
                prediction.map(|it| &it.id),
                prediction.map(|it| it.status.as_str()),
                prediction.and_then(|it| it.created_at),
                prediction.and_then(|it| it.inference_ms),
                &self.replica.name,
            ],
        )?;
        if swapped == 0 {
            return Ok(None);
        }
        self.changed();
        tracing::info!(run = %id, from = from.as_str(), to = taken.to.as_str(), problem = ?code, "run");
        let moves: &[_] = match taken.money {
            MoneyMove::Keep => &[],
            MoneyMove::Release => &[(MoneyKind::Release, price)],
            MoneyMove::Spend if from.holds_money() => &[(MoneyKind::Release, price), (MoneyKind::Spend, price)],
            MoneyMove::Spend => &[(MoneyKind::Spend, price)],
        };
        self.append_money(id, upstream, day, moves, now)?;
        if event == RunEvent::NotSent {
            // It waits as before: an attempt that came to nothing is no step of its life, and there may be very many.
            self.sql.execute(
                "DELETE FROM timeline WHERE seq = (SELECT max(seq) FROM timeline WHERE run = ?1) AND state = ?2",
                params![id, from],
            )?;
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
        self.sql.execute(
            "UPDATE runs SET prediction_id = ?2, prediction_status = ?3, revision = ?4,
                prediction_created_at = coalesce(?5, prediction_created_at), inference_ms = coalesce(?6, inference_ms)
             WHERE id = ?1",
            params![
                id,
                &prediction.id,
                prediction.status.as_str(),
                self.next_revision(),
                prediction.created_at,
                prediction.inference_ms
            ],
        )?;
        self.changed();
        Ok(())
    }

    /// Says what is the matter with a run that goes on; `None` that nothing is any more.
    ///
    /// # Errors
    /// When the store fails.
    pub fn note_problem(&mut self, id: RunId, problem: Option<&Problem>) -> Result<()> {
        let changed = self.sql.execute(
            "UPDATE runs SET problem = ?2, revision = ?3 WHERE id = ?1 AND problem IS DISTINCT FROM ?2",
            params![id, problem.map(json), self.next_revision()],
        )?;
        if changed > 0 {
            self.changed();
        }
        Ok(())
    }

    /// Notes whether the vendor works on a running prediction: what it calls completed or does not know takes nobody's place.
    ///
    /// # Errors
    /// When the store fails.
    pub fn note_idle(&mut self, id: RunId, idle: bool) -> Result<()> {
        self.sql.execute("UPDATE runs SET idle = ?2 WHERE id = ?1 AND idle <> ?2", params![id, idle])?;
        Ok(())
    }

    /// Notes a picture that is on disk; the same picture twice is one.
    ///
    /// # Errors
    /// When the store fails.
    pub fn keep_picture(&mut self, id: RunId, picture: &NewPicture) -> Result<()> {
        self.sql.execute(
            "INSERT INTO pictures (run, position, content_type, width, height, bytes, sha256, nsfw, thumb)
             SELECT ?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8, ?9 WHERE EXISTS (SELECT 1 FROM runs WHERE id = ?1 AND deleted_at IS NULL)
             ON CONFLICT DO NOTHING",
            params![
                id,
                picture.index,
                &picture.content_type,
                picture.width,
                picture.height,
                picture.bytes,
                &picture.sha256,
                picture.nsfw,
                picture.thumb_url.is_some()
            ],
        )?;
        self.bump_revision(id)
    }

    pub(super) fn head(&self, id: RunId) -> Result<Head> {
        let row = self.sql.first("SELECT state, price, upstream, day FROM runs WHERE id = ?1", params![id])?;
        let (state, price, upstream, day) = row.ok_or_else(|| StoreError::Unreadable(format!("no run {id}")))?;
        Ok(Head { state, price, upstream, day })
    }

    /// Writes the timeline.
    pub(super) fn entered(&self, id: RunId, state: RunState, now: Timestamp) -> Result<()> {
        self.sql.execute("INSERT INTO timeline (run, state, at) VALUES (?1, ?2, ?3)", params![id, state, now])?;
        Ok(())
    }
}

fn json(problem: &Problem) -> String {
    serde_json::to_string(problem).unwrap_or_default()
}
