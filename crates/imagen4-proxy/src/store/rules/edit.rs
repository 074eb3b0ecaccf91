//! What a person does to a run beside its life: mark it or one of its images, note something, delete it.

use imagen4_core::api::{ImagePatch, RunPatch};
use imagen4_core::filter::searched;
use imagen4_core::{RunId, RunRequest, RunState};

use crate::store::sql::value::params;
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
        let changed = self.sql.execute(
            "UPDATE runs SET favorite = coalesce(?3, favorite), revision = ?4 WHERE id = ?1 AND person = ?2 AND deleted_at IS NULL",
            params![id, person, patch.favorite, self.next_revision()],
        )?;
        if changed > 0 {
            self.changed();
            if let Some(note) = &patch.note {
                self.set_note(id, Some(note.as_str()).filter(|note| !note.is_empty()))?;
            }
        }
        Ok(changed > 0)
    }

    /// Changes what a person may change of an image; `false` when there is no such image.
    ///
    /// # Errors
    /// When the store fails.
    pub fn patch_image(&mut self, person: &str, id: RunId, index: u8, patch: &ImagePatch) -> Result<bool> {
        let changed = self.sql.execute(
            "UPDATE pictures SET favorite = coalesce(?4, favorite) WHERE run = ?1 AND position = ?3
             AND EXISTS (SELECT 1 FROM runs WHERE id = ?1 AND person = ?2 AND deleted_at IS NULL)",
            params![id, person, index, patch.favorite],
        )?;
        if changed > 0 {
            self.bump_revision(id)?;
        }
        Ok(changed > 0)
    }

    fn set_note(&mut self, id: RunId, note: Option<&str>) -> Result<()> {
        let (request,): (RunRequest,) = self.sql.one("SELECT request FROM runs WHERE id = ?1", params![id])?;
        let searched = searched(request.prompt(), note);
        self.sql.execute("UPDATE runs SET note = ?2, searched = ?3 WHERE id = ?1", params![id, note, searched])?;
        Ok(())
    }

    /// Deletes a run that is over. Its key, price, day, prediction and state stay: money is never forgotten, and a late
    /// repetition of its click must not buy it again.
    ///
    /// # Errors
    /// When the store fails.
    pub fn delete(&mut self, person: &str, id: RunId) -> Result<Deletion> {
        let state = self.sql.first(
            "SELECT state FROM runs WHERE id = ?1 AND person = ?2 AND deleted_at IS NULL",
            params![id, person],
        )?;
        let Some((state,)): Option<(RunState,)> = state else { return Ok(Deletion::NotThere) };
        if !state.is_terminal() {
            return Ok(Deletion::NotOver(state));
        }
        self.sql.execute(
            "UPDATE runs SET deleted_at = ?2, request = '', problem = NULL, note = NULL, searched = '', favorite = 0, ratio = NULL,
                seed = NULL, revision = ?3 WHERE id = ?1",
            params![id, self.now, self.next_revision()],
        )?;
        self.changed();
        self.sql.execute("DELETE FROM pictures WHERE run = ?1", params![id])?;
        self.sql.execute("INSERT INTO removals (run) VALUES (?1)", params![id])?;
        self.has_erased = true;
        Ok(Deletion::Done)
    }

    /// The images of these deleted runs are gone.
    ///
    /// # Errors
    /// When the store fails.
    pub fn images_removed(&mut self, runs: &[RunId]) -> Result<()> {
        for run in runs {
            self.sql.execute("DELETE FROM removals WHERE run = ?1", params![*run])?;
        }
        Ok(())
    }
}

impl ReadTx<'_> {
    /// Deleted runs whose images are still to be removed: whoever deleted them may have ended before.
    ///
    /// # Errors
    /// When the store fails.
    pub fn images_to_remove(&self) -> Result<Vec<RunId>> {
        let ids = self.sql.all("SELECT run FROM removals", &[])?;
        Ok(ids.into_iter().map(|(id,)| id).collect())
    }

    /// Whether `person` had that run and deleted it.
    ///
    /// # Errors
    /// When the store fails.
    pub fn is_deleted(&self, person: &str, id: RunId) -> Result<bool> {
        let (count,): (u64,) = self.sql.one(
            "SELECT count(*) FROM runs WHERE id = ?1 AND person = ?2 AND deleted_at IS NOT NULL",
            params![id, person],
        )?;
        Ok(count > 0)
    }

    /// Runs of `person` that were deleted after `revision`, each with its own.
    ///
    /// # Errors
    /// When the store fails.
    pub fn deleted_since(&self, person: &str, revision: u64) -> Result<Vec<(RunId, u64)>> {
        self.sql.all(
            "SELECT id, revision FROM runs WHERE person = ?1 AND deleted_at IS NOT NULL AND revision > ?2 ORDER BY revision",
            params![person, revision],
        )
    }
}
