//! A run: one submission by one person, at most one prediction on WaveSpeed.
//!
//! # Layout
//! - [`RunState`], [`RunEvent`], [`step`]: the state machine, a pure function
//! - [`Billed`]: what may be said of its money
//! - [`RunId`]: 32 hex digits
//! - [`RunRequest`]: a model and its input
//! - [`Run`] and its parts: a run as it goes over the wire

mod billed;
mod id;
mod request;
mod state;

pub use billed::Billed;
pub use id::RunId;
pub use request::RunRequest;
pub use state::{MoneyMove, RunEvent, RunState, Step, step};

use serde::{Deserialize, Serialize};

use crate::{MicroUsd, Problem, Timestamp};

/// A run as the page sees it. Addresses are relative to the page.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct Run {
    /// Its id.
    pub id: RunId,
    /// How far it is.
    pub state: RunState,
    /// Grows with every change of any run; the newer of two copies has the larger one.
    pub revision: u64,
    /// When it was accepted here.
    pub created_at: Timestamp,
    /// Where it was sent: `embedded`, or WaveSpeed's origin.
    pub upstream: String,
    /// What was asked for, with the seed that was rolled.
    pub request: RunRequest,
    /// Its price.
    pub price_microusd: MicroUsd,
    /// Whether the price was charged.
    pub billed: Billed,
    /// WaveSpeed's object, once it is known.
    pub prediction: Option<RunPrediction>,
    /// The images kept so far.
    pub images: Vec<RunImage>,
    /// What went wrong, if anything did.
    pub problem: Option<Problem>,
    /// Every state it went through.
    pub timeline: Vec<TimelineEntry>,
    /// The group it was bought with.
    pub group: Option<String>,
    /// Its place among the runs of that group, in the order in which they were asked for, from 0. It stays when others are deleted.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub group_index: Option<u32>,
    /// When WaveSpeed deletes what is not kept here yet; `None` before it is accepted and once nothing is missing.
    #[serde(default)]
    pub expires_at: Option<Timestamp>,
    /// While it is queued: when it is tried next, after an attempt that came to nothing.
    #[serde(default)]
    pub not_before: Option<Timestamp>,
    /// The run it was varied from.
    pub parent: Option<RunId>,
    /// Marked by the person.
    pub favorite: bool,
    /// The person's own words on it.
    pub note: Option<String>,
}

impl Run {
    /// Whether its images were rendered by the embedded engine and cost nothing.
    pub fn is_sample(&self) -> bool {
        self.upstream == EMBEDDED
    }
}

/// The name of the embedded engine among upstreams.
pub const EMBEDDED: &str = "embedded";

/// What is known of a run's prediction.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct RunPrediction {
    /// WaveSpeed's id.
    pub id: String,
    /// WaveSpeed's word for how far it is.
    pub status: String,
    /// When WaveSpeed accepted it.
    pub created_at: Option<Timestamp>,
    /// Time the model took, in milliseconds.
    pub inference_ms: Option<u64>,
}

/// One image that is kept here.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct RunImage {
    /// Its place among the outputs, from 0.
    pub index: u8,
    /// Where to get it, relative to the page.
    pub url: String,
    /// Where to get it small, relative to the page; `None` when it could not be made smaller.
    #[serde(default)]
    pub thumb_url: Option<String>,
    /// Width in pixels.
    pub width: u32,
    /// Height in pixels.
    pub height: u32,
    /// `image/jpeg`, `image/png` or `image/webp`.
    pub content_type: String,
    /// Size in bytes.
    pub bytes: u64,
    /// SHA-256 of the bytes, in hex.
    pub sha256: String,
    /// Flagged by WaveSpeed as not safe for work.
    pub nsfw: bool,
    /// Marked by the person.
    #[serde(default)]
    pub favorite: bool,
}

impl RunImage {
    /// Where image `index` of a run is, relative to the page.
    pub fn url_of(run: RunId, index: u8) -> String {
        format!("api/runs/{run}/images/{index}")
    }

    /// Where the same image is small.
    pub fn thumb_url_of(run: RunId, index: u8) -> String {
        format!("{}?thumb", Self::url_of(run, index))
    }
}

/// When a run entered a state.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct TimelineEntry {
    /// The state.
    pub state: RunState,
    /// When.
    pub at: Timestamp,
}
