//! Reading runs back.

use imagen4_core::run::{RunImage, RunPrediction, TimelineEntry};
use imagen4_core::{Billed, MicroUsd, Run, RunId, RunRequest, RunState, Timestamp};
use imagen4_engine::RETENTION_MS;

use crate::store::sql::value::params;
use crate::store::sql::{FromRow, Row, SqlConnection};
use crate::store::{Result, StoreError, StoreEvent};

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
            created_at: run.created_at,
            upstream: run.upstream.clone(),
            request: run.request.clone(),
        }
    }
}

/// More than a page shows at once; whoever missed more than that reads the list anew anyway.
const MOST_CHANGES: u32 = 500;

pub(in crate::store) const COLUMNS: &str =
    "seq, id, person, upstream, state, revision, created_at, request, price, refunded, prediction_id,
    prediction_status, prediction_created_at, inference_ms, problem, group_id, parent, favorite, note, submitted_at, not_before,
    (SELECT count(*) FROM runs AS earlier WHERE earlier.group_id = runs.group_id AND earlier.seq < runs.seq)";

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

    /// What the event streams are told of a run that was touched, and its revision.
    pub(in crate::store) fn change_of(&self, id: RunId) -> Result<Option<(u64, StoreEvent)>> {
        if let Some((person, run)) = self.run_and_person(id)? {
            return Ok(Some((run.revision, StoreEvent::run(&person, &run))));
        }
        let deleted: Option<(String, u64)> =
            self.sql.first("SELECT person, revision FROM runs WHERE id = ?1", params![id])?;
        Ok(deleted.map(|(person, revision)| (revision, StoreEvent::deleted(&person, id, revision))))
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
             AND (revision > ?2 OR state IN ('queued', 'submitting', 'running', 'completed', 'unknown'))
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
        let row = self.sql.first::<(bool, String, String, Timestamp, String, RunRequest, String)>(
            "SELECT thumb, content_type, sha256, created_at, upstream, request, person FROM pictures
             JOIN runs ON runs.id = pictures.run WHERE runs.id = ?1 AND position = ?2 AND deleted_at IS NULL",
            params![id, index],
        )?;
        let row = row.filter(|row| person.is_none_or(|person| person == row.6));
        Ok(row.map(|(has_thumb, content_type, sha256, created_at, upstream, request, _)| PictureRow {
            has_thumb,
            content_type,
            sha256,
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

    pub(in crate::store) fn assemble(&self, row: RunRow) -> Result<Run> {
        let RunRow { id, state, .. } = row;
        let problem = row.problem.map(|text| serde_json::from_str(&text)).transpose();
        Ok(Run {
            id,
            state,
            revision: row.revision,
            created_at: row.created_at,
            upstream: row.upstream,
            request: row.request,
            price_microusd: row.price,
            billed: Billed::of(state, row.refunded),
            prediction: row.prediction_id.map(|prediction_id| RunPrediction {
                id: prediction_id,
                status: row.prediction_status.unwrap_or_default(),
                created_at: row.prediction_created_at,
                inference_ms: row.inference_ms,
            }),
            images: self.pictures(id)?,
            problem: problem.map_err(|error| StoreError::Unreadable(error.to_string()))?,
            timeline: self.timeline(id)?,
            group_index: row.group_id.is_some().then_some(row.group_index),
            group: row.group_id,
            // The vendor keeps a prediction for so long; what is not here by then cannot be had any more.
            expires_at: row
                .submitted_at
                .filter(|_| matches!(state, RunState::Running | RunState::Completed))
                .map(|at| at + RETENTION_MS),
            not_before: Some(row.not_before).filter(|at| state == RunState::Queued && *at > row.created_at),
            parent: row.parent,
            favorite: row.favorite,
            note: row.note,
        })
    }

    fn timeline(&self, id: RunId) -> Result<Vec<TimelineEntry>> {
        let entries = self.sql.all("SELECT state, at FROM timeline WHERE run = ?1 ORDER BY seq", params![id])?;
        Ok(entries.into_iter().map(|(state, at)| TimelineEntry { state, at }).collect())
    }
}

/// A row of `runs`, in the order of [`COLUMNS`].
pub(in crate::store) struct RunRow {
    pub(in crate::store) seq: i64,
    id: RunId,
    person: String,
    upstream: String,
    state: RunState,
    revision: u64,
    created_at: Timestamp,
    request: RunRequest,
    price: MicroUsd,
    refunded: bool,
    prediction_id: Option<String>,
    prediction_status: Option<String>,
    prediction_created_at: Option<Timestamp>,
    inference_ms: Option<u64>,
    problem: Option<String>,
    group_id: Option<String>,
    parent: Option<RunId>,
    favorite: bool,
    note: Option<String>,
    submitted_at: Option<Timestamp>,
    not_before: Timestamp,
    group_index: u32,
}

impl FromRow for RunRow {
    fn from_row(row: &mut Row) -> Result<Self> {
        Ok(Self {
            seq: row.take()?,
            id: row.take()?,
            person: row.take()?,
            upstream: row.take()?,
            state: row.take()?,
            revision: row.take()?,
            created_at: row.take()?,
            request: row.take()?,
            price: row.take()?,
            refunded: row.take()?,
            prediction_id: row.take()?,
            prediction_status: row.take()?,
            prediction_created_at: row.take()?,
            inference_ms: row.take()?,
            problem: row.take()?,
            group_id: row.take()?,
            parent: row.take()?,
            favorite: row.take()?,
            note: row.take()?,
            submitted_at: row.take()?,
            not_before: row.take()?,
            group_index: row.take()?,
        })
    }
}
