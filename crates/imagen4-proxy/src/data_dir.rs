//! The data directory: the ledger, the pictures and the engine's bill, used by one process at a time.

use std::fs::{self, File, OpenOptions, TryLockError};
use std::path::{Path, PathBuf};

use anyhow::{Context, bail};

/// A data directory that is ours until this is dropped.
#[derive(Debug)]
pub struct DataDir {
    root: PathBuf,
    // The lock ends with the file.
    _lock: File,
}

impl DataDir {
    /// Creates the directory where it is missing, and locks it.
    ///
    /// # Errors
    /// When it cannot be written, or when another process has it.
    pub fn open(root: &Path) -> anyhow::Result<Self> {
        let unusable = || format!("the data directory {} cannot be written", root.display());
        fs::create_dir_all(root.join("pictures")).with_context(unusable)?;
        let lock = OpenOptions::new()
            .create(true)
            .truncate(false)
            .write(true)
            .open(root.join("lock"))
            .with_context(unusable)?;
        match lock.try_lock() {
            Ok(()) => Ok(Self { root: root.to_owned(), _lock: lock }),
            Err(TryLockError::WouldBlock) => {
                bail!("the data directory {} is in use by another process", root.display())
            }
            Err(TryLockError::Error(error)) => Err(error).with_context(unusable),
        }
    }

    /// The directory.
    pub fn root(&self) -> &Path {
        &self.root
    }

    /// The ledger's file.
    pub fn ledger(&self) -> PathBuf {
        self.root.join("ledger.sqlite")
    }

    /// The directory of the kept pictures.
    pub fn pictures(&self) -> PathBuf {
        self.root.join("pictures")
    }

    /// The embedded engine's own state.
    pub fn engine(&self) -> PathBuf {
        self.root.join("engine")
    }
}
