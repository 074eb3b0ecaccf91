//! Reading runs back.

use std::sync::Arc;

use imagen4_core::run::RunImage;
use imagen4_core::{Run, RunId, RunRequest, Timestamp};

use super::assemble::{COLUMNS, RunRow};
use crate::store::Result;
use crate::store::feed::ChangedRun;
use crate::store::sql::value::params;
use crate::store::sql::{Row, SqlConnection};

/// A connection for reading.
#[derive(Debug)]
pub struct ReadTx<'a> {
    pub(in crate::store) sql: &'a dyn SqlConnection,
}

/// What is needed to send a kept picture.
#[derive(Clone, Debug)]
pub struct PictureRow {
    /// Whether there is a small one.
    pub has_thumb: bool,
    /// Its media type.
    pub content_type: String,
    /// SHA-256 in hex.
    pub sha256: String,
    /// How long it is.
    pub bytes: u64,
    /// When its run was accepted.
    pub created_at: Timestamp,
    /// Where its run was sent.
    pub upstream: String,
    /// What was asked for.
    pub request: RunRequest,
}

impl PictureRow {
    /// What is needed to send that image of a run.
    pub fn of(run: &Run, image: &RunImage) -> Self {
        Self {
            has_thumb: image.thumb_url.is_some(),
            content_type: image.content_type.clone(),
            sha256: image.sha256.clone(),
            bytes: image.bytes,
            created_at: run.created_at,
            upstream: run.upstream.clone(),
            request: run.request.clone(),
        }
    }
}

/// The states of a run that goes on.
const UNFINISHED: &str = "'queued', 'submitting', 'running', 'completed', 'unknown'";
/// More than a page shows at once; whoever missed more than that reads the list anew anyway.
const MOST_CHANGES: u32 = 500;

impl ReadTx<'_> {
    /// A run, if it is there and belongs to `person`.
    ///
    /// # Errors
    /// When the store fails.
    pub fn run(&self, person: &str, id: RunId) -> Result<Option<Run>> {
        Ok(self.run_and_person(id)?.filter(|(owner, _)| owner == person).map(|(_, run)| run))
    }

    fn run_and_person(&self, id: RunId) -> Result<Option<(String, Run)>> {
        let sql = format!("SELECT {COLUMNS} FROM runs WHERE id = ?1 AND deleted_at IS NULL");
        let row: Option<RunRow> = self.sql.first(&sql, params![id])?;
        row.map(|row| Ok((row.person.clone(), self.assemble(row)?))).transpose()
    }

    /// What was committed after `revision`, in that order: at most `most` changes.
    pub(in crate::store) fn changes_since(&self, revision: u64, most: usize) -> Result<Vec<ChangedRun>> {
        self.changes(&format!("revision > {revision} ORDER BY revision LIMIT {most}"))
    }

    /// Every run that goes on, whoever's.
    pub(in crate::store) fn unfinished(&self) -> Result<Vec<ChangedRun>> {
        self.changes(&format!("state IN ({UNFINISHED}) AND deleted_at IS NULL ORDER BY revision"))
    }

    fn changes(&self, which: &str) -> Result<Vec<ChangedRun>> {
        let sql = format!("SELECT deleted_at IS NOT NULL, id, person, revision FROM runs WHERE {which}");
        let rows: Vec<(bool, RunId, String, u64)> = self.sql.all(&sql, &[])?;
        let change = |(is_deleted, id, person, revision): (bool, RunId, String, u64)| {
            let run = if is_deleted { None } else { self.run_and_person(id)?.map(|(_, run)| Arc::new(run)) };
            Ok(ChangedRun { id, person: person.into(), revision, run })
        };
        rows.into_iter().map(change).collect()
    }

    /// The runs of a group of `person`, in the order in which they were asked for.
    ///
    /// # Errors
    /// When the store fails.
    pub fn group(&self, person: &str, id: RunId) -> Result<Vec<Run>> {
        let sql = format!(
            "SELECT {COLUMNS} FROM runs WHERE group_id = ?1 AND person = ?2 AND deleted_at IS NULL ORDER BY seq"
        );
        let rows: Vec<RunRow> = self.sql.all(&sql, params![id, person])?;
        rows.into_iter().map(|row| self.assemble(row)).collect()
    }

    /// The ids of all runs in that state.
    ///
    /// # Errors
    /// When the store fails.
    pub fn ids_in(&self, state: &str) -> Result<Vec<RunId>> {
        let ids = self.sql.all("SELECT id FROM runs WHERE state = ?1 AND deleted_at IS NULL", params![state])?;
        Ok(ids.into_iter().map(|(id,)| id).collect())
    }

    /// The runs of `person` that changed after `revision` (of very many, the latest changes) and all that are unfinished, the
    /// oldest change first. A revision that this store never gave out counts as none.
    ///
    /// # Errors
    /// When the store fails.
    pub fn runs_since(&self, person: &str, revision: Option<u64>) -> Result<Vec<Run>> {
        let (latest,): (u64,) = self.sql.one("SELECT revision FROM account", &[])?;
        let since = revision.filter(|since| *since <= latest);
        let sql = format!(
            "SELECT {COLUMNS} FROM runs WHERE person = ?1 AND deleted_at IS NULL
             AND (revision > ?2 OR state IN ({UNFINISHED}))
             ORDER BY revision DESC LIMIT {MOST_CHANGES}"
        );
        let rows: Vec<RunRow> = self.sql.all(&sql, params![person, since.unwrap_or(latest)])?;
        let mut runs: Vec<Run> = rows.into_iter().map(|row| self.assemble(row)).collect::<Result<_>>()?;
        runs.reverse();
        Ok(runs)
    }

    /// The pictures of a run that are on disk.
    ///
    /// # Errors
    /// When the store fails.
    pub fn pictures(&self, id: RunId) -> Result<Vec<RunImage>> {
        let rows = self.sql.query(
            "SELECT position, content_type, width, height, bytes, sha256, nsfw, thumb, favorite FROM pictures
             WHERE run = ?1 ORDER BY position",
            params![id],
        )?;
        let image = |mut row: Row| {
            let index: u8 = row.take()?;
            Ok(RunImage {
                index,
                url: RunImage::url_of(id, index),
                content_type: row.take()?,
                width: row.take()?,
                height: row.take()?,
                bytes: row.take()?,
                sha256: row.take()?,
                nsfw: row.take()?,
                thumb_url: row.take::<bool>()?.then(|| RunImage::thumb_url_of(id, index)),
                favorite: row.take()?,
            })
        };
        rows.into_iter().map(image).collect()
    }

    /// One picture of a run of `person`, or of whoever has the run.
    ///
    /// # Errors
    /// When the store fails.
    pub fn picture(&self, person: Option<&str>, id: RunId, index: u8) -> Result<Option<PictureRow>> {
        let row = self.sql.first::<(bool, String, String, u64, Timestamp, String, RunRequest, String)>(
            "SELECT thumb, content_type, sha256, bytes, created_at, upstream, request, person FROM pictures
             JOIN runs ON runs.id = pictures.run WHERE runs.id = ?1 AND position = ?2 AND deleted_at IS NULL",
            params![id, index],
        )?;
        let row = row.filter(|row| person.is_none_or(|person| person == row.7));
        Ok(row.map(|(has_thumb, content_type, sha256, bytes, created_at, upstream, request, _)| PictureRow {
            has_thumb,
            content_type,
            sha256,
            bytes,
            created_at,
            upstream,
            request,
        }))
    }

    /// Whether a run's pictures were asked for inside the answers, in base64.
    ///
    /// # Errors
    /// When the store fails.
    pub fn is_inline(&self, id: RunId) -> Result<bool> {
        let inline = self.sql.first("SELECT inline FROM runs WHERE id = ?1", params![id])?;
        Ok(inline.is_some_and(|(inline,)| inline))
    }
}
