//! The simulation of everything that handles money, for as many seeds as wanted, or one of them with everything it does.

use anyhow::{Context, Result, bail};

use crate::postgres::Server;
use crate::sh;

/// `[--postgres] [--seeds N | --seed S]`
pub(crate) fn run(args: &[&str]) -> Result<()> {
    let (is_on_server, args) = match args {
        ["--postgres", args @ ..] => (true, args),
        args => (false, args),
    };
    let (variable, number) = match args {
        [] if is_on_server => ("SIMULATION_SEEDS", "1000"),
        [] => ("SIMULATION_SEEDS", "100000"),
        ["--seeds", count] => ("SIMULATION_SEEDS", *count),
        ["--seed", seed] => ("SIMULATION_SEED", *seed),
        _ => bail!("simulate takes `--seeds N` or `--seed S`, after `--postgres` to run on a server"),
    };
    number.parse::<u64>().with_context(|| format!("`{number}` is not a number"))?;
    let mut test = sh::cargo();
    test.args(["test", "--release", "-p", "imagen4-proxy", "--test", "simulation", "every_seed", "--", "--nocapture"]);
    let server = is_on_server.then(Server::start).transpose()?;
    if let Some(server) = &server {
        test.env("SIMULATION_POSTGRES", &server.url);
    }
    sh::run(test.env(variable, number))
}
