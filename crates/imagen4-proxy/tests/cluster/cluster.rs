//! Replicas on one database and one bucket, in front of one vendor.

use std::fs;
use std::path::Path;
use std::process::Command;
use std::sync::atomic::{AtomicU32, Ordering};

use imagen4_proxy::store::sql::postgres::PostgresConnection;
use imagen4_proxy::store::sql::{SqlConnection, Value};
use tempfile::TempDir;

use crate::process::{KEY, Process, engine, folder, proxy};
use crate::wire::Wire;

/// The bucket of all tests; each cluster has a prefix of its own.
const BUCKET: &str = "pictures";

/// What replicas share.
#[derive(Debug)]
pub(crate) struct Cluster {
    pub(crate) folder: TempDir,
    /// One for each replica.
    pub(crate) wires: [Wire; 2],
    name: String,
    flags: Vec<String>,
}

/// A server that the tests are told of.
fn told(variable: &str) -> String {
    std::env::var(variable).unwrap_or_else(|_| panic!("{variable} names a server"))
}

impl Cluster {
    /// A fresh database, and replicas with these flags.
    pub(crate) async fn new(flags: &[&str]) -> Self {
        static NUMBER: AtomicU32 = AtomicU32::new(0);
        let folder = folder();
        let name = format!("cluster_{}_{}", std::process::id(), NUMBER.fetch_add(1, Ordering::Relaxed));
        let bucket = reqwest::Client::new().put(format!("{}/{BUCKET}", told("IMAGEN4_TEST_S3"))).send().await;
        assert!(bucket.is_ok(), "an S3 server");
        on(server(), format!("CREATE DATABASE {name}")).await;
        let host = server().split_once('@').expect("user@host").1.split('/').next().expect("a host").to_owned();
        let flags = flags.iter().map(|flag| (*flag).to_owned()).collect();
        Self { folder, wires: [Wire::to(&host), Wire::to(&host)], name, flags }
    }

    /// The database, without a wire that is cut.
    pub(crate) fn database(&self) -> String {
        let server = server();
        let (start, _) = server.rsplit_once('/').expect("a database");
        format!("{start}/{}", self.name)
    }

    /// The command of a replica, at the end of its wire.
    pub(crate) fn command(&self, place: usize, upstream: &str) -> Command {
        let server = server();
        let (start, _) = server.split_once('@').expect("user@host");
        let mut command = proxy(self.folder.path());
        command
            .env("WAVESPEED_API_KEY", KEY)
            .env("IMAGEN4_DATABASE", format!("{start}@{}/{}", self.wires[place].address, self.name))
            .env("IMAGEN4_IMAGES", format!("s3://{BUCKET}/{}", self.name))
            .env("IMAGEN4_REPLICA", ["a", "b"][place])
            .env("AWS_ENDPOINT_URL", told("IMAGEN4_TEST_S3"))
            .env("AWS_REGION", "us-east-1")
            .env("AWS_ACCESS_KEY_ID", "test")
            .env("AWS_SECRET_ACCESS_KEY", "test")
            .env_remove("IMAGEN4_DATA_DIR")
            .args(["--upstream", upstream])
            .args(&self.flags);
        command
    }

    /// Starts a replica.
    pub(crate) fn start(&self, place: usize, upstream: &str) -> Process {
        Process::start(self.command(place, upstream), &self.log(place)).expect("it starts")
    }

    /// What a replica says.
    pub(crate) fn log(&self, place: usize) -> std::path::PathBuf {
        self.folder.path().join(format!("{}.log", ["a", "b"][place]))
    }

    /// Starts the vendor.
    pub(crate) fn vendor(&self, listen: &str, latency_ms: u32, script: Option<&str>) -> Process {
        let mut command = engine();
        command.args(["--listen", listen, "--api-key", KEY, "--state-dir"]).arg(self.state());
        command.args(["--latency-ms", &latency_ms.to_string()]);
        if let Some(script) = script {
            let faults = self.folder.path().join("faults.toml");
            fs::write(&faults, script).expect("written");
            command.arg("--faults").arg(faults);
        }
        Process::start(command, &self.folder.path().join("engine.log")).expect("it starts")
    }

    /// Where the vendor keeps its bill.
    pub(crate) fn state(&self) -> std::path::PathBuf {
        self.folder.path().join("vendor")
    }

    /// A backup of the database, while nobody uses it.
    pub(crate) async fn copy(&self) -> String {
        let copy = format!("{}_copy", self.name);
        on(server(), format!("CREATE DATABASE {copy} TEMPLATE {}", self.name)).await;
        copy
    }

    /// A backup in place of the database, whoever uses it.
    pub(crate) async fn restore(&self, copy: &str) {
        on(server(), format!("DROP DATABASE {} WITH (FORCE)", self.name)).await;
        on(server(), format!("ALTER DATABASE {copy} RENAME TO {}", self.name)).await;
    }

    /// Changes the database from outside.
    pub(crate) async fn query(&self, sql: &str) {
        on(self.database(), sql.to_owned()).await;
    }

    /// The database is removed, its tests are over.
    pub(crate) async fn remove(self) {
        on(server(), format!("DROP DATABASE IF EXISTS {} WITH (FORCE)", self.name)).await;
    }
}

/// A statement, on a connection of its own.
async fn on(database: String, sql: String) {
    apart(move || PostgresConnection::open(&database).expect("a database").batch(&sql).expect("done")).await;
}

fn server() -> String {
    told("IMAGEN4_TEST_POSTGRES")
}

/// Numbers from the database.
pub(crate) fn numbers(database: &dyn SqlConnection, sql: &str) -> Vec<(String, i64)> {
    let params: [Value; 0] = [];
    database.all(sql, &params).expect("read")
}

/// On a thread that may wait.
pub(crate) async fn apart<T: Send + 'static>(work: impl FnOnce() -> T + Send + 'static) -> T {
    tokio::task::spawn_blocking(work).await.expect("no panic")
}

/// Whether a log holds no secret of these tests.
pub(crate) fn keeps_secrets(log: &Path) -> bool {
    let log = fs::read_to_string(log).expect("a log");
    !log.contains(KEY) && !log.contains("postgres://")
}
