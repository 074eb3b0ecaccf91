//! What the store knows of its own database: whether it is still the one it was, and whether it takes writes.

use imagen4_core::{Problem, RunEvent};

use super::sql::value::params;
use super::{Result, TransitionDetails, WriteTx};

const FILE: &str = "file";
const PROBE: &str = "probe";

impl WriteTx<'_> {
    /// Compares the database with the one that the store lived in before, and how often it sent something with what was witnessed
    /// beside it. In a copy, nobody knows what became of the runs since it was made: what waits is taken back, what was being
    /// sent may have arrived. Answers whether it is a copy.
    ///
    /// # Errors
    /// When the store fails.
    pub fn detect_restore(&mut self, identity: &str, witnessed: u64, withdrawn: &Problem) -> Result<bool> {
        let is_moved = self.is_other_than(identity)?;
        // Another one is one sign; more that was sent than it knows of is another: it was overwritten where it is.
        let is_copy = is_moved || witnessed > self.row.sent;
        if is_copy {
            self.withdraw_queued(witnessed, withdrawn)?;
        }
        self.set_meta(FILE, identity)?;
        Ok(is_copy)
    }

    /// Something was sent that the database does not know of, `witnessed` times in all: whatever waits may be that.
    ///
    /// # Errors
    /// When the store fails.
    pub fn withdraw_queued(&mut self, witnessed: u64, why: &Problem) -> Result<()> {
        for id in self.read_tx().ids_in("queued")? {
            self.transition(id, RunEvent::Withdrawn, TransitionDetails::from(why.clone()), self.now)?;
        }
        self.row.sent = self.row.sent.max(witnessed);
        Ok(())
    }

    /// Whether the store lives elsewhere since this process began: it was moved, and this database was left behind.
    ///
    /// # Errors
    /// When the store fails.
    pub fn is_left_behind(&self) -> Result<bool> {
        self.is_other_than(&self.read_tx().identity()?)
    }

    /// Whether the store was said to live in another database than that one.
    fn is_other_than(&self, identity: &str) -> Result<bool> {
        Ok(self.meta(FILE)?.is_some_and(|before| before != identity))
    }

    /// Counts once more that something is sent; answers the new count.
    pub(super) fn count_sent(&mut self) -> u64 {
        self.row.sent += 1;
        self.row.sent
    }

    /// Writes something, so that the disk has to take it.
    ///
    /// # Errors
    /// When the store fails.
    pub fn probe(&mut self) -> Result<()> {
        self.set_meta(PROBE, &self.now.to_string())
    }

    pub(super) fn meta(&self, name: &str) -> Result<Option<String>> {
        let value = self.sql.first::<(String,)>("SELECT value FROM meta WHERE name = ?1", params![name])?;
        Ok(value.map(|(value,)| value))
    }

    pub(super) fn set_meta(&self, name: &str, value: &str) -> Result<()> {
        let sql =
            "INSERT INTO meta (name, value) VALUES (?1, ?2) ON CONFLICT (name) DO UPDATE SET value = excluded.value";
        self.sql.execute(sql, params![name, value])?;
        Ok(())
    }
}
