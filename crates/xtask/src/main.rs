//! The project's commands, run as `cargo xtask <command>`; [`HELP`] lists them.
//!
//! # Layout
//! - [`run`]: `run` and `dev`, the playground on this machine
//! - [`page`]: the release page: Trunk, then brotli beside every file
//! - [`lint`]: formatting, clippy, and which crate may see which; [`imports`]: the same inside the page
//! - [`published`]: what is asked of the crates that others use alone
//! - [`mod@test`]: every check, in parts
//! - [`browser`]: the browser suite, and Node and its packages
//! - [`clients`]: WaveSpeed's SDKs and a checker of the OpenAPI document, against the proxy
//! - [`size`]: what the first load weighs
//! - [`simulate`]: the simulation, for any number of seeds
//! - [`tools`]: Trunk and wasm-bindgen in their pinned versions, in a per-user cache
//! - [`toolchain`]: the wasm target and rustup's components
//! - [`chromium`]: Chromium and its driver; [`fronts`]: nginx and Caddy; [`postgres`], [`s3`]: servers of their own; [`debian`]: installing what is missing
//! - [`sh`]: running other programs

#![expect(clippy::print_stdout, clippy::print_stderr, reason = "a command line tool speaks on them")]

mod browser;
mod chromium;
mod clients;
mod debian;
mod fronts;
mod imports;
mod lint;
mod page;
mod postgres;
mod published;
mod run;
mod s3;
mod sh;
mod simulate;
mod size;
mod test;
mod toolchain;
mod tools;

use std::ffi::OsString;
use std::process::ExitCode;

use anyhow::{Result, bail};

const HELP: &str = "\
The project's commands.

Usage: cargo xtask <command>

Use it
  run [-- ARGS]    Build page and proxy in release and start the proxy; ARGS go to it,
                   `cargo xtask run -- --help` lists them. Without a key it runs in demo mode, free of charge.
  build            Leave a release page in dist/ and imagen4-proxy and imagen4-engine in target/release/

Work on it
  dev [-- ARGS]    Proxy on 127.0.0.1:8787, page on http://127.0.0.1:8080, rebuilt when it changes.
                   A changed proxy needs a restart of this command.
  test             Every check; `cargo xtask test --help` lists its parts and their usual times
  test --changed   Only the parts that can break by what was changed
  test --only PART Only that part
  lint             Formatting, clippy for everything, which crate may see which, and the crates that are published
  simulate [--postgres] [--seeds N | --seed S]
                   The simulation of store and runner in release: N seeds (100,000), or everything that one does.
                   With --postgres on a PostgreSQL server of its own (1,000).
                   The tests run 10,000.
  chaos [--seconds N]
                   Two replicas killed, frozen and cut off at random for N seconds (600). The tests do it for 60.
  size             What the first load of dist/ weighs after brotli (builds dist/ when it is missing)

Look after it
  tools            Install the pinned Trunk and wasm-bindgen, and say where they are
  audit            cargo-deny: bans, licenses, sources, and advisories (these come from GitHub)

The pinned tools live in a per-user cache, imagen4-playground/, and are built once: some minutes.
Environment: CHROMIUM and CHROMEDRIVER name the browser and its driver where they are not on PATH.
";

fn main() -> ExitCode {
    match dispatch(std::env::args_os().skip(1).collect()) {
        Ok(code) => code,
        Err(error) => {
            eprintln!("xtask: {error:#}");
            ExitCode::FAILURE
        }
    }
}

fn dispatch(args: Vec<OsString>) -> Result<ExitCode> {
    let words: Vec<_> = args.iter().map(|arg| arg.to_string_lossy()).collect();
    let words: Vec<_> = words.iter().map(|word| word.as_ref()).collect();
    match words.as_slice() {
        ["test", "-h" | "--help"] => print!("{}", test::help()),
        [] | ["help" | "-h" | "--help"] | [_, "-h" | "--help"] => print!("{HELP}"),
        ["run", ..] => return run::run(for_the_proxy(&args)),
        ["dev", ..] => return run::dev(for_the_proxy(&args)),
        ["build"] => run::build()?,
        ["lint"] => {
            lint::run()?;
            lint::page()?;
        }
        ["test", args @ ..] => test::run(args)?,
        ["simulate", args @ ..] => simulate::run(args)?,
        ["chaos", args @ ..] => postgres::chaos(args)?,
        ["size"] => size::run()?,
        // For looking at a long history; the help is for what everybody needs.
        ["fill", rest @ ..] => fill(rest)?,
        // What Trunk's hook asks for.
        ["style"] => page::style()?,
        ["tools"] => tools::list()?,
        ["audit"] => lint::audit()?,
        _ => bail!("`{}` is not a command; `cargo xtask --help` lists them", words.join(" ")),
    }
    Ok(ExitCode::SUCCESS)
}

/// Fills a fresh data directory with a history of 2,500 runs, or of as many as are named.
fn fill(args: &[&str]) -> Result<()> {
    if args.is_empty() || args.len() > 2 {
        bail!("fill takes a data directory, and how many runs if not 2500");
    }
    let mut fill = sh::cargo();
    fill.args(["run", "--release", "-p", "imagen4-tests", "--example", "fill", "--"]);
    sh::run(fill.args(args))
}

/// What follows `run` or `dev`, with or without the `--` in between.
fn for_the_proxy(args: &[OsString]) -> &[OsString] {
    match args {
        [_, dashes, rest @ ..] if dashes == "--" => rest,
        [_, rest @ ..] => rest,
        [] => &[],
    }
}
