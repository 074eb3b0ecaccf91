//! What is left to do, as the runner finds it at the start: runs at the vendor, and runs to look for there.

use imagen4_core::{MicroUsd, RunId, RunRequest, RunState, Timestamp};

use super::leases::{LEASE_MS, unfollowed};
use crate::store::sql::value::params;
use crate::store::sql::{FromRow, Row};
use crate::store::{ReadTx, Result};

/// A run that the vendor has, or may have.
#[derive(Clone, Debug)]
pub struct RunRecord {
    /// The run.
    pub id: RunId,
    /// How far it is.
    pub state: RunState,
    /// What was asked for.
    pub request: RunRequest,
    /// What is held or spent for it.
    pub price: MicroUsd,
    /// The vendor's id, where it is known.
    pub prediction_id: Option<String>,
    /// When it was accepted here.
    pub created_at: Timestamp,
    /// When it was sent.
    pub sent_at: Timestamp,
    /// When its answer was lost.
    pub lost_at: Option<Timestamp>,
    /// Where it was sent.
    pub upstream: String,
    /// The day that its money belongs to.
    pub day: String,
    /// How often it was taken up.
    pub attempt: u64,
}

/// A run that could claim the same prediction as another one.
#[derive(Clone, Debug)]
pub struct MatchCandidate {
    /// When it was sent.
    pub sent_at: Timestamp,
    /// What was asked for; `None` when it was deleted.
    pub request: Option<RunRequest>,
    /// Whether money is held for it: it was neither given up nor proven absent.
    pub is_open: bool,
}

const COLUMNS: &str =
    "id, state, request, price, prediction_id, coalesce(submitted_at, lost_at, created_at), lost_at, created_at, upstream,
    day, attempt";

/// What has no prediction although its answer was lost: it may turn up until the vendor forgets it.
const LOST: &str = "lost_at IS NOT NULL AND prediction_id IS NULL AND state IN ('unknown', 'rejected')";

/// Runs that are to be asked for, fetched, or looked for.
pub(super) fn followed() -> String {
    format!("(state IN ('running', 'completed') OR ({LOST}))")
}

impl ReadTx<'_> {
    /// The runs of an upstream that are to be asked for, fetched, or looked for, and that nobody follows.
    ///
    /// # Errors
    /// When the store fails.
    pub(super) fn unfollowed(&self, upstream: &str, now: Timestamp) -> Result<Vec<RunRecord>> {
        self.sql.all(
            &format!(
                "SELECT {COLUMNS} FROM runs WHERE upstream = ?3 AND deleted_at IS NULL
                 AND {} AND {} ORDER BY seq",
                followed(),
                unfollowed()
            ),
            params![now, now + LEASE_MS, upstream],
        )
    }

    /// The runs that a prediction without a known run could belong to, deleted ones too.
    ///
    /// # Errors
    /// When the store fails.
    pub fn rivals(&self, upstream: &str, except: Option<RunId>) -> Result<Vec<MatchCandidate>> {
        self.sql.all(
            &format!(
                "SELECT coalesce(submitted_at, lost_at), nullif(request, ''), state <> 'rejected' FROM runs
                 WHERE upstream = ?1 AND id IS DISTINCT FROM ?2 AND (state = 'submitting' OR ({LOST})) ORDER BY seq"
            ),
            params![upstream, except],
        )
    }

    /// That run, whatever its state.
    ///
    /// # Errors
    /// When the store fails.
    pub fn record(&self, id: RunId) -> Result<Option<RunRecord>> {
        let sql = format!("SELECT {COLUMNS} FROM runs WHERE id = ?1 AND deleted_at IS NULL");
        self.sql.first(&sql, params![id])
    }

    /// The run that a prediction belongs to, deleted or not.
    ///
    /// # Errors
    /// When the store fails.
    pub fn explains(&self, upstream: &str, prediction: &str) -> Result<Option<RunId>> {
        let sql = "SELECT id FROM runs WHERE upstream = ?1 AND prediction_id = ?2";
        Ok(self.sql.first(sql, params![upstream, prediction])?.map(|(id,)| id))
    }
}

impl FromRow for RunRecord {
    fn from_row(row: &mut Row) -> Result<Self> {
        Ok(Self {
            id: row.take()?,
            state: row.take()?,
            request: row.take()?,
            price: row.take()?,
            prediction_id: row.take()?,
            sent_at: row.take()?,
            lost_at: row.take()?,
            created_at: row.take()?,
            upstream: row.take()?,
            day: row.take()?,
            attempt: row.take()?,
        })
    }
}

impl FromRow for MatchCandidate {
    fn from_row(row: &mut Row) -> Result<Self> {
        Ok(Self { sent_at: row.take()?, request: row.take()?, is_open: row.take()? })
    }
}
