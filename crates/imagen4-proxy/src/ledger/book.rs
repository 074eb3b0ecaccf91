//! The ledger without its thread: one connection, one operation a transaction. For what happens before the writer starts, and
//! for simulations that need every step to be theirs.

use std::path::Path;

use rusqlite::{Connection, Transaction, TransactionBehavior};

use super::writer::Touched;
use super::{Account, Reading, Result, Writing, schema};

/// A ledger that is only used from one place.
#[derive(Debug)]
pub struct Book {
    pub(crate) connection: Connection,
    pub(super) account: Account,
}

impl Book {
    /// Opens a ledger's file and brings it to this build's version.
    ///
    /// # Errors
    /// When the file cannot be used, or was written by a newer build.
    pub fn open(path: &Path, account: Account) -> Result<Self> {
        Self::with(Connection::open(path)?, account)
    }

    /// A ledger that is forgotten with this value.
    ///
    /// # Errors
    /// When SQLite has no memory.
    pub fn in_memory(account: Account) -> Result<Self> {
        Self::with(Connection::open_in_memory()?, account)
    }

    fn with(mut connection: Connection, account: Account) -> Result<Self> {
        schema::configure(&connection)?;
        schema::migrate(&mut connection)?;
        Ok(Self { connection, account })
    }

    /// Another cap, time zone or upstream from now on, as after a restart.
    pub fn set_account(&mut self, account: Account) {
        self.account = account;
    }

    /// Whose money it is.
    pub fn account(&self) -> &Account {
        &self.account
    }

    /// Runs an operation in a transaction of its own; an error undoes it.
    ///
    /// # Errors
    /// The operation's own, or the commit's.
    pub fn write<T>(&mut self, operation: impl FnOnce(&mut Writing<'_>) -> Result<T>) -> Result<T> {
        let transaction = Transaction::new(&mut self.connection, TransactionBehavior::Immediate)?;
        let mut touched = Touched::default();
        let outcome =
            operation(&mut Writing { connection: &transaction, account: &self.account, touched: &mut touched })?;
        transaction.commit()?;
        Ok(outcome)
    }

    /// For reading.
    pub fn reading(&self) -> Reading<'_> {
        Reading { connection: &self.connection }
    }
}
