//! The databases under the store. The rules above speak one SQL: numbered placeholders (`?1`), flags as 0 and 1, no function that only
//! one of them has.
//!
//! # Layout
//! - this file: what a database does for the store; [`value`]: what goes in and comes out
//! - [`sqlite`]: one file on one machine; [`postgres`]: many processes on one server

#[cfg(test)]
pub(crate) mod counted;
pub mod postgres;
pub mod sqlite;
pub mod value;

use std::fmt::Debug;
use std::sync::Arc;

use imagen4_core::Timestamp;

pub use self::value::{FromRow, Row, Value};
use super::{Result, StoreError};

/// The clock of a database that has none of its own: a file's is its machine's.
pub type Clock = Arc<dyn Fn() -> Timestamp + Send + Sync>;

/// A connection to a database. It belongs to one thread at a time.
pub trait SqlConnection: Debug + Send {
    /// Begins a transaction that waits for every other one that writes, and makes them wait. Answers the time, by the one clock that
    /// all of them share.
    ///
    /// # Errors
    /// When the database has no place for it now: nothing was written.
    fn begin_write(&self) -> Result<Timestamp>;

    /// Rows of an answer.
    ///
    /// # Errors
    /// When the database fails.
    fn query(&self, sql: &str, params: &[Value]) -> Result<Vec<Row>>;

    /// Changes rows; how many.
    ///
    /// # Errors
    /// When the database fails.
    fn execute(&self, sql: &str, params: &[Value]) -> Result<u64>;

    /// Several statements without values.
    ///
    /// # Errors
    /// When the database fails.
    fn batch(&self, sql: &str) -> Result<()>;

    /// Ends the transaction.
    fn commit(&self) -> Committed;

    /// Asks once more what became of a transaction that was [`Committed::Later`].
    fn settled(&self) -> Committed {
        Committed::Unknown
    }

    /// Undoes the transaction.
    fn rollback(&self);

    /// What became of a transaction in which something failed before its commit, and which was undone for that.
    fn after_failure(&self, error: &StoreError) -> Committed {
        // What a flush did not take, another one may only seem to take.
        if error.is_harmless() { Committed::No } else { Committed::Unknown }
    }

    /// Begins a transaction that changes tables.
    ///
    /// # Errors
    /// When the database has no place for it now.
    fn begin_migration(&self) -> Result<()> {
        self.begin_write().map(drop)
    }

    /// Begins to read one state of everything, whoever writes meanwhile; `rollback` ends it.
    ///
    /// # Errors
    /// When the database fails.
    fn begin_snapshot(&self) -> Result<()> {
        self.batch("BEGIN")
    }

    /// How to order by a column so that texts come by their bytes.
    fn in_byte_order(&self, column: &str) -> String {
        column.to_owned()
    }

    /// Rows were copied here with the numbers that they had: new ones come after those.
    ///
    /// # Errors
    /// When the database fails.
    fn count_on(&self) -> Result<()> {
        Ok(())
    }

    /// How far the tables were brought: so many of [`super::migrations`].
    ///
    /// # Errors
    /// When the database fails.
    fn schema_version(&self) -> Result<usize>;

    /// Notes how far the tables were brought.
    ///
    /// # Errors
    /// When the database fails.
    fn set_schema_version(&self, version: usize) -> Result<()>;

    /// What tells this database from a copy of it, as far as can be said.
    ///
    /// # Errors
    /// When it does not say.
    fn identity(&self) -> Result<String>;

    /// Something was deleted: it is to leave the disk as well.
    fn erase_deleted(&self);
}

/// What became of a transaction.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Committed {
    /// It is on disk.
    Yes,
    /// Nothing of it is: it may be tried again.
    No,
    /// The database cannot be asked now; nothing else is done before it was.
    Later,
    /// Nobody knows before the database is opened again.
    Unknown,
}

impl dyn SqlConnection + '_ {
    /// Everything that an answer holds.
    ///
    /// # Errors
    /// When the database fails, or holds something else.
    pub fn all<T: FromRow>(&self, sql: &str, params: &[Value]) -> Result<Vec<T>> {
        self.query(sql, params)?.iter_mut().map(T::from_row).collect()
    }

    /// The first row of an answer, if there is one.
    ///
    /// # Errors
    /// When the database fails, or holds something else.
    pub fn first<T: FromRow>(&self, sql: &str, params: &[Value]) -> Result<Option<T>> {
        self.query(sql, params)?.first_mut().map(T::from_row).transpose()
    }

    /// The only row of an answer that always has one.
    ///
    /// # Errors
    /// When the database fails, or holds something else.
    pub fn one<T: FromRow>(&self, sql: &str, params: &[Value]) -> Result<T> {
        let missing = || StoreError::Unreadable("a row that is not there".to_owned());
        self.first(sql, params)?.ok_or_else(missing)
    }
}
