//! Chromium and chromedriver, for the page's own tests and the browser suite.

use std::env;
use std::path::PathBuf;
use std::process::Command;

use anyhow::{Context, Result, bail};

use crate::sh;

const NAMES: [&str; 3] = ["chromium", "chromium-browser", "google-chrome"];
/// Where installers put it that leave PATH alone.
const PLACES: [&str; 3] = [
    "/Applications/Chromium.app/Contents/MacOS/Chromium",
    "/Applications/Google Chrome.app/Contents/MacOS/Google Chrome",
    r"C:\Program Files\Google\Chrome\Application\chrome.exe",
];
const APT: [&[&str]; 2] = [&["update"], &["install", "-y", "--no-install-recommends", "chromium", "chromium-driver"]];

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
    if sh::which("apt-get").is_none() {
        bail!("the browser tests need Chromium and chromedriver: {}", hint());
    }
    if !is_root() {
        let commands = APT.map(|args| format!("sudo apt-get {}", args.join(" "))).join(" && ");
        bail!("the browser tests need Chromium and chromedriver: `{commands}`");
    }
    eprintln!("The browser tests need Chromium and chromedriver: installing them with apt-get.");
    for args in APT {
        // Another apt on a machine that has just started holds its lock for a while.
        let mut apt = sh::cmd("apt-get");
        apt.args(["-o", "DPkg::Lock::Timeout=300"]).args(args).env("DEBIAN_FRONTEND", "noninteractive");
        sh::run(&mut apt).with_context(|| format!("Chromium could not be installed; by hand: {}", hint()))?;
    }
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
fn named(variable: &str) -> Result<Option<PathBuf>> {
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

fn is_root() -> bool {
    Command::new("id").arg("-u").output().is_ok_and(|output| output.stdout.trim_ascii() == b"0")
}
