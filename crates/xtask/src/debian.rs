//! Installing what the tests need where that is one command that may be run without asking: on Debian, as root.

use std::process::Command;

use anyhow::{Context, Result, bail};

use crate::sh;

/// Installs packages; where that cannot be done, says what is missing and how it is had: `by_hand` for other systems.
pub(crate) fn install(packages: &[&str], by_hand: &str) -> Result<()> {
    let names = packages.join(" and ");
    if sh::which("apt-get").is_none() {
        bail!("the tests need {names}: {by_hand}");
    }
    let install = [&["install", "-y", "--no-install-recommends"], packages].concat();
    let commands = [vec!["update"], install];
    if !is_root() {
        let commands = commands.map(|args| format!("sudo apt-get {}", args.join(" "))).join(" && ");
        bail!("the tests need {names}: `{commands}`");
    }
    eprintln!("The tests need {names}: installing with apt-get.");
    for args in commands {
        // Another apt on a machine that has just started holds its lock for a while.
        let mut apt = sh::cmd("apt-get");
        apt.args(["-o", "DPkg::Lock::Timeout=300"]).args(args).env("DEBIAN_FRONTEND", "noninteractive");
        sh::run(&mut apt).with_context(|| format!("{names} could not be installed; by hand: {by_hand}"))?;
    }
    Ok(())
}

pub(crate) fn is_root() -> bool {
    Command::new("id").arg("-u").output().is_ok_and(|output| output.stdout.trim_ascii() == b"0")
}
