//! `imagen4-engine`: the stand-in for the vendor, alone.
#![expect(clippy::print_stdout, clippy::print_stderr, reason = "a command line tool speaks on them")]

use std::net::SocketAddr;
use std::path::PathBuf;
use std::process::ExitCode;
use std::sync::Arc;
use std::time::Duration;

use anyhow::Context as _;
use clap::Parser;
use imagen4_core::MicroUsd;
use imagen4_engine::{Ambient, Engine, EngineOptions, http};
use tokio::net::TcpListener;

/// A stand-in for the WaveSpeedAI API: the same contract, its own bill, painted sample pictures. It costs nothing.
#[derive(Debug, Parser)]
#[command(version)]
struct Args {
    /// Address to listen on; loopback only
    #[arg(long, default_value = "127.0.0.1:8788")]
    listen: SocketAddr,
    /// Directory of the bill; without it the bill is forgotten on exit
    #[arg(long, value_name = "DIR")]
    state_dir: Option<PathBuf>,
    /// From accepting a prediction to completing it, in milliseconds
    #[arg(long, value_name = "N", default_value_t = 2000)]
    latency_ms: u64,
    /// The only API key to accept; without it any key will do
    #[arg(long, value_name = "K")]
    api_key: Option<String>,
    /// Dollars that the account was topped up with
    #[arg(long, value_name = "USD", default_value = "1000", value_parser = dollars)]
    credit: MicroUsd,
    /// A model to answer as retired; may be repeated
    #[arg(long = "retire", value_name = "MODEL")]
    retired: Vec<String>,
    /// Paint in 2K: twice the width and height
    #[arg(long)]
    double_size: bool,
}

fn dollars(text: &str) -> Result<MicroUsd, String> {
    MicroUsd::parse(text).ok_or_else(|| "must be dollars, such as 10 or 0.04".to_owned())
}

#[tokio::main]
async fn main() -> ExitCode {
    match run(Args::parse()).await {
        Ok(()) => ExitCode::SUCCESS,
        Err(error) => {
            eprintln!("imagen4-engine: {error:#}");
            ExitCode::FAILURE
        }
    }
}

async fn run(args: Args) -> anyhow::Result<()> {
    anyhow::ensure!(args.listen.ip().is_loopback(), "--listen {} is not a loopback address", args.listen);
    let options = EngineOptions {
        state_dir: args.state_dir,
        latency: Duration::from_millis(args.latency_ms),
        api_key: args.api_key,
        credit: args.credit,
        retired: args.retired,
        double_size: args.double_size,
    };
    let engine = Arc::new(Engine::open(options, Ambient::system())?);
    let listener = TcpListener::bind(args.listen).await.with_context(|| format!("cannot listen on {}", args.listen))?;
    println!("imagen4-engine speaks the WaveSpeedAI API on http://{}", listener.local_addr()?);
    http::serve(engine, listener, async { drop(tokio::signal::ctrl_c().await) }).await?;
    Ok(())
}
