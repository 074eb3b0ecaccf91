//! What a server and a database say of themselves, and of the tables in it.

use crate::store::sql::{SqlConnection, Value};
use crate::store::{Result, StoreError};

/// The oldest version that knows all that is asked of it.
const OLDEST: i64 = 130_000;

/// Whether the server can be used: it is new enough, takes writes, and does not lose what it called committed.
pub(super) fn check(sql: &dyn SqlConnection) -> Result<()> {
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
