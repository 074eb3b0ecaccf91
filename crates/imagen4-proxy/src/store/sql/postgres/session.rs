//! One session of the server: how it begins, what stays prepared in it, and what its errors mean.

use std::collections::HashMap;

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
        match error.code().map(|code| code.code()) {
            // No room for more.
            Some("53100" | "53200" | "53400") => Self::Full(error.into()),
            // It ends, begins, is read-only, or had to wait too long for a lock: nothing was written.
            Some("57P01" | "57P02" | "57P03" | "25006" | "55P03" | "25P03" | "53300") => {
                Self::Unavailable(error.into())
            }
            Some(_) => Self::Database(error.into()),
            // Not the server's word: the connection is gone.
            None => Self::Unavailable(error.into()),
        }
    }
}
