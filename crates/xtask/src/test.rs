//! Every check, in the order in which the cheap ones come first; the first failure ends it.

use std::fs;
use std::time::{Duration, Instant};

use anyhow::{Context, Result, bail};

use crate::{browser, chromium, clients, lint, page, sh, size, toolchain, tools};

/// A name for the person, and what it does.
type Step = (&'static str, fn() -> Result<()>);

const PREPARE: Step = ("prepare", prepare);
const LINT: Step = ("lint", lint::run);
const NATIVE: Step = ("native", native);
const CLIENTS: Step = ("clients", clients::run);
const WASM: Step = ("wasm", wasm);
const PAGE: Step = ("page", page::build);
const SIZE: Step = ("size", size::check);
const BROWSER: Step = ("browser", browser::run);

/// Runs all steps, or those that one part consists of.
pub(crate) fn run(only: Option<&str>) -> Result<()> {
    let steps: &[Step] = match only {
        None => &[PREPARE, LINT, NATIVE, CLIENTS, WASM, PAGE, SIZE, BROWSER],
        Some("lint") => &[LINT],
        Some("native") => &[NATIVE],
        Some("clients") => &[CLIENTS],
        Some("wasm") => &[WASM],
        Some("size") => &[PAGE, SIZE],
        Some("browser") => &[PAGE, BROWSER],
        Some(part) => bail!("`{part}` is none of lint, native, clients, wasm, size, browser"),
    };
    let start = Instant::now();
    let mut table = String::new();
    for (name, step) in steps {
        let begun = Instant::now();
        eprintln!("\n=== {name} (after {})", clock(begun - start));
        let result = step();
        let mark = if result.is_ok() { "ok" } else { "failed" };
        table += &format!("{name:<8} {:>6}  {mark}\n", clock(begun.elapsed()));
        if let Err(error) = result {
            eprint!("\n{table}");
            return Err(error.context(format!("step `{name}` failed")));
        }
    }
    println!("\n{table}{:<8} {:>6}", "all", clock(start.elapsed()));
    Ok(())
}

/// What the later steps need, first: a machine that lacks something says so before it has worked for minutes.
fn prepare() -> Result<()> {
    browser::ensure_packages()?;
    let chromium = chromium::ensure()?;
    println!("{:<17} {}", "chromium", chromium.browser.display());
    println!("{:<17} {}", "chromedriver", chromium.driver.display());
    toolchain::ensure_clippy_and_rustfmt()?;
    toolchain::ensure_wasm_target()?;
    tools::list()
}

/// The default members: all crates but the page.
fn native() -> Result<()> {
    sh::run(sh::cargo().arg("test"))
}

/// The page's own tests, run by wasm-bindgen's runner in Chromium.
fn wasm() -> Result<()> {
    toolchain::ensure_wasm_target()?;
    let chromium = chromium::ensure()?;
    let dirs = [tools::wasm_bindgen()?.ensure()?];
    // The runner adds what headless mode and root need. `{:?}` quotes a path the way JSON does.
    let webdriver = format!(
        r#"{{"goog:chromeOptions": {{"binary": {:?}, "args": ["disable-gpu", "disable-quic", "no-first-run",
            "disable-background-networking", "disable-component-update", "disable-sync"]}}}}"#,
        chromium.browser.to_str().context("the path of Chromium is not Unicode")?
    );
    let file = sh::target_dir()?.join("webdriver.json");
    fs::write(&file, webdriver)?;
    sh::run(
        sh::cargo()
            // Not the examples in the documentation: the runner would start a browser for each.
            .args(["test", "-p", "imagen4-web", "--target", "wasm32-unknown-unknown", "--tests"])
            .env("PATH", sh::path_with(&dirs)?)
            .env("CHROMEDRIVER", chromium.driver)
            .env("WASM_BINDGEN_USE_BROWSER", "1")
            .env("WASM_BINDGEN_TEST_WEBDRIVER_JSON", file),
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
}
