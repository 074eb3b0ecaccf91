//! The shapes of the playground's HTTP face beside [`Run`] and [`Problem`](crate::Problem).
//!
//! # Layout
//! - this file: runs, groups, models; [`config`]: what a server says of itself; [`spend`]: its money

pub mod config;
pub mod spend;

use serde::{Deserialize, Serialize};

pub use self::config::{AccountInfo, HoldReason, Limits, QueueHold, ServerConfig, UpstreamInfo, UpstreamKind};
pub use self::spend::{BudgetState, DaySpend, ModelSpend, Spend};
use crate::model::{Entry, MAX_PROMPT_CHARS, ModelOnWire};
use crate::{MicroUsd, Run, RunId, Timestamp};

/// Longest body that is read, in bytes. Whatever is within the limits in characters fits, however its JSON is written.
pub const MAX_BODY_BYTES: usize = 5 << 19;

// A character beyond the Basic Multilingual Plane may be written as two escapes, `\ud83e\udd8a`; and a request has other fields.
const _: () = assert!(MAX_BODY_BYTES >= MAX_GROUP_CHARS * 12 + MAX_GROUP_RUNS * 2_048);

/// One page of runs, the newest first.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct RunList {
    /// The runs.
    pub runs: Vec<Run>,
    /// What to pass as `cursor` for the next page; `None` on the last.
    pub next_cursor: Option<String>,
    /// How much the whole list holds; on its first page only.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub counts: Option<Counts>,
}

/// How much a list of runs holds.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct Counts {
    /// Runs.
    pub runs: u64,
    /// Their kept images.
    pub pictures: u64,
}

/// Runs that were bought with one press: all of them or none.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct Group {
    /// Its id, 32 hex digits; each of its runs repeats it.
    pub id: String,
    /// Its runs, in the order in which they were asked for.
    pub runs: Vec<Run>,
}

/// Most runs in one [`Group`].
pub const MAX_GROUP_RUNS: usize = 100;

/// Most characters of all prompts and negative prompts of one [`Group`] together.
pub const MAX_GROUP_CHARS: usize = 20 * MAX_PROMPT_CHARS;

/// What a person may change of a run; what is absent stays.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct RunPatch {
    /// Marked.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub favorite: Option<bool>,
    /// The person's own words; empty takes them away.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub note: Option<String>,
}

/// Longest note, in characters.
pub const MAX_NOTE_CHARS: usize = 2_000;

/// What a person may change of one image of a run; what is absent stays.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct ImagePatch {
    /// A favorite.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub favorite: Option<bool>,
}

/// Most runs whose images are downloaded as one archive.
pub const MAX_ARCHIVE_RUNS: usize = 500;

/// What a person decides about a run whose answer was lost.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
#[serde(tag = "action", rename_all = "snake_case")]
pub enum Resolution {
    /// Stop tracking it: its money is free again. Should it turn up on WaveSpeed after all, it is added.
    Release,
    /// Look for it again now.
    Wait,
    /// Of several predictions that could be it, this is the one.
    Adopt {
        /// WaveSpeed's id.
        prediction: String,
    },
}

/// A run that was deleted: what an event tells.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct Deleted {
    /// The run.
    pub id: RunId,
}

/// Predictions of the past seven days on WaveSpeed that no run here explains.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct Unexplained {
    /// The newest first.
    pub predictions: Vec<UnexplainedPrediction>,
    /// When WaveSpeed was asked; `None` before its first answer, and where nothing costs money.
    pub looked_at: Option<Timestamp>,
}

/// One prediction of [`Unexplained`].
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct UnexplainedPrediction {
    /// WaveSpeed's id.
    pub id: String,
    /// The model that worked on it.
    pub model: String,
    /// WaveSpeed's word for how far it is.
    pub status: String,
    /// When WaveSpeed accepted it.
    pub created_at: Option<Timestamp>,
    /// Its prompt, where WaveSpeed repeats it.
    pub prompt: Option<String>,
    /// What WaveSpeed's bill says it cost.
    pub price_microusd: Option<MicroUsd>,
}

/// The models of a server.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct ModelList {
    /// What is offered first.
    #[cfg_attr(feature = "openapi", schema(value_type = Vec<ModelOnWire>))]
    pub models: Vec<ModelInfo>,
    /// What a form begins with; `None` where nothing is offered.
    pub default_model: Option<String>,
    /// When WaveSpeed's list was last seen; `None` before its first answer.
    pub updated_at: Option<Timestamp>,
}

/// One model of [`ModelList`].
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[serde(try_from = "ModelOnWire", into = "ModelOnWire")]
pub struct ModelInfo {
    /// What it is, and whether it can be bought.
    pub entry: Entry,
    /// How long its latest runs took from WaveSpeed's acceptance to completed, in the median, in milliseconds; `None` before
    /// the first.
    pub typical_ms: Option<u64>,
    /// Of a model that is gone, the offered ones that are closest to it.
    pub closest: Vec<String>,
}

/// What a request would cost now.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct Quote {
    /// What is held and shown.
    pub price_microusd: MicroUsd,
    /// The price without the account's discount.
    pub list_price_microusd: MicroUsd,
    /// When WaveSpeed said so.
    pub quoted_at: Timestamp,
}
