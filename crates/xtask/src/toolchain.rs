//! The parts of the Rust toolchain that a plain installation may lack.
//!
//! `rust-toolchain.toml` names them, but rustup adds them by itself only where it is allowed to.

use std::path::PathBuf;

use anyhow::{Result, bail};

use crate::sh;

const WASM: &str = "wasm32-unknown-unknown";

/// The standard library for the page.
pub(crate) fn ensure_wasm_target() -> Result<()> {
    if sysroot()?.join("lib/rustlib").join(WASM).is_dir() {
        return Ok(());
    }
    rustup(&["target", "add", WASM])
}

/// What `lint` runs.
pub(crate) fn ensure_clippy_and_rustfmt() -> Result<()> {
    let bin = sysroot()?.join("bin");
    let there = |name| bin.join(format!("{name}{}", std::env::consts::EXE_SUFFIX)).is_file();
    if there("cargo-clippy") && there("cargo-fmt") {
        return Ok(());
    }
    rustup(&["component", "add", "clippy", "rustfmt"])
}

fn sysroot() -> Result<PathBuf> {
    let path = sh::read(sh::cmd("rustc").args(["--print", "sysroot"]))?;
    Ok(path.trim_end().into())
}

/// Run in the repository, so that it is the pinned toolchain that grows.
fn rustup(args: &[&str]) -> Result<()> {
    if sh::which("rustup").is_none() {
        bail!(
            "this toolchain is not complete; with rustup: `rustup {}`, else the package of your distribution for it",
            args.join(" ")
        );
    }
    sh::run(sh::cmd("rustup").args(args))
}
