//! An archive's bytes, made as they are sent: one image at a time is in memory, and nothing is done ahead of the client. Whoever goes
//! away takes the stream along, and so the rest of the work; whoever is slow holds no thread.

use std::io::{self, Write};
use std::mem::take;
use std::sync::{Arc, Mutex, PoisonError};

use axum::body::Bytes;
use futures_util::stream::{self, Stream};
use imagen4_core::run::RunImage;
use imagen4_core::{Run, RunId, Timestamp};
use jiff::civil;
use tokio::task::spawn_blocking;
use zip::write::{SimpleFileOptions, StreamWriter};
use zip::{CompressionMethod, DateTime, ZipWriter};

use super::manifest::{FileEntry, Manifest, Missing, Reason};
use super::selection::Selection;
use crate::http::file_name::{TakenNames, file_name};
use crate::http::metadata::with_metadata;
use crate::http::metrics::OpenArchive;
use crate::images::{ImageFile, ImageStore};
use crate::store::{Account, PictureRow};

/// Every image with its run, one run after the other.
type Images = Box<dyn Iterator<Item = (Arc<Run>, RunImage)> + Send>;

/// An archive, and what of it is still to be made.
pub(super) struct Archive {
    zip: ZipWriter<StreamWriter<Made>>,
    made: Made,
    images: Images,
    names: TakenNames,
    manifest: Manifest,
    now: Timestamp,
    pictures: ImageStore,
    account: Account,
    open: OpenArchive,
}

impl Archive {
    pub(super) fn new(
        selection: Selection,
        pictures: ImageStore,
        account: Account,
        now: Timestamp,
        open: OpenArchive,
    ) -> Self {
        let images = selection.runs.into_iter().flat_map(|mut run| {
            let images = take(&mut run.images);
            let run = Arc::new(run);
            images.into_iter().map(move |image| (run.clone(), image))
        });
        let made = Made::default();
        Self {
            zip: ZipWriter::new_stream(made.clone()),
            made,
            images: Box::new(images),
            names: TakenNames::default(),
            manifest: Manifest::new(now, selection.missing),
            now,
            pictures,
            account,
            open,
        }
    }

    /// Its bytes. An error breaks the download off, so that nobody takes a part for the whole.
    pub(super) fn into_stream(self) -> impl Stream<Item = io::Result<Bytes>> + Send {
        stream::try_unfold(Some(self), |archive| async {
            let Some(archive) = archive else { return Ok(None) };
            let made = archive.make_more().await;
            made.map(Some).inspect_err(|error| tracing::error!(%error, "an archive broke off"))
        })
    }

    /// Makes the next image's part, or the end; and then there is no more.
    async fn make_more(mut self) -> io::Result<(Bytes, Option<Self>)> {
        while let Some((run, image)) = self.images.next() {
            self.manifest.entry(&run);
            match self.pictures.read(&ImageFile::of(run.id, &image)).await {
                Ok(kept) => {
                    let added = spawn_blocking(move || {
                        self.add_image(&run, &image, kept)?;
                        Ok((self.made.take(), Some(self)))
                    });
                    return added.await?;
                }
                Err(error) => self.miss(run.id, &image, &error),
            }
        }
        let manifest = serde_json::to_vec_pretty(&self.manifest).map_err(io::Error::other)?;
        self.add("manifest.json", self.now, &manifest)?;
        self.zip.finish()?;
        Ok((self.made.take(), None))
    }

    /// Notes that an image's file cannot be read.
    fn miss(&mut self, run: RunId, image: &RunImage, error: &io::Error) {
        tracing::warn!(%run, index = image.index, %error, "an image could not be put into an archive");
        let reason = match error.kind() {
            io::ErrorKind::NotFound => Reason::FileMissing,
            _ => Reason::FileUnreadable,
        };
        self.manifest.missing.push(Missing { run, index: Some(image.index), reason });
    }

    /// Adds an image.
    fn add_image(&mut self, run: &Run, image: &RunImage, kept: Vec<u8>) -> io::Result<()> {
        let row = PictureRow::of(run, image);
        let content = with_metadata(kept, &row);
        let day = self.account.day_of(run.created_at);
        let name = self.names.take(file_name(run.id, image.index, &row, &day));
        self.add(&name, run.created_at, &content)?;
        self.manifest.entry(run).files.push(FileEntry::of(image, &name, &content));
        self.open.sends_image();
        Ok(())
    }

    fn add(&mut self, name: &str, at: Timestamp, content: &[u8]) -> io::Result<()> {
        let options = SimpleFileOptions::default()
            // Images are compressed already.
            .compression_method(CompressionMethod::Stored)
            .last_modified_time(modified(self.account.local(at)))
            .unix_permissions(0o644);
        self.zip.start_file(name, options)?;
        self.zip.write_all(content)
    }
}

/// A time as ZIP tells it: the clock on the wall, from 1980 on.
fn modified(at: civil::DateTime) -> DateTime {
    let small = |value: i8| u8::try_from(value).unwrap_or_default();
    let year = u16::try_from(at.year()).unwrap_or_default();
    let [month, day, hour, minute, second] = [at.month(), at.day(), at.hour(), at.minute(), at.second()].map(small);
    DateTime::from_date_and_time(year, month, day, hour, minute, second).unwrap_or_default()
}

/// What was made and is not sent yet.
#[derive(Clone, Debug, Default)]
struct Made(Arc<Mutex<Vec<u8>>>);

impl Made {
    fn take(&self) -> Bytes {
        take(&mut *self.0.lock().unwrap_or_else(PoisonError::into_inner)).into()
    }
}

impl Write for Made {
    fn write(&mut self, bytes: &[u8]) -> io::Result<usize> {
        self.0.lock().unwrap_or_else(PoisonError::into_inner).write(bytes)
    }

    fn flush(&mut self) -> io::Result<()> {
        Ok(())
    }
}
