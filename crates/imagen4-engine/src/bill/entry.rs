//! What stands on the bill.

use imagen4_core::{MicroUsd, Timestamp};
use serde::{Deserialize, Serialize};
use serde_json::Value;

use crate::faults::Fate;

/// One line of the bill.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[serde(tag = "kind", rename_all = "snake_case")]
#[expect(clippy::large_enum_variant, reason = "nearly every entry is an acceptance")]
pub enum Entry {
    /// A submission was accepted, and its price charged.
    Accept(Acceptance),
    /// A price was given back.
    Refund {
        /// The prediction's id.
        id: String,
        /// When.
        at: Timestamp,
    },
    /// The client asked to forget the prediction. What was charged stays charged.
    Delete {
        /// The prediction's id.
        id: String,
        /// When.
        at: Timestamp,
    },
}

/// A submission as it was accepted.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct Acceptance {
    /// The prediction's id, 32 hex digits.
    pub id: String,
    /// When.
    pub at: Timestamp,
    /// What was charged.
    pub price_microusd: MicroUsd,
    /// The model's id.
    pub model: String,
    /// The inputs as they were understood.
    pub input: Value,
    /// How many pictures come of it; `None` on bills of before there were other models.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub outputs: Option<u32>,
    /// Width and height of each, in pixels; `None` likewise.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub size: Option<(u32, u32)>,
    /// The seed that was asked for, or the one that was rolled.
    pub seed: u32,
    /// Whether outputs are handed over in base64.
    #[serde(default)]
    pub base64: bool,
    /// What a fault script decided that becomes of it.
    #[serde(default, skip_serializing_if = "Fate::is_ordinary")]
    pub fate: Fate,
}
