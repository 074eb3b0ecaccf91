//! What is left to do, as the runner finds it at the start: runs at the vendor, and runs to look for there.

use imagen4_core::{MicroUsd, RunId, RunRequest, RunState, Timestamp};
use rusqlite::{Row, params};

use super::read::{request, run_id, run_state};
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
    "id, state, request, price, prediction_id, coalesce(submitted_at, lost_at, created_at), lost_at, created_at";

/// What has no prediction although its answer was lost: it may turn up until the vendor forgets it.
const LOST: &str = "lost_at IS NOT NULL AND prediction_id IS NULL AND state IN ('unknown', 'rejected')";

impl ReadTx<'_> {
    /// The runs of an upstream that are to be asked for, fetched, or looked for.
    ///
    /// # Errors
    /// When the store fails.
    pub fn unfinished(&self, upstream: &str) -> Result<Vec<RunRecord>> {
        self.those(
            &format!(
                "SELECT {COLUMNS} FROM runs WHERE upstream = ?1 AND deleted_at IS NULL
                 AND (state IN ('running', 'completed') OR ({LOST})) ORDER BY seq"
            ),
            upstream,
        )
    }

    /// The runs that a prediction without a known run could belong to, deleted ones too.
    ///
    /// # Errors
    /// When the store fails.
    pub fn rivals(&self, upstream: &str, except: Option<RunId>) -> Result<Vec<MatchCandidate>> {
        let mut statement = self.connection.prepare_cached(&format!(
            "SELECT coalesce(submitted_at, lost_at), nullif(request, ''), state <> 'rejected' FROM runs
             WHERE upstream = ?1 AND id IS NOT ?2 AND (state = 'submitting' OR ({LOST}))"
        ))?;
        let rows = statement.query_map(params![upstream, except.map(|run| run.to_string())], |row| {
            Ok((row.get::<_, i64>(0)?, row.get::<_, Option<String>>(1)?, row.get(2)?))
        })?;
        rows.map(|row| {
            let (sent_at, text, is_open) = row?;
            let request = text.map(|text| request(&text)).transpose()?;
            Ok(MatchCandidate { sent_at: Timestamp::from_ms(sent_at), request, is_open })
        })
        .collect()
    }

    /// That run, whatever its state.
    ///
    /// # Errors
    /// When the store fails.
    pub fn record(&self, id: RunId) -> Result<Option<RunRecord>> {
        let sql = format!("SELECT {COLUMNS} FROM runs WHERE id = ?1 AND deleted_at IS NULL");
        Ok(self.those(&sql, &id.to_string())?.into_iter().next())
    }

    /// The run that a prediction belongs to, deleted or not.
    ///
    /// # Errors
    /// When the store fails.
    pub fn explains(&self, upstream: &str, prediction: &str) -> Result<Option<RunId>> {
        let mut statement =
            self.connection.prepare_cached("SELECT id FROM runs WHERE upstream = ?1 AND prediction_id = ?2")?;
        let mut rows = statement.query_map(params![upstream, prediction], |row| row.get::<_, String>(0))?;
        rows.next().map(|id| run_id(&id?)).transpose()
    }

    fn those(&self, sql: &str, of: &str) -> Result<Vec<RunRecord>> {
        let mut statement = self.connection.prepare_cached(sql)?;
        let mut rows = statement.query([of])?;
        let mut those = Vec::new();
        while let Some(row) = rows.next()? {
            those.push(read(row)?);
        }
        Ok(those)
    }
}

fn read(row: &Row<'_>) -> Result<RunRecord> {
    Ok(RunRecord {
        id: run_id(&row.get::<_, String>(0)?)?,
        state: run_state(&row.get::<_, String>(1)?)?,
        request: request(&row.get::<_, String>(2)?)?,
        price: MicroUsd::new(row.get(3)?),
        prediction_id: row.get(4)?,
        sent_at: Timestamp::from_ms(row.get(5)?),
        lost_at: row.get::<_, Option<i64>>(6)?.map(Timestamp::from_ms),
        created_at: Timestamp::from_ms(row.get(7)?),
    })
}
