//! The store without its thread: one connection, one operation a transaction. For what happens before the writer starts, and
//! for simulations that need every step to be theirs.

use std::path::Path;

use rusqlite::{Connection, Transaction, TransactionBehavior};

use super::writer::TxChanges;
use super::{Account, ReadTx, Result, WriteTx, schema};

/// A store that is only used from one place.
#[derive(Debug)]
pub struct SqliteStore {
    pub(crate) connection: Connection,
    pub(in crate::store) account: Account,
}

impl SqliteStore {
    /// Opens a store's file and brings it to this build's version.
    ///
    /// # Errors
    /// When the file cannot be used, or was written by a newer build.
    pub fn open(path: &Path, account: Account) -> Result<Self> {
        Self::with(Connection::open(path)?, account)
    }

    /// A store that is forgotten with this value.
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
    pub fn write<T>(&mut self, operation: impl FnOnce(&mut WriteTx<'_>) -> Result<T>) -> Result<T> {
        let transaction = Transaction::new(&mut self.connection, TransactionBehavior::Immediate)?;
        let mut changes = TxChanges::default();
        let outcome =
            operation(&mut WriteTx { connection: &transaction, account: &self.account, changes: &mut changes })?;
        transaction.commit()?;
        Ok(outcome)
    }

    /// For reading.
    pub fn read_tx(&self) -> ReadTx<'_> {
        ReadTx { connection: &self.connection }
    }
}
