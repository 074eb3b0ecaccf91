//! What a server and a database say of themselves, and of the tables in it.

use crate::store::sql::{SqlConnection, Value};
use crate::store::{Result, StoreError};

/// The oldest version that knows all that is asked of it.
const OLDEST: i64 = 130_000;

/// What a server says of itself.
#[derive(Clone, Copy)]
struct Server<'a> {
    version: i64,
    fsync: &'a str,
    encoding: &'a str,
}

impl Server<'_> {
    /// Why it cannot be used: it is too old, or may lose what it called committed.
    fn objection(self) -> Option<&'static str> {
        match self {
            Self { version: ..OLDEST, .. } => Some("PostgreSQL 13 or newer is needed"),
            Self { fsync: "off", .. } => {
                Some("PostgreSQL runs with fsync = off, and may lose what it called committed")
            }
            Self { encoding: "UTF8", .. } => None,
            _ => Some("the database must be encoded in UTF8"),
        }
    }
}

/// Whether the server can be used. One that takes no writes, a standby, was refused as the session began.
pub(super) fn check(sql: &dyn SqlConnection) -> Result<()> {
    let (version, fsync, encoding): (i64, String, String) = sql.one(
        "SELECT CAST(current_setting('server_version_num') AS BIGINT), current_setting('fsync'),
            current_setting('server_encoding')",
        &[],
    )?;
    match (Server { version, fsync: &fsync, encoding: &encoding }).objection() {
        Some(why) => Err(StoreError::Unusable(why.to_owned())),
        None => Ok(()),
    }
}

pub(super) fn count_on(sql: &dyn SqlConnection) -> Result<()> {
    sql.batch(
        "SELECT setval(pg_get_serial_sequence(name, 'seq'), last) FROM (
            SELECT 'runs' AS name, max(seq) AS last FROM runs UNION ALL SELECT 'money', max(seq) FROM money
            UNION ALL SELECT 'timeline', max(seq) FROM timeline
         ) AS counted WHERE last IS NOT NULL",
    )
}

pub(super) fn schema_version(sql: &dyn SqlConnection) -> Result<usize> {
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

pub(super) fn set_schema_version(sql: &dyn SqlConnection, version: usize) -> Result<()> {
    // Two that make it at the same time would fail: it is made behind the lock.
    sql.batch(
        "CREATE TABLE IF NOT EXISTS schema_version (one BIGINT PRIMARY KEY CHECK (one = 1), version BIGINT NOT NULL)",
    )?;
    sql.execute(
        "INSERT INTO schema_version (one, version) VALUES (1, ?1)
         ON CONFLICT (one) DO UPDATE SET version = excluded.version",
        &[Value::from(version as u64)],
    )?;
    Ok(())
}

pub(super) fn identity(sql: &dyn SqlConnection) -> Result<String> {
    // A standby that became the server has the same number; whether it lacks something, the count of what was sent tells.
    let (identity,) = sql.one(
        "SELECT concat(system_identifier, '/', (SELECT oid FROM pg_database WHERE datname = current_database()), '/',
            current_schema()) FROM pg_control_system()",
        &[],
    )?;
    Ok(identity)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_server_that_is_too_old_or_keeps_no_promise_is_refused() {
        let good = Server { version: 130_000, fsync: "on", encoding: "UTF8" };
        let said = |server: Server<'_>| server.objection().unwrap_or_default();
        assert_eq!(said(good), "");
        assert_eq!(said(Server { version: 170_002, ..good }), "");
        assert!(said(Server { version: 129_999, ..good }).contains("13 or newer"));
        assert!(said(Server { fsync: "off", ..good }).contains("fsync"));
        assert!(said(Server { encoding: "LATIN1", ..good }).contains("UTF8"));
    }
}
