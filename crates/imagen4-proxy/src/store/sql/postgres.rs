//! PostgreSQL: many processes on one database. Whoever writes holds the account's row, so writers come one after the other, as in
//! SQLite.
//!
//! # Layout
//! - this file: a connection that is made again when it was lost; `session`: one of its sessions; `values`: what goes in and comes out
//! - `address`: how to reach a database; `catalog`: what it says of itself
//! - `listen`: being told that another process wrote something

mod address;
mod catalog;
mod listen;
mod session;
mod values;

use std::cell::RefCell;
use std::fmt;
use std::thread;
use std::time::Duration;

use imagen4_core::Timestamp;
use postgres::Config;
use postgres::error::SqlState;

use self::address::config;
pub(in crate::store) use self::listen::listen;
use self::session::Session;
use self::values::borrowed;
use super::{Clock, Committed, Row, SqlConnection, Value};
use crate::store::{Result, StoreError};

/// A commit whose answer was lost is asked for so often at once, with this long between.
const ASK_AGAIN: (u32, Duration) = (8, Duration::from_millis(250));

/// What other processes listen to.
const CHANNEL: &str = "imagen4_changes";

/// A connection that is made again when it was lost.
pub struct PostgresConnection {
    config: Config,
    /// In place of the server's, for simulations.
    clock: Option<Clock>,
    session: RefCell<Option<Session>>,
    /// A transaction whose COMMIT had no answer.
    in_doubt: RefCell<Option<String>>,
}

impl fmt::Debug for PostgresConnection {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        // The configuration holds a password.
        f.write_str("PostgresConnection")
    }
}

impl PostgresConnection {
    /// Connects to a database: `postgres://user:password@host/name`.
    ///
    /// # Errors
    /// When it cannot be reached, is too old, takes no writes, or may lose what it called committed.
    pub fn open(url: &str) -> Result<Self> {
        let connection =
            Self { config: config(url)?, clock: None, session: RefCell::default(), in_doubt: RefCell::default() };
        catalog::check(&connection)?;
        Ok(connection)
    }

    /// Another clock than the server's: a simulation has its own time.
    #[must_use]
    pub fn with_clock(mut self, clock: Clock) -> Self {
        self.clock = Some(clock);
        self
    }

    /// Does something in a session; in a new one where the last was lost.
    fn with<T>(&self, act: impl FnOnce(&mut Session) -> std::result::Result<T, postgres::Error>) -> Result<T> {
        let mut slot = self.session.borrow_mut();
        if slot.as_ref().is_none_or(|session| session.client.is_closed()) {
            *slot = Some(Session::begin(&self.config)?);
        }
        let session = slot.as_mut().ok_or(StoreError::Closed)?;
        let outcome = act(session);
        // After a failover it may be with a server that only reads: the next one is looked for anew.
        if outcome.as_ref().is_err_and(|error| error.code() == Some(&SqlState::READ_ONLY_SQL_TRANSACTION)) {
            *slot = None;
        }
        Ok(outcome?)
    }

    /// The same in a session that is there; a transaction does not go on in another one.
    fn within<T>(&self, act: impl FnOnce(&mut Session) -> std::result::Result<T, postgres::Error>) -> Result<T> {
        if self
            .session
            .borrow()
            .as_ref()
            .is_some_and(|session| session.transaction.is_some() && session.client.is_closed())
        {
            return Err(StoreError::Unavailable("the connection to PostgreSQL was lost".into()));
        }
        self.with(act)
    }

    /// What became of a transaction whose COMMIT had no answer, as far as the server says now.
    fn status(&self, transaction: &str) -> Committed {
        let sql: &dyn SqlConnection = self;
        let status = sql.one::<(Option<String>,)>(
            "SELECT pg_xact_status(CAST(CAST(?1 AS TEXT) AS xid8))",
            &[Value::from(transaction)],
        );
        match status.as_ref().map(|(status,)| status.as_deref()) {
            Ok(Some("committed")) => Committed::Yes,
            Ok(Some("aborted")) => Committed::No,
            // It is still being ended, or the server is not there yet.
            Ok(Some(_)) | Err(StoreError::Unavailable(_)) => Committed::Later,
            Ok(None) | Err(_) => Committed::Unknown,
        }
    }
}

impl Drop for PostgresConnection {
    fn drop(&mut self) {
        // Ending a session waits for the server, which async code must not do.
        if let Some(session) = self.session.take() {
            thread::spawn(move || drop(session));
        }
    }
}

impl SqlConnection for PostgresConnection {
    fn begin_write(&self) -> Result<Timestamp> {
        let now = self.with(|session| session.begin_transaction("SELECT 1 FROM account FOR UPDATE"))?;
        let now = Timestamp::from_ms(now);
        Ok(self.clock.as_ref().map_or(now, |clock| clock()))
    }

    fn query(&self, sql: &str, params: &[Value]) -> Result<Vec<Row>> {
        let rows = self.within(|session| {
            let statement = session.prepare(sql, params)?;
            session.client.query(&statement, &borrowed(params))
        })?;
        let row = |row: &postgres::Row| {
            let columns = (0..row.len()).map(|column| row.try_get::<_, Option<Value>>(column));
            let columns: std::result::Result<Vec<_>, _> =
                columns.map(|value| value.map(|value| value.unwrap_or(Value::Null))).collect();
            Ok(Row::new(columns?))
        };
        rows.iter().map(row).collect()
    }

    fn execute(&self, sql: &str, params: &[Value]) -> Result<u64> {
        self.within(|session| {
            let statement = session.prepare(sql, params)?;
            session.client.execute(&statement, &borrowed(params))
        })
    }

    fn batch(&self, sql: &str) -> Result<()> {
        self.within(|session| session.client.batch_execute(sql))
    }

    fn commit(&self) -> Committed {
        let transaction = self.session.borrow_mut().as_mut().and_then(|session| session.transaction.clone());
        // Others are told with the commit, or not at all.
        let answer = self.within(|session| session.client.batch_execute(&format!("NOTIFY {CHANNEL}; COMMIT")));
        if let Some(session) = self.session.borrow_mut().as_mut() {
            session.transaction = None;
        }
        match (answer, transaction) {
            (Ok(()), _) => Committed::Yes,
            (Err(error), Some(transaction)) => {
                tracing::error!(%error, "a commit had no answer");
                *self.in_doubt.borrow_mut() = Some(transaction);
                let mut committed = self.settled();
                for _ in 0..ASK_AGAIN.0 {
                    if committed != Committed::Later {
                        break;
                    }
                    thread::sleep(ASK_AGAIN.1);
                    committed = self.settled();
                }
                committed
            }
            (Err(_), None) => Committed::No,
        }
    }

    fn settled(&self) -> Committed {
        let Some(transaction) = self.in_doubt.borrow().clone() else { return Committed::Unknown };
        let committed = self.status(&transaction);
        if committed != Committed::Later {
            *self.in_doubt.borrow_mut() = None;
        }
        committed
    }

    fn rollback(&self) {
        let undone = self.within(|session| session.client.batch_execute("ROLLBACK"));
        let mut slot = self.session.borrow_mut();
        match (undone, slot.as_mut()) {
            (Ok(()), Some(session)) => session.transaction = None,
            // The server undoes what a session leaves open.
            _ => *slot = None,
        }
    }

    fn after_failure(&self, _: &StoreError) -> Committed {
        // Without a COMMIT the server keeps nothing.
        Committed::No
    }

    fn begin_migration(&self) -> Result<()> {
        // There is no account yet: one at a time all the same.
        self.with(|session| session.begin_transaction("SELECT pg_advisory_xact_lock(4711004)")).map(drop)
    }

    fn begin_snapshot(&self) -> Result<()> {
        // It holds no lock that others wait for, so it may take its time.
        self.with(|session| {
            session.client.batch_execute(
                "BEGIN ISOLATION LEVEL REPEATABLE READ READ ONLY; SET LOCAL idle_in_transaction_session_timeout = 0",
            )
        })
    }

    fn in_byte_order(&self, column: &str) -> String {
        // Numbers have no language.
        if matches!(column, "seq" | "one" | "position") { column.to_owned() } else { format!("{column} COLLATE \"C\"") }
    }

    fn count_on(&self) -> Result<()> {
        catalog::count_on(self)
    }

    fn schema_version(&self) -> Result<usize> {
        catalog::schema_version(self)
    }

    fn set_schema_version(&self, version: usize) -> Result<()> {
        catalog::set_schema_version(self, version)
    }

    fn identity(&self) -> Result<String> {
        catalog::identity(self)
    }

    fn erase_deleted(&self) {
        // Autovacuum does it.
    }
}
