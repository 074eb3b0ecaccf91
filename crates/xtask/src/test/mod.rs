//! Every check, in parts. What is cheap comes first, parts that can stand each other run beside each other, and the first
//! failure ends it.
//!
//! # Layout
//! - [`parts`]: what there is, how long it usually takes, and in which order
//! - [`changed`]: which of it a change can break
//! - [`lanes`]: running parts beside each other
//! - [`cargo`]: the one build that the tests of all crates share; [`wasm`]: the page's own tests

mod cargo;
mod changed;
mod lanes;
mod parts;
mod wasm;

use std::time::{Duration, Instant};

use anyhow::{Result, bail};

pub(crate) use cargo::{build, test as cargo_test};
use parts::{PARTS, Part, STAGES};

/// What is to be run.
#[derive(Debug, Default)]
struct Choice {
    only: Option<&'static Part>,
    changed: bool,
    serial: bool,
}

/// Runs `cargo xtask test` with these arguments.
pub(crate) fn run(args: &[&str]) -> Result<()> {
    let Choice { only, changed, serial } = Choice::read(args)?;
    if let Some(part) = only {
        return (part.run)();
    }
    let chosen: Vec<&str> = match changed {
        true => changed::parts()?,
        false => PARTS.iter().map(|part| part.name).collect(),
    };
    if chosen.is_empty() {
        println!("Nothing has changed that a test could notice.");
        return Ok(());
    }
    let start = Instant::now();
    let mut table = String::new();
    let beside = !serial && lanes::can_stand_beside();
    for stage in STAGES {
        let stage: Vec<_> = stage.iter().filter(|part| chosen.contains(&part.name)).collect();
        let outcome = lanes::run(&stage, beside, start);
        for (part, took, result) in &outcome {
            let mark = if result.is_ok() { "ok" } else { "failed" };
            table += &format!("{:<8} {:>6}  usually {:>5}  {mark}\n", part.name, clock(*took), part.usual);
        }
        if let Some((part, _, Err(error))) = outcome.into_iter().find(|(_, _, result)| result.is_err()) {
            eprint!("\n{table}");
            return Err(error.context(format!("part `{}` failed", part.name)));
        }
    }
    println!("\n{table}{:<8} {:>6}", "all", clock(start.elapsed()));
    Ok(())
}

impl Choice {
    fn read(args: &[&str]) -> Result<Self> {
        let mut choice = Self::default();
        let mut args = args.iter();
        while let Some(arg) = args.next() {
            match (*arg, args.as_slice()) {
                ("--changed", _) => choice.changed = true,
                ("--serial", _) => choice.serial = true,
                ("--only", [name, ..]) => {
                    args.next();
                    choice.only = Some(parts::named(name)?);
                }
                _ => bail!("`{arg}` is not an option of test; `cargo xtask test --help` lists them"),
            }
        }
        if choice.only.is_some() && (choice.changed || choice.serial) {
            bail!("--only runs that one part; it goes with nothing else");
        }
        Ok(choice)
    }
}

/// What `cargo xtask test --help` prints.
pub(crate) fn help() -> String {
    let parts: String =
        PARTS.iter().map(|part| format!("  {:<8} {:>5}  {}\n", part.name, part.usual, part.about)).collect();
    format!(
        "\
Runs every check. It never spends: WAVESPEED_* and IMAGEN4_* are dropped.

Usage: cargo xtask test [--changed | --only PART] [--serial]

Options
  --changed    Only the parts that can break by what differs from the upstream branch, committed or not
  --only PART  Only that part
  --serial     One part at a time, also where there is memory for two

Parts, in their order, and what they usually take on two idle cores, tools installed and nothing built: half an hour in all
{parts}
Where there is memory for it, these run beside each other: {}.
",
        STAGES
            .iter()
            .filter(|stage| stage.len() > 1)
            .map(|stage| stage.iter().map(|part| part.name).collect::<Vec<_>>().join(" and "))
            .collect::<Vec<_>>()
            .join(", ")
    )
}

/// `m:ss`.
fn clock(time: Duration) -> String {
    format!("{}:{:02}", time.as_secs() / 60, time.as_secs() % 60)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_clock_shows_minutes_and_two_digits_of_seconds() {
        assert_eq!(clock(Duration::from_millis(9_900)), "0:09");
        assert_eq!(clock(Duration::from_secs(754)), "12:34");
    }

    #[test]
    fn the_arguments_choose_parts() {
        let only = |args: &[&str]| Choice::read(args).map(|choice| choice.only.map(|part| part.name));
        assert_eq!(only(&[]).expect("all"), None);
        assert_eq!(only(&["--only", "native"]).expect("one"), Some("native"));
        assert!(Choice::read(&["--changed"]).expect("changed").changed);
        for wrong in [&["--only"][..], &["--only", "tea"], &["native"], &["--only", "wasm", "--changed"]] {
            assert!(Choice::read(wrong).is_err(), "{wrong:?}");
        }
    }

    #[test]
    fn every_part_is_in_one_stage_and_in_the_help() {
        let staged: Vec<_> = STAGES.iter().flat_map(|stage| stage.iter().map(|part| part.name)).collect();
        assert_eq!(staged, PARTS.iter().map(|part| part.name).collect::<Vec<_>>());
        assert!(PARTS.iter().all(|part| help().contains(part.about)));
    }
}
