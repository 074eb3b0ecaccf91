//! Keeping an image: looked at, written where images are kept, and a small one beside it.

use std::io;
use std::ops::Range;
use std::path::Path;
use std::sync::Arc;

use futures_util::TryStreamExt;
use futures_util::stream::BoxStream;
use imagen4_core::RunId;
use imagen4_core::run::RunImage;
use sha2::{Digest, Sha256};
use tokio::sync::Semaphore;
use tokio::task::spawn_blocking;
use tokio_util::bytes::Bytes;

use super::checks::{hex, is_whole, sniff};
use super::local::LocalFiles;
use super::s3::Bucket;
use super::thumbnails::make_thumbnail;

/// Where images are kept. Cheap to clone.
#[derive(Clone, Debug)]
pub struct ImageStore {
    place: Place,
    /// Decoding a picture takes memory and a core, so few are decoded at a time.
    decoders: Arc<Semaphore>,
}

#[derive(Clone, Debug)]
enum Place {
    Local(LocalFiles),
    S3(Bucket),
}

/// Pictures that are made small at a time.
const DECODERS: usize = 2;

/// Which image, and in which size.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct ImageFile {
    /// Its run.
    pub run: RunId,
    /// Its place in it.
    pub index: u8,
    /// SHA-256 of the image itself, in hex.
    pub sha256: String,
    /// The small one.
    pub is_small: bool,
}

/// The bytes of an image, as they come.
#[expect(missing_debug_implementations, reason = "a stream has nothing to show")]
pub struct ImageBody {
    /// How many there are.
    pub len: u64,
    /// They.
    pub stream: BoxStream<'static, io::Result<Bytes>>,
}

/// The bytes cannot be kept.
#[derive(Debug, thiserror::Error)]
pub enum KeepError {
    /// They are no JPEG, PNG or WebP. Nothing else is ever served from here.
    #[error("not a JPEG, PNG or WebP image")]
    NotAPicture,
    /// Their end is missing: the host handed over a part of the picture as if it were all of it.
    #[error("an incomplete image")]
    NotWhole,
    /// The disk or the bucket does not take them.
    #[error("the image could not be written")]
    NotWritten(#[from] io::Error),
}

impl ImageFile {
    /// The image itself.
    pub fn of(run: RunId, image: &RunImage) -> Self {
        Self { run, index: image.index, sha256: image.sha256.clone(), is_small: false }
    }
}

impl ImageBody {
    /// All of it.
    ///
    /// # Errors
    /// When it breaks off.
    pub async fn read(self) -> io::Result<Vec<u8>> {
        let bytes = Vec::with_capacity(usize::try_from(self.len).unwrap_or_default());
        let add = async |mut bytes: Vec<u8>, part: Bytes| {
            bytes.extend_from_slice(&part);
            Ok(bytes)
        };
        self.stream.try_fold(bytes, add).await
    }
}

impl ImageStore {
    /// Keeps images below a directory, which exists.
    pub fn local(root: &Path) -> Self {
        Self::at(Place::Local(LocalFiles::new(root)))
    }

    /// Keeps images in a bucket.
    pub fn s3(bucket: Bucket) -> Self {
        Self::at(Place::S3(bucket))
    }

    fn at(place: Place) -> Self {
        Self { place, decoders: Arc::new(Semaphore::new(DECODERS)) }
    }

    /// An image, or a part of it.
    ///
    /// # Errors
    /// When it is not there (`NotFound`), or cannot be read.
    pub async fn open(&self, file: &ImageFile, range: Option<Range<u64>>) -> io::Result<ImageBody> {
        match &self.place {
            Place::Local(files) => files.open(file, range).await,
            Place::S3(bucket) => bucket.open(file, range).await,
        }
    }

    /// A whole image.
    ///
    /// # Errors
    /// When it is not there (`NotFound`), or cannot be read.
    pub async fn read(&self, file: &ImageFile) -> io::Result<Vec<u8>> {
        self.open(file, None).await?.read().await
    }

    /// Keeps bytes as they are, unless they are there already.
    ///
    /// # Errors
    /// When they cannot be written.
    pub async fn put(&self, file: &ImageFile, bytes: Vec<u8>) -> io::Result<()> {
        match &self.place {
            Place::Local(files) => files.put(file, bytes).await,
            Place::S3(bucket) => bucket.put(file, bytes).await,
        }
    }

    /// Removes the images of a run; what is gone already is gone.
    ///
    /// # Errors
    /// When they cannot be removed.
    pub async fn remove(&self, run: RunId) -> io::Result<()> {
        match &self.place {
            Place::Local(files) => files.remove(run).await,
            Place::S3(bucket) => bucket.remove(run).await,
        }
    }

    /// Looks what the bytes are, and keeps them.
    ///
    /// # Errors
    /// See [`KeepError`].
    pub async fn store(&self, run: RunId, index: u8, bytes: Vec<u8>, nsfw: bool) -> Result<RunImage, KeepError> {
        let looked = spawn_blocking(move || (described(run, index, &bytes, nsfw), bytes)).await;
        let (image, bytes) = looked.map_err(io::Error::other)?;
        let image = image?;
        let whole = ImageFile::of(run, &image);
        self.put(&whole, bytes.clone()).await?;
        // The semaphore is never closed.
        let decoder = self.decoders.acquire().await.map_err(io::Error::other)?;
        let small = spawn_blocking(move || make_thumbnail(&bytes)).await.map_err(io::Error::other)?;
        drop(decoder);
        // A small picture can be done without; the picture itself cannot.
        let kept = match small {
            Ok(small) => self.put(&ImageFile { is_small: true, ..whole }, small).await,
            Err(error) => Err(io::Error::other(error)),
        };
        if let Err(error) = &kept {
            tracing::warn!(%run, index, %error, "a thumbnail could not be made");
        }
        Ok(RunImage { thumb_url: kept.is_ok().then(|| RunImage::thumb_url_of(run, index)), ..image })
    }
}

fn described(run: RunId, index: u8, bytes: &[u8], nsfw: bool) -> Result<RunImage, KeepError> {
    let content_type = sniff(bytes).ok_or(KeepError::NotAPicture)?;
    let size = imagesize::blob_size(bytes).map_err(|_| KeepError::NotAPicture)?;
    if !is_whole(bytes, content_type) {
        return Err(KeepError::NotWhole);
    }
    Ok(RunImage {
        index,
        url: RunImage::url_of(run, index),
        thumb_url: None,
        width: u32::try_from(size.width).unwrap_or(u32::MAX),
        height: u32::try_from(size.height).unwrap_or(u32::MAX),
        content_type: content_type.to_owned(),
        bytes: bytes.len() as u64,
        sha256: hex(&Sha256::digest(bytes)),
        nsfw,
        favorite: false,
    })
}

#[cfg(test)]
mod tests {
    use std::fs;

    use super::*;

    const PNG: &[u8] = b"\x89PNG\r\n\x1a\n\0\0\0\rIHDR\0\0\x05\x80\0\0\x03\0\x08\x02\0\0\0IEND";

    #[tokio::test]
    async fn a_picture_is_known_by_its_bytes() {
        let folder = tempfile::tempdir().expect("a folder");
        let store = ImageStore::local(folder.path());
        let run = RunId::from_bits(7);
        let kept = store.store(run, 2, PNG.to_vec(), true).await.expect("kept");
        assert_eq!((kept.width, kept.height, kept.content_type.as_str(), kept.nsfw), (1408, 768, "image/png", true));
        assert_eq!(store.read(&ImageFile::of(run, &kept)).await.expect("kept"), PNG);
        let part = store.open(&ImageFile::of(run, &kept), Some(1..4)).await.expect("opened");
        assert_eq!((part.len, part.read().await.expect("read")), (3, b"PNG".to_vec()));
        assert_eq!(kept.thumb_url, None, "a header alone cannot be made small, and is kept all the same");
        for bytes in [
            &b"<svg xmlns='http://www.w3.org/2000/svg'/>"[..],
            b"<html>",
            b"GIF89a\x01\0\x01\0\x80\0\0\xff\xff\xff\0\0\0\x2c\0\0\0\0\x01\0\x01\0\0\x02\x02D\x01\0;",
            b"",
        ] {
            assert!(matches!(store.store(run, 0, bytes.to_vec(), false).await, Err(KeepError::NotAPicture)));
        }
        let folders = fs::read_dir(folder.path().join("00").join(run.to_string())).expect("a folder");
        assert_eq!(folders.count(), 1, "nothing else was written");
        store.remove(run).await.expect("removed");
        store.remove(run).await.expect("removed already");
        let gone = store.read(&ImageFile::of(run, &kept)).await.expect_err("removed");
        assert_eq!(gone.kind(), io::ErrorKind::NotFound);
    }

    #[tokio::test]
    async fn a_part_of_a_picture_is_not_kept() {
        let folder = tempfile::tempdir().expect("a folder");
        let store = ImageStore::local(folder.path());
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
            assert_eq!(fs::read_dir(folder.path()).expect("a folder").count(), 0);
            store.store(run, 0, bytes, false).await.expect("the whole of it");
            store.remove(run).await.expect("removed");
            fs::remove_dir_all(folder.path().join("00")).expect("empty");
        }
    }
}
