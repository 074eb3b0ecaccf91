//! The store without its thread: one connection, one operation a transaction. For what happens before the writer starts, and
//! for simulations that need every step to be theirs.

use super::migrations::{self, Migration, migrate};
use super::sql::postgres::PostgresConnection;
use super::sql::sqlite::SqliteConnection;
use super::sql::{Clock, Committed, SqlConnection};
use super::{Account, ReadTx, Replica, Result, StoreError, WriteTx};

/// A store that is only used from one place.
#[derive(Debug)]
pub struct SyncStore {
    pub(crate) sql: Box<dyn SqlConnection>,
    pub(in crate::store) account: Account,
    pub(in crate::store) replica: Replica,
}

impl SyncStore {
    /// A store that is forgotten with this value.
    ///
    /// # Errors
    /// When SQLite has no memory.
    pub fn in_memory(account: Account, clock: Clock) -> Result<Self> {
        Self::sqlite(SqliteConnection::in_memory(clock)?, account)
    }

    /// A PostgreSQL database in a time of its own, for simulations.
    ///
    /// # Errors
    /// When the database cannot be used, or was written by a newer build.
    pub fn postgres(connection: PostgresConnection, account: Account) -> Result<Self> {
        Self::with(connection, &migrations::POSTGRES, account)
    }

    pub(crate) fn sqlite(sql: impl SqlConnection + 'static, account: Account) -> Result<Self> {
        Self::with(sql, &migrations::SQLITE, account)
    }

    fn with(sql: impl SqlConnection + 'static, versions: &[Migration], account: Account) -> Result<Self> {
        migrate(&sql, versions)?;
        Ok(Self { sql: Box::new(sql), account, replica: Replica::alone(0) })
    }

    /// Another cap, time zone or upstream from now on, as after a restart.
    pub fn set_account(&mut self, account: Account) {
        self.account = account;
    }

    /// Another process speaks from now on.
    pub fn set_replica(&mut self, replica: Replica) {
        self.replica = replica;
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
        let mut tx = WriteTx::begin(&*self.sql, &self.account, &self.replica)?;
        match operation(&mut tx) {
            Ok(outcome) => match tx.commit() {
                Committed::Yes => Ok(outcome),
                Committed::No => Err(StoreError::NotTaken),
                Committed::Later | Committed::Unknown => Err(StoreError::Closed),
            },
            Err(error) => {
                tx.rollback();
                Err(error)
            }
        }
    }

    /// For reading.
    pub fn read_tx(&self) -> ReadTx<'_> {
        ReadTx { sql: &*self.sql }
    }
}
