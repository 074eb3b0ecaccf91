//! The data directory: the store, the pictures and the engine's bill, used by one process at a time.

use std::fs::{self, File, OpenOptions, TryLockError};
use std::io;
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
        make_private(root).and_then(|()| fs::create_dir_all(root.join("pictures"))).with_context(unusable)?;
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

    /// The store's file.
    pub fn store(&self) -> PathBuf {
        self.root.join("ledger.sqlite")
    }

    /// Where it is witnessed how often something was sent.
    pub fn fence(&self) -> SubmitFence {
        SubmitFence { root: self.root.clone() }
    }

    /// An upstream's list of models as it was last seen: samples must not make the vendor's forgotten.
    pub fn models(&self, upstream: &str) -> PathBuf {
        let is_plain = |c: char| c.is_ascii_alphanumeric() || matches!(c, '.' | '-');
        let host = upstream.rsplit('/').next().unwrap_or_default();
        let name: String = host.chars().map(|c| if is_plain(c) { c } else { '_' }).collect();
        self.root.join(format!("models-{name}.json"))
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

/// Makes a directory where there is none. It is nobody else's business: prompts are in there.
///
/// # Errors
/// When it cannot be made.
pub fn make_private(dir: &Path) -> io::Result<()> {
    let mut builder = fs::DirBuilder::new();
    builder.recursive(true);
    #[cfg(unix)]
    std::os::unix::fs::DirBuilderExt::mode(&mut builder, 0o700);
    builder.create(dir)
}

/// A file beside the store whose name says how often something was sent. A backup that is copied over the directory brings an
/// older store, and leaves the younger witness where it is.
#[derive(Clone, Debug)]
pub struct SubmitFence {
    root: PathBuf,
}

/// What the name of the witness begins with.
const SENT: &str = "sent-";

impl SubmitFence {
    /// The highest count that was witnessed.
    ///
    /// # Errors
    /// When the directory cannot be read.
    pub fn count(&self) -> io::Result<u64> {
        Ok(self.all()?.into_iter().max().unwrap_or_default())
    }

    /// Leaves a witness of that count, and removes the earlier ones.
    ///
    /// # Errors
    /// When the directory cannot be written.
    pub fn note(&self, count: u64) -> io::Result<()> {
        File::create(self.root.join(format!("{SENT}{count}")))?;
        for earlier in self.all()?.into_iter().filter(|earlier| *earlier < count) {
            fs::remove_file(self.root.join(format!("{SENT}{earlier}")))?;
        }
        Ok(())
    }

    fn all(&self) -> io::Result<Vec<u64>> {
        let names = fs::read_dir(&self.root)?.map(|entry| Ok(entry?.file_name()));
        let names: Vec<_> = names.collect::<io::Result<_>>()?;
        Ok(names.iter().filter_map(|name| name.to_str()?.strip_prefix(SENT)?.parse().ok()).collect())
    }
}
