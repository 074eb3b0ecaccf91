//! The ledger: every run and all its money, durable, in SQLite.
//!
//! What changes a run changes its money in the same transaction, and only along the state machine of `imagen4-core`.
//!
//! # Layout
//! - [`Ledger`]: a handle for async code; one writer thread with group commit, readers beside it
//! - [`Writing`]: what may be done inside a transaction: accept, claim, transition, keep a picture
//! - [`Reading`]: runs, lists, spend
//! - [`Account`]: whose money it is, its cap and its calendar
//! - [`Change`]: what every commit tells the event streams

mod accept;
mod account;
mod change;
mod claim;
mod handle;
mod read;
mod schema;
mod spend;
#[cfg(test)]
mod tests;
mod transition;
mod writer;

pub use accept::{Accepted, NewRun};
pub use account::Account;
pub use change::Change;
pub use claim::{Claim, Claimed, Slots};
pub use handle::Ledger;
pub use read::{PictureRow, Reading, Unfinished};
pub use transition::{Facts, NewPicture};
pub use writer::Writing;

/// The ledger did not do what was asked.
#[derive(Debug, thiserror::Error)]
pub enum LedgerError {
    /// SQLite says no.
    #[error("the ledger failed: {0}")]
    Sqlite(#[from] rusqlite::Error),
    /// A row does not read back as what was written.
    #[error("the ledger holds something unreadable: {0}")]
    Unreadable(String),
    /// The writer has stopped; nothing more is accepted.
    #[error("the ledger is closed")]
    Closed,
}

/// Everything the ledger does may fail like this.
pub type Result<T> = std::result::Result<T, LedgerError>;
