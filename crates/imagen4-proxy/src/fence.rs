//! A witness outside of the database of how often something was sent. A backup that is put in the database's place is older than its
//! witness, and so it is noticed.

use std::fs::{self, File};
use std::io;
use std::path::{Path, PathBuf};

use crate::images::s3::Bucket;

/// What the name of a witness in a directory begins with.
const SENT: &str = "sent-";
/// The folder of witnesses in a bucket, and how many of them stay there.
const FOLDER: &str = "sent";
const KEPT: u64 = 1_000;

/// Where it is witnessed how often something was sent.
#[derive(Clone, Debug)]
pub enum SubmitFence {
    /// In the name of a file beside a database that one process uses.
    Dir(PathBuf),
    /// In the names of objects, which many processes write.
    Bucket(Bucket),
}

/// It could not be witnessed.
#[derive(Debug, thiserror::Error)]
pub enum FenceError {
    /// That count was witnessed before: the database is older than it was.
    #[error("the database is older than what was sent: it was restored from a backup")]
    Taken,
    /// It does not answer in time.
    #[error("what is sent cannot be witnessed in time")]
    TooSlow,
    /// The directory or the bucket cannot be used.
    #[error("what is sent cannot be witnessed: {0}")]
    NotWritten(#[from] io::Error),
}

impl SubmitFence {
    /// The highest count that was witnessed.
    ///
    /// # Errors
    /// When the directory or the bucket cannot be read.
    pub async fn count(&self) -> io::Result<u64> {
        let all = match self {
            Self::Dir(root) => all_in(root)?,
            Self::Bucket(bucket) => bucket.names(FOLDER).await?.iter().filter_map(|name| name.parse().ok()).collect(),
        };
        Ok(all.into_iter().max().unwrap_or_default())
    }

    /// Leaves a witness of that count; `whose` is random, and tells it from another one's.
    ///
    /// # Errors
    /// When it was witnessed before by somebody else, or cannot be now.
    pub async fn note(&self, count: u64, whose: u128) -> Result<(), FenceError> {
        match self {
            Self::Dir(root) => {
                File::create(root.join(format!("{SENT}{count}")))?;
                for earlier in all_in(root)?.into_iter().filter(|earlier| *earlier < count) {
                    fs::remove_file(root.join(format!("{SENT}{earlier}")))?;
                }
            }
            Self::Bucket(bucket) => {
                let name = |count: u64| format!("{FOLDER}/{count:020}");
                if !bucket.note(&name(count), &format!("{whose:032x}")).await? {
                    return Err(FenceError::Taken);
                }
                if let Some(old) = count.checked_sub(KEPT) {
                    bucket.forget(&name(old)).await?;
                }
            }
        }
        Ok(())
    }
}

fn all_in(root: &Path) -> io::Result<Vec<u64>> {
    let names = fs::read_dir(root)?.map(|entry| Ok(entry?.file_name()));
    let names: Vec<_> = names.collect::<io::Result<_>>()?;
    Ok(names.iter().filter_map(|name| name.to_str()?.strip_prefix(SENT)?.parse().ok()).collect())
}

#[cfg(test)]
mod tests {
    use super::*;

    async fn witnesses(fence: &SubmitFence) {
        assert_eq!(fence.count().await.expect("read"), 0);
        for count in [1, 2, 1_003] {
            fence.note(count, 7).await.expect("witnessed");
        }
        assert_eq!(fence.count().await.expect("read"), 1_003);
    }

    #[tokio::test]
    async fn a_directory_keeps_the_latest() {
        let folder = tempfile::tempdir().expect("a folder");
        let fence = SubmitFence::Dir(folder.path().to_owned());
        witnesses(&fence).await;
        assert_eq!(fs::read_dir(folder.path()).expect("a folder").count(), 1);
    }

    #[tokio::test]
    async fn a_bucket_takes_each_count_once() {
        let fence = SubmitFence::Bucket(Bucket::in_memory());
        witnesses(&fence).await;
        assert!(matches!(fence.note(2, 8).await, Err(FenceError::Taken)), "a restored database counts once more");
        fence.note(2, 7).await.expect("its own");
        fence.note(1_004, 8).await.expect("witnessed");
    }
}
