//! PostgreSQL: many processes on one database. Whoever writes holds the account's row, so writers come one after the other, as in
//! SQLite.
//!
//! # Layout
//! - this file: a connection that is made again when it was lost; `session`: one of its sessions; `values`: what goes in and comes out
//! - `listen`: being told that another process wrote something

mod listen;
mod session;
mod values;

use std::cell::RefCell;
use std::fmt;
use std::thread;
use std::time::Duration;

use imagen4_core::Timestamp;
use postgres::Config;
use postgres::config::TargetSessionAttrs;
use postgres::error::SqlState;

pub(in crate::store) use self::listen::listen;
use self::session::Session;
use self::values::borrowed;
use super::{Clock, Committed, Row, SqlConnection, Value};
use crate::store::{Result, StoreError};

/// The oldest version that knows all that is asked of it.
const OLDEST: i64 = 130_000;
/// A server that does not answer for so long is taken to be gone.
const CONNECT: Duration = Duration::from_secs(5);
const SILENCE: Duration = Duration::from_secs(15);
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
        connection.check()?;
        Ok(connection)
    }

    /// Another clock than the server's: a simulation has its own time.
    #[must_use]
    pub fn with_clock(mut self, clock: Clock) -> Self {
        self.clock = Some(clock);
        self
    }

    fn check(&self) -> Result<()> {
        let sql: &dyn SqlConnection = self;
        let (version, fsync, encoding, is_standby): (i64, String, String, bool) = sql.one(
            "SELECT CAST(current_setting('server_version_num') AS BIGINT), current_setting('fsync'),
                current_setting('server_encoding'), pg_is_in_recovery()",
            &[],
        )?;
        let refused = |why: &str| Err(StoreError::Unreadable(why.to_owned()));
        match (version, fsync.as_str(), encoding.as_str(), is_standby) {
            (..OLDEST, ..) => refused("PostgreSQL 13 or newer is needed"),
            (_, "off", ..) => refused("PostgreSQL runs with fsync = off, and may lose what it called committed"),
            (.., true) => refused("this PostgreSQL is a standby, which takes no writes"),
            (_, _, "UTF8", _) => Ok(()),
            _ => refused("the database must be encoded in UTF8"),
        }
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

/// How to connect to the database at that address, and how long to wait for it.
fn config(url: &str) -> Result<Config> {
    // What is wrong with it is not said: it may be the password.
    let unreadable = |_| StoreError::Unreadable("the address of the PostgreSQL database".to_owned());
    let mut config: Config = url.parse().map_err(unreadable)?;
    if config.get_connect_timeout().is_none() {
        config.connect_timeout(CONNECT);
    }
    if config.get_tcp_user_timeout().is_none() {
        config.tcp_user_timeout(SILENCE);
    }
    config.keepalives_idle(SILENCE);
    // Of several hosts, the one that takes writes.
    config.target_session_attrs(TargetSessionAttrs::ReadWrite);
    if config.get_application_name().is_none() {
        config.application_name("imagen4-proxy");
    }
    Ok(config)
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
        self.batch(
            "SELECT setval(pg_get_serial_sequence(name, 'seq'), last) FROM (
                SELECT 'runs' AS name, max(seq) AS last FROM runs UNION ALL SELECT 'money', max(seq) FROM money
                UNION ALL SELECT 'timeline', max(seq) FROM timeline
             ) AS counted WHERE last IS NOT NULL",
        )
    }

    fn schema_version(&self) -> Result<usize> {
        let sql: &dyn SqlConnection = self;
        // Not by name: what a session found missing once it may go on missing behind a lock.
        let (tables,): (u64,) = sql.one(
            "SELECT count(*) FROM pg_tables WHERE schemaname = current_schema() AND tablename = 'schema_version'",
            &[],
        )?;
        if tables == 0 {
            return Ok(0);
        }
        let version = sql.first::<(u64,)>("SELECT version FROM schema_version", &[])?;
        Ok(version.map_or(0, |(version,)| usize::try_from(version).unwrap_or(usize::MAX)))
    }

    fn set_schema_version(&self, version: usize) -> Result<()> {
        // Two that make it at the same time would fail: it is made behind the lock.
        self.batch(
            "CREATE TABLE IF NOT EXISTS schema_version (one BIGINT PRIMARY KEY CHECK (one = 1), version BIGINT NOT NULL)",
        )?;
        self.execute(
            "INSERT INTO schema_version (one, version) VALUES (1, ?1)
             ON CONFLICT (one) DO UPDATE SET version = excluded.version",
            &[Value::from(version as u64)],
        )?;
        Ok(())
    }

    fn identity(&self) -> Result<String> {
        let sql: &dyn SqlConnection = self;
        // A standby that became the server has the same number; whether it lacks something, the count of what was sent tells.
        let (identity,) = sql.one(
            "SELECT concat(system_identifier, '/', (SELECT oid FROM pg_database WHERE datname = current_database()), '/',
                current_schema()) FROM pg_control_system()",
            &[],
        )?;
        Ok(identity)
    }

    fn erase_deleted(&self) {
        // Autovacuum does it.
    }
}
