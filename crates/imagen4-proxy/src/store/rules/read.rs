//! Reading runs back.

use imagen4_core::run::{RunImage, RunPrediction, TimelineEntry};
use imagen4_core::{Billed, MicroUsd, Run, RunId, RunRequest, RunState, Timestamp};
use imagen4_engine::RETENTION_MS;
use rusqlite::{Connection, OptionalExtension, Row, params};

use crate::store::{Result, StoreError, StoreEvent};

/// A connection for reading.
#[derive(Debug)]
pub struct ReadTx<'a> {
    pub(in crate::store) connection: &'a Connection,
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
        let row = self.connection.prepare_cached(&sql)?.query_row([id.to_string()], RunRow::read).optional()?;
        row.map(|row| Ok((row.person.clone(), self.assemble(row)?))).transpose()
    }

    /// What the event streams are told of a run that was touched, and its revision.
    pub(in crate::store) fn change_of(&self, id: RunId) -> Result<Option<(u64, StoreEvent)>> {
        if let Some((person, run)) = self.run_and_person(id)? {
            return Ok(Some((run.revision, StoreEvent::run(&person, &run))));
        }
        let deleted = self
            .connection
            .prepare_cached("SELECT person, revision FROM runs WHERE id = ?1")?
            .query_row([id.to_string()], |row| Ok((row.get::<_, String>(0)?, row.get(1)?)))
            .optional()?;
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
        let mut statement = self.connection.prepare_cached(&sql)?;
        let rows = statement.query_map(params![id.to_string(), person], RunRow::read)?;
        rows.map(|row| self.assemble(row?)).collect()
    }

    /// The ids of all runs in that state.
    ///
    /// # Errors
    /// When the store fails.
    pub fn ids_in(&self, state: &str) -> Result<Vec<RunId>> {
        let mut statement =
            self.connection.prepare_cached("SELECT id FROM runs WHERE state = ?1 AND deleted_at IS NULL")?;
        let rows = statement.query_map([state], |row| row.get::<_, String>(0))?;
        rows.map(|id| run_id(&id?)).collect()
    }

    /// The runs of `person` that changed after `revision` (of very many, the latest changes) and all that are unfinished, the
    /// oldest change first. A revision that this store never gave out counts as none.
    ///
    /// # Errors
    /// When the store fails.
    pub fn runs_since(&self, person: &str, revision: Option<u64>) -> Result<Vec<Run>> {
        let latest: i64 =
            self.connection.query_row("SELECT coalesce(max(revision), 0) FROM runs", [], |row| row.get(0))?;
        let since = revision.and_then(|revision| i64::try_from(revision).ok()).filter(|since| *since <= latest);
        let sql = format!(
            "SELECT {COLUMNS} FROM runs WHERE person = ?1 AND deleted_at IS NULL
             AND (revision > ?2 OR state IN ('queued', 'submitting', 'running', 'completed', 'unknown'))
             ORDER BY revision DESC LIMIT {MOST_CHANGES}"
        );
        let mut statement = self.connection.prepare_cached(&sql)?;
        let rows = statement.query_map(params![person, since.unwrap_or(latest)], RunRow::read)?;
        let mut runs: Vec<Run> = rows.map(|row| self.assemble(row?)).collect::<Result<_>>()?;
        runs.reverse();
        Ok(runs)
    }

    /// The pictures of a run that are on disk.
    ///
    /// # Errors
    /// When the store fails.
    pub fn pictures(&self, id: RunId) -> Result<Vec<RunImage>> {
        let mut statement = self.connection.prepare_cached(
            "SELECT position, content_type, width, height, bytes, sha256, nsfw, thumb, favorite FROM pictures WHERE run = ?1 ORDER BY position",
        )?;
        let rows = statement.query_map([id.to_string()], |row| {
            let index: u8 = row.get(0)?;
            Ok(RunImage {
                index,
                url: RunImage::url_of(id, index),
                thumb_url: row.get::<_, bool>(7)?.then(|| RunImage::thumb_url_of(id, index)),
                content_type: row.get(1)?,
                width: row.get(2)?,
                height: row.get(3)?,
                bytes: row.get(4)?,
                sha256: row.get(5)?,
                nsfw: row.get(6)?,
                favorite: row.get(8)?,
            })
        })?;
        Ok(rows.collect::<rusqlite::Result<_>>()?)
    }

    /// One picture of a run of `person`, or of whoever has the run.
    ///
    /// # Errors
    /// When the store fails.
    pub fn picture(&self, person: Option<&str>, id: RunId, index: u8) -> Result<Option<PictureRow>> {
        let row = self
            .connection
            .prepare_cached(
                "SELECT content_type, sha256, created_at, request, thumb, upstream FROM pictures JOIN runs ON runs.id = pictures.run
                 WHERE runs.id = ?1 AND (?2 IS NULL OR person = ?2) AND position = ?3 AND deleted_at IS NULL",
            )?
            .query_row(params![id.to_string(), person, index], |row| {
                Ok((row.get(0)?, row.get(1)?, row.get::<_, i64>(2)?, row.get::<_, String>(3)?, row.get(4)?, row.get(5)?))
            })
            .optional()?;
        row.map(|(content_type, sha256, created_at, text, has_thumb, upstream)| {
            let created_at = Timestamp::from_ms(created_at);
            Ok(PictureRow { has_thumb, content_type, sha256, created_at, upstream, request: request(&text)? })
        })
        .transpose()
    }

    /// Whether a run's pictures were asked for inside the answers, in base64.
    ///
    /// # Errors
    /// When the store fails.
    pub fn is_inline(&self, id: RunId) -> Result<bool> {
        let inline = self
            .connection
            .prepare_cached("SELECT inline FROM runs WHERE id = ?1")?
            .query_row([id.to_string()], |row| row.get(0))
            .optional()?;
        Ok(inline.unwrap_or(false))
    }

    pub(in crate::store) fn assemble(&self, row: RunRow) -> Result<Run> {
        let id = run_id(&row.id)?;
        let state = run_state(&row.state)?;
        let problem = row.problem.map(|text| serde_json::from_str(&text)).transpose();
        Ok(Run {
            id,
            state,
            revision: row.revision,
            created_at: Timestamp::from_ms(row.created_at),
            upstream: row.upstream,
            request: request(&row.request)?,
            price_microusd: MicroUsd::new(row.price),
            billed: Billed::of(state, row.refunded),
            prediction: row.prediction_id.map(|prediction_id| RunPrediction {
                id: prediction_id,
                status: row.prediction_status.unwrap_or_default(),
                created_at: row.prediction_created_at.map(Timestamp::from_ms),
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
                .map(|at| Timestamp::from_ms(at) + RETENTION_MS),
            not_before: Some(row.not_before)
                .filter(|at| state == RunState::Queued && *at > row.created_at)
                .map(Timestamp::from_ms),
            parent: row.parent.map(|parent| run_id(&parent)).transpose()?,
            favorite: row.favorite,
            note: row.note,
        })
    }

    fn timeline(&self, id: RunId) -> Result<Vec<TimelineEntry>> {
        let mut statement =
            self.connection.prepare_cached("SELECT state, at FROM timeline WHERE run = ?1 ORDER BY rowid")?;
        let rows =
            statement.query_map([id.to_string()], |row| Ok((row.get::<_, String>(0)?, row.get::<_, i64>(1)?)))?;
        rows.map(|row| {
            let (state, at) = row?;
            Ok(TimelineEntry { state: run_state(&state)?, at: Timestamp::from_ms(at) })
        })
        .collect()
    }
}

/// A row of `runs`, in the order of [`COLUMNS`].
pub(in crate::store) struct RunRow {
    pub(in crate::store) seq: i64,
    id: String,
    person: String,
    upstream: String,
    state: String,
    revision: u64,
    created_at: i64,
    request: String,
    price: i64,
    refunded: bool,
    prediction_id: Option<String>,
    prediction_status: Option<String>,
    prediction_created_at: Option<i64>,
    inference_ms: Option<u64>,
    problem: Option<String>,
    group_id: Option<String>,
    parent: Option<String>,
    favorite: bool,
    note: Option<String>,
    submitted_at: Option<i64>,
    not_before: i64,
    group_index: u32,
}

impl RunRow {
    pub(in crate::store) fn read(row: &Row<'_>) -> rusqlite::Result<Self> {
        Ok(Self {
            seq: row.get(0)?,
            id: row.get(1)?,
            person: row.get(2)?,
            upstream: row.get(3)?,
            state: row.get(4)?,
            revision: row.get(5)?,
            created_at: row.get(6)?,
            request: row.get(7)?,
            price: row.get(8)?,
            refunded: row.get(9)?,
            prediction_id: row.get(10)?,
            prediction_status: row.get(11)?,
            prediction_created_at: row.get(12)?,
            inference_ms: row.get(13)?,
            problem: row.get(14)?,
            group_id: row.get(15)?,
            parent: row.get(16)?,
            favorite: row.get(17)?,
            note: row.get(18)?,
            submitted_at: row.get(19)?,
            not_before: row.get(20)?,
            group_index: row.get(21)?,
        })
    }
}

pub(in crate::store) fn run_id(text: &str) -> Result<RunId> {
    text.parse().map_err(|_| StoreError::Unreadable("a run's id".to_owned()))
}

pub(in crate::store) fn run_state(text: &str) -> Result<RunState> {
    RunState::from_wire(text).ok_or_else(|| StoreError::Unreadable(format!("state {text:?}")))
}

pub(in crate::store) fn request(text: &str) -> Result<RunRequest> {
    // The error would repeat the prompt.
    serde_json::from_str(text).map_err(|_| StoreError::Unreadable("a run's request".to_owned()))
}
