//! The store: every run and all its money, durable, in a database.
//!
//! What changes a run changes its money in the same transaction, and only along the state machine of `imagen4-core`.
//!
//! # Layout
//! - [`Store`]: a handle for async code; one `writer` thread with group commit, `readers` beside it
//! - `feed`: tells event streams, and memory (`recent`), what was committed, whoever committed it
//! - [`SyncStore`]: the same without the threads
//! - [`WriteTx`] and [`ReadTx`]: a transaction; `rules`: what may be done in it
//! - [`Database`]: where it is; [`sql`]: the databases below; `migrations`: their tables
//! - `backoff`: what a 429 taught; [`tables`]: copying everything to another database
//! - [`Account`]: whose money it is, its cap and its calendar
//! - [`StoreEvent`]: what the event streams are told

mod account;
mod backoff;
mod database;
mod event;
mod feed;
mod handle;
mod identity;
mod migrations;
mod readers;
mod recent;
mod rules;
pub mod sql;
mod sync;
pub mod tables;
#[cfg(test)]
pub(crate) mod tests;
mod tx;
mod writer;

pub use account::Account;
pub use database::Database;
pub use event::StoreEvent;
pub use handle::Store;
pub use rules::accept::{Accepted, NewGroup, NewRun};
pub use rules::adopt::Adoption;
pub use rules::bills::BillFacts;
pub use rules::claim::{ClaimBatch, ClaimedRun};
pub use rules::edit::Deletion;
pub use rules::join::{Disagreement, Members, SharedSettings};
pub use rules::leases::{LEASE_MS, Replica};
pub use rules::limits::RateLimits;
pub use rules::list::PredictionFilter;
pub use rules::read::{PictureRow, ReadTx};
pub use rules::record::{MatchCandidate, RunRecord};
pub use rules::stats::Stats;
pub use rules::transition::{NewPicture, TransitionDetails};
pub use sync::SyncStore;
pub use tx::WriteTx;

/// The store did not do what was asked.
#[derive(Debug, thiserror::Error)]
pub enum StoreError {
    /// The database says no.
    #[error("the database failed: {0}")]
    Database(Box<dyn std::error::Error + Send + Sync>),
    /// There is no room left: nothing was written, and it may be tried again.
    #[error("the database has no room left: {0}")]
    Full(Box<dyn std::error::Error + Send + Sync>),
    /// The database is not there, or takes no writes: nothing was written, and it may be tried again.
    #[error("the database is not available: {0}")]
    Unavailable(Box<dyn std::error::Error + Send + Sync>),
    /// A row does not read back as what was written.
    #[error("the database holds something unreadable: {0}")]
    Unreadable(String),
    /// It cannot be used as it is.
    #[error("{0}")]
    Unusable(String),
    /// Somebody else has the file, or the disk is full: nothing was written, and it may be tried again.
    #[error("the database is busy")]
    NotTaken,
    /// The writer has stopped; nothing more is accepted.
    #[error("the database is closed")]
    Closed,
}

impl StoreError {
    /// Whether nothing was written, and nothing is in doubt.
    pub(crate) fn is_harmless(&self) -> bool {
        matches!(self, Self::Full(_) | Self::Unavailable(_))
    }
}

/// Everything the store does may fail like this.
pub type Result<T> = std::result::Result<T, StoreError>;
