//! The store: every run and all its money, durable, in SQLite.
//!
//! What changes a run changes its money in the same transaction, and only along the state machine of `imagen4-core`.
//!
//! # Layout
//! - [`Store`]: a handle for async code; one writer thread with group commit, readers beside it
//! - [`SqliteStore`]: the same without the thread
//! - [`WriteTx`] and [`ReadTx`]: a transaction; `rules`: what may be done in it
//! - [`Account`]: whose money it is, its cap and its calendar
//! - [`StoreEvent`]: what every commit tells the event streams

mod account;
mod event;
mod handle;
mod identity;
mod rules;
mod schema;
mod sqlite;
#[cfg(test)]
mod tests;
mod writer;

pub use account::Account;
pub use event::StoreEvent;
pub use handle::Store;
pub use identity::identity;
pub use rules::accept::{Accepted, NewGroup, NewRun};
pub use rules::adopt::Adoption;
pub use rules::bills::BillFacts;
pub use rules::claim::{ClaimBatch, ClaimedRun, RateLimits};
pub use rules::edit::Deletion;
pub use rules::list::PredictionFilter;
pub use rules::read::{PictureRow, ReadTx};
pub use rules::record::{MatchCandidate, RunRecord};
pub use rules::stats::Stats;
pub use rules::transition::{NewPicture, TransitionDetails};
pub use sqlite::SqliteStore;
pub use writer::WriteTx;

/// The store did not do what was asked.
#[derive(Debug, thiserror::Error)]
pub enum StoreError {
    /// SQLite says no.
    #[error("the database failed: {0}")]
    Sqlite(#[from] rusqlite::Error),
    /// A row does not read back as what was written.
    #[error("the database holds something unreadable: {0}")]
    Unreadable(String),
    /// Somebody else has the file, or the disk is full: nothing was written, and it may be tried again.
    #[error("the database is busy")]
    NotTaken,
    /// The writer has stopped; nothing more is accepted.
    #[error("the database is closed")]
    Closed,
}

/// Everything the store does may fail like this.
pub type Result<T> = std::result::Result<T, StoreError>;
