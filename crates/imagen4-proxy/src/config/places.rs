//! Where runs, money and images are kept, and what this process is called.

use std::path::{Path, PathBuf};

use anyhow::{Context, bail};

use crate::data_dir::STORE_FILE;
use crate::images::s3::BucketAddress;
use crate::store::Database;

/// Where the store is. An address is not repeated: it may hold a password.
pub(crate) fn database(text: &str, data_dir: &Path, flag: &str) -> anyhow::Result<Database> {
    match text {
        "sqlite" => Ok(Database::Sqlite(data_dir.join(STORE_FILE))),
        url if url.starts_with("postgres://") || url.starts_with("postgresql://") => {
            Ok(Database::Postgres(url.to_owned()))
        }
        _ => bail!("{flag} must be sqlite or postgres://user:password@host/name"),
    }
}

pub(crate) fn bucket(text: &str, flag: &'static str) -> anyhow::Result<Option<BucketAddress>> {
    match text {
        "file" => Ok(None),
        url if url.starts_with("s3:") => Ok(Some(BucketAddress::parse(url).context(flag)?)),
        // It is not repeated: it may be another address, with a password in it.
        _ => bail!("{flag} must be file or s3://bucket/prefix"),
    }
}

pub(super) fn replica(name: Option<String>) -> anyhow::Result<String> {
    let Some(name) = name else { return Ok(machine_name()) };
    if name.is_empty() || name.len() > 60 || name.contains(|c: char| c.is_control() || c.is_whitespace()) {
        bail!("--replica {name:?} must be a name of 1 to 60 characters without spaces");
    }
    Ok(name)
}

#[cfg(unix)]
fn machine_name() -> String {
    rustix::system::uname().nodename().to_string_lossy().into_owned()
}

#[cfg(not(unix))]
fn machine_name() -> String {
    std::env::var("COMPUTERNAME").unwrap_or_else(|_| "replica".to_owned())
}

pub(super) fn default_data_dir() -> anyhow::Result<PathBuf> {
    dirs::data_dir()
        .map(|dir| dir.join("imagen4-playground"))
        .context("this user has no data directory: give --data-dir")
}
