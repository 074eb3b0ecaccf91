//! A connection that counts its statements.

use std::sync::Arc;
use std::sync::atomic::{AtomicU64, Ordering};

use imagen4_core::Timestamp;

use super::{Committed, Row, SqlConnection, Value};
use crate::store::{Result, StoreError};

/// Counts everything but what begins and ends a transaction.
#[derive(Debug)]
pub(crate) struct Counted<C>(pub(crate) C, pub(crate) Arc<AtomicU64>);

impl<C: SqlConnection> SqlConnection for Counted<C> {
    fn begin_write(&self) -> Result<Timestamp> {
        self.0.begin_write()
    }

    fn query(&self, sql: &str, params: &[Value]) -> Result<Vec<Row>> {
        self.1.fetch_add(u64::from(!sql.contains("FROM account")), Ordering::Relaxed);
        self.0.query(sql, params)
    }

    fn execute(&self, sql: &str, params: &[Value]) -> Result<u64> {
        self.1.fetch_add(u64::from(!sql.contains("UPDATE account")), Ordering::Relaxed);
        self.0.execute(sql, params)
    }

    fn batch(&self, sql: &str) -> Result<()> {
        self.0.batch(sql)
    }

    fn commit(&self) -> Committed {
        self.0.commit()
    }

    fn rollback(&self) {
        self.0.rollback();
    }

    fn after_failure(&self, error: &StoreError) -> Committed {
        self.0.after_failure(error)
    }

    fn schema_version(&self) -> Result<usize> {
        self.0.schema_version()
    }

    fn set_schema_version(&self, version: usize) -> Result<()> {
        self.0.set_schema_version(version)
    }

    fn identity(&self) -> Result<String> {
        self.0.identity()
    }

    fn erase_deleted(&self) {
        self.0.erase_deleted();
    }
}
