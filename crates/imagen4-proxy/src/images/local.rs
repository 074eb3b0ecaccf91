//! The kept pictures: one file each, flushed to disk before the store says that it is there; and beside each a small one.

use std::fs::{self, File};
use std::io::{self, Write};
use std::path::{Path, PathBuf};
use std::sync::Arc;

use imagen4_core::RunId;
use imagen4_core::run::RunImage;
use imagesize::ImageType;
use sha2::{Digest, Sha256};
use tokio::sync::Semaphore;
use tokio::task::spawn_blocking;

use super::thumbnails;

/// The directory of the kept pictures.
#[derive(Clone, Debug)]
pub struct ImageStore {
    root: PathBuf,
    /// Decoding a picture takes memory and a core, so few are decoded at a time.
    decoders: Arc<Semaphore>,
}

/// Pictures that are made small at a time.
const DECODERS: usize = 2;

/// The bytes cannot be kept.
#[derive(Debug, thiserror::Error)]
pub enum KeepError {
    /// They are no JPEG, PNG or WebP. Nothing else is ever served from here.
    #[error("not a JPEG, PNG or WebP image")]
    NotAPicture,
    /// Their end is missing: the host handed over a part of the picture as if it were all of it.
    #[error("an incomplete image")]
    NotWhole,
    /// The disk does not take them.
    #[error("the image could not be written")]
    Disk(#[from] io::Error),
}

impl ImageStore {
    /// Keeps pictures below `root`, which exists.
    pub fn new(root: impl Into<PathBuf>) -> Self {
        Self { root: root.into(), decoders: Arc::new(Semaphore::new(DECODERS)) }
    }

    /// Where the picture is, or would be.
    pub fn path(&self, run: RunId, index: u8) -> PathBuf {
        self.folder(run).join(index.to_string())
    }

    /// Where the small picture is, or would be.
    pub fn thumb_path(&self, run: RunId, index: u8) -> PathBuf {
        self.folder(run).join(format!("{index}.small"))
    }

    fn folder(&self, run: RunId) -> PathBuf {
        let run = run.to_string();
        // 256 folders keep each of them short.
        self.root.join(&run[..2]).join(run)
    }

    /// Removes the pictures of runs that were deleted; what is gone already is gone.
    pub async fn remove_all(&self, runs: Vec<RunId>) {
        let folders: Vec<PathBuf> = runs.into_iter().map(|run| self.folder(run)).collect();
        let task = spawn_blocking(move || {
            for folder in folders {
                if let Err(error) = fs::remove_dir_all(&folder)
                    && error.kind() != io::ErrorKind::NotFound
                {
                    tracing::warn!(%error, "the images of a deleted run could not be removed; the next start tries again");
                }
            }
        });
        drop(task.await);
    }

    /// Looks what the bytes are, and writes them to disk.
    ///
    /// # Errors
    /// See [`KeepError`].
    pub async fn store(&self, run: RunId, index: u8, bytes: Vec<u8>, nsfw: bool) -> Result<RunImage, KeepError> {
        let (path, thumb_path) = (self.path(run, index), self.thumb_path(run, index));
        // The semaphore is never closed.
        let decoder = self.decoders.clone().acquire_owned().await.map_err(io::Error::other)?;
        let task = spawn_blocking(move || {
            let _decoder = decoder;
            let content_type = sniff(&bytes).ok_or(KeepError::NotAPicture)?;
            let size = imagesize::blob_size(&bytes).map_err(|_| KeepError::NotAPicture)?;
            if !is_whole(&bytes, content_type) {
                return Err(KeepError::NotWhole);
            }
            write_durably(&path, &bytes)?;
            // A small picture can be done without; the picture itself cannot.
            let thumb = thumbnails::make_thumbnail(&bytes).map_err(io::Error::other);
            let thumb = thumb.and_then(|small| write_durably(&thumb_path, &small));
            if let Err(error) = &thumb {
                tracing::warn!(%run, index, %error, "a thumbnail could not be made");
            }
            Ok(RunImage {
                index,
                url: RunImage::url_of(run, index),
                thumb_url: thumb.is_ok().then(|| RunImage::thumb_url_of(run, index)),
                width: u32::try_from(size.width).unwrap_or(u32::MAX),
                height: u32::try_from(size.height).unwrap_or(u32::MAX),
                content_type: content_type.to_owned(),
                bytes: bytes.len() as u64,
                sha256: hex(&Sha256::digest(&bytes)),
                nsfw,
                favorite: false,
            })
        });
        task.await.map_err(io::Error::other)?
    }
}

/// The media type by the first bytes; whatever the vendor calls it does not count.
fn sniff(bytes: &[u8]) -> Option<&'static str> {
    match imagesize::image_type(bytes).ok()? {
        ImageType::Jpeg => Some("image/jpeg"),
        ImageType::Png => Some("image/png"),
        ImageType::Webp => Some("image/webp"),
        _ => None,
    }
}

/// Whether the picture has its end. A decoder would not do: it may know less than the format allows, or fill up what is missing.
fn is_whole(bytes: &[u8], content_type: &str) -> bool {
    let last = |mark: &[u8]| bytes.windows(mark.len()).rposition(|window| window == mark);
    match content_type {
        // After the last scan begins, only the end of the image can look like this; the picture inside the head comes before.
        "image/jpeg" => last(&[0xff, 0xd9]) > last(&[0xff, 0xda]),
        "image/png" => last(b"IEND").is_some(),
        _ => {
            let length = bytes.get(4..8).and_then(|length| length.try_into().ok()).map_or(0, u32::from_le_bytes);
            bytes.len() as u64 >= u64::from(length) + 8
        }
    }
}

/// The file name's ending for a media type that [`ImageStore::keep`] lets in.
pub fn extension(content_type: &str) -> &'static str {
    match content_type {
        "image/png" => "png",
        "image/webp" => "webp",
        _ => "jpg",
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

/// Lower-case hex.
pub(crate) fn hex(bytes: &[u8]) -> String {
    bytes.iter().map(|byte| format!("{byte:02x}")).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    const PNG: &[u8] = b"\x89PNG\r\n\x1a\n\0\0\0\rIHDR\0\0\x05\x80\0\0\x03\0\x08\x02\0\0\0IEND";

    #[tokio::test]
    async fn a_picture_is_known_by_its_bytes() {
        let folder = tempfile::tempdir().expect("a folder");
        let store = ImageStore::new(folder.path());
        let run = RunId::from_bits(7);
        let kept = store.store(run, 2, PNG.to_vec(), true).await.expect("kept");
        assert_eq!((kept.width, kept.height, kept.content_type.as_str(), kept.nsfw), (1408, 768, "image/png", true));
        assert_eq!(fs::read(store.path(run, 2)).expect("a file"), PNG);
        assert_eq!(kept.thumb_url, None, "a header alone cannot be made small, and is kept all the same");
        for bytes in [
            &b"<svg xmlns='http://www.w3.org/2000/svg'/>"[..],
            b"<html>",
            b"GIF89a\x01\0\x01\0\x80\0\0\xff\xff\xff\0\0\0\x2c\0\0\0\0\x01\0\x01\0\0\x02\x02D\x01\0;",
            b"",
        ] {
            assert!(matches!(store.store(run, 0, bytes.to_vec(), false).await, Err(KeepError::NotAPicture)));
        }
        assert!(!store.path(run, 0).exists());
    }

    #[tokio::test]
    async fn a_part_of_a_picture_is_not_kept() {
        let folder = tempfile::tempdir().expect("a folder");
        let store = ImageStore::new(folder.path());
        for format in [image::ImageFormat::Jpeg, image::ImageFormat::Png, image::ImageFormat::WebP] {
            let mut bytes = io::Cursor::new(Vec::new());
            image::RgbImage::from_fn(64, 48, |x, y| image::Rgb([x as u8 * 3, y as u8 * 5, (x * y) as u8]))
                .write_to(&mut bytes, format)
                .expect("written");
            let bytes = bytes.into_inner();
            let run = RunId::from_bits(bytes.len() as u128);
            // The head is long enough to tell the size in all of them.
            for part in [bytes.len() / 2, bytes.len() * 9 / 10] {
                let kept = store.store(run, 0, bytes[..part].to_vec(), false).await;
                assert!(
                    matches!(kept, Err(KeepError::NotWhole | KeepError::NotAPicture)),
                    "{format:?} {part}: {kept:?}"
                );
            }
            assert!(!store.path(run, 0).exists());
            store.store(run, 0, bytes, false).await.expect("the whole of it");
        }
    }
}
