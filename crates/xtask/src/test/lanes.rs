//! Running parts beside each other: the first one speaks at once, the others write a log that is shown when they have ended.

use std::fs::{self, File};
use std::io::{self, Write};
use std::path::{Path, PathBuf};
use std::process::{Command, ExitStatus, Stdio};
use std::thread::{self, JoinHandle, available_parallelism};
use std::time::{Duration, Instant};

use anyhow::{Context, Result, bail};

use super::clock;
use super::parts::Part;
use crate::sh;

/// Two compilers and a browser take so much, in KiB.
const ENOUGH_MEMORY: u64 = 6 << 20;

/// What became of a part, and how long it took.
pub(super) type Outcome<'a> = (&'a Part, Duration, Result<()>);

/// Whether the machine has cores and memory for two parts at a time.
pub(super) fn can_stand_beside() -> bool {
    let cores = available_parallelism().map_or(1, usize::from);
    // Where the system does not tell, it is a desktop.
    let free = fs::read_to_string("/proc/meminfo").ok().and_then(|info| available(&info));
    cores > 1 && free.is_none_or(|free| free >= ENOUGH_MEMORY)
}

/// The memory that new programs can have, in KiB, by `/proc/meminfo`.
fn available(meminfo: &str) -> Option<u64> {
    let line = meminfo.lines().find_map(|line| line.strip_prefix("MemAvailable:"))?;
    line.trim().strip_suffix(" kB")?.parse().ok()
}

/// Runs the parts of a stage, beside each other or one after the other. A failure ends the stage.
pub(super) fn run<'a>(stage: &[&'a Part], beside: bool, start: Instant) -> Vec<Outcome<'a>> {
    let announce = |part: &Part| eprintln!("\n=== {} (after {})", part.name, clock(start.elapsed()));
    let (front, others) = match stage.split_first() {
        Some((front, others)) if beside => (std::slice::from_ref(front), others),
        _ => (stage, &[][..]),
    };
    let others: Vec<_> = others
        .iter()
        .map(|part| {
            announce(part);
            (*part, Lane::start(part))
        })
        .collect();
    let mut outcome = Vec::new();
    for part in front {
        announce(part);
        let begun = Instant::now();
        let result = (part.run)();
        let failed = result.is_err();
        outcome.push((*part, begun.elapsed(), result));
        if failed {
            break;
        }
    }
    for (part, lane) in others {
        let (took, result) = lane.map_or_else(
            |error| (Duration::ZERO, Err(error)),
            |lane| {
                eprintln!("\n=== {}", part.name);
                lane.finish()
            },
        );
        outcome.push((part, took, result));
    }
    outcome
}

/// A part in a process of its own.
struct Lane {
    ended: JoinHandle<(io::Result<ExitStatus>, Duration)>,
    log: PathBuf,
}

impl Lane {
    fn start(part: &Part) -> Result<Self> {
        let folder = sh::target_dir()?.join("xtask");
        fs::create_dir_all(&folder)?;
        let log = folder.join(format!("{}.log", part.name));
        let file = File::create(&log).with_context(|| format!("cannot write {}", log.display()))?;
        let mut xtask = Command::new(std::env::current_exe()?);
        xtask.args(["test", "--only", part.name]).stdin(Stdio::null());
        let begun = Instant::now();
        let mut child = xtask.stderr(file.try_clone()?).stdout(file).spawn()?;
        // Waited for in a thread of its own, so that its time is its own.
        Ok(Self { ended: thread::spawn(move || (child.wait(), begun.elapsed())), log })
    }

    /// Waits for its end and shows what it wrote. Answers how long it took as well.
    fn finish(self) -> (Duration, Result<()>) {
        let ended =
            self.ended.join().unwrap_or_else(|_| (Err(io::Error::other("its thread panicked")), Duration::ZERO));
        (ended.1, told(ended.0, &self.log))
    }
}

fn told(status: io::Result<ExitStatus>, log: &Path) -> Result<()> {
    let status = status?;
    io::stderr().write_all(&fs::read(log)?)?;
    if !status.success() {
        bail!("it ended with {status}; all that it wrote is in {}", log.display());
    }
    Ok(())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_memory_that_is_left_is_read_from_the_system() {
        let meminfo = "MemTotal:       24576000 kB\nMemFree:         1000000 kB\nMemAvailable:   20000000 kB\n";
        assert_eq!(available(meminfo), Some(20_000_000));
        assert_eq!(available("MemTotal: 1 kB\n"), None);
    }

    #[test]
    fn a_stage_ends_with_its_first_failure() {
        const FINE: Part = Part { name: "fine", usual: "0:00", about: "", run: || Ok(()) };
        const BAD: Part = Part { name: "bad", usual: "0:00", about: "", run: || bail!("no") };
        let outcome = run(&[&FINE, &BAD, &FINE], false, Instant::now());
        let results: Vec<_> = outcome.iter().map(|(part, _, result)| (part.name, result.is_ok())).collect();
        assert_eq!(results, [("fine", true), ("bad", false)]);
    }
}
