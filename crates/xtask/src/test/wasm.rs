//! The page's own tests, run by wasm-bindgen's runner in Chromium.

use std::fs;

use anyhow::{Context, Result};

use crate::{chromium, lint, sh, toolchain, tools};

pub(super) fn run() -> Result<()> {
    toolchain::ensure_wasm_target()?;
    lint::page()?;
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
