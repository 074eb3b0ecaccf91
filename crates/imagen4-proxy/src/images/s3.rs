//! An S3-compatible bucket: images that any number of machines share.
//!
//! # Layout
//! - this file: the bucket; `address`: which one; `errors`: what went wrong

mod address;
mod errors;

use std::io;
use std::ops::Range;
use std::sync::Arc;
use std::time::Duration;

use anyhow::{Context, ensure};
use futures_util::{StreamExt, TryStreamExt};
use imagen4_core::RunId;
use object_store::aws::{AmazonS3Builder, AmazonS3ConfigKey};
use object_store::path::Path;
use object_store::{ClientOptions, Error, GetOptions, GetRange, ObjectStore, ObjectStoreExt, PutMode, RetryConfig};

pub use self::address::BucketAddress;
use self::errors::{failed, gone_is_gone, in_a_line};
use super::{ImageBody, ImageFile};

/// So long a request is tried again by itself; whoever fetches an image tries again after that.
const RETRY: Duration = Duration::from_secs(20);
/// A server that says nothing for so long is taken to be gone.
const SILENCE: Duration = Duration::from_secs(20);

/// A bucket, and the prefix of everything that is kept in it.
#[derive(Clone, Debug)]
pub struct Bucket {
    objects: Arc<dyn ObjectStore>,
    prefix: Path,
}

impl Bucket {
    /// A bucket whose endpoint, region and credentials are in the usual variables (`AWS_ENDPOINT_URL`, `AWS_REGION`,
    /// `AWS_ACCESS_KEY_ID`, `AWS_SECRET_ACCESS_KEY`), or come from the machine's role.
    ///
    /// # Errors
    /// When these variables cannot be used.
    pub fn from_env(address: &BucketAddress) -> anyhow::Result<Self> {
        imagen4_client::install_tls_provider();
        let builder = AmazonS3Builder::from_env().with_bucket_name(&address.bucket);
        // Who names an endpoint without TLS means it.
        let endpoint = builder.get_config_value(&AmazonS3ConfigKey::Endpoint);
        let is_plain = endpoint.is_some_and(|url| url.starts_with("http://"));
        let retry = RetryConfig { max_retries: 4, retry_timeout: RETRY, ..RetryConfig::default() };
        // An image may take as long as whoever reads it; silence may not.
        let client = ClientOptions::new().with_allow_http(is_plain).with_timeout_disabled().with_read_timeout(SILENCE);
        let builder = builder.with_client_options(client).with_retry(retry);
        let objects = builder.build().context("the S3 settings cannot be used")?;
        Ok(Self { objects: Arc::new(objects), prefix: Path::from(address.prefix.as_str()) })
    }

    /// A bucket that is forgotten with this value.
    #[cfg(test)]
    pub(crate) fn in_memory() -> Self {
        Self { objects: Arc::new(object_store::memory::InMemory::new()), prefix: Path::from("team/images") }
    }

    /// Whether images can be written and read here: an object that is made once, read and removed. `random` keeps processes apart that
    /// do this at the same time.
    ///
    /// # Errors
    /// When they cannot; the text says why.
    pub async fn probe(&self, random: u128) -> anyhow::Result<()> {
        let path = self.at(&format!("probe/{random:032x}"));
        let why = |error: Error| anyhow::anyhow!(in_a_line(&error));
        self.objects.put(&path, "probe".into()).await.map_err(why).context("it takes no objects")?;
        let again = self.objects.put_opts(&path, "again".into(), PutMode::Create.into()).await;
        ensure!(
            matches!(again, Err(Error::AlreadyExists { .. })),
            "it writes over an object although it is told not to (If-None-Match: *), and replicas rely on that"
        );
        self.objects.get(&path).await.map_err(why).context("its objects cannot be read")?;
        self.objects.delete(&path).await.map_err(why).context("its objects cannot be deleted")?;
        Ok(())
    }

    /// Notes something under a name, unless something else stands there already; `false` then.
    ///
    /// # Errors
    /// When the bucket cannot be written.
    pub async fn note(&self, name: &str, text: &str) -> io::Result<bool> {
        match self.objects.put_opts(&self.at(name), text.to_owned().into(), PutMode::Create.into()).await {
            Ok(_) => Ok(true),
            // An attempt whose answer was lost may have written it, and was repeated.
            Err(Error::AlreadyExists { .. }) => Ok(self.noted(name).await?.as_deref() == Some(text)),
            Err(error) => Err(failed(&error)),
        }
    }

    /// What was noted under a name.
    ///
    /// # Errors
    /// When the bucket cannot be read.
    pub async fn noted(&self, name: &str) -> io::Result<Option<String>> {
        match self.objects.get(&self.at(name)).await {
            Ok(found) => {
                let bytes = found.bytes().await.map_err(|error| failed(&error))?;
                Ok(Some(String::from_utf8_lossy(&bytes).into_owned()))
            }
            Err(Error::NotFound { .. }) => Ok(None),
            Err(error) => Err(failed(&error)),
        }
    }

    /// The names below a folder of notes.
    ///
    /// # Errors
    /// When the bucket cannot be read.
    pub async fn names(&self, folder: &str) -> io::Result<Vec<String>> {
        let names = self.objects.list(Some(&self.at(folder)));
        let names = names.map_ok(|object| object.location.filename().unwrap_or_default().to_owned());
        names.try_collect().await.map_err(|error| failed(&error))
    }

    /// Removes a note; one that is gone already is gone.
    ///
    /// # Errors
    /// When the bucket cannot be written.
    pub async fn forget(&self, name: &str) -> io::Result<()> {
        gone_is_gone(self.objects.delete(&self.at(name)).await)
    }

    pub(super) async fn put(&self, file: &ImageFile, bytes: Vec<u8>) -> io::Result<()> {
        let (key, size) = (self.key(file), bytes.len() as u64);
        match self.objects.put_opts(&key, bytes.into(), PutMode::Create.into()).await {
            Ok(_) => Ok(()),
            // Its hash is in its name: what is there already is the same. But it may also only be on its way.
            Err(Error::AlreadyExists { .. }) => {
                let there = self.objects.head(&key).await.map_err(|error| failed(&error))?;
                // A thumbnail of another build may be smaller or larger.
                if there.size == size || file.is_small {
                    Ok(())
                } else {
                    Err(io::Error::other("another object is there"))
                }
            }
            Err(error) => Err(failed(&error)),
        }
    }

    pub(super) async fn open(&self, file: &ImageFile, range: Option<Range<u64>>) -> io::Result<ImageBody> {
        let options = GetOptions { range: range.map(GetRange::Bounded), ..GetOptions::default() };
        let found = self.objects.get_opts(&self.key(file), options).await.map_err(|error| failed(&error))?;
        let len = found.range.end - found.range.start;
        Ok(ImageBody { len, stream: found.into_stream().map_err(|error| failed(&error)).boxed() })
    }

    pub(super) async fn remove(&self, run: RunId) -> io::Result<()> {
        let files: Vec<Path> = self
            .objects
            .list(Some(&self.folder(run)))
            .map_ok(|object| object.location)
            .try_collect()
            .await
            .map_err(|error| failed(&error))?;
        for file in files {
            gone_is_gone(self.objects.delete(&file).await)?;
        }
        Ok(())
    }

    fn key(&self, file: &ImageFile) -> Path {
        let ending = if file.is_small { ".small" } else { "" };
        self.folder(file.run).join(format!("{}-{}{ending}", file.index, file.sha256))
    }

    fn folder(&self, run: RunId) -> Path {
        let run = run.to_string();
        self.at("pictures").join(&run[..2]).join(run.as_str())
    }

    fn at(&self, name: &str) -> Path {
        name.split('/').fold(self.prefix.clone(), |path, part| path.join(part))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn file(sha256: &str) -> ImageFile {
        ImageFile { run: RunId::from_bits(7), index: 1, sha256: sha256.to_owned(), is_small: false }
    }

    #[tokio::test]
    async fn an_image_is_put_once_read_in_part_and_removed_with_its_run() {
        let bucket = Bucket::in_memory();
        bucket.put(&file("aa"), b"picture".to_vec()).await.expect("put");
        bucket.put(&file("aa"), b"picture".to_vec()).await.expect("put again");
        assert_eq!(bucket.objects.list(None).count().await, 1);
        let part = bucket.open(&file("aa"), Some(1..4)).await.expect("opened");
        assert_eq!((part.len, part.read().await.expect("read")), (3, b"ict".to_vec()));
        let lost = bucket.open(&file("bb"), None).await.map(drop).expect_err("another one");
        assert_eq!(lost.kind(), io::ErrorKind::NotFound);
        bucket.note("identity", "x").await.expect("noted");
        bucket.remove(RunId::from_bits(7)).await.expect("removed");
        bucket.remove(RunId::from_bits(7)).await.expect("removed again");
        assert_eq!(bucket.objects.list(None).count().await, 1, "the note stays");
    }

    #[tokio::test]
    async fn a_note_is_written_once() {
        let bucket = Bucket::in_memory();
        assert_eq!(bucket.noted("sent/1").await.expect("read"), None);
        assert!(bucket.note("sent/1", "a").await.expect("noted"));
        assert!(bucket.note("sent/1", "a").await.expect("its own"), "an attempt that was repeated");
        assert!(!bucket.note("sent/1", "b").await.expect("there already"));
        assert_eq!(bucket.noted("sent/1").await.expect("read").as_deref(), Some("a"));
        assert!(bucket.note("sent/2", "c").await.expect("noted"));
        assert_eq!(bucket.names("sent").await.expect("listed"), ["1", "2"]);
        bucket.forget("sent/1").await.expect("forgotten");
        bucket.forget("sent/1").await.expect("forgotten already");
        assert_eq!(bucket.names("sent").await.expect("listed"), ["2"]);
        bucket.probe(1).await.expect("it works");
    }
}
