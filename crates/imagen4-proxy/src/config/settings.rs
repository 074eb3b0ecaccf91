//! What flags, environment and file may say.

use std::net::SocketAddr;
use std::path::PathBuf;

use anyhow::Context;
use clap::{Args, ValueEnum};
use serde::Deserialize;

/// What flags, environment and file may say.
#[derive(Clone, Debug, Default, Args, Deserialize)]
#[serde(default, deny_unknown_fields, rename_all = "kebab-case")]
pub struct Settings {
    /// TOML file with any of these settings, named like the flags
    #[arg(global = true, long, value_name = "FILE", env = "IMAGEN4_CONFIG")]
    #[serde(skip)]
    pub config: Option<PathBuf>,
    /// Address to listen on; loopback only [default: 127.0.0.1:8787]
    #[arg(global = true, long, value_name = "ADDRESS", env = "IMAGEN4_LISTEN")]
    pub listen: Option<SocketAddr>,
    /// Directory of the store and the images [default: imagen4-playground in the user's data directory]
    #[arg(global = true, long, value_name = "DIR", env = "IMAGEN4_DATA_DIR")]
    pub data_dir: Option<PathBuf>,
    /// Database: sqlite, in the data directory, or postgres://user:password@host/name, which many replicas share [default: sqlite]
    #[arg(global = true, long, value_name = "URL", env = "IMAGEN4_DATABASE", hide_env_values = true)]
    pub database: Option<String>,
    /// Where images are kept: file, in the data directory, or s3://bucket/prefix; AWS_* variables say the rest [default: file]
    #[arg(global = true, long, value_name = "URL", env = "IMAGEN4_IMAGES")]
    pub images: Option<String>,
    /// Name of this replica, for the log [default: the machine's name]
    #[arg(global = true, long, value_name = "NAME", env = "IMAGEN4_REPLICA")]
    pub replica: Option<String>,
    /// Directory of another build of the page [default: the one inside this program; without one, dist]
    #[arg(global = true, long, value_name = "DIR", env = "IMAGEN4_STATIC_DIR")]
    pub static_dir: Option<PathBuf>,
    /// Backend that generates the images [default: auto]
    #[arg(global = true, long, value_enum, env = "IMAGEN4_ENGINE")]
    pub engine: Option<EngineChoice>,
    /// File that holds the WaveSpeed API key
    #[arg(global = true, long, value_name = "FILE", env = "IMAGEN4_API_KEY_FILE")]
    pub api_key_file: Option<PathBuf>,
    /// Origin of WaveSpeed's API [default: https://api.wavespeed.ai]
    #[arg(global = true, long, value_name = "URL", env = "IMAGEN4_UPSTREAM")]
    pub upstream: Option<String>,
    /// Daily budget in dollars, or "unlimited" [default: 10.00]
    #[arg(global = true, long, value_name = "USD", env = "IMAGEN4_DAILY_BUDGET")]
    pub daily_budget: Option<String>,
    /// Time zone of the daily budget [default: UTC]
    #[arg(global = true, long, value_name = "TZ", env = "IMAGEN4_BUDGET_TIMEZONE")]
    pub budget_timezone: Option<String>,
    /// Images a minute that the WaveSpeed account allows [default: 2]
    #[arg(global = true, long, value_name = "N", env = "IMAGEN4_IMAGES_PER_MINUTE")]
    pub images_per_minute: Option<u32>,
    /// Predictions at a time that the WaveSpeed account allows [default: 2]
    #[arg(global = true, long, value_name = "N", env = "IMAGEN4_MAX_CONCURRENT")]
    pub max_concurrent: Option<u32>,
    /// More WaveSpeed models to offer, beyond those of type text-to-image: ids, * matches any text; may be repeated
    #[arg(global = true, long, value_name = "ID", env = "IMAGEN4_MODELS", value_delimiter = ',')]
    pub models: Option<Vec<String>>,
    /// JSON file of models, in the format of GET /api/v3/models; they win over what WaveSpeed lists
    #[arg(global = true, long, value_name = "FILE", env = "IMAGEN4_MODELS_FILE")]
    pub models_file: Option<PathBuf>,
    /// The model that is selected at first [default: wavespeed-ai/imagen4 or what is closest to it]
    #[arg(global = true, long, value_name = "ID", env = "IMAGEN4_DEFAULT_MODEL")]
    pub default_model: Option<String>,
    /// How long the embedded engine takes, in milliseconds [default: 2000]
    #[arg(global = true, long, value_name = "N", env = "IMAGEN4_LATENCY_MS")]
    pub latency_ms: Option<u64>,
    /// How log lines look [default: text]
    #[arg(global = true, long, value_enum, env = "IMAGEN4_LOG_FORMAT")]
    pub log_format: Option<LogFormat>,
    /// Public address when behind a reverse proxy; links are made from it, and its host is allowed
    #[arg(global = true, long, value_name = "URL", env = "IMAGEN4_PUBLIC_URL")]
    pub public_url: Option<String>,
    /// Another host name, or host:port, to be reached under; may be repeated
    #[arg(
        global = true,
        long = "allowed-host",
        value_name = "HOST",
        env = "IMAGEN4_ALLOWED_HOST",
        value_delimiter = ','
    )]
    #[serde(rename = "allowed-host")]
    pub allowed_hosts: Option<Vec<String>>,
}

/// How log lines look.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, ValueEnum, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum LogFormat {
    /// For people
    #[default]
    Text,
    /// One JSON object a line
    Json,
}

/// Backend that generates the images.
#[derive(Clone, Copy, Debug, PartialEq, Eq, ValueEnum, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum EngineChoice {
    /// WaveSpeed when there is a key, otherwise demo mode
    Auto,
    /// Demo mode: the embedded engine renders demo images, nothing is charged
    Embedded,
    /// WaveSpeed; a key is required
    Wavespeed,
}

impl Settings {
    /// Fills what neither flags nor environment said from the TOML file, if one was named.
    ///
    /// # Errors
    /// When the file cannot be read, or holds an unknown setting.
    pub fn with_file(self) -> anyhow::Result<Self> {
        let Some(path) = &self.config else { return Ok(self) };
        let text = std::fs::read_to_string(path).with_context(|| format!("cannot read {}", path.display()))?;
        // Its own way to show an error repeats the line, which may hold a key in the wrong place.
        let file: Self = toml::from_str(&text).map_err(|error| {
            let line = error.span().map_or(1, |span| text[..span.start].matches('\n').count() + 1);
            anyhow::anyhow!("cannot use {}, line {line}: {}", path.display(), error.message())
        })?;
        Ok(Self {
            listen: self.listen.or(file.listen),
            data_dir: self.data_dir.or(file.data_dir),
            database: self.database.or(file.database),
            images: self.images.or(file.images),
            replica: self.replica.or(file.replica),
            static_dir: self.static_dir.or(file.static_dir),
            engine: self.engine.or(file.engine),
            api_key_file: self.api_key_file.or(file.api_key_file),
            upstream: self.upstream.or(file.upstream),
            daily_budget: self.daily_budget.or(file.daily_budget),
            budget_timezone: self.budget_timezone.or(file.budget_timezone),
            images_per_minute: self.images_per_minute.or(file.images_per_minute),
            max_concurrent: self.max_concurrent.or(file.max_concurrent),
            models: self.models.or(file.models),
            models_file: self.models_file.or(file.models_file),
            default_model: self.default_model.or(file.default_model),
            latency_ms: self.latency_ms.or(file.latency_ms),
            log_format: self.log_format.or(file.log_format),
            public_url: self.public_url.or(file.public_url),
            allowed_hosts: self.allowed_hosts.or(file.allowed_hosts),
            config: self.config,
        })
    }
}
