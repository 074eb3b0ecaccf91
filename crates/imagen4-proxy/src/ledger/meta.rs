//! What the ledger knows of its own file: whether it is still the one it was, and whether the disk takes writes.

use std::fs::Metadata;
use std::path::Path;
use std::time::UNIX_EPOCH;

use imagen4_core::{Problem, RunEvent, Timestamp};
use rusqlite::{OptionalExtension, params};

use super::{Facts, Result, Writing};

const FILE: &str = "file";
const PROBE: &str = "probe";

/// What tells one file from a copy of it, as far as the file system can say.
///
/// # Errors
/// When the file is not there.
pub fn identity(path: &Path) -> std::io::Result<String> {
    let metadata = std::fs::metadata(path)?;
    let born = metadata.created().ok().and_then(|at| at.duration_since(UNIX_EPOCH).ok()).map(|since| since.as_nanos());
    Ok(format!("{}-{}", number(&metadata), born.unwrap_or_default()))
}

#[cfg(unix)]
fn number(metadata: &Metadata) -> u64 {
    std::os::unix::fs::MetadataExt::ino(metadata)
}

#[cfg(not(unix))]
fn number(_: &Metadata) -> u64 {
    0
}

impl Writing<'_> {
    /// Compares the file with the one that the ledger lived in before. In a copy, nobody knows what became of the runs since
    /// it was made: what waits is taken back, what was being sent may have arrived. Answers whether it is a copy.
    ///
    /// # Errors
    /// When the ledger fails.
    pub fn settle_in(&mut self, identity: &str, withdrawn: &Problem, now: Timestamp) -> Result<bool> {
        let before: Option<String> =
            self.connection.query_row("SELECT value FROM meta WHERE name = ?1", [FILE], |row| row.get(0)).optional()?;
        let is_copy = before.is_some_and(|before| before != identity);
        if is_copy {
            for id in self.reading().ids_in("queued")? {
                self.transition(id, RunEvent::Withdrawn, Facts::from(withdrawn.clone()), now)?;
            }
        }
        self.set_meta(FILE, identity)?;
        Ok(is_copy)
    }

    /// Writes something, so that the disk has to take it.
    ///
    /// # Errors
    /// When the ledger fails.
    pub fn probe(&mut self, now: Timestamp) -> Result<()> {
        self.set_meta(PROBE, &now.to_string())
    }

    fn set_meta(&self, name: &str, value: &str) -> Result<()> {
        self.connection
            .prepare_cached("INSERT INTO meta (name, value) VALUES (?1, ?2) ON CONFLICT DO UPDATE SET value = ?2")?
            .execute(params![name, value])?;
        Ok(())
    }
}
