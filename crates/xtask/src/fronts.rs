//! nginx and Caddy, for the browser suite's test of the files in `deploy/`.

use std::env;
use std::path::{Path, PathBuf};

use anyhow::{Context, Result};

use crate::chromium::named;
use crate::{debian, sh};

/// Debian keeps servers off the PATH of people.
const SERVERS: &str = "/usr/sbin";

/// The programs that can stand in front of the proxy.
pub(crate) struct Fronts {
    pub(crate) nginx: PathBuf,
    pub(crate) caddy: PathBuf,
}

/// Finds both; installs what is missing where that may be done without asking: Debian, as root.
pub(crate) fn ensure() -> Result<Fronts> {
    Ok(Fronts { nginx: one("nginx", "NGINX")?, caddy: one("caddy", "CADDY")? })
}

fn one(name: &str, variable: &str) -> Result<PathBuf> {
    if let Some(found) = find(name, variable)? {
        return Ok(found);
    }
    debian::install(&[name], &hint(name, variable))?;
    // Debian starts what it installs, on port 80; the test starts its own.
    if Path::new("/run/systemd/system").is_dir() {
        sh::run(sh::cmd("systemctl").args(["disable", "--now", name]))?;
    }
    find(name, variable)?.with_context(|| format!("apt-get has left no {name}; by hand: {}", hint(name, variable)))
}

fn find(name: &str, variable: &str) -> Result<Option<PathBuf>> {
    let aside = Path::new(SERVERS).join(name);
    Ok(named(variable)?.or_else(|| sh::which(name)).or_else(|| aside.is_file().then_some(aside)))
}

fn hint(name: &str, variable: &str) -> String {
    match env::consts::OS {
        "macos" => format!("`brew install {name}`"),
        _ => format!("install it from your distribution, or name it in {variable}"),
    }
}
