//! A run, put together from its rows.

use imagen4_core::run::{RunPrediction, TimelineEntry};
use imagen4_core::{Billed, MicroUsd, Run, RunId, RunRequest, RunState, Timestamp};
use imagen4_engine::RETENTION_MS;

use crate::store::sql::value::params;
use crate::store::sql::{FromRow, Row};
use crate::store::{ReadTx, Result, StoreError};

pub(in crate::store) const COLUMNS: &str =
    "seq, id, person, upstream, state, revision, created_at, request, price, refunded, prediction_id,
    prediction_status, prediction_created_at, inference_ms, problem, group_id, parent, favorite, note, submitted_at, not_before,
    (SELECT count(*) FROM runs AS earlier WHERE earlier.group_id = runs.group_id AND earlier.seq < runs.seq)";

impl ReadTx<'_> {
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
    pub(super) person: String,
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
