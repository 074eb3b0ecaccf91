//! `imagen4-proxy`: see `imagen4-proxy --help`.
#![expect(clippy::print_stdout, clippy::print_stderr, reason = "it says once where it is, and why it could not start")]

use std::process::ExitCode;

use anyhow::Context;
use clap::Parser;
use imagen4_core::api::UpstreamKind;
use imagen4_engine::Ambient;
use imagen4_engine::http::listen;
use imagen4_proxy::config::{Config, KEY_VARIABLE, LogFormat, Settings};
use imagen4_proxy::{Started, start};
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
    let settings = Settings::parse().with_file()?;
    log_to_stderr(settings.log_format.unwrap_or_default());
    let config = settings.check(std::env::var(KEY_VARIABLE).ok())?;
    let listener = listen(config.listen).with_context(|| format!("cannot listen on {}", config.listen))?;
    let started = start(config.clone(), listener, Ambient::system(), interrupted()).await?;
    announce(&config, &started);
    started.ended().await
}

fn log_to_stderr(format: LogFormat) {
    let filter = EnvFilter::try_from_default_env().unwrap_or_else(|_| EnvFilter::new("info"));
    let log = tracing_subscriber::fmt().with_env_filter(filter).with_writer(std::io::stderr);
    match format {
        LogFormat::Text => log.init(),
        LogFormat::Json => log.json().init(),
    }
}

/// Says the address, which engine it is, and whose money.
fn announce(config: &Config, started: &Started) {
    println!("Imagen 4 playground: http://{}", started.address);
    match started.upstream.kind {
        UpstreamKind::Embedded => {
            println!(
                "Pictures: samples painted by the embedded engine; nothing is charged. Set {KEY_VARIABLE} to use the model."
            );
        }
        UpstreamKind::Wavespeed => {
            let cap =
                config.daily_budget.map_or_else(|| "no daily cap".to_owned(), |cap| format!("at most {cap} a day"));
            println!("Pictures: {}, paid by the owner of the key; {cap}.", started.upstream.name);
        }
    }
    println!("Data: {}", config.data_dir.display());
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
