//! A seeded simulation of everything that handles money: the real store (in memory) and the real steps, against a vendor
//! that misbehaves by script, people who click, a clock that jumps, and a process that ends between any two steps. A seed repeats
//! its run exactly.
//!
//! `SIMULATION_SEEDS` says how many seeds (10,000 by default), `SIMULATION_SEED` runs one of them and tells what happened,
//! `SIMULATION_POSTGRES` names a server to run them on.
//!
//! # Layout
//! - [`sim`]: the driver: whose turn it is, and where the process ends
//! - [`vendor`]: what it accepts, bills, refunds and forgets, and how it misbehaves
//! - [`people`]: clicks, repetitions, decisions
//! - [`database`]: where the store lives
//! - [`checks`]: what must hold at every moment, and when everything is over

#![expect(clippy::print_stdout, reason = "it tells what happened when it is asked to")]

mod checks;
mod database;
mod people;
mod sim;
mod vendor;

use std::sync::atomic::{AtomicU64, Ordering};

use sim::{Ending, Sim};

fn number(variable: &str) -> Option<u64> {
    std::env::var(variable).ok().map(|text| text.parse().expect("a number"))
}

/// Runs a seed; a violation is told with everything that led to it.
fn hold(seed: u64, ending: Ending) -> Sim {
    match Sim::run(seed, ending, false) {
        Ok(sim) => sim,
        Err(violation) => {
            drop(Sim::run(seed, ending, true));
            panic!("SIMULATION_SEED={seed} ({ending:?}) breaks a promise: {violation}");
        }
    }
}

#[test]
fn every_seed_keeps_every_promise() {
    if let Some(seed) = number("SIMULATION_SEED") {
        let outcome = Sim::run(seed, Ending::Random, true).map(drop);
        outcome.expect("every promise holds");
        return;
    }
    let seeds = number("SIMULATION_SEEDS").unwrap_or(10_000);
    let (next, bills, crashes, finds) = (AtomicU64::new(0), AtomicU64::new(0), AtomicU64::new(0), AtomicU64::new(0));
    let workers = std::thread::available_parallelism().map_or(1, std::num::NonZero::get);
    std::thread::scope(|scope| {
        for _ in 0..workers {
            scope.spawn(|| {
                loop {
                    let seed = next.fetch_add(1, Ordering::Relaxed);
                    if seed >= seeds {
                        return;
                    }
                    let sim = hold(seed, Ending::Random);
                    bills.fetch_add(sim.bills(), Ordering::Relaxed);
                    crashes.fetch_add(sim.crashes, Ordering::Relaxed);
                    finds.fetch_add(sim.finds, Ordering::Relaxed);
                }
            });
        }
    });
    let [bills, crashes, finds] = [bills, crashes, finds].map(AtomicU64::into_inner);
    println!("{seeds} seeds: {bills} bills, {crashes} crashes, {finds} lost runs found again");
    // A simulation in which nothing happens would hold every promise as well.
    assert!(bills > 2 * seeds && crashes > seeds / 2 && finds > seeds / 20, "too little happened");
}

#[test]
fn a_process_may_end_at_every_commit() {
    for seed in 0..3 {
        let commits = hold(seed, Ending::Never).commits;
        for commit in 0..commits {
            hold(seed, Ending::Before(commit));
            hold(seed, Ending::After(commit));
        }
    }
}
