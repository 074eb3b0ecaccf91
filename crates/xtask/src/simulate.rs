//! The simulation of everything that handles money, for as many seeds as wanted, or one of them with everything it does.

use anyhow::{Context, Result, bail};

use crate::sh;

/// `[--seeds N | --seed S]`
pub(crate) fn run(args: &[&str]) -> Result<()> {
    let (variable, number) = match args {
        [] => ("SIMULATION_SEEDS", "100000"),
        ["--seeds", count] => ("SIMULATION_SEEDS", *count),
        ["--seed", seed] => ("SIMULATION_SEED", *seed),
        _ => bail!("simulate takes `--seeds N` or `--seed S`"),
    };
    number.parse::<u64>().with_context(|| format!("`{number}` is not a number"))?;
    let mut test = sh::cargo();
    test.args(["test", "--release", "-p", "imagen4-proxy", "--test", "simulation", "every_seed", "--", "--nocapture"]);
    sh::run(test.env(variable, number))
}
