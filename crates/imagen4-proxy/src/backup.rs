//! A copy of the data directory in one consistent state, made beside the process that uses it.
//!
//! Pictures are written before the store names them, and never change. So whatever the store's snapshot names is there when
//! the pictures are copied afterwards, unless it was deleted meanwhile; copying them before as well saves those.

use std::fs::{self, File};
use std::io;
use std::path::{Path, PathBuf};

use anyhow::{Context, bail, ensure};
use rusqlite::backup::{Backup, StepResult};
use rusqlite::{Connection, OpenFlags};

use crate::data_dir::make_private;

/// What was copied.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct BackupStats {
    /// Files of pictures.
    pub pictures: u64,
    /// Their size together with the store's, in bytes.
    pub bytes: u64,
}

/// Copies the data directory `from` to `to`, which must not exist or be empty; `progress` is told as it goes on.
///
/// # Errors
/// When there is nothing to copy, when `to` holds something, or when the disk fails.
pub fn backup(from: &Path, to: &Path, mut progress: impl FnMut(BackupStats)) -> anyhow::Result<BackupStats> {
    let store = from.join("ledger.sqlite");
    ensure!(store.is_file(), "{} holds no database: name the proxy's data directory with --data-dir", from.display());
    if std::path::absolute(to)?.starts_with(std::path::absolute(from)?) {
        bail!("{} is inside the data directory: name another place", to.display());
    }
    if fs::read_dir(to).is_ok_and(|mut entries| entries.next().is_some()) {
        bail!("{} is not empty: name a directory that is to be made", to.display());
    }
    let unwritable = || format!("{} cannot be written", to.display());
    make_private(to).with_context(unwritable)?;
    let mut copied = BackupStats::default();
    copy_tree(&from.join("pictures"), &to.join("pictures"), &mut copied, &mut progress)?;
    snapshot(&store, &to.join("ledger.sqlite"))
        .with_context(|| format!("the database {} cannot be copied", store.display()))?;
    copy_tree(&from.join("pictures"), &to.join("pictures"), &mut copied, &mut progress)?;
    copy_tree(&from.join("engine"), &to.join("engine"), &mut BackupStats::default(), &mut |_| ())?;
    copied.bytes += fs::metadata(to.join("ledger.sqlite"))?.len();
    sync_dir(to)?;
    Ok(copied)
}

/// One state of the store, while others write on.
fn snapshot(from: &Path, to: &Path) -> anyhow::Result<()> {
    let source =
        Connection::open_with_flags(from, OpenFlags::SQLITE_OPEN_READ_WRITE | OpenFlags::SQLITE_OPEN_NO_MUTEX)?;
    source.busy_timeout(std::time::Duration::from_secs(5))?;
    let mut target = Connection::open(to)?;
    // All pages in one step: between steps a writer could change what was copied, and it would begin again.
    let done = Backup::new(&source, &mut target)?.step(-1)?;
    ensure!(done == StepResult::Done, "it is busy; try again");
    drop(target);
    File::open(to)?.sync_all()?;
    Ok(())
}

/// Copies what is not there yet.
fn copy_tree(
    from: &Path,
    to: &Path,
    copied: &mut BackupStats,
    progress: &mut impl FnMut(BackupStats),
) -> anyhow::Result<()> {
    let Ok(entries) = fs::read_dir(from) else { return Ok(()) };
    make_private(to).with_context(|| format!("{} cannot be written", to.display()))?;
    for entry in entries {
        let (from, to) = match entry {
            Ok(entry) => (entry.path(), to.join(entry.file_name())),
            Err(error) => return Err(error).context("the images cannot be read"),
        };
        if from.is_dir() {
            copy_tree(&from, &to, copied, progress)?;
        } else if !to.exists() && !is_unfinished(&from) {
            match copy_file(&from, &to) {
                Ok(bytes) => {
                    copied.pictures += 1;
                    copied.bytes += bytes;
                    progress(*copied);
                }
                // Deleted since it was listed.
                Err(error) if error.kind() == io::ErrorKind::NotFound => {}
                Err(error) => return Err(error).with_context(|| format!("{} cannot be copied", from.display())),
            }
        }
    }
    sync_dir(to)?;
    Ok(())
}

/// A picture on its way has another name until it is whole.
fn is_unfinished(path: &Path) -> bool {
    path.extension().is_some_and(|extension| extension == "part")
}

fn copy_file(from: &Path, to: &PathBuf) -> io::Result<u64> {
    let bytes = fs::copy(from, to)?;
    File::open(to)?.sync_all()?;
    Ok(bytes)
}

fn sync_dir(dir: &Path) -> io::Result<()> {
    if cfg!(unix) { File::open(dir)?.sync_all() } else { Ok(()) }
}
