//! How an older database becomes this build's. An entry is never changed once it was released.
//!
//! # Layout
//! - this file: the versions of a SQLite file and of a PostgreSQL database, and the way from one to the next
//! - [`convert`]: what SQL cannot do

mod convert;
#[cfg(test)]
mod tests;

use super::sql::{Committed, SqlConnection};
use super::{Result, StoreError};

/// The way from one version to the next.
#[derive(Clone, Copy)]
pub(super) struct Migration {
    sql: &'static str,
    then: fn(&dyn SqlConnection) -> Result<()>,
}

impl Migration {
    const fn sql(sql: &'static str) -> Self {
        Self { sql, then: |_| Ok(()) }
    }
}

/// One entry a version.
pub(super) const SQLITE: [Migration; 11] = [
    Migration::sql(include_str!("sqlite/1_runs.sql")),
    Migration::sql(include_str!("sqlite/2_reconcile.sql")),
    Migration::sql(include_str!("sqlite/3_filters.sql")),
    Migration::sql(include_str!("sqlite/4_inline.sql")),
    Migration { sql: include_str!("sqlite/5_searched.sql"), then: convert::fold_all },
    Migration::sql(include_str!("sqlite/6_idle.sql")),
    Migration { sql: include_str!("sqlite/7_models.sql"), then: convert::requests_by_model },
    Migration::sql(include_str!("sqlite/8_favorite_images.sql")),
    Migration::sql(include_str!("sqlite/9_account.sql")),
    Migration::sql(include_str!("sqlite/10_replicas.sql")),
    Migration::sql(include_str!("sqlite/11_removals.sql")),
];

/// The same of a PostgreSQL database.
pub(super) const POSTGRES: [Migration; 1] = [Migration::sql(include_str!("postgres/1_all.sql"))];

/// Brings a database to the last of these versions.
///
/// # Errors
/// When it was written by a newer build, or fails.
pub(super) fn migrate(database: &dyn SqlConnection, versions: &[Migration]) -> Result<()> {
    let version = database.schema_version()?;
    if version > versions.len() {
        return Err(StoreError::Unusable(format!("version {version} was written by a newer build")));
    }
    for (index, migration) in versions.iter().enumerate().skip(version) {
        database.begin_migration()?;
        let step = || {
            // Somebody else may have begun a moment earlier.
            if database.schema_version()? > index {
                return Ok(());
            }
            database.batch(migration.sql)?;
            (migration.then)(database)?;
            database.set_schema_version(index + 1)
        };
        if let Err(error) = step() {
            database.rollback();
            return Err(error);
        }
        if database.commit() != Committed::Yes {
            return Err(StoreError::Unreadable(format!("version {} could not be written", index + 1)));
        }
    }
    Ok(())
}
