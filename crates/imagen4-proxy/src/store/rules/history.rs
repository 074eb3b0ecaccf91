//! How long predictions took, to learn when to ask.

use crate::store::sql::value::params;
use crate::store::{ReadTx, Result};

/// What is older than that many runs says little of today.
const RUNS: u32 = 32;

impl ReadTx<'_> {
    /// From the POST to completed, in milliseconds, of the latest runs of a model; the order says nothing.
    ///
    /// # Errors
    /// When the store fails.
    pub fn durations(&self, upstream: &str, model: &str) -> Result<Vec<u64>> {
        let rows = self.sql.all(
            "SELECT took_ms FROM runs WHERE upstream = ?1 AND took_ms IS NOT NULL AND submitted_at IS NOT NULL
             AND deleted_at IS NULL AND model = ?2 ORDER BY submitted_at DESC, seq DESC LIMIT ?3",
            params![upstream, model, RUNS],
        )?;
        Ok(rows.into_iter().map(|(took,)| took).collect())
    }
}
