//! The shapes of the playground's HTTP face beside [`Run`](crate::Run) and [`Problem`](crate::Problem).

use serde::{Deserialize, Serialize};

use crate::{MicroUsd, Run, Timestamp};

/// Longest body that is read, in bytes.
pub const MAX_BODY_BYTES: usize = 64 * 1024;

/// One page of runs, the newest first.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct RunList {
    /// The runs.
    pub runs: Vec<Run>,
    /// What to pass as `cursor` for the next page; `None` on the last.
    pub next_cursor: Option<String>,
}

/// Money of the upstream in use.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Spend {
    /// Today, as the budget's time zone has it: `2026-11-22`.
    pub day: String,
    /// Spent today.
    pub spent_microusd: MicroUsd,
    /// Set aside today for runs whose bill is not known yet.
    pub held_microusd: MicroUsd,
    /// The daily cap; `None` is unlimited.
    pub cap_microusd: Option<MicroUsd>,
    /// Spent on failed runs and not seen on a bill as refunded yet.
    pub refunds_expected_microusd: MicroUsd,
    /// The days with spend or holds, the newest first.
    pub days: Vec<DaySpend>,
}

impl Spend {
    /// What may still be held today; `None` is unlimited.
    pub fn left(&self) -> Option<MicroUsd> {
        self.cap_microusd.map(|cap| (cap - self.spent_microusd - self.held_microusd).max(MicroUsd::ZERO))
    }
}

/// One day of [`Spend`].
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct DaySpend {
    /// The day: `2026-11-22`.
    pub day: String,
    /// Spent, refunds taken off.
    pub spent_microusd: MicroUsd,
    /// Still set aside.
    pub held_microusd: MicroUsd,
}

/// What the page needs to know before anything is sent.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct ServerConfig {
    /// The models that are served, the default first.
    pub models: Vec<ModelInfo>,
    /// Who paints, and whose money it is.
    pub upstream: UpstreamInfo,
    /// What the account allows.
    pub limits: Limits,
    /// Version of the proxy.
    pub version: String,
}

/// One model of [`ServerConfig`].
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct ModelInfo {
    /// The vendor's id.
    pub id: String,
    /// What people call it.
    pub name: String,
    /// Price of one picture.
    pub price_microusd: MicroUsd,
    /// Most pictures in one run.
    pub max_images: u8,
    /// The shapes it paints.
    pub aspect_ratios: Vec<RatioInfo>,
}

/// One aspect ratio of a model.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct RatioInfo {
    /// The vendor's name: `16:9`.
    pub name: String,
    /// Width in pixels.
    pub width: u32,
    /// Height in pixels.
    pub height: u32,
}

/// Where runs are sent.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct UpstreamInfo {
    /// What it is.
    pub kind: UpstreamKind,
    /// As in [`Run::upstream`]: `embedded`, or the origin.
    pub name: String,
}

/// The two kinds of upstream.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum UpstreamKind {
    /// The engine in this process: painted samples, no money.
    Embedded,
    /// The vendor, or what stands in for it: the key's owner pays.
    Wavespeed,
}

/// What the account allows; `None` is unlimited.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Limits {
    /// Pictures a minute.
    pub images_per_minute: Option<u32>,
    /// Predictions at a time.
    pub max_concurrent: Option<u32>,
    /// When the next run could leave, if that is not now.
    pub next_slot_at: Option<Timestamp>,
}
