//! Trunk and wasm-bindgen, in exactly the versions that this project builds with.
//!
//! What PATH has in that version is used. Else they are installed once per user and version, into a cache that every clone
//! shares: downloaded with `cargo binstall` where that is there and reaches them, and compiled otherwise. Trunk would fetch
//! wasm-bindgen from GitHub by itself; it finds ours on PATH instead, so that the Rust registry is all that a fresh machine has
//! to reach.

use std::env;
use std::ffi::OsString;
use std::fs::{self, File};
use std::path::{Path, PathBuf};
use std::time::Instant;

use anyhow::{Context, Result};

use crate::sh;

/// The newest stable one that rustc 1.95 compiles.
const TRUNK: &str = "0.21.14";

/// A program from the Rust registry.
pub(crate) struct Tool {
    package: &'static str,
    version: String,
    bins: &'static [&'static str],
    purpose: &'static str,
    /// What compiling it usually takes on two cores, in minutes.
    usual: &'static str,
}

/// Builds the page.
pub(crate) fn trunk() -> Tool {
    Tool {
        package: "trunk",
        version: TRUNK.into(),
        bins: &["trunk"],
        purpose: "builds and serves the page",
        usual: "3",
    }
}

/// Writes the JavaScript around the wasm, and runs the page's tests.
pub(crate) fn wasm_bindgen() -> Result<Tool> {
    let lock = fs::read_to_string(sh::root().join("Cargo.lock"))?;
    let version = locked(&lock, "wasm-bindgen").context("Cargo.lock holds no wasm-bindgen")?;
    Ok(Tool {
        package: "wasm-bindgen-cli",
        version: version.into(),
        bins: &["wasm-bindgen", "wasm-bindgen-test-runner"],
        purpose: "has to match the crate of that version in Cargo.lock",
        usual: "1.5",
    })
}

/// Installs what is missing and prints where everything is.
pub(crate) fn list() -> Result<()> {
    let tools = [trunk(), wasm_bindgen()?];
    let missing = tools.iter().filter(|tool| tool.find().is_none()).count();
    let mut number = 0;
    for tool in tools {
        if tool.find().is_none() {
            number += 1;
            eprintln!("Tool {number} of {missing} that are missing:");
        }
        println!("{:<17} {:<9} {}", tool.package, tool.version, tool.ensure()?.display());
    }
    Ok(())
}

impl Tool {
    /// Installs the tool unless it is there, and returns the directory its programs are in.
    pub(crate) fn ensure(&self) -> Result<PathBuf> {
        if let Some(bin) = self.find() {
            return Ok(bin);
        }
        let (cache, home) = self.home()?;
        self.install(&cache, &home)?;
        Ok(home.join("bin"))
    }

    /// The directory that its programs are in, if they are anywhere.
    pub(crate) fn find(&self) -> Option<PathBuf> {
        let (_, home) = self.home().ok()?;
        if self.is_in(&home) { Some(home.join("bin")) } else { self.on_path() }
    }

    /// The cache, and this tool's place in it.
    fn home(&self) -> Result<(PathBuf, PathBuf)> {
        let cache = cache_dir(env::consts::OS, |name| env::var_os(name)).context("no home directory for the cache")?;
        let home = cache.join(format!("{}-{}", self.package, self.version));
        Ok((cache, home))
    }

    fn is_in(&self, home: &Path) -> bool {
        self.bins.iter().all(|bin| home.join("bin").join(format!("{bin}{}", env::consts::EXE_SUFFIX)).is_file())
    }

    /// The directory on PATH that holds this very version.
    fn on_path(&self) -> Option<PathBuf> {
        let mut dirs = self.bins.iter().map(|bin| {
            let path = sh::which(bin)?;
            let says = sh::read(sh::cmd(&path).arg("--version").env_remove("NO_COLOR")).ok()?;
            (says.split_whitespace().nth(1) == Some(&self.version)).then(|| path.parent().map(PathBuf::from))?
        });
        let first = dirs.next()??;
        dirs.all(|dir| dir.as_ref() == Some(&first)).then_some(first)
    }

    /// Downloads it where `cargo binstall` is there and finds it; `false` where that did not work out.
    fn download(&self, partial: &Path) -> Result<bool> {
        if sh::which("cargo-binstall").is_none() {
            return Ok(false);
        }
        eprintln!("Downloading {} {} ({}).", self.package, self.version, self.purpose);
        let mut binstall = sh::cmd("cargo-binstall");
        binstall.args(["--no-confirm", "--no-symlinks", "--disable-telemetry", "--root"]).arg(partial);
        // What cannot be downloaded soon is compiled here, with settings of our own.
        binstall.args(["--strategies", "crate-meta-data,quick-install", "--maximum-resolution-timeout", "20"]);
        let outcome = sh::run(binstall.arg(format!("{}@={}", self.package, self.version)));
        if outcome.is_err() {
            eprintln!("That cannot be had here, so it is compiled.");
            remove(partial)?;
        }
        Ok(outcome.is_ok() && self.is_in(partial))
    }

    fn compile(&self, partial: &Path, build: &Path) -> Result<()> {
        eprintln!(
            "Compiling {} {} ({}) once for this user: usually {} minutes on two cores.",
            self.package, self.version, self.purpose, self.usual
        );
        sh::run(
            sh::cargo()
                .args(["install", "--locked", "--no-default-features", "--version", &self.version])
                .arg("--root")
                .arg(partial)
                .arg("--target-dir")
                .arg(build)
                .arg(self.package)
                // A build tool is not worth optimising: this halves the wait.
                .envs([
                    ("CARGO_PROFILE_RELEASE_LTO", "off"),
                    ("CARGO_PROFILE_RELEASE_OPT_LEVEL", "1"),
                    ("CARGO_PROFILE_RELEASE_CODEGEN_UNITS", "16"),
                    ("CARGO_PROFILE_RELEASE_DEBUG", "false"),
                ]),
        )
    }

    fn install(&self, cache: &Path, home: &Path) -> Result<()> {
        fs::create_dir_all(cache).with_context(|| format!("cannot create {}", cache.display()))?;
        let lock = File::create(home.with_added_extension("lock"))?;
        if lock.try_lock().is_err() {
            eprintln!("Another process is installing {} {}: waiting for it.", self.package, self.version);
            lock.lock()?;
        }
        if self.is_in(home) {
            return Ok(());
        }
        // Only a finished installation gets the name that is looked for; the build directory survives an interruption,
        // so that the next attempt goes on from there.
        let partial = home.with_added_extension("partial");
        let build = home.with_added_extension("build");
        remove(&partial)?;
        let begun = Instant::now();
        if !self.download(&partial)? {
            self.compile(&partial, &build)?;
        }
        eprintln!("{} {} is there, after {} s.", self.package, self.version, begun.elapsed().as_secs());
        remove(home)?;
        fs::rename(&partial, home)?;
        remove(&build)
    }
}

fn remove(dir: &Path) -> Result<()> {
    match fs::remove_dir_all(dir) {
        Err(error) if error.kind() != std::io::ErrorKind::NotFound => Err(error.into()),
        _ => Ok(()),
    }
}

/// The version of a package in the text of a `Cargo.lock`.
fn locked<'a>(lock: &'a str, package: &str) -> Option<&'a str> {
    let name = format!("name = \"{package}\"");
    let mut lines = lock.lines().skip_while(|line| *line != name);
    lines.nth(1)?.strip_prefix("version = \"")?.strip_suffix('"')
}

/// `imagen4-playground` in the user's cache directory, by the custom of the system.
fn cache_dir(os: &str, var: impl Fn(&str) -> Option<OsString>) -> Option<PathBuf> {
    let dir = |name| var(name).map(PathBuf::from).filter(|path| !path.as_os_str().is_empty());
    // A relative XDG directory is to be ignored, says its specification.
    let base = dir("XDG_CACHE_HOME").filter(|path| path.is_absolute()).or_else(|| match os {
        "windows" => dir("LOCALAPPDATA"),
        "macos" => Some(dir("HOME")?.join("Library/Caches")),
        _ => Some(dir("HOME")?.join(".cache")),
    })?;
    Some(base.join("imagen4-playground"))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_version_is_that_of_the_package_with_exactly_that_name() {
        let lock = "[[package]]\nname = \"wasm-bindgen-futures\"\nversion = \"0.4.76\"\n\n\
                    [[package]]\nname = \"wasm-bindgen\"\nversion = \"0.2.126\"\nsource = \"…\"\n";
        assert_eq!(locked(lock, "wasm-bindgen"), Some("0.2.126"));
        assert_eq!(locked(&lock.replace('\n', "\r\n"), "wasm-bindgen"), Some("0.2.126"));
        assert_eq!(locked(lock, "wasm"), None);
    }

    #[test]
    fn the_cache_is_where_the_system_keeps_caches() {
        let home = |name: &str| (name == "HOME").then(|| "/home/ada".into());
        assert_eq!(cache_dir("linux", home), Some("/home/ada/.cache/imagen4-playground".into()));
        assert_eq!(cache_dir("macos", home), Some("/home/ada/Library/Caches/imagen4-playground".into()));
        let local = |name: &str| (name == "LOCALAPPDATA").then(|| "/users/ada".into());
        assert_eq!(cache_dir("windows", local), Some("/users/ada/imagen4-playground".into()));
        assert_eq!(cache_dir("linux", |_| None), None);
    }

    #[cfg(unix)]
    #[test]
    fn an_absolute_xdg_directory_comes_first() {
        let xdg = |value: &'static str| move |name: &str| Some(if name == "HOME" { "/h" } else { value }.into());
        assert_eq!(cache_dir("linux", xdg("/c")), Some("/c/imagen4-playground".into()));
        assert_eq!(cache_dir("linux", xdg("c")), Some("/h/.cache/imagen4-playground".into()));
        assert_eq!(cache_dir("linux", xdg("")), Some("/h/.cache/imagen4-playground".into()));
    }
}
