//! Which database the store of a seed lives in: one in memory, or a schema of a PostgreSQL server.

use std::sync::atomic::{AtomicU64, Ordering};

use imagen4_proxy::store::sql::postgres::PostgresConnection;
use imagen4_proxy::store::sql::{Clock, SqlConnection};
use imagen4_proxy::store::{Account, SyncStore};

/// Names a server, where the seeds are to run on one.
const SERVER: &str = "SIMULATION_POSTGRES";

pub(crate) fn open(account: Account, clock: Clock) -> Result<SyncStore, String> {
    match std::env::var(SERVER) {
        Ok(server) => on_server(&server, account, clock),
        Err(_) => SyncStore::in_memory(account, clock).map_err(|error| error.to_string()),
    }
}

/// A seed's schema takes the place of the one before on the same thread: the server keeps few of them.
fn on_server(server: &str, account: Account, clock: Clock) -> Result<SyncStore, String> {
    static THREADS: AtomicU64 = AtomicU64::new(0);
    thread_local!(static THREAD: u64 = THREADS.fetch_add(1, Ordering::Relaxed));
    let name = format!("simulation_{}_{}", std::process::id(), THREAD.with(|thread| *thread));
    let open = || {
        let admin = PostgresConnection::open(server)?;
        admin.batch(&format!("DROP SCHEMA IF EXISTS {name} CASCADE; CREATE SCHEMA {name}"))?;
        let connection = PostgresConnection::open(&format!("{server}?options=-csearch_path%3D{name}"))?;
        // Whose turn it is, the simulation says.
        SyncStore::postgres(connection.with_clock(clock), account)
    };
    open().map_err(|error| error.to_string())
}
