//! Which database a proxy of the tests has: a file of its own, or a schema of its own on a server.

use std::path::Path;
use std::sync::atomic::{AtomicU32, Ordering};

use imagen4_proxy::data_dir::STORE_FILE;
use imagen4_proxy::store::Database;
use imagen4_proxy::store::sql::SqlConnection;
use imagen4_proxy::store::sql::postgres::PostgresConnection;

/// Names a server, where the tests are to run on one.
const SERVER: &str = "PLAYGROUND_POSTGRES";

/// A file in the data directory; with the variable, a schema that is made now. Proxies in demo mode have a file in any case.
pub(crate) async fn of_tests(data_dir: &Path, has_key: bool) -> Database {
    match std::env::var(SERVER) {
        Ok(server) if has_key => {
            static NUMBER: AtomicU32 = AtomicU32::new(0);
            let name = format!("playground_{}_{}", std::process::id(), NUMBER.fetch_add(1, Ordering::Relaxed));
            let url = format!("{server}?options=-csearch_path%3D{name}");
            let made = tokio::task::spawn_blocking(move || {
                PostgresConnection::open(&server)?.batch(&format!("CREATE SCHEMA {name}"))
            });
            made.await.expect("no panic").expect("a schema");
            Database::Postgres(url)
        }
        _ => Database::Sqlite(data_dir.join(STORE_FILE)),
    }
}

/// Whether these tests run on a server; some look into the file.
pub fn is_on_server() -> bool {
    std::env::var(SERVER).is_ok()
}
