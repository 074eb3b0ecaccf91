//! The data directory: the store, the pictures and the engine's bill, used by one process at a time.

use std::fs::{self, File, OpenOptions, TryLockError};
use std::io;
use std::path::{Path, PathBuf};

use anyhow::{Context, bail};

use crate::fence::SubmitFence;

/// The store's file in it.
pub const STORE_FILE: &str = "ledger.sqlite";

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
            Ok(()) => {
                if is_on_network(root) {
                    tracing::warn!(
                        "the data directory is on a network disk, where SQLite's locks and flushes may not hold: use a local disk, or --database postgres://…"
                    );
                }
                Ok(Self { root: root.to_owned(), _lock: lock })
            }
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
        self.root.join(STORE_FILE)
    }

    /// Where it is witnessed how often something was sent.
    pub fn fence(&self) -> SubmitFence {
        SubmitFence::Dir(self.root.clone())
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

/// File systems of other machines, by the numbers that the kernel gives them: NFS, SMB in three ages, Ceph, AFS, 9P.
const NETWORK: [u32; 7] = [0x6969, 0x517b, 0xff53_4d42, 0xfe53_4d42, 0x00c3_6400, 0x5346_414f, 0x0102_1997];

/// Whether a directory is on a disk of another machine, as far as the system says.
#[cfg(target_os = "linux")]
fn is_on_network(dir: &Path) -> bool {
    // The kernel's numbers have 32 bits, whatever the type that they come in.
    rustix::fs::statfs(dir).is_ok_and(|found| NETWORK.contains(&(found.f_type as u32)))
}

#[cfg(not(target_os = "linux"))]
fn is_on_network(_: &Path) -> bool {
    false
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
