//! A PostgreSQL server of the tests' own: Debian's package, a data directory of this process, a free port. Nothing of the machine's own
//! servers is touched.

use std::fs;
use std::net::TcpListener;
use std::path::{Path, PathBuf};
use std::process::Command;

use anyhow::{Context, Result, bail};

use crate::{debian, s3, sh, test};

/// Where Debian keeps the programs of every version.
const DEBIAN: &str = "/usr/lib/postgresql";
/// Who may run them, where root may not.
const USER: &str = "postgres";
/// So many seeds of the simulation run on it; `cargo xtask simulate --postgres` runs any number.
const SEEDS: &str = "60";

/// The store's rules on a server, the simulation, and replicas that share it and a bucket.
pub(crate) fn run() -> Result<()> {
    let server = Server::start()?;
    let bucket = s3::Server::start()?;
    sh::run(
        test::cargo_test().args(["--lib", "--", "--ignored", "postgres"]).env("IMAGEN4_TEST_POSTGRES", &server.url),
    )?;
    sh::run(
        test::cargo_test()
            .args(["--test", "simulation", "every_seed"])
            .env("SIMULATION_POSTGRES", &server.url)
            .env("SIMULATION_SEEDS", SEEDS),
    )?;
    sh::run(test::cargo_test().args(["--test", "playground"]).env("PLAYGROUND_POSTGRES", &server.url))?;
    // One after the other: they measure how long something takes, and the longest fills both cores.
    sh::run(
        test::cargo_test()
            .args(["--test", "cluster", "--", "--ignored", "--test-threads", "1"])
            .env("IMAGEN4_TEST_POSTGRES", &server.url)
            .env("IMAGEN4_TEST_S3", &bucket.url),
    )
}

/// Kills, freezes and cuts off replicas for as many seconds as are asked for.
pub(crate) fn chaos(args: &[&str]) -> Result<()> {
    let seconds = match args {
        [] => "600",
        ["--seconds", seconds] if seconds.parse::<u32>().is_ok() => *seconds,
        _ => bail!("chaos takes --seconds N"),
    };
    let (server, bucket) = (Server::start()?, s3::Server::start()?);
    sh::run(
        test::cargo_test()
            .args(["--test", "cluster", "--", "--ignored", "--nocapture", "whatever_happens_to_replicas"])
            .env("CLUSTER_SECONDS", seconds)
            .env("IMAGEN4_TEST_POSTGRES", &server.url)
            .env("IMAGEN4_TEST_S3", &bucket.url),
    )
}

/// Finds the programs; installs them where that may be done without asking: Debian, as root.
pub(crate) fn ensure() -> Result<PathBuf> {
    if let Some(programs) = find() {
        return Ok(programs);
    }
    let by_hand = "install PostgreSQL 13 or newer, its initdb and pg_ctl on the PATH";
    debian::install(&["postgresql"], by_hand)?;
    // Debian starts a server of the machine's; the tests start their own.
    if Path::new("/run/systemd/system").is_dir() {
        sh::run(sh::cmd("systemctl").args(["disable", "--now", "postgresql"]))?;
    }
    find().with_context(|| format!("apt-get has left no PostgreSQL; by hand: {by_hand}"))
}

fn find() -> Option<PathBuf> {
    if let Some(initdb) = sh::which("initdb") {
        return initdb.parent().map(Path::to_owned);
    }
    let versions = fs::read_dir(DEBIAN).ok()?.filter_map(|entry| Some(entry.ok()?.path().join("bin")));
    versions.filter(|programs| programs.join("initdb").is_file()).max()
}

/// A server that ends with this value.
pub(crate) struct Server {
    programs: PathBuf,
    data: PathBuf,
    pub(crate) url: String,
}

impl Server {
    pub(crate) fn start() -> Result<Self> {
        let programs = ensure()?;
        // Of this process alone, and readable for whoever runs the server.
        let home = std::env::temp_dir().join(format!("imagen4-postgres-{}", std::process::id()));
        fs::create_dir_all(&home).with_context(|| format!("cannot make {}", home.display()))?;
        if debian::is_root() {
            sh::run(sh::cmd("chown").arg(USER).arg(&home))?;
        }
        let port = TcpListener::bind("127.0.0.1:0")?.local_addr()?.port();
        let url = format!("postgres://{USER}@127.0.0.1:{port}/{USER}");
        let server = Self { programs, data: home.join("data"), url };
        let mut initdb = server.program("initdb");
        sh::run(initdb.args(["-A", "trust", "-U", USER, "--no-sync", "-D"]).arg(&server.data))?;
        let options =
            format!("-p {port} -c listen_addresses=127.0.0.1 -c unix_socket_directories='' -c max_connections=60");
        let mut begin = server.program("pg_ctl");
        begin.args(["start", "-w", "-o", &options, "-l"]).arg(home.join("log")).arg("-D").arg(&server.data);
        sh::run(&mut begin)?;
        Ok(server)
    }

    /// One of its programs, run by somebody who may: PostgreSQL refuses root.
    fn program(&self, name: &str) -> Command {
        let program = self.programs.join(name);
        let mut cmd = if debian::is_root() {
            let mut cmd = sh::cmd("runuser");
            cmd.args(["-u", USER, "--"]).arg(program);
            cmd
        } else {
            sh::cmd(program)
        };
        cmd.current_dir("/");
        cmd
    }
}

impl Drop for Server {
    fn drop(&mut self) {
        let mut end = self.program("pg_ctl");
        if let Err(error) = sh::run(end.args(["stop", "-w", "-m", "immediate", "-D"]).arg(&self.data)) {
            eprintln!("{error:#}");
        }
        let home = self.data.parent().unwrap_or(&self.data);
        if let Err(error) = fs::remove_dir_all(home) {
            eprintln!("{} could not be removed: {error}", home.display());
        }
    }
}
