//! The shapes of the playground's HTTP face beside [`Run`] and [`Problem`](crate::Problem).

use serde::{Deserialize, Serialize};

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

/// Money of the upstream in use.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct Spend {
    /// Today, as the budget's time zone has it: `2026-11-22`.
    pub day: String,
    /// Spent today.
    pub spent_microusd: MicroUsd,
    /// Set aside today for runs whose bill is not known yet.
    pub held_microusd: MicroUsd,
    /// The daily cap; `None` is unlimited.
    pub cap_microusd: Option<MicroUsd>,
    /// The part of what is held whose run may have been billed: its answer was lost. Of all days.
    #[serde(default)]
    pub unknown_microusd: MicroUsd,
    /// Spent on failed runs and not seen on a bill as refunded yet. Of all days.
    pub refunds_expected_microusd: MicroUsd,
    /// The days with spend or holds, the newest first.
    pub days: Vec<DaySpend>,
    /// The models with spend on those days, the dearest first.
    #[serde(default)]
    pub models: Vec<ModelSpend>,
}

impl Spend {
    /// What may still be held today; `None` is unlimited.
    pub fn left(&self) -> Option<MicroUsd> {
        self.cap_microusd.map(|cap| (cap - self.spent_microusd - self.held_microusd).max(MicroUsd::ZERO))
    }
}

/// One day of [`Spend`].
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct DaySpend {
    /// The day: `2026-11-22`.
    pub day: String,
    /// Spent, refunds taken off.
    pub spent_microusd: MicroUsd,
    /// Still set aside.
    pub held_microusd: MicroUsd,
    /// Images that were kept of that day's runs.
    #[serde(default)]
    pub pictures: u64,
}

/// One model of [`Spend`].
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct ModelSpend {
    /// WaveSpeed's id.
    pub model: String,
    /// Spent, refunds taken off.
    pub spent_microusd: MicroUsd,
    /// Images that were kept.
    pub pictures: u64,
}

/// What the page needs to know before anything is sent.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct ServerConfig {
    /// Who paints, and whose money it is.
    pub upstream: UpstreamInfo,
    /// What the account allows.
    pub limits: Limits,
    /// What is known of WaveSpeed's account.
    #[serde(default)]
    pub account: AccountInfo,
    /// When the models changed last: a page that has older ones asks for them again.
    #[serde(default)]
    pub models_at: Option<Timestamp>,
    /// Version of the proxy.
    pub version: String,
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

/// Where runs are sent.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct UpstreamInfo {
    /// What it is.
    pub kind: UpstreamKind,
    /// As in [`Run::upstream`]: `embedded`, or the origin.
    pub name: String,
}

/// The two kinds of upstream.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
#[serde(rename_all = "snake_case")]
pub enum UpstreamKind {
    /// The engine in this process: painted samples, no money.
    Embedded,
    /// WaveSpeed, or what stands in for it: the key's owner pays.
    Wavespeed,
}

/// What the account allows; `None` is unlimited.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct Limits {
    /// Images a minute.
    pub images_per_minute: Option<u32>,
    /// Predictions at a time.
    pub max_concurrent: Option<u32>,
    /// When the next run could leave, if that is not now.
    pub next_slot_at: Option<Timestamp>,
    /// Why the first run of the queue has not left yet; `None` when none waits for the account.
    #[serde(default)]
    pub queue_hold: Option<QueueHold>,
}

/// What the queue waits for.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct QueueHold {
    /// Which of the account's limits it is.
    pub reason: HoldReason,
    /// When it ends by itself; `None` when a run in progress has to end first and nobody knows when.
    pub until: Option<Timestamp>,
    /// Predictions that WaveSpeed may be working on.
    pub in_flight: u32,
}

/// The limits that a queue can wait for.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
#[serde(rename_all = "snake_case")]
pub enum HoldReason {
    /// WaveSpeed asked to slow down: nothing is sent for a while.
    Paused,
    /// As many images as a minute allows were sent.
    ImagesPerMinute,
    /// As many predictions as the account allows at a time are in progress.
    MaxConcurrent,
    /// The same, with fewer at a time than the account allows, because WaveSpeed asked to slow down.
    SlowedDown,
}

impl HoldReason {
    /// All of them.
    pub const ALL: [Self; 4] = [Self::Paused, Self::ImagesPerMinute, Self::MaxConcurrent, Self::SlowedDown];

    /// The name on the wire.
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Paused => "paused",
            Self::ImagesPerMinute => "images_per_minute",
            Self::MaxConcurrent => "max_concurrent",
            Self::SlowedDown => "slowed_down",
        }
    }

    /// Whether a run in progress has to end first.
    pub const fn is_about_others(self) -> bool {
        matches!(self, Self::MaxConcurrent | Self::SlowedDown)
    }
}

/// What is known of WaveSpeed's account.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct AccountInfo {
    /// Credit on WaveSpeed when it was last asked.
    pub balance_microusd: Option<MicroUsd>,
    /// When it was last asked.
    pub asked_at: Option<Timestamp>,
    /// WaveSpeed does not accept the key at the moment.
    pub key_refused: bool,
}

/// The budget beside a refusal.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct BudgetState {
    /// The daily cap.
    pub cap_microusd: MicroUsd,
    /// Spent for the day.
    pub spent_microusd: MicroUsd,
    /// Held for the day.
    pub held_microusd: MicroUsd,
    /// What was asked for.
    pub price_microusd: MicroUsd,
}
