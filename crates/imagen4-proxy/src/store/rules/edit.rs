//! What a person does to a run beside its life: mark it or one of its images, note something, delete it.

use imagen4_core::api::{ImagePatch, RunPatch};
use imagen4_core::filter::searched;
use imagen4_core::{RunId, RunState, Timestamp};
use rusqlite::{OptionalExtension, params};

use super::read::{request, run_id, run_state};
use crate::store::{ReadTx, Result, WriteTx};

/// What became of a deletion.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Deletion {
    /// Its prompt and the record of its pictures are gone; the files are to follow.
    Done,
    /// It is not over yet.
    NotOver(RunState),
    /// There is no such run.
    NotThere,
}

impl WriteTx<'_> {
    /// Changes what a person may change; `false` when there is no such run.
    ///
    /// # Errors
    /// When the store fails.
    pub fn patch(&mut self, person: &str, id: RunId, patch: &RunPatch) -> Result<bool> {
        let changed = self
            .connection
            .prepare_cached(
                "UPDATE runs SET favorite = coalesce(?3, favorite) WHERE id = ?1 AND person = ?2 AND deleted_at IS NULL",
            )?
            .execute(params![id.to_string(), person, patch.favorite])?;
        if changed > 0 {
            if let Some(note) = &patch.note {
                self.set_note(id, Some(note.as_str()).filter(|note| !note.is_empty()))?;
            }
            self.bump_revision(id)?;
        }
        Ok(changed > 0)
    }

    /// Changes what a person may change of an image; `false` when there is no such image.
    ///
    /// # Errors
    /// When the store fails.
    pub fn patch_image(&mut self, person: &str, id: RunId, index: u8, patch: &ImagePatch) -> Result<bool> {
        let changed = self
            .connection
            .prepare_cached(
                "UPDATE pictures SET favorite = coalesce(?4, favorite) WHERE run = ?1 AND position = ?3
                 AND EXISTS (SELECT 1 FROM runs WHERE id = ?1 AND person = ?2 AND deleted_at IS NULL)",
            )?
            .execute(params![id.to_string(), person, index, patch.favorite])?;
        if changed > 0 {
            self.bump_revision(id)?;
        }
        Ok(changed > 0)
    }

    fn set_note(&mut self, id: RunId, note: Option<&str>) -> Result<()> {
        let text: String = self
            .connection
            .prepare_cached("SELECT request FROM runs WHERE id = ?1")?
            .query_row([id.to_string()], |row| row.get(0))?;
        let searched = searched(request(&text)?.prompt(), note);
        self.connection.prepare_cached("UPDATE runs SET note = ?2, searched = ?3 WHERE id = ?1")?.execute(params![
            id.to_string(),
            note,
            searched
        ])?;
        Ok(())
    }

    /// Deletes a run that is over. Its key, price, day, prediction and state stay: money is never forgotten, and a late
    /// repetition of its click must not buy it again.
    ///
    /// # Errors
    /// When the store fails.
    pub fn delete(&mut self, person: &str, id: RunId, now: Timestamp) -> Result<Deletion> {
        let state = self
            .connection
            .prepare_cached("SELECT state FROM runs WHERE id = ?1 AND person = ?2 AND deleted_at IS NULL")?
            .query_row(params![id.to_string(), person], |row| row.get::<_, String>(0))
            .optional()?;
        let Some(state) = state.map(|name| run_state(&name)).transpose()? else { return Ok(Deletion::NotThere) };
        if !state.is_terminal() {
            return Ok(Deletion::NotOver(state));
        }
        self.bump_revision(id)?;
        self.connection
            .prepare_cached(
                "UPDATE runs SET deleted_at = ?2, request = '', problem = NULL, note = NULL, searched = '', favorite = 0, ratio = NULL,
                    seed = NULL
                 WHERE id = ?1",
            )?
            .execute(params![id.to_string(), now.ms()])?;
        self.connection.prepare_cached("DELETE FROM pictures WHERE run = ?1")?.execute([id.to_string()])?;
        self.words_deleted();
        Ok(Deletion::Done)
    }
}

impl ReadTx<'_> {
    /// Runs that were deleted: an earlier process may have ended before it removed their files.
    ///
    /// # Errors
    /// When the store fails.
    pub fn deleted(&self) -> Result<Vec<RunId>> {
        let mut statement = self.connection.prepare_cached("SELECT id FROM runs WHERE deleted_at IS NOT NULL")?;
        let rows = statement.query_map([], |row| row.get::<_, String>(0))?;
        rows.map(|id| run_id(&id?)).collect()
    }

    /// Whether `person` had that run and deleted it.
    ///
    /// # Errors
    /// When the store fails.
    pub fn is_deleted(&self, person: &str, id: RunId) -> Result<bool> {
        let sql = "SELECT 1 FROM runs WHERE id = ?1 AND person = ?2 AND deleted_at IS NOT NULL";
        Ok(self.connection.prepare_cached(sql)?.exists(params![id.to_string(), person])?)
    }

    /// Runs of `person` that were deleted after `revision`, each with its own.
    ///
    /// # Errors
    /// When the store fails.
    pub fn deleted_since(&self, person: &str, revision: u64) -> Result<Vec<(RunId, u64)>> {
        let mut statement = self.connection.prepare_cached(
            "SELECT id, revision FROM runs WHERE person = ?1 AND deleted_at IS NOT NULL AND revision > ?2 ORDER BY revision",
        )?;
        let revision = i64::try_from(revision).unwrap_or(i64::MAX);
        let rows = statement.query_map(params![person, revision], |row| Ok((row.get::<_, String>(0)?, row.get(1)?)))?;
        rows.map(|row| row.map_err(Into::into).and_then(|(id, revision)| Ok((run_id(&id)?, revision)))).collect()
    }
}
