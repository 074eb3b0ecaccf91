//! Connections for reading, beside the writer.

use std::sync::{Arc, Mutex, PoisonError};

use tokio::sync::{OwnedSemaphorePermit, Semaphore};

use super::sql::SqlConnection;
use super::{Database, ReadTx, Result, StoreError};

/// Operations that read at a time; a server has few connections.
const AT_A_TIME: usize = 8;
/// Connections that stay open while nobody reads.
const IDLE: usize = 4;

#[derive(Debug)]
pub(super) struct Readers {
    database: Database,
    idle: Mutex<Vec<Box<dyn SqlConnection>>>,
    places: Arc<Semaphore>,
}

impl Readers {
    pub(super) fn of(database: Database) -> Self {
        Self { database, idle: Mutex::default(), places: Arc::new(Semaphore::new(AT_A_TIME)) }
    }

    /// Waits until there is a place for one more.
    pub(super) async fn place(&self) -> Result<OwnedSemaphorePermit> {
        self.places.clone().acquire_owned().await.map_err(|_| StoreError::Closed)
    }

    /// Runs a reading operation.
    pub(super) fn read<T>(&self, operation: impl FnOnce(&ReadTx<'_>) -> Result<T>) -> Result<T> {
        let idle = self.idle().pop();
        let sql = idle.map_or_else(|| self.database.reader(), Ok)?;
        let outcome = operation(&ReadTx { sql: &*sql });
        let mut idle = self.idle();
        if idle.len() < IDLE {
            idle.push(sql);
        }
        outcome
    }

    fn idle(&self) -> std::sync::MutexGuard<'_, Vec<Box<dyn SqlConnection>>> {
        self.idle.lock().unwrap_or_else(PoisonError::into_inner)
    }
}
