//! The command line, whose `--help` is the manual.

use std::path::PathBuf;

use clap::{Parser, Subcommand};
use clap_complete::Shell;

use super::Settings;

/// Serves the Imagen 4 Playground: keeps the API key on this machine, never bills a click twice, keeps every image.
///
/// The key is read from WAVESPEED_API_KEY or from --api-key-file. Without one it runs in demo mode: the embedded
/// engine renders demo images and nothing is ever charged. Flags come first, then the environment, then the file of --config, then the defaults.
#[derive(Clone, Debug, Parser)]
#[command(name = "imagen4-proxy", version, after_long_help = MANUAL, subcommand_help_heading = "Other commands")]
#[command(override_usage = "imagen4-proxy [OPTIONS]\n       imagen4-proxy [OPTIONS] <COMMAND>")]
pub struct Cli {
    /// What to do instead of serving.
    #[command(subcommand)]
    pub command: Option<Command>,
    /// How.
    #[command(flatten)]
    pub settings: Settings,
}

/// What can be done besides serving.
#[derive(Clone, Debug, Subcommand)]
pub enum Command {
    /// Checks the configuration and prints the result; starts nothing
    CheckConfig,
    /// Asks the proxy at --listen whether it is ready, for health checks: exit code 0 if it is
    Probe,
    /// Copies database and images in one consistent state into a new data directory, also while the proxy runs
    Backup {
        /// The directory to make
        target: PathBuf,
    },
    /// Copies everything to another database or other images, and compares the copy; the source must be stopped
    Migrate {
        /// The database to fill: sqlite, or postgres://user:password@host/name
        #[arg(
            long,
            value_name = "URL",
            default_value = "sqlite",
            hide_default_value = true,
            env = "IMAGEN4_TO_DATABASE",
            hide_env_values = true
        )]
        to_database: String,
        /// Where the images go: file, or s3://bucket/prefix
        #[arg(long, value_name = "URL", default_value = "file", hide_default_value = true)]
        to_images: String,
        /// The data directory to fill with what is not on a server
        #[arg(long, value_name = "DIR")]
        to_data_dir: Option<PathBuf>,
    },
    /// Prints a script that completes this command line in a shell
    Completions {
        /// The shell
        shell: Shell,
    },
}

const MANUAL: &str = "\
Examples:
  imagen4-proxy
      Demo mode on http://127.0.0.1:8787, free of charge.
  WAVESPEED_API_KEY=… imagen4-proxy --daily-budget 5.00
      Images from WaveSpeed, for at most $5.00 a day.
  imagen4-proxy --config /etc/imagen4-playground/config.toml --public-url https://images.example
      Behind a reverse proxy at that address.
  IMAGEN4_DATABASE=postgres://imagen4:…@db/imagen4 IMAGEN4_IMAGES=s3://pictures/imagen4 imagen4-proxy
      One of many replicas. An address with a password is better said by a variable than by a flag, which others can see.
  IMAGEN4_TO_DATABASE=postgres://imagen4:…@db/imagen4 imagen4-proxy migrate --to-images s3://pictures/imagen4
      From the data directory of this machine to servers that replicas share.
  imagen4-proxy backup /var/backups/imagen4-2026-11-25 --data-dir /var/lib/imagen4-playground
      A copy while another process serves.

Files in the data directory:
  ledger.sqlite   every run and what it cost
  pictures/       the images
  models-*.json   the lists of models as they were last seen
  engine/         what the embedded engine has accepted
  lock            held by the process that uses the directory

Addresses:
  /               the page
  /api            the playground's API; /api/openapi.json describes it
  /api/v3         WaveSpeed's API: point a WaveSpeed SDK's base URL here, with any text as its key
  /livez, /readyz, /metrics

Signals:
  SIGINT, SIGTERM end it: event streams first, then responses in progress; the answer to a submission in progress
  is recorded. Nothing that was accepted is lost, whatever ends it.

Exit codes:
  0  stopped by a signal       1  it could not start, or the disk failed        2  the command line is wrong";
