//! Files on this machine: flushed to disk before the store says that they are there.

use std::fs::{self, File};
use std::io::{self, Write};
use std::ops::Range;
use std::path::{Path, PathBuf};
use std::sync::Arc;

use futures_util::StreamExt;
use imagen4_core::RunId;
use tokio::io::{AsyncReadExt, AsyncSeekExt};
use tokio::task::spawn_blocking;
use tokio_util::io::ReaderStream;

use super::{ImageBody, ImageFile};

/// A directory of images.
#[derive(Clone, Debug)]
pub(super) struct LocalFiles {
    root: Arc<Path>,
}

impl LocalFiles {
    pub(super) fn new(root: &Path) -> Self {
        Self { root: root.into() }
    }

    pub(super) fn path(&self, file: &ImageFile) -> PathBuf {
        let ending = if file.is_small { ".small" } else { "" };
        self.folder(file.run).join(format!("{}{ending}", file.index))
    }

    fn folder(&self, run: RunId) -> PathBuf {
        let run = run.to_string();
        // 256 folders keep each of them short.
        self.root.join(&run[..2]).join(run)
    }

    pub(super) async fn put(&self, file: &ImageFile, bytes: Vec<u8>) -> io::Result<()> {
        let path = self.path(file);
        spawn_blocking(move || write_durably(&path, &bytes)).await?
    }

    pub(super) async fn open(&self, file: &ImageFile, range: Option<Range<u64>>) -> io::Result<ImageBody> {
        let mut open = tokio::fs::File::open(self.path(file)).await?;
        let whole = open.metadata().await?.len();
        let range = range.unwrap_or(0..whole);
        open.seek(io::SeekFrom::Start(range.start)).await?;
        let len = range.end.min(whole).saturating_sub(range.start);
        Ok(ImageBody { len, stream: ReaderStream::new(open.take(len)).boxed() })
    }

    pub(super) async fn remove(&self, run: RunId) -> io::Result<()> {
        match tokio::fs::remove_dir_all(self.folder(run)).await {
            Err(error) if error.kind() == io::ErrorKind::NotFound => Ok(()),
            outcome => outcome,
        }
    }
}

/// Half a file is never seen under the name, and the name survives a loss of power.
fn write_durably(path: &Path, bytes: &[u8]) -> io::Result<()> {
    let folder = path.parent().unwrap_or(Path::new("."));
    fs::create_dir_all(folder)?;
    let unfinished = path.with_extension("part");
    let mut file = File::create(&unfinished)?;
    file.write_all(bytes)?;
    file.sync_all()?;
    fs::rename(&unfinished, path)?;
    // The run's folder may be new, and so may the one that it is in.
    folder.ancestors().take(3).try_for_each(sync_folder)
}

#[cfg(unix)]
fn sync_folder(folder: &Path) -> io::Result<()> {
    File::open(folder)?.sync_all()
}

#[cfg(not(unix))]
fn sync_folder(_: &Path) -> io::Result<()> {
    Ok(())
}
