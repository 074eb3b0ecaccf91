//! What becomes of a prediction, decided when it is accepted.

use serde::{Deserialize, Serialize};

/// What becomes of a prediction. Several may be said at once; what is not said goes as usual. It stands on the bill.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(default, deny_unknown_fields)]
pub struct Fate {
    /// It ends without images, and is refunded later.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub fail: Option<Failure>,
    /// It takes that long, in milliseconds, whatever the engine's latency is.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub latency_ms: Option<u64>,
    /// It shows a status that no document knows.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub status: Option<OddStatus>,
    /// It completes with `outputs: null`, for ever.
    #[serde(skip_serializing_if = "is_false")]
    pub empty_outputs: bool,
    /// It completes with `outputs: null`, and has them that many milliseconds later.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub late_outputs_ms: Option<u64>,
    /// It has only the first so many of its images.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub fewer: Option<u32>,
    /// It has so many images, where that is more than what was asked for and billed.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub more: Option<u32>,
    /// These images, counted from 0, can't be fetched: their addresses answer 404.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub missing_outputs: Vec<u32>,
    /// These images, counted from 0, are flagged as not safe for work.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub nsfw: Vec<u32>,
    /// Its outputs are bare base64, though nobody asked for that.
    #[serde(skip_serializing_if = "is_false")]
    pub base64: bool,
    /// From so many milliseconds after accepting on, neither result nor list knows it. The bill does.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub vanish_after_ms: Option<u64>,
}

/// So many outputs are beyond what any client takes.
const MOST_OUTPUTS: u32 = 1000;

/// How a prediction fails.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Failure {
    /// WaveSpeed's task code: 1200 moderation, 1403 execution failed, 5000 internal.
    #[serde(default = "execution_failed")]
    pub code: i64,
    /// WaveSpeed's words.
    #[serde(default = "in_general")]
    pub error: String,
    /// Its last status.
    #[serde(default)]
    pub status: Ending,
}

/// The statuses in which a prediction ends without images.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Ending {
    /// `failed`
    #[default]
    Failed,
    /// `cancelled`
    Cancelled,
    /// `timeout`
    Timeout,
}

/// A status that no document knows.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct OddStatus {
    /// The word.
    pub name: String,
    /// For so many milliseconds from accepting on; for ever without it.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub ms: Option<u64>,
}

impl Fate {
    /// Fails with that task code.
    pub fn failed(code: i64) -> Self {
        let failure = Failure { code, error: in_general(), status: Ending::Failed };
        Self { fail: Some(failure), ..Self::default() }
    }

    /// What is wrong with its numbers.
    pub(super) fn complaint(&self) -> Option<String> {
        self.more.filter(|more| *more > MOST_OUTPUTS).map(|more| format!("more = {more} is more than {MOST_OUTPUTS}"))
    }

    /// Whether all goes as usual.
    pub fn is_ordinary(&self) -> bool {
        *self == Self::default()
    }
}

impl Ending {
    /// WaveSpeed's word.
    pub(crate) fn as_str(self) -> &'static str {
        match self {
            Self::Failed => "failed",
            Self::Cancelled => "cancelled",
            Self::Timeout => "timeout",
        }
    }
}

fn execution_failed() -> i64 {
    1403
}

fn in_general() -> String {
    "The task could not be completed.".to_owned()
}

fn is_false(flag: &bool) -> bool {
    !flag
}
