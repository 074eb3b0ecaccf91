//! What a server says of itself.

use serde::{Deserialize, Serialize};

use crate::{MicroUsd, Timestamp};

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

/// Where runs are sent.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct UpstreamInfo {
    /// What it is.
    pub kind: UpstreamKind,
    /// As in [`Run::upstream`](crate::Run::upstream): `embedded`, or the origin.
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
