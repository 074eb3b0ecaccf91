//! SQLite: one file on one machine, durable commits, readers beside the writer.

use std::fmt;
use std::fs::Metadata;
use std::path::Path;
use std::sync::Arc;
use std::time::{Duration, UNIX_EPOCH};

use imagen4_core::Timestamp;
use rusqlite::types::{ToSqlOutput, ValueRef};
use rusqlite::{Connection, ErrorCode, OpenFlags, ToSql, params_from_iter};

use super::{Clock, Committed, Row, SqlConnection, Value};
use crate::store::{Result, StoreError};

/// So long a connection waits for one that has the file.
const PATIENCE: Duration = Duration::from_secs(5);

/// A connection to a file, or to a database in memory.
pub struct SqliteConnection {
    connection: Connection,
    clock: Clock,
}

impl fmt::Debug for SqliteConnection {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("SqliteConnection")
    }
}

impl SqliteConnection {
    /// Opens a file for writing; it is made where there is none.
    ///
    /// # Errors
    /// When the file cannot be used.
    pub fn open(path: &Path, clock: Clock) -> Result<Self> {
        Self::with(Connection::open(path)?, clock)
    }

    /// Opens a file for reading.
    ///
    /// # Errors
    /// When the file cannot be used.
    pub fn reader(path: &Path) -> Result<Self> {
        let flags = OpenFlags::SQLITE_OPEN_READ_ONLY | OpenFlags::SQLITE_OPEN_NO_MUTEX;
        let connection = Connection::open_with_flags(path, flags)?;
        connection.busy_timeout(PATIENCE)?;
        // Nothing begins here.
        Ok(Self { connection, clock: Arc::new(Timestamp::default) })
    }

    /// A database that is forgotten with this value.
    ///
    /// # Errors
    /// When SQLite has no memory.
    pub fn in_memory(clock: Clock) -> Result<Self> {
        Self::with(Connection::open_in_memory()?, clock)
    }

    fn with(connection: Connection, clock: Clock) -> Result<Self> {
        connection.pragma_update(None, "journal_mode", "WAL")?;
        // NORMAL may lose the last commits with the power; an intent must be on disk before the first byte leaves.
        connection.pragma_update(None, "synchronous", "FULL")?;
        // What was deleted leaves the file as well.
        connection.pragma_update(None, "secure_delete", true)?;
        connection.busy_timeout(PATIENCE)?;
        connection.set_prepared_statement_cache_capacity(96);
        Ok(Self { connection, clock })
    }
}

impl SqlConnection for SqliteConnection {
    fn begin_write(&self) -> Result<Timestamp> {
        self.batch("BEGIN IMMEDIATE")?;
        Ok((self.clock)())
    }

    fn query(&self, sql: &str, params: &[Value]) -> Result<Vec<Row>> {
        let mut statement = self.connection.prepare_cached(sql)?;
        let columns = statement.column_count();
        let mut rows = statement.query(params_from_iter(params))?;
        let mut found = Vec::new();
        while let Some(row) = rows.next()? {
            let columns = (0..columns).map(|column| value(row.get_ref(column)?)).collect::<Result<_>>()?;
            found.push(Row::new(columns));
        }
        Ok(found)
    }

    fn execute(&self, sql: &str, params: &[Value]) -> Result<u64> {
        Ok(self.connection.prepare_cached(sql)?.execute(params_from_iter(params))? as u64)
    }

    fn batch(&self, sql: &str) -> Result<()> {
        Ok(self.connection.execute_batch(sql)?)
    }

    fn commit(&self) -> Committed {
        match self.batch("COMMIT") {
            Ok(()) => Committed::Yes,
            Err(error) => {
                tracing::error!(%error, "the database could not commit");
                self.rollback();
                if matches!(error, StoreError::Full(_)) { Committed::No } else { Committed::Unknown }
            }
        }
    }

    fn rollback(&self) {
        // A disk that is full has undone it already.
        if !self.connection.is_autocommit()
            && let Err(error) = self.batch("ROLLBACK")
        {
            tracing::error!(%error, "the database could not undo a transaction");
        }
    }

    fn schema_version(&self) -> Result<usize> {
        Ok(self.connection.query_row("PRAGMA user_version", [], |row| row.get(0))?)
    }

    fn set_schema_version(&self, version: usize) -> Result<()> {
        Ok(self.connection.pragma_update(None, "user_version", version)?)
    }

    fn identity(&self) -> Result<String> {
        let Some(path) = self.connection.path().filter(|path| !path.is_empty()) else { return Ok("memory".to_owned()) };
        let metadata = std::fs::metadata(path).map_err(|error| StoreError::Database(error.into()))?;
        let born = metadata.created().ok().and_then(|at| at.duration_since(UNIX_EPOCH).ok());
        Ok(format!("{}-{}", number(&metadata), born.map(|since| since.as_nanos()).unwrap_or_default()))
    }

    fn erase_deleted(&self) {
        // The write-ahead log would keep it until it is full. A reader in the way only puts that off.
        if let Err(error) = self.batch("PRAGMA wal_checkpoint(TRUNCATE)") {
            tracing::debug!(%error, "the write-ahead log could not be emptied");
        }
    }
}

#[cfg(unix)]
fn number(metadata: &Metadata) -> u64 {
    std::os::unix::fs::MetadataExt::ino(metadata)
}

#[cfg(not(unix))]
fn number(_: &Metadata) -> u64 {
    0
}

impl ToSql for Value {
    fn to_sql(&self) -> rusqlite::Result<ToSqlOutput<'_>> {
        Ok(ToSqlOutput::Borrowed(match self {
            Self::Null => ValueRef::Null,
            Self::Integer(number) => ValueRef::Integer(*number),
            Self::Text(text) => ValueRef::Text(text.as_bytes()),
            Self::Blob(bytes) => ValueRef::Blob(bytes),
        }))
    }
}

fn value(column: ValueRef<'_>) -> Result<Value> {
    let unreadable = |what: &str| StoreError::Unreadable(what.to_owned());
    Ok(match column {
        ValueRef::Null => Value::Null,
        ValueRef::Integer(number) => Value::Integer(number),
        ValueRef::Text(text) => {
            Value::Text(String::from_utf8(text.to_vec()).map_err(|_| unreadable("a text that is not UTF-8"))?)
        }
        ValueRef::Blob(bytes) => Value::Blob(bytes.to_vec()),
        ValueRef::Real(_) => return Err(unreadable("a fraction")),
    })
}

impl From<rusqlite::Error> for StoreError {
    fn from(error: rusqlite::Error) -> Self {
        match error.sqlite_error_code() {
            Some(ErrorCode::DiskFull) => Self::Full(error.into()),
            _ => Self::Database(error.into()),
        }
    }
}
