//! `imagen4-engine`: the stand-in for WaveSpeed, alone.
#![expect(clippy::print_stdout, clippy::print_stderr, reason = "a command line tool speaks on them")]

use std::net::SocketAddr;
use std::path::{Path, PathBuf};
use std::process::ExitCode;
use std::sync::Arc;
use std::time::Duration;

use anyhow::Context as _;
use clap::Parser;
use imagen4_core::MicroUsd;
use imagen4_core::model::{ModelSpec, builtin, is_image_model, rows_of};
use imagen4_engine::{Engine, EngineOptions, Env, faults, http};
use serde_json::Value;

/// A stand-in for the WaveSpeedAI API: the same contract, its own bill, rendered demo images. It is free.
///
/// Point a client's base URL at it. With --state-dir it may be killed at any time: what it accepted is on the bill,
/// DIR/bill.jsonl, one JSON line an entry, before the client is told.
#[derive(Debug, Parser)]
#[command(version, after_long_help = FAULTS_HELP)]
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
    /// The models to serve: a JSON list of rows, as GET /api/v3/models has it; without it some that are built in
    #[arg(long, value_name = "FILE")]
    models: Option<PathBuf>,
    /// A model to answer as retired; may be repeated
    #[arg(long = "retire", value_name = "MODEL")]
    retired: Vec<String>,
    /// Render in 2K: twice the width and height
    #[arg(long)]
    double_size: bool,
    /// A script of what goes wrong, TOML or (*.json) JSON; see below
    #[arg(long, value_name = "FILE")]
    faults: Option<PathBuf>,
    /// From the end of a failed prediction to its refund, in milliseconds
    #[arg(long, value_name = "N", default_value_t = 3 * 3_600_000)]
    refund_after_ms: u64,
    /// Charge and tell another price of an image (of a call, where the model has no count) than the usual one; may be repeated
    #[arg(long = "price", value_name = "MODEL=USD", value_parser = price)]
    prices: Vec<(String, MicroUsd)>,
    /// Never repeat inputs in the list, not even when asked to
    #[arg(long)]
    list_without_inputs: bool,
    /// Show entries in the billings only so much later, in milliseconds; the balance knows at once
    #[arg(long, value_name = "N", default_value_t = 0)]
    billing_lag_ms: u64,
}

const FAULTS_HELP: &str = concat!("Faults, with every kind of rule once:\n\n", include_str!("../faults.example.toml"));

fn dollars(text: &str) -> Result<MicroUsd, String> {
    MicroUsd::parse(text).ok_or_else(|| "must be dollars, such as 10 or 0.04".to_owned())
}

fn price(text: &str) -> Result<(String, MicroUsd), String> {
    let (model, price) = text.split_once('=').ok_or("must be a model's id and dollars: MODEL=0.05")?;
    Ok((model.to_owned(), dollars(price)?))
}

/// The rows of a catalogue. What of them should take submissions and cannot is said; other kinds of models are only listed.
fn rows(path: &Path) -> anyhow::Result<Vec<Value>> {
    let answer: Value = serde_json::from_slice(&std::fs::read(path)?)?;
    let rows = rows_of(&answer).context("there is no whole list of rows in it")?;
    let wrong: Vec<_> = rows.iter().filter_map(|row| Some((row, ModelSpec::from_row(row).err()?))).collect();
    anyhow::ensure!(wrong.len() < rows.len(), "it has no model that takes submissions");
    for (_, error) in wrong.iter().filter(|(row, _)| is_image_model(row) || row.get("type").is_none()) {
        eprintln!("imagen4-engine: only listed: {error}");
    }
    Ok(rows.clone())
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
    let faults = match &args.faults {
        Some(path) => faults::read(path).with_context(|| format!("cannot use {}", path.display()))?,
        None => Vec::new(),
    };
    let models = match &args.models {
        Some(path) => rows(path).with_context(|| format!("cannot use {}", path.display()))?,
        None => builtin::rows().to_vec(),
    };
    let is_served = |id: &str| models.iter().any(|row| ModelSpec::from_row(row).is_ok_and(|spec| spec.id == id));
    let named = args.prices.iter().map(|(id, _)| id).chain(&args.retired);
    if let Some(unknown) = named.into_iter().find(|id| !is_served(id)) {
        anyhow::bail!("there is no model {unknown}");
    }
    let options = EngineOptions {
        state_dir: args.state_dir,
        latency: Duration::from_millis(args.latency_ms),
        api_key: args.api_key,
        credit: args.credit,
        models,
        retired: args.retired,
        double_size: args.double_size,
        refund_after: Duration::from_millis(args.refund_after_ms),
        list_without_inputs: args.list_without_inputs,
        prices: args.prices.into_iter().collect(),
        billing_lag: Duration::from_millis(args.billing_lag_ms),
        faults,
    };
    let engine = Arc::new(Engine::open(options, Env::system())?);
    let listener = http::listen(args.listen).with_context(|| format!("cannot listen on {}", args.listen))?;
    println!("imagen4-engine speaks the WaveSpeedAI API on http://{}", listener.local_addr()?);
    http::serve(engine, listener, async { drop(tokio::signal::ctrl_c().await) }).await?;
    Ok(())
}
