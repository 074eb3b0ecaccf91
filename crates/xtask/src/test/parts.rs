//! The parts: what there is, how long it usually takes, and in which order.

use anyhow::{Context, Result};

use super::{cargo, wasm};
use crate::{browser, chromium, clients, fronts, lint, page, postgres, size, toolchain, tools};

/// One part of the checks, which can be run alone.
#[derive(Debug)]
pub(super) struct Part {
    pub(super) name: &'static str,
    /// On two idle cores, beside its neighbor, in minutes and seconds, with tools installed and nothing built.
    pub(super) usual: &'static str,
    pub(super) about: &'static str,
    pub(super) run: fn() -> Result<()>,
}

const PREPARE: Part = Part {
    name: "prepare",
    usual: "0:15",
    about: "Chromium, servers, Node packages and pinned tools: installs what is missing",
    run: prepare,
};
const LINT: Part = Part {
    name: "lint",
    usual: "4:30",
    about: "formatting, clippy, which crate may see which, and the crates that are published",
    run: lint::run,
};
const PAGE: Part =
    Part { name: "page", usual: "5:00", about: "the page in release, and what its first load weighs", run: page };
const BUILD: Part = Part {
    name: "build",
    usual: "4:30",
    about: "the servers and the tests of all crates but the page, once for all parts below",
    run: cargo::build,
};
const NATIVE: Part =
    Part { name: "native", usual: "9:00", about: "their tests, the simulation among them", run: cargo::native };
const WASM: Part =
    Part { name: "wasm", usual: "7:00", about: "clippy on the page, and its own tests in Chromium", run: wasm::run };
const CLIENTS: Part = Part {
    name: "clients",
    usual: "0:50",
    about: "WaveSpeed's SDKs, schemathesis, exiftool and Pillow against a real proxy",
    run: clients::run,
};
const POSTGRES: Part = Part {
    name: "postgres",
    usual: "9:00",
    about: "the store's rules, the simulation and the playground's tests on a PostgreSQL server; replicas with a bucket",
    run: postgres::run,
};
const BROWSER: Part = Part {
    name: "browser",
    usual: "10:00",
    about: "the whole thing in Chromium, against real proxies and engines, behind nginx and Caddy, too",
    run: browser::run,
};

/// All of them, in their order.
pub(super) const PARTS: [Part; 9] = [PREPARE, LINT, PAGE, BUILD, NATIVE, WASM, CLIENTS, POSTGRES, BROWSER];

/// The same: parts of one stage do not mind each other, and need nothing of each other.
/// The browser fills both cores of a small machine by itself.
pub(super) const STAGES: [&[Part]; 6] =
    [&[PREPARE], &[LINT, PAGE], &[BUILD], &[NATIVE, WASM], &[CLIENTS, POSTGRES], &[BROWSER]];

/// The part of that name.
pub(super) fn named(name: &str) -> Result<&'static Part> {
    static ALL: [Part; 9] = PARTS;
    ALL.iter()
        .find(|part| part.name == name)
        .with_context(|| format!("`{name}` is none of {}", PARTS.map(|part| part.name).join(", ")))
}

/// What the other parts need, first: a machine that lacks something says so before it has worked for minutes.
fn prepare() -> Result<()> {
    browser::ensure_packages()?;
    let chromium = chromium::ensure()?;
    println!("{:<17} {}", "chromium", chromium.browser.display());
    println!("{:<17} {}", "chromedriver", chromium.driver.display());
    fronts::ensure()?;
    postgres::ensure()?;
    clients::ensure()?;
    toolchain::ensure_clippy_and_rustfmt()?;
    toolchain::ensure_wasm_target()?;
    tools::list()
}

fn page() -> Result<()> {
    page::build()?;
    size::check()
}
