//! The ledger: every run and all its money, durable, in SQLite.
//!
//! What changes a run changes its money in the same transaction, and only along the state machine of `imagen4-core`.
//!
//! # Layout
//! - [`Ledger`]: a handle for async code; one writer thread with group commit, readers beside it
//! - [`Book`]: the same without the thread
//! - [`Writing`]: what may be done inside a transaction: `accept`, `claim`, `transition`, `bills`, `adopt`, `edit`, `meta`
//! - [`Reading`]: `read`, `find` and `spend` for people; `standing`, `history`, `stats` for the dispatcher and whoever operates it
//! - [`Account`]: whose money it is, its cap and its calendar
//! - [`Change`]: what every commit tells the event streams

mod accept;
mod account;
mod adopt;
mod bills;
mod book;
mod change;
mod claim;
mod edit;
mod find;
mod handle;
mod history;
mod meta;
mod read;
mod schema;
mod spend;
mod standing;
mod stats;
#[cfg(test)]
mod tests;
mod transition;
mod writer;

pub use accept::{Accepted, NewGroup, NewRun};
pub use account::Account;
pub use adopt::Adoption;
pub use bills::BillFacts;
pub use book::Book;
pub use change::Change;
pub use claim::{Claim, Claimed, Slots};
pub use edit::Deletion;
pub use find::PredictionFilter;
pub use handle::Ledger;
pub use meta::identity;
pub use read::{PictureRow, Reading};
pub use standing::{Rival, Standing};
pub use stats::Stats;
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
    /// Somebody else has the file, or the disk is full: nothing was written, and it may be tried again.
    #[error("the ledger is busy")]
    NotTaken,
    /// The writer has stopped; nothing more is accepted.
    #[error("the ledger is closed")]
    Closed,
}

/// Everything the ledger does may fail like this.
pub type Result<T> = std::result::Result<T, LedgerError>;
