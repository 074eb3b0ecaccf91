//! Where the store is: a file on this machine, or a server that many processes share.

use std::fmt;
use std::path::PathBuf;
use std::sync::mpsc::Sender;

use super::migrations::{POSTGRES, SQLITE, migrate};
use super::sql::postgres::{PostgresConnection, listen};
use super::sql::sqlite::SqliteConnection;
use super::sql::{Clock, SqlConnection};
use super::{Account, Replica, Result, StoreError, SyncStore};

/// A database that holds a store.
#[derive(Clone, PartialEq, Eq)]
pub enum Database {
    /// A SQLite file, used by one process at a time.
    Sqlite(PathBuf),
    /// A PostgreSQL database by its address, `postgres://user:password@host/name`. Any number of processes use it.
    Postgres(String),
}

impl fmt::Debug for Database {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Sqlite(path) => f.debug_tuple("Sqlite").field(path).finish(),
            // The address holds a password.
            Self::Postgres(_) => f.write_str("Postgres"),
        }
    }
}

impl Database {
    /// Opens it for writing, and brings its tables to this build's version. `clock` is a file's; a server has its own.
    ///
    /// # Errors
    /// When it cannot be used, or was written by a newer build.
    pub fn open(&self, account: Account, replica: Replica, clock: Clock) -> Result<SyncStore> {
        self.open_in(account, replica, clock, false)
    }

    /// The same; with `is_own_time`, a server's clock does not count either.
    pub(super) fn open_in(
        &self,
        account: Account,
        replica: Replica,
        clock: Clock,
        is_own_time: bool,
    ) -> Result<SyncStore> {
        let (sql, versions): (Box<dyn SqlConnection>, &[_]) = match self {
            Self::Sqlite(path) => (Box::new(SqliteConnection::open(path, clock)?), &SQLITE),
            Self::Postgres(url) if is_own_time => {
                (Box::new(PostgresConnection::open(url)?.with_clock(clock)), &POSTGRES)
            }
            Self::Postgres(url) => (Box::new(PostgresConnection::open(url)?), &POSTGRES),
        };
        migrate(&*sql, versions)?;
        Ok(SyncStore { sql, account, replica })
    }

    /// Looks whether it can be used, without changing anything in it. A file may not be there yet.
    ///
    /// # Errors
    /// When it cannot be used.
    pub fn check(&self) -> Result<()> {
        match self {
            Self::Sqlite(path) if !path.exists() => Ok(()),
            _ => self.reader().map(drop),
        }
    }

    /// Whether several processes may use it at a time.
    pub const fn is_shared(&self) -> bool {
        matches!(self, Self::Postgres(_))
    }

    /// Connects once more, for reading.
    pub(super) fn reader(&self) -> Result<Box<dyn SqlConnection>> {
        Ok(match self {
            Self::Sqlite(path) => Box::new(SqliteConnection::reader(path)?),
            Self::Postgres(url) => Box::new(PostgresConnection::open(url)?),
        })
    }

    /// The same, where its tables are of this build's version.
    pub(super) fn reader_of_this_version(&self) -> Result<Box<dyn SqlConnection>> {
        let (reader, version) = (self.reader()?, if self.is_shared() { POSTGRES.len() } else { SQLITE.len() });
        match reader.schema_version()? {
            found if found == version => Ok(reader),
            found if found > version => Err(StoreError::Unusable("it was written by a newer build".to_owned())),
            _ => Err(StoreError::Unusable("it was written by an older build: start this one on it once".to_owned())),
        }
    }

    /// Has `changed` told whenever another process wrote something, until nobody receives it any more.
    pub(super) fn listen(&self, changed: Sender<()>) -> Result<()> {
        match self {
            // Nobody else writes.
            Self::Sqlite(_) => Ok(()),
            Self::Postgres(url) => listen(url, changed),
        }
    }
}
