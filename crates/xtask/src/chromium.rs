//! Chromium and chromedriver, for the page's own tests and the browser suite.

use std::env;
use std::path::PathBuf;

use anyhow::{Context, Result};

use crate::{debian, sh};

const NAMES: [&str; 3] = ["chromium", "chromium-browser", "google-chrome"];
/// Where installers put it that leave PATH alone.
const PLACES: [&str; 3] = [
    "/Applications/Chromium.app/Contents/MacOS/Chromium",
    "/Applications/Google Chrome.app/Contents/MacOS/Google Chrome",
    r"C:\Program Files\Google\Chrome\Application\chrome.exe",
];

/// A browser and the driver of the same version.
pub(crate) struct Chromium {
    pub(crate) browser: PathBuf,
    pub(crate) driver: PathBuf,
}

/// Finds both; installs them where that is one command that may be run without asking: Debian, as root.
pub(crate) fn ensure() -> Result<Chromium> {
    if let Some(found) = find()? {
        return Ok(found);
    }
    debian::install(&["chromium", "chromium-driver"], hint())?;
    find()?.with_context(|| format!("apt-get has left no Chromium on PATH; by hand: {}", hint()))
}

fn find() -> Result<Option<Chromium>> {
    let browser = named("CHROMIUM")?
        .or_else(|| NAMES.into_iter().find_map(sh::which))
        .or_else(|| PLACES.into_iter().map(PathBuf::from).find(|path| path.is_file()));
    let driver = named("CHROMEDRIVER")?.or_else(|| sh::which("chromedriver"));
    Ok(browser.zip(driver).map(|(browser, driver)| Chromium { browser, driver }))
}

/// The program that a variable names, as a path or as a name on PATH.
pub(crate) fn named(variable: &str) -> Result<Option<PathBuf>> {
    let Some(value) = env::var_os(variable).filter(|value| !value.is_empty()) else { return Ok(None) };
    let path = PathBuf::from(&value);
    if path.is_file() {
        return Ok(Some(path));
    }
    let found = value.to_str().and_then(sh::which);
    Ok(Some(found.with_context(|| format!("{variable} names {}, which does not exist", path.display()))?))
}

fn hint() -> &'static str {
    match env::consts::OS {
        "macos" => "`brew install --cask google-chrome chromedriver`",
        "windows" => "install Google Chrome, put chromedriver of the same version on PATH",
        _ => "install both from your distribution, or name them in CHROMIUM and CHROMEDRIVER",
    }
}
