//! Opening what a proxy works with, and looking whether it belongs together.

use anyhow::{Context, bail};
use imagen4_engine::Env;
use tokio::task::spawn_blocking;

use crate::config::{Config, KEY_SETTING};
use crate::fence::SubmitFence;
use crate::images::s3::{Bucket, BucketAddress};
use crate::runner::steps::problems::restored;
use crate::store::{Account, Database, Disagreement, Replica, Store};

/// The name in a bucket under which it is noted whose images are in it.
const IDENTITY: &str = "identity";

/// Opens a bucket, and looks whether it can be used.
///
/// # Errors
/// When its settings are wrong, or when it takes no images.
pub async fn open_bucket(address: &BucketAddress, env: &Env) -> anyhow::Result<Bucket> {
    let unusable = || format!("the images at s3://{}/{} cannot be used", address.bucket, address.prefix);
    let bucket = Bucket::from_env(address).with_context(unusable)?;
    bucket.probe(env.random()).await.with_context(unusable)?;
    Ok(bucket)
}

/// Opens the store; looks whether other processes that use it want the same, whether the images in the bucket are its own, and whether
/// it is still the database that it was: in a restored backup, nobody knows what was sent since it was made.
///
/// # Errors
/// When the database cannot be used, or does not belong to the rest.
pub(super) async fn open_store(
    config: &Config,
    upstream: &str,
    bucket: Option<&Bucket>,
    fence: &SubmitFence,
    env: &Env,
) -> anyhow::Result<Store> {
    let unusable = || match &config.database {
        Database::Sqlite(path) => format!("the database {} cannot be used", path.display()),
        Database::Postgres(_) => "the PostgreSQL database cannot be used".to_owned(),
    };
    let account = Account {
        upstream: upstream.to_owned(),
        daily_cap: config.daily_budget,
        timezone: config.budget_timezone.clone(),
    };
    let (database, clock, random) = (config.database.clone(), env.clone(), env.random());
    let replica = if database.is_shared() { Replica::named(&config.replica, random) } else { Replica::alone(random) };
    let store = spawn_blocking(move || Store::open(database, account, replica, &clock)).await?;
    let store = store.with_context(unusable)?;
    if let Some(bucket) = bucket {
        let id = env.random();
        let id = store.write(move |tx| tx.store_id(id)).await.with_context(unusable)?;
        if !bucket.note(IDENTITY, &id).await? {
            bail!("the images belong to another database: name another bucket or prefix with --images");
        }
    }
    let settings = config.shared_settings();
    let wanted = settings.clone();
    if let Some(Disagreement { setting, theirs }) =
        store.write(move |tx| tx.join(&settings)).await.with_context(unusable)?
    {
        let ours = wanted.get(&setting).map_or("not set", String::as_str);
        if setting == KEY_SETTING {
            bail!("other replicas of this database run with another WaveSpeed key");
        }
        if setting == "--images" && theirs == "file" {
            bail!("another replica of this database keeps its images in files of its own: give both --images s3://…");
        }
        bail!("other replicas of this database run with {setting} {theirs}, and this one with {ours}: stop them first");
    }
    // First the witness: what others send meanwhile is counted in the database before it is witnessed.
    let witnessed = fence.count().await?;
    let identity = store.read(|tx| tx.identity()).await.with_context(unusable)?;
    if store.write(move |tx| tx.detect_restore(&identity, witnessed, &restored())).await.with_context(unusable)? {
        tracing::warn!("the database is a copy of another one; runs that were queued in it are canceled");
    }
    Ok(store)
}
