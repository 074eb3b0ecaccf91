//! The browser suite in `tests/browser/`: Playwright drives the release page against a real proxy and engine.

use std::fs;
use std::path::{Path, PathBuf};
use std::process::Command;

use anyhow::{Result, bail};

use crate::{chromium, fronts, page, postgres, s3, sh, test};

/// The oldest that Playwright runs on.
const NODE: u32 = 20;

/// Runs the suite on the page in `dist/`; where everything is, it learns from the environment.
pub(crate) fn run() -> Result<()> {
    ensure_packages()?;
    let chromium = chromium::ensure()?;
    let fronts = fronts::ensure()?;
    if !page::is_built() {
        page::build()?;
    }
    test::build()?;
    let (database, bucket) = (postgres::Server::start()?, s3::Server::start()?);
    sh::run(
        npm(&suite())
            .args(["--silent", "test"])
            .env("IMAGEN4_TEST_POSTGRES", &database.url)
            .env("IMAGEN4_TEST_S3", &bucket.url)
            .env("IMAGEN4_PROXY_BIN", sh::built("debug", "imagen4-proxy")?)
            .env("IMAGEN4_ENGINE_BIN", sh::built("debug", "imagen4-engine")?)
            .env("IMAGEN4_DIST", page::dist())
            // The programs that the page shows are compiled, too.
            .env("IMAGEN4_ROOT", sh::root())
            .env("IMAGEN4_TARGET", sh::target_dir()?)
            .env("CHROMIUM", chromium.browser)
            .env("NGINX", fronts.nginx)
            .env("CADDY", fronts.caddy),
    )
}

/// Installs what the lock names, unless it is there already.
pub(crate) fn ensure_packages() -> Result<()> {
    ensure_packages_in(&suite())
}

/// The same for another suite.
pub(crate) fn ensure_packages_in(suite: &Path) -> Result<()> {
    ensure_node()?;
    if is_older(&suite.join("node_modules/.package-lock.json"), &suite.join("package-lock.json")) {
        sh::run(npm(suite).args(["ci", "--no-audit", "--no-fund"]))?;
    }
    Ok(())
}

fn ensure_node() -> Result<()> {
    let needs = format!(
        "the browser tests need Node.js {NODE} or newer with npm: https://nodejs.org, or `apt-get install -y nodejs npm` \
         where that is new enough"
    );
    if sh::which("node").is_none() || sh::which(npm_name()).is_none() {
        bail!("{needs}");
    }
    let version = sh::read(sh::cmd("node").arg("--version"))?;
    if major(&version).is_none_or(|major| major < NODE) {
        bail!("{needs}; this is {}", version.trim());
    }
    Ok(())
}

fn suite() -> PathBuf {
    sh::root().join("tests/browser")
}

fn npm(suite: &Path) -> Command {
    let mut npm = sh::cmd(npm_name());
    npm.current_dir(suite);
    npm
}

fn npm_name() -> &'static str {
    if cfg!(windows) { "npm.cmd" } else { "npm" }
}

/// `v20.20.2` → 20.
fn major(version: &str) -> Option<u32> {
    version.trim().strip_prefix('v')?.split('.').next()?.parse().ok()
}

fn is_older(made: &Path, source: &Path) -> bool {
    let time = |path: &Path| fs::metadata(path).and_then(|metadata| metadata.modified()).ok();
    time(made).is_none() || time(made) < time(source)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_major_version_of_node_is_read_as_it_prints_it() {
        assert_eq!(major("v20.20.2\n"), Some(20));
        assert_eq!(major("20"), None);
    }

    #[test]
    fn what_was_never_made_is_older_than_everything() {
        let here = Path::new(file!());
        assert!(is_older(Path::new("does/not/exist"), here));
    }
}
