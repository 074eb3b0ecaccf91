//! What several processes have in common, and what each needs for itself.

use anyhow::bail;
use sha2::{Digest, Sha256};

use super::{Config, KEY_VARIABLE, Paying};
use crate::images::hex;
use crate::images::s3::BucketAddress;
use crate::store::SharedSettings;

/// The name under which processes compare their keys.
pub const KEY_SETTING: &str = "key";

impl Config {
    /// Whether something is kept in the data directory.
    pub const fn needs_data_dir(&self) -> bool {
        !self.database.is_shared() || self.bucket.is_none()
    }

    /// Whether it can serve, beyond what can be done with its data.
    ///
    /// # Errors
    /// When it cannot; the text says why.
    pub fn check_serving(&self) -> anyhow::Result<()> {
        if self.database.is_shared() && matches!(self.paying, Paying::Nobody) {
            bail!(
                "--database postgres://… needs a key in {KEY_VARIABLE} or --api-key-file: the embedded engine's bill is this machine's alone"
            )
        }
        Ok(())
    }

    /// What processes that share a database must agree on. Of the key there is only a hash, which nobody could guess it by.
    pub fn shared_settings(&self) -> SharedSettings {
        let number = |limit: Option<u32>| limit.map_or_else(|| "unlimited".to_owned(), |limit| limit.to_string());
        let (key, origin) = match &self.paying {
            Paying::Nobody => (String::new(), String::new()),
            Paying::KeyOwner { key, origin } => (
                key.expose(|key| hex(&Sha256::digest([b"imagen4-playground key ", key].concat())[..8])),
                origin.clone(),
            ),
        };
        let images = self
            .bucket
            .as_ref()
            .map_or_else(|| "file".to_owned(), |BucketAddress { bucket, prefix }| format!("s3://{bucket}/{prefix}"));
        SharedSettings::from([
            (KEY_SETTING.to_owned(), key),
            ("--upstream".to_owned(), origin),
            ("--images".to_owned(), images),
            (
                "--daily-budget".to_owned(),
                self.daily_budget.map_or_else(|| "unlimited".to_owned(), |cap| cap.to_string()),
            ),
            ("--budget-timezone".to_owned(), self.budget_timezone.iana_name().unwrap_or("UTC").to_owned()),
            ("--images-per-minute".to_owned(), number(self.slots.images_per_minute)),
            ("--max-concurrent".to_owned(), number(self.slots.max_concurrent)),
        ])
    }
}
