//! The one build that the tests of all crates share. What cargo selects decides which features its dependencies have, so every
//! command here selects the same, and nothing is compiled twice.

use std::env;
use std::process::Command;
use std::thread::available_parallelism;

use anyhow::Result;

use crate::{page, sh};

/// Most tests wait for a server or for a clock most of the time.
const THREADS_A_CORE: usize = 4;

/// `cargo test` for the default members: all crates but the page, which is inside the proxy where it was built.
pub(crate) fn test() -> Command {
    let mut test = sh::cargo();
    test.arg("test");
    if page::is_built() {
        test.args(["--features", "imagen4-proxy/page"]);
    }
    test
}

/// Builds both servers in the dev profile and every test.
pub(crate) fn build() -> Result<()> {
    sh::run(test().arg("--no-run"))
}

/// Runs all of them but those that need other people's programs, which cargo leaves out by itself.
pub(super) fn native() -> Result<()> {
    let cores = available_parallelism().map_or(1, usize::from);
    let threads = env::var("RUST_TEST_THREADS").unwrap_or_else(|_| (THREADS_A_CORE * cores).to_string());
    sh::run(test().args(["--", "--test-threads", &threads]))
}
