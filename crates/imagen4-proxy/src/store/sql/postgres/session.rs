//! One session of the server: how it begins, what stays prepared in it, and what its errors mean.

use std::collections::HashMap;
use std::error::Error as _;

use postgres::types::Type;
use postgres::{Client, Config, Statement};
use rustls_platform_verifier::ConfigVerifierExt;
use tokio_postgres_rustls::MakeRustlsConnect;

use super::values::{numbered, type_of};
use crate::store::sql::Value;
use crate::store::{Result, StoreError};

/// What every session begins with. A process that gets no time while it holds the lock gives it up soon, and nobody waits for ever.
const SETUP: &str = "
    SET idle_in_transaction_session_timeout = '2s';
    SET lock_timeout = '10s';
    SET statement_timeout = '30s';
    SET synchronous_commit = on;
    SET TIME ZONE 'UTC';
";
/// The time, and the number of the transaction, by which the server knows it also after a lost COMMIT.
const NOW_AND_NUMBER: &str =
    "SELECT CAST(extract(epoch FROM clock_timestamp()) * 1000 AS BIGINT), CAST(pg_current_xact_id() AS TEXT)";
/// Statements that stay prepared; filters have very many forms.
const PREPARED: usize = 200;

/// One session of the server.
pub(super) struct Session {
    pub(super) client: Client,
    prepared: HashMap<(String, Vec<Type>), Statement>,
    /// The transaction that is open, by its number in the server.
    pub(super) transaction: Option<String>,
}

impl Session {
    pub(super) fn begin(config: &Config) -> Result<Self> {
        let tls = rustls::ClientConfig::with_platform_verifier().map_err(|error| StoreError::Database(error.into()))?;
        let mut client = config.connect(MakeRustlsConnect::new(tls))?;
        client.batch_execute(SETUP)?;
        Ok(Self { client, prepared: HashMap::new(), transaction: None })
    }

    /// Begins a transaction that has a lock, and answers the time since it has it, in milliseconds. All of it in one session: what
    /// comes after must not run in another one, outside of any transaction.
    pub(super) fn begin_transaction(&mut self, lock: &str) -> std::result::Result<i64, postgres::Error> {
        let begun = self.try_begin(lock);
        if begun.is_err() {
            // It may have begun and not got the lock.
            drop(self.client.batch_execute("ROLLBACK"));
        }
        let (now, transaction) = begun?;
        self.transaction = Some(transaction);
        Ok(now)
    }

    fn try_begin(&mut self, lock: &str) -> std::result::Result<(i64, String), postgres::Error> {
        self.transaction = None;
        self.client.batch_execute(&format!("BEGIN ISOLATION LEVEL READ COMMITTED READ WRITE; {lock}"))?;
        // A statement of its own: the one that waits for the lock would tell the time before.
        let statement = self.prepare(NOW_AND_NUMBER, &[])?;
        let row = self.client.query_one(&statement, &[])?;
        Ok((row.try_get(0)?, row.try_get(1)?))
    }

    pub(super) fn prepare(&mut self, sql: &str, params: &[Value]) -> std::result::Result<Statement, postgres::Error> {
        let types = params.iter().map(type_of).collect();
        let key = (numbered(sql), types);
        if let Some(statement) = self.prepared.get(&key) {
            return Ok(statement.clone());
        }
        let statement = self.client.prepare_typed(&key.0, &key.1)?;
        if self.prepared.len() >= PREPARED {
            self.prepared.clear();
        }
        self.prepared.insert(key, statement.clone());
        Ok(statement)
    }
}

impl From<postgres::Error> for StoreError {
    fn from(error: postgres::Error) -> Self {
        let Some(told) = error.as_db_error() else {
            // Not the server's word: there is no connection. The library says why only in the cause.
            return Self::Unavailable(match error.source() {
                Some(cause) => format!("{error}: {cause}").into(),
                None => error.into(),
            });
        };
        // Not its details: they repeat whole rows.
        let text = format!("{} ({})", told.message(), told.code().code());
        match told.code().code() {
            // No room for more.
            "53100" | "53200" | "53400" => Self::Full(text.into()),
            // It ends, begins, is read-only, was interrupted, or had to wait too long for a lock: nothing was written.
            "57P01" | "57P02" | "57P03" | "57014" | "25006" | "25P03" | "40001" | "40P01" | "55P03" | "53300" => {
                Self::Unavailable(text.into())
            }
            _ => Self::Database(text.into()),
        }
    }
}
