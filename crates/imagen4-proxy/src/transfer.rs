//! Everything in another place: runs and money row by row, images one by one, and the proof that nothing is missing or other.
//!
//! Images are copied before the rows that name them, and again after: what was made meanwhile is there, and what was deleted meanwhile
//! is not missed.

use std::collections::HashSet;
use std::path::{Path, PathBuf};

use anyhow::{Context, bail, ensure};
use futures_util::{StreamExt, stream};
use imagen4_core::RunId;
use imagen4_engine::Env;
use sha2::{Digest, Sha256};
use tokio::task::spawn_blocking;

use crate::config::{self, Config};
use crate::data_dir::{DataDir, STORE_FILE, make_private};
use crate::images::s3::BucketAddress;
use crate::images::thumbnails::make_thumbnail;
use crate::images::{ImageFile, ImageStore, hex};
use crate::server::open_bucket;
use crate::store::Database;
use crate::store::tables::{NamedImage, TableSum, Tables};

/// Why the source cannot be taken.
const IN_USE: &str = "the source is in use: stop its replicas first";
/// Images that are copied at a time.
const AT_A_TIME: usize = 8;

/// A place for runs, money and images.
#[derive(Debug)]
pub struct Place {
    database: Database,
    images: ImageStore,
    /// Nobody else uses the directory while this lives.
    _data: Option<DataDir>,
}

/// Where something is to go.
#[derive(Clone, Debug)]
pub struct Target {
    /// The database; a SQLite file is in the directory.
    pub database: Database,
    /// The bucket; `None` is the directory.
    pub bucket: Option<BucketAddress>,
    /// The directory of what is on this machine.
    pub data_dir: PathBuf,
}

/// What was copied.
#[derive(Clone, Debug, Default)]
pub struct Copied {
    /// Tables, each with a hash that is the same in both places.
    pub tables: Vec<TableSum>,
    /// Images whose hash was compared.
    pub images: u64,
    /// Their size in bytes.
    pub bytes: u64,
    /// Images that are named and cannot be had.
    pub missing: Vec<NamedImage>,
}

/// How far it is.
#[derive(Clone, Copy, Debug)]
pub enum Progress {
    /// So many images are there.
    Images(u64),
    /// So many rows are there.
    Rows(u64),
}

impl Target {
    /// What a command line names, in its own words.
    ///
    /// # Errors
    /// When it cannot be used; the text names the flag.
    pub fn read(database: &str, images: &str, data_dir: Option<PathBuf>) -> anyhow::Result<Self> {
        let bucket = config::bucket(images, "--to-images")?;
        let data_dir = match data_dir {
            Some(dir) => dir,
            None if bucket.is_none() || database == "sqlite" => {
                bail!("--to-data-dir must name a directory, unless --to-database and --to-images both name servers")
            }
            None => PathBuf::new(),
        };
        Ok(Self { database: config::database(database, &data_dir, "--to-database")?, bucket, data_dir })
    }
}

impl Place {
    /// Where a configuration keeps everything. With `is_alone`, nobody may use it meanwhile.
    ///
    /// # Errors
    /// When it cannot be used, or is in use.
    pub async fn of(config: &Config, is_alone: bool) -> anyhow::Result<Self> {
        if let Database::Sqlite(path) = &config.database {
            ensure!(path.is_file(), "{} holds no database: name it with --data-dir", config.data_dir.display());
        }
        let data = (is_alone && config.needs_data_dir()).then(|| DataDir::open(&config.data_dir)).transpose()?;
        let images = images(config.bucket.as_ref(), &config.data_dir).await?;
        Ok(Self { database: config.database.clone(), images, _data: data })
    }

    /// A place that is to be filled.
    ///
    /// # Errors
    /// When it cannot be used.
    pub async fn new(target: &Target) -> anyhow::Result<Self> {
        let is_here = !target.database.is_shared() || target.bucket.is_none();
        let data = is_here.then(|| DataDir::open(&target.data_dir)).transpose()?;
        let images = images(target.bucket.as_ref(), &target.data_dir).await?;
        Ok(Self { database: target.database.clone(), images, _data: data })
    }

    /// A new directory for a backup.
    ///
    /// # Errors
    /// When it holds something already.
    pub async fn backup(dir: &Path) -> anyhow::Result<Self> {
        let is_used = std::fs::read_dir(dir).is_ok_and(|mut entries| entries.next().is_some());
        ensure!(!is_used, "{} is not empty: name a directory that is to be made", dir.display());
        make_private(dir).with_context(|| format!("{} cannot be written", dir.display()))?;
        Self::new(&Target { database: Database::Sqlite(dir.join(STORE_FILE)), bucket: None, data_dir: dir.to_owned() })
            .await
    }
}

async fn images(bucket: Option<&BucketAddress>, data_dir: &Path) -> anyhow::Result<ImageStore> {
    Ok(match bucket {
        Some(address) => ImageStore::s3(open_bucket(address, &Env::system()).await?),
        None => ImageStore::local(&data_dir.join("pictures")),
    })
}

/// Copies everything. With `is_alone`, the source must not be in use.
///
/// # Errors
/// When a place cannot be used, when the target is not empty, or when the copy is not the same.
pub async fn transfer(
    from: Place,
    to: Place,
    is_alone: bool,
    progress: impl Fn(Progress) + Clone + Send + 'static,
) -> anyhow::Result<Copied> {
    let (source, target) = (from.database.clone(), to.database.clone());
    let opened = spawn_blocking(move || {
        // What is only read may be of a proxy that goes on; what is left behind is written once more.
        let source = if is_alone { Tables::create(&source) } else { Tables::open(&source) };
        let target = Tables::create(&target).context("the target's database cannot be used")?;
        anyhow::Ok((source.context("the database cannot be read")?, target))
    });
    let (source, target) = opened.await??;
    let looked = spawn_blocking(move || {
        ensure!(!is_alone || !source.is_in_use()?, IN_USE);
        ensure!(target.is_empty()? && !target.is_in_use()?, "the target is not empty: name another database");
        let named = source.images()?;
        anyhow::Ok((source.revision()?, source, target, named))
    });
    let (revision, source, target, named) = looked.await??;
    let mut copied = Copied::default();
    let mut done = HashSet::new();
    copy_images(&from.images, &to.images, named, &mut done, &mut copied, &progress).await?;
    let tell = progress.clone();
    let rows = spawn_blocking(move || {
        let tables = source.copy_to(&target, |rows| tell(Progress::Rows(rows)))?;
        // Both are copies for a moment: whatever ends the program, two places never both send what waits in the queue.
        if is_alone {
            ensure!(source.leave_behind(revision)?, "{IN_USE}, empty the target, and try again");
            target.mark_as_original()?;
        }
        anyhow::Ok((tables, target.images()?))
    });
    let (tables, named) = rows.await?.context("the database cannot be copied")?;
    copied.tables = tables;
    copied.missing.clear();
    copy_images(&from.images, &to.images, named, &mut done, &mut copied, &progress).await?;
    Ok(copied)
}

/// Copies the images that are not there yet, several at a time.
async fn copy_images(
    from: &ImageStore,
    to: &ImageStore,
    named: Vec<NamedImage>,
    done: &mut HashSet<(RunId, u8)>,
    copied: &mut Copied,
    progress: &impl Fn(Progress),
) -> anyhow::Result<()> {
    let new: Vec<_> = named.into_iter().filter(|image| !done.contains(&(image.run, image.index))).collect();
    let copies = new.into_iter().map(|image| async { (copy_image(from, to, &image).await, image) });
    let mut copies = stream::iter(copies).buffer_unordered(AT_A_TIME);
    while let Some((outcome, image)) = copies.next().await {
        match outcome? {
            Some(bytes) => {
                done.insert((image.run, image.index));
                copied.bytes += bytes;
                copied.images += 1;
                progress(Progress::Images(copied.images));
            }
            None => copied.missing.push(image),
        }
    }
    Ok(())
}

/// Copies an image, and reads back what was written. Answers its size; `None` when it is missing, or damaged, which is as good: what is
/// told of it is not true.
async fn copy_image(from: &ImageStore, to: &ImageStore, image: &NamedImage) -> anyhow::Result<Option<u64>> {
    let whole = ImageFile { run: image.run, index: image.index, sha256: image.sha256.clone(), is_small: false };
    let bytes = match from.read(&whole).await {
        Ok(bytes) if hex(&Sha256::digest(&bytes)) == image.sha256 => bytes,
        Ok(_) => return Ok(None),
        Err(error) if error.kind() == std::io::ErrorKind::NotFound => return Ok(None),
        Err(error) => return Err(error).context("an image cannot be read"),
    };
    let size = bytes.len() as u64;
    if image.has_thumb {
        let small = ImageFile { is_small: true, ..whole.clone() };
        let thumbnail = match from.read(&small).await {
            Ok(thumbnail) => thumbnail,
            // It can be made again.
            Err(_) => {
                let bytes = bytes.clone();
                spawn_blocking(move || make_thumbnail(&bytes)).await?.context("a thumbnail cannot be made again")?
            }
        };
        to.put(&small, thumbnail).await.context("a thumbnail cannot be written")?;
    }
    to.put(&whole, bytes).await.context("an image cannot be written")?;
    let there = to.read(&whole).await.context("an image cannot be read back")?;
    ensure!(hex(&Sha256::digest(&there)) == image.sha256, "an image was written and is not the same");
    Ok(Some(size))
}
