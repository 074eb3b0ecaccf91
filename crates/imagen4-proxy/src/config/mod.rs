//! Configuration: flags first, then the environment, then an optional TOML file, then the defaults.
//!
//! # Layout
//! - [`Cli`], [`Command`]: the command line
//! - [`Settings`]: what may be said, and how it is merged
//! - [`Config`]: what counts, checked; `places`: where things are kept; `shared`: what replicas must have in common

mod cli;
mod places;
mod settings;
mod shared;

pub use cli::{Cli, Command};
pub(crate) use places::{bucket, database};
pub use settings::{EngineChoice, LogFormat, Settings};
pub use shared::KEY_SETTING;

use std::net::SocketAddr;
use std::path::{Path, PathBuf};
use std::time::Duration;

use anyhow::{Context, bail};
use imagen4_client::{ApiKey, DEFAULT_BASE_URL};
use imagen4_core::MicroUsd;
use imagen4_core::model::{builtin, is_model_id};
use jiff::tz::TimeZone;
use places::{default_data_dir, replica};
use serde_json::Value;

use crate::images::s3::BucketAddress;
use crate::models::file;
use crate::store::{Database, RateLimits};

/// The variable that holds WaveSpeed's key, as in WaveSpeed's own SDKs.
pub const KEY_VARIABLE: &str = "WAVESPEED_API_KEY";

/// A checked configuration.
#[derive(Clone, Debug)]
pub struct Config {
    /// Address to listen on, on loopback.
    pub listen: SocketAddr,
    /// Directory of the store and the images.
    pub data_dir: PathBuf,
    /// Where runs and money are.
    pub database: Database,
    /// The bucket of the images; `None` keeps them in the data directory.
    pub bucket: Option<BucketAddress>,
    /// What this process is called in the log.
    pub replica: String,
    /// Directory of the built page; `None` is the one inside the program, or `dist`.
    pub static_dir: Option<PathBuf>,
    /// Whose money it is.
    pub paying: Paying,
    /// Most a day; `None` is unlimited.
    pub daily_budget: Option<MicroUsd>,
    /// Where a budget's day begins.
    pub budget_timezone: TimeZone,
    /// What the account allows.
    pub slots: RateLimits,
    /// How long the embedded engine takes.
    pub latency: Duration,
    /// Other names to be reached under.
    pub allowed_hosts: Vec<String>,
    /// The address under which people reach the proxy, without a slash at its end; `None` takes it from each request.
    pub public_url: Option<String>,
    /// Ids of models that are offered although WaveSpeed calls them something else; `*` is any text.
    pub models: Vec<String>,
    /// Rows of models of one's own.
    pub model_rows: Vec<Value>,
    /// What a form begins with.
    pub default_model: Option<String>,
}

/// Whose money images cost.
#[derive(Clone, Debug)]
pub enum Paying {
    /// Nobody's: samples of the embedded engine.
    Nobody,
    /// The owner of that key at that origin.
    KeyOwner {
        /// The key.
        key: ApiKey,
        /// WaveSpeed's origin.
        origin: String,
    },
}

impl Paying {
    /// The key, where there is one.
    pub fn key(&self) -> Option<&ApiKey> {
        match self {
            Self::Nobody => None,
            Self::KeyOwner { key, .. } => Some(key),
        }
    }
}

impl Settings {
    /// Checks everything and applies the defaults. `key_variable` is the value of [`KEY_VARIABLE`].
    ///
    /// # Errors
    /// When a setting cannot be used; the text names it and what is allowed.
    pub fn check(self, key_variable: Option<String>) -> anyhow::Result<Config> {
        let listen = self.listen.unwrap_or_else(|| SocketAddr::from(([127, 0, 0, 1], 8787)));
        if !listen.ip().is_loopback() {
            bail!(
                "--listen {listen} is not a loopback address, and there are no access tokens to guard it: use 127.0.0.1 or [::1]"
            );
        }
        let key = match (key_variable.filter(|key| !key.trim().is_empty()), &self.api_key_file) {
            (_, Some(path)) => Some(read_key(path)?),
            (Some(key), None) => Some(ApiKey::new(key).with_context(|| KEY_VARIABLE)?),
            (None, None) => None,
        };
        let origin = self.upstream.map_or_else(|| Ok(DEFAULT_BASE_URL.to_owned()), upstream)?;
        let paying = match (self.engine.unwrap_or(EngineChoice::Auto), key) {
            (EngineChoice::Embedded, _) | (EngineChoice::Auto, None) => Paying::Nobody,
            (_, Some(key)) => Paying::KeyOwner { key, origin },
            (EngineChoice::Wavespeed, None) => {
                bail!("--engine wavespeed needs a key in {KEY_VARIABLE} or --api-key-file")
            }
        };
        let slots = match paying {
            Paying::Nobody => RateLimits::default(),
            // The lowest account's limits: a higher account is told by flags.
            Paying::KeyOwner { .. } => RateLimits {
                images_per_minute: Some(at_least_one(self.images_per_minute, "--images-per-minute")?),
                max_concurrent: Some(at_least_one(self.max_concurrent, "--max-concurrent")?),
                ..RateLimits::default()
            },
        };
        let bucket = bucket(self.images.as_deref().unwrap_or("file"), "--images")?;
        let database_text = self.database.as_deref().unwrap_or("sqlite");
        let is_elsewhere = bucket.is_some() && database_text != "sqlite";
        // Where nothing is kept in it, nobody needs to have one.
        let data_dir = match self.data_dir {
            Some(dir) => dir,
            None if is_elsewhere => default_data_dir().unwrap_or_default(),
            None => default_data_dir()?,
        };
        let database = database(database_text, &data_dir, "--database")?;
        let public_url = self.public_url.as_deref().map(public_url).transpose()?;
        let mut allowed_hosts = self.allowed_hosts.unwrap_or_default();
        if let Some(host) = allowed_hosts.iter().find(|host| host.is_empty() || host.contains(['/', '*', ' ', '@'])) {
            bail!("--allowed-host {host:?} must be a name, or name:port, without a scheme or a path");
        }
        allowed_hosts.extend(public_url.as_ref().map(|(_, authority)| authority.clone()));
        Ok(Config {
            listen,
            data_dir,
            database,
            bucket,
            replica: replica(self.replica)?,
            static_dir: self.static_dir,
            paying,
            daily_budget: budget(self.daily_budget.as_deref().unwrap_or("10.00"))?,
            budget_timezone: timezone(self.budget_timezone.as_deref().unwrap_or("UTC"))?,
            slots,
            latency: Duration::from_millis(self.latency_ms.unwrap_or(2000)),
            allowed_hosts,
            public_url: public_url.map(|(url, _)| url),
            models: self.models.unwrap_or_default(),
            model_rows: self.models_file.as_deref().map(file::read).transpose()?.unwrap_or_default(),
            default_model: self.default_model.map(model_id).transpose()?,
        })
    }
}

/// WaveSpeed's API, or what stands in for it. The text is not repeated: somebody may have put a password into it.
fn upstream(text: String) -> anyhow::Result<String> {
    let url = reqwest::Url::parse(&text).ok().filter(|url| matches!(url.scheme(), "http" | "https") && url.has_host());
    match url {
        Some(url) if url.username().is_empty() && url.password().is_none() => Ok(text),
        Some(_) => bail!("--upstream must have no user or password in it: the key is all that is sent"),
        None => bail!("--upstream must be an http or https address, such as {DEFAULT_BASE_URL}"),
    }
}

fn model_id(id: String) -> anyhow::Result<String> {
    if !is_model_id(&id) {
        bail!("--default-model {id:?} must be the id of a model, such as {}", builtin::default_model().id);
    }
    Ok(id)
}

fn read_key(path: &Path) -> anyhow::Result<ApiKey> {
    let text = std::fs::read_to_string(path).with_context(|| format!("cannot read the key file {}", path.display()))?;
    ApiKey::new(text).with_context(|| format!("the key file {}", path.display()))
}

fn at_least_one(limit: Option<u32>, flag: &str) -> anyhow::Result<u32> {
    match limit.unwrap_or(2) {
        0 => bail!("{flag} must be at least 1"),
        limit => Ok(limit),
    }
}

fn budget(text: &str) -> anyhow::Result<Option<MicroUsd>> {
    match text {
        "unlimited" => Ok(None),
        dollars => Ok(Some(MicroUsd::parse(dollars).with_context(|| {
            format!("--daily-budget {dollars:?} must be dollars, such as 10.00, or \"unlimited\"")
        })?)),
    }
}

/// The address without a slash at its end, and its authority as a `Host` has it.
fn public_url(text: &str) -> anyhow::Result<(String, String)> {
    let url = reqwest::Url::parse(text).ok().filter(|url| {
        matches!(url.scheme(), "http" | "https")
            && url.query().or(url.fragment()).is_none()
            && url.username().is_empty()
    });
    let authority = url.as_ref().and_then(|url| {
        let host = url.host_str()?;
        Some(url.port().map_or_else(|| host.to_owned(), |port| format!("{host}:{port}")))
    });
    let (Some(url), Some(authority)) = (url, authority) else {
        bail!(
            "--public-url {text:?} must be an http or https address, such as https://images.example or one with a path"
        )
    };
    Ok((url.as_str().trim_end_matches('/').to_owned(), authority))
}

fn timezone(name: &str) -> anyhow::Result<TimeZone> {
    TimeZone::get(name)
        .with_context(|| format!("--budget-timezone {name:?} is no time zone, such as UTC or Europe/Berlin"))
}

#[cfg(test)]
mod tests;
