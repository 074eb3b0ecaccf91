//! What can be said about the code without running it.

use std::collections::BTreeSet;

use anyhow::{Result, bail};

use crate::{imports, published, sh, toolchain};

const WASM: [&str; 2] = ["--target", "wasm32-unknown-unknown"];

/// Imports point one way: what a crate must never depend on, not even through others.
struct Direction {
    package: &'static str,
    target: &'static [&'static str],
    never: &'static [&'static str],
}

const DIRECTIONS: [Direction; 5] = [
    // No I/O, no async: the page and the servers share it.
    Direction { package: "imagen4-core", target: &[], never: &["tokio", "reqwest", "axum", "leptos"] },
    Direction { package: "imagen4-client", target: &[], never: &["imagen4-engine", "imagen4-proxy", "axum", "leptos"] },
    Direction { package: "imagen4-engine", target: &[], never: &["imagen4-client", "imagen4-proxy", "leptos"] },
    Direction { package: "imagen4-proxy", target: &[], never: &["leptos"] },
    // Nothing that only a server can use may reach the browser: it would not link, or weigh hundreds of kilobytes.
    Direction {
        package: "imagen4-web",
        target: &WASM,
        never: &["tokio", "mio", "reqwest", "imagen4-client", "imagen4-engine", "imagen4-proxy"],
    },
];

/// Formatting, clippy for everything but the page, the direction of imports, and the crates that are published.
pub(crate) fn run() -> Result<()> {
    toolchain::ensure_clippy_and_rustfmt()?;
    sh::run(sh::cargo().args(["fmt", "--all", "--check"]))?;
    directions()?;
    imports::check()?;
    // A plain `cargo test` leaves the clients alone, and so does `--all-targets`.
    for targets in [&["--all-targets"][..], &["--test", "clients"]] {
        sh::run(sh::cargo().arg("clippy").args(targets).args(["--", "-D", "warnings"]))?;
    }
    published::check()
}

/// Clippy for the page.
pub(crate) fn page() -> Result<()> {
    let page = ["clippy", "-p", "imagen4-web", "--all-targets"];
    sh::run(sh::cargo().args(page).args(WASM).args(["--", "-D", "warnings"]))
}

fn directions() -> Result<()> {
    for Direction { package, target, never } in DIRECTIONS {
        let mut tree = sh::cargo();
        tree.args(["tree", "--edges", "normal", "--prefix", "none", "--package", package]).args(target);
        let tree = sh::read(&mut tree)?;
        let seen: Vec<_> = forbidden(&tree, never).into_iter().collect();
        if let [first, ..] = seen[..] {
            // How it got there.
            sh::run(
                sh::cargo().args(["tree", "--edges", "normal", "--package", package, "--invert", first]).args(target),
            )?;
            bail!("{package} must not depend on {}", seen.join(", "));
        }
    }
    eprintln!("Imports point one way: {}.", DIRECTIONS.map(|direction| direction.package).join(", "));
    Ok(())
}

/// The forbidden packages in the output of `cargo tree --prefix none`.
fn forbidden<'a>(tree: &'a str, never: &[&str]) -> BTreeSet<&'a str> {
    tree.lines().filter_map(|line| line.split_whitespace().next()).filter(|name| never.contains(name)).collect()
}

/// cargo-deny with all its checks; the databases of advisories live on GitHub, so it is no part of `lint`.
pub(crate) fn audit() -> Result<()> {
    if sh::which("cargo-deny").is_none() {
        bail!("this needs cargo-deny: `cargo install --locked cargo-deny`");
    }
    sh::run(sh::cargo().args(["deny", "check", "bans", "licenses", "sources"]))?;
    sh::run(sh::cargo().args(["deny", "check", "advisories"]))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_forbidden_package_is_found_by_its_whole_name_and_named_once() {
        let tree = "imagen4-web v0.1.0 (/w/web)\ntokio-stream v0.1.17\ntokio v1.54.0\ntokio v1.54.0 (*)\n";
        assert_eq!(forbidden(tree, &["tokio", "mio"]), BTreeSet::from(["tokio"]));
        assert!(forbidden("tokio-stream v0.1.17\n", &["tokio"]).is_empty());
    }
}
