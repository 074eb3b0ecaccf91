//! `imagen4-proxy`: see `imagen4-proxy --help`.
#![expect(clippy::print_stdout, clippy::print_stderr, reason = "it says once where it is, and why it could not start")]

use std::io::IsTerminal;
use std::path::Path;
use std::process::ExitCode;
use std::time::Duration;

use anyhow::Context;
use clap::{CommandFactory, Parser};
use clap_complete::Shell;
use imagen4_core::api::UpstreamKind;
use imagen4_engine::Env;
use imagen4_engine::http::listen;
use imagen4_proxy::backup::backup;
use imagen4_proxy::config::{Cli, Command, Config, KEY_VARIABLE, LogFormat, Paying};
use imagen4_proxy::http::Page;
use imagen4_proxy::images::s3::BucketAddress;
use imagen4_proxy::store::Database;
use imagen4_proxy::store::tables::{NamedImage, TableSum};
use imagen4_proxy::transfer::{Copied, Place, Progress, Target, transfer};
use imagen4_proxy::{RunningServer, open_bucket, start};
use tokio::task::spawn_blocking;
use tracing_subscriber::EnvFilter;

#[tokio::main]
async fn main() -> ExitCode {
    match run().await {
        Ok(()) => ExitCode::SUCCESS,
        Err(error) => {
            eprintln!("imagen4-proxy: {error:#}");
            ExitCode::FAILURE
        }
    }
}

async fn run() -> anyhow::Result<()> {
    let Cli { command, settings } = Cli::parse();
    if let Some(Command::Completions { shell }) = command {
        print!("{}", completions(shell));
        return Ok(());
    }
    let settings = settings.with_file()?;
    log_to_stderr(settings.log_format.unwrap_or_default());
    let config = settings.check(std::env::var(KEY_VARIABLE).ok())?;
    match command {
        Some(Command::Probe) => return probe(&config).await,
        Some(Command::CheckConfig) => return check(&config).await,
        Some(Command::Backup { target }) => return copy(&config, &target).await,
        Some(Command::Migrate { to_database, to_images, to_data_dir }) => {
            return migrate(&config, &Target::read(&to_database, &to_images, to_data_dir)?).await;
        }
        _ => {}
    }
    let listener = listen(config.listen).with_context(|| format!("cannot listen on {}", config.listen))?;
    let started = start(config.clone(), listener, Env::system(), interrupted()).await?;
    announce(&config, &started);
    started.ended().await
}

fn completions(shell: Shell) -> String {
    let mut script = Vec::new();
    clap_complete::generate(shell, &mut Cli::command(), "imagen4-proxy", &mut script);
    // For bash it writes the hyphen of the name in two ways, and then finds no subcommand.
    String::from_utf8_lossy(&script).replace("imagen4__subcmd__proxy", "imagen4__proxy")
}

fn log_to_stderr(format: LogFormat) {
    let filter = EnvFilter::try_from_default_env().unwrap_or_else(|_| EnvFilter::new("info"));
    let log = tracing_subscriber::fmt()
        .with_env_filter(filter)
        .with_ansi(std::io::stderr().is_terminal())
        .with_writer(std::io::stderr);
    match format {
        LogFormat::Text => log.init(),
        LogFormat::Json => log.json().init(),
    }
}

/// Asks the running proxy whether it is ready.
async fn probe(config: &Config) -> anyhow::Result<()> {
    imagen4_client::install_tls_provider();
    let url = format!("http://{}/readyz", config.listen);
    let answer = reqwest::Client::new().get(&url).timeout(Duration::from_secs(10)).send().await;
    let status = answer.with_context(|| format!("no proxy answers on {}", config.listen))?.status();
    anyhow::ensure!(status.is_success(), "the proxy on {} is not ready ({status})", config.listen);
    Ok(())
}

/// Says what the configuration comes to.
async fn check(config: &Config) -> anyhow::Result<()> {
    config.check_serving()?;
    let page = match Page::find(config.static_dir.as_deref())? {
        Page::Embedded => "inside this program".to_owned(),
        Page::Dir(dir) => dir.display().to_string(),
    };
    println!("Address: http://{}", config.listen);
    if let Some(url) = &config.public_url {
        println!("Public address: {url}");
    }
    if !config.allowed_hosts.is_empty() {
        println!("Other names: {}", config.allowed_hosts.join(", "));
    }
    match &config.paying {
        Paying::Nobody => println!("Backend: demo mode (embedded engine); you will not be charged."),
        Paying::KeyOwner { origin, .. } => {
            println!("Backend: {origin}; you will be charged, {}.", cap(config))
        }
    }
    println!("Page: {page}");
    if config.needs_data_dir() {
        println!("Data: {}", config.data_dir.display());
    }
    let database = config.database.clone();
    spawn_blocking(move || database.check()).await?.context("the database cannot be used")?;
    match &config.database {
        Database::Sqlite(path) => println!("Database: SQLite, {}", path.display()),
        Database::Postgres(_) => println!("Database: PostgreSQL, which answers; this replica is {}.", config.replica),
    }
    if let Some(address) = &config.bucket {
        open_bucket(address, &Env::system()).await?;
        println!("Images: s3://{}/{}, which takes and gives them", address.bucket, address.prefix);
    }
    println!("The configuration is valid.");
    Ok(())
}

/// Makes a backup, and says how far it is now and then.
async fn copy(config: &Config, target: &Path) -> anyhow::Result<()> {
    if config.database.is_shared() || config.bucket.is_some() {
        let copied = transfer(Place::of(config, false).await?, Place::backup(target).await?, false, tell).await?;
        return sum_up(&copied);
    }
    let copied = backup(&config.data_dir, target, |so_far| {
        if so_far.pictures.is_multiple_of(1_000) {
            println!("{} images, {} MB", so_far.pictures, so_far.bytes / 1_000_000);
        }
    })?;
    println!(
        "Copied to {}: the database and {} image files, {} kB.",
        target.display(),
        copied.pictures,
        copied.bytes / 1_000
    );
    Ok(())
}

/// Moves everything, and says how far it is now and then.
async fn migrate(config: &Config, target: &Target) -> anyhow::Result<()> {
    let copied = transfer(Place::of(config, true).await?, Place::new(target).await?, true, tell).await?;
    sum_up(&copied)?;
    println!("The source is as it was. Start the proxy with the new --database and --images.");
    Ok(())
}

fn tell(progress: Progress) {
    match progress {
        Progress::Images(images) if images.is_multiple_of(500) => println!("{images} images"),
        Progress::Rows(rows) if rows.is_multiple_of(10_000) => println!("{rows} rows"),
        _ => {}
    }
}

fn sum_up(copied: &Copied) -> anyhow::Result<()> {
    for TableSum { name, rows, hash } in &copied.tables {
        let hash: String = hash.iter().take(8).map(|byte| format!("{byte:02x}")).collect();
        println!("{name:<10} {rows:>9} rows, hash {hash} in both");
    }
    println!("{:<10} {:>9} files, {} MB, hashes compared", "images", copied.images, copied.bytes / 1_000_000);
    for NamedImage { run, index, .. } in copied.missing.iter().take(20) {
        println!("missing or damaged in the source: image {} of run {run}", index + 1);
    }
    anyhow::ensure!(
        copied.missing.is_empty(),
        "{} images are missing or damaged in the source; everything else is copied",
        copied.missing.len()
    );
    Ok(())
}

fn cap(config: &Config) -> String {
    config.daily_budget.map_or_else(|| "without a daily budget".to_owned(), |cap| format!("at most {cap} a day"))
}

/// Logs the address, the active backend and whether you will be charged.
fn announce(config: &Config, started: &RunningServer) {
    println!("Imagen 4 Playground: http://{}", started.address);
    match started.upstream.kind {
        UpstreamKind::Embedded => {
            println!(
                "Backend: demo mode (embedded engine); you will not be charged. Set {KEY_VARIABLE} to use WaveSpeed."
            );
        }
        UpstreamKind::Wavespeed => {
            println!("Backend: {}; you will be charged, {}.", started.upstream.name, cap(config));
        }
    }
    if config.needs_data_dir() {
        println!("Data: {}", config.data_dir.display());
    }
    if config.database.is_shared() {
        println!("Database: PostgreSQL, shared; this replica is {}.", config.replica);
    }
    if let Some(BucketAddress { bucket, prefix }) = &config.bucket {
        println!("Images: s3://{bucket}/{prefix}");
    }
}

/// Ctrl-C, or a service manager's request to stop.
async fn interrupted() {
    let ctrl_c = async { drop(tokio::signal::ctrl_c().await) };
    #[cfg(unix)]
    {
        use tokio::signal::unix::{SignalKind, signal};
        if let Ok(mut terminate) = signal(SignalKind::terminate()) {
            tokio::select! {
                () = ctrl_c => {}
                _ = terminate.recv() => {}
            }
            return;
        }
    }
    ctrl_c.await;
}
