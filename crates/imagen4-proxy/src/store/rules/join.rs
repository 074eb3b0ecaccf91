//! Processes that share a database must want the same of it: one key, one budget, one place for images.

use std::collections::BTreeMap;

use super::leases::{HOLDS, LEASE_MS};
use crate::store::sql::value::params;
use crate::store::{ReadTx, Result, StoreError, WriteTx};

const CONFIGURATION: &str = "configuration";
const STORE_ID: &str = "store";

/// The setting that says where images are.
const IMAGES_SETTING: &str = "--images";

/// What processes must agree on: settings by their names.
pub type SharedSettings = BTreeMap<String, String>;

/// A setting that another process has otherwise.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Disagreement {
    /// Its name.
    pub setting: String,
    /// What the others have.
    pub theirs: String,
}

/// The processes that are there.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Members {
    /// How many.
    pub live: u32,
    /// Whether this one does what one of them has to do.
    pub is_leader: bool,
}

impl WriteTx<'_> {
    /// This process begins to work, if it wants what the others that are there want. Without others, its settings count from now on.
    ///
    /// # Errors
    /// When the store fails.
    pub fn join(&mut self, settings: &SharedSettings) -> Result<Option<Disagreement>> {
        let (others,): (u64,) = self.sql.one(
            &format!("SELECT count(*) FROM replicas WHERE id <> ?3 AND {HOLDS}"),
            params![self.now, self.now + LEASE_MS, &self.replica.name],
        )?;
        if others > 0 && !self.replica.is_alone {
            let known = self.meta(CONFIGURATION)?.unwrap_or_default();
            let known: SharedSettings =
                serde_json::from_str(&known).map_err(|_| StoreError::Unreadable("the shared settings".to_owned()))?;
            // Files on one machine are nothing that others see.
            let differs = |name: &str, theirs: &String| {
                settings.get(name) != Some(theirs) || (name == IMAGES_SETTING && theirs == "file")
            };
            let other = known.iter().find(|(name, theirs)| differs(name, theirs));
            if let Some((setting, theirs)) = other {
                return Ok(Some(Disagreement { setting: setting.clone(), theirs: theirs.clone() }));
            }
        } else {
            self.set_meta(CONFIGURATION, &serde_json::to_string(settings).unwrap_or_default())?;
        }
        self.renew_lease()?;
        Ok(None)
    }

    /// Whether the lease of this process is over: others may have begun with other settings since.
    ///
    /// # Errors
    /// When the store fails.
    pub fn has_lapsed(&self) -> Result<bool> {
        Ok(!self.has_lease()?)
    }

    /// The id of this store, whichever database it is moved to; `random` becomes it where there is none.
    ///
    /// # Errors
    /// When the store fails.
    pub fn store_id(&mut self, random: u128) -> Result<String> {
        if let Some(id) = self.meta(STORE_ID)? {
            return Ok(id);
        }
        let id = format!("{random:032x}");
        self.set_meta(STORE_ID, &id)?;
        Ok(id)
    }

    /// The processes that are there now.
    ///
    /// # Errors
    /// When the store fails.
    pub fn members(&self) -> Result<Members> {
        let (live, first): (u32, Option<String>) = self.sql.one(
            &format!("SELECT count(*), min(id) FROM replicas WHERE {HOLDS}"),
            params![self.now, self.now + LEASE_MS],
        )?;
        Ok(Members { live: live.max(1), is_leader: first.is_none_or(|first| first == self.replica.name) })
    }
}

impl ReadTx<'_> {
    /// What tells this database from a copy of it.
    ///
    /// # Errors
    /// When the database does not say.
    pub fn identity(&self) -> Result<String> {
        self.sql.identity()
    }
}
