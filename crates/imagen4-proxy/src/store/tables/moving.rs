//! A store that moves: whether it is in use, and which of two databases it is afterwards.

use imagen4_core::Timestamp;

use super::{A_COPY, FILE, Tables};
use crate::store::Result;
use crate::store::rules::leases::{HOLDS, LEASE_MS, NEVER};
use crate::store::sql::value::params;

impl Tables {
    /// Whether processes use it, by their leases.
    ///
    /// # Errors
    /// When the database fails.
    pub fn is_in_use(&self) -> Result<bool> {
        let now = self.sql.begin_write()?;
        let is_in_use = self.has_leases(now);
        self.sql.rollback();
        is_in_use
    }

    /// A process that has a database to itself is told by its directory's lock, and its lease tells nothing.
    fn has_leases(&self, now: Timestamp) -> Result<bool> {
        let sql = format!("SELECT count(*) FROM replicas WHERE lease_until <> ?3 AND {HOLDS}");
        let (live,): (u64,) = self.sql.one(&sql, params![now, now + LEASE_MS, NEVER])?;
        Ok(live > 0)
    }

    /// Leaves it behind as a copy, unless processes use it or did so since that revision: what waits in its queue may be sent elsewhere.
    /// Answers whether it is one.
    ///
    /// # Errors
    /// When the database fails.
    pub fn leave_behind(&self, revision: u64) -> Result<bool> {
        let now = self.sql.begin_write()?;
        match self.has_leases(now).and_then(|is_in_use| Ok(!is_in_use && self.revision()? == revision)) {
            Ok(true) => self.commit(self.note(FILE, A_COPY)).map(|()| true),
            other => {
                self.sql.rollback();
                other
            }
        }
    }

    /// Whoever opens it next takes it for the store itself.
    ///
    /// # Errors
    /// When the database fails.
    pub fn mark_as_original(&self) -> Result<()> {
        self.sql.begin_write()?;
        self.commit(self.sql.execute("DELETE FROM meta WHERE name = ?1", params![FILE]).map(drop))
    }
}
