//! What happens to one call.

use serde::{Deserialize, Serialize};
use serde_json::Value;

use imagen4_core::ModelSpec;

/// What happens to a call that a rule was taken for. Those that begin with `Accept`, and the broken bodies, let the call do
/// its work first: a submission is accepted and billed. What the engine would have answered is lost then.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case", deny_unknown_fields)]
pub enum Effect {
    /// WaveSpeed says no in its own JSON; nothing is accepted. `{status = 400, message = "Insufficient credits"}` is an
    /// account run dry.
    Refuse {
        /// HTTP status and the envelope's code, 400 to 599.
        status: u16,
        /// WaveSpeed's words.
        message: String,
    },
    /// 429 in WaveSpeed's JSON; nothing is accepted.
    RateLimit {
        /// `Retry-After`, in seconds; none is sent without it.
        #[serde(default, skip_serializing_if = "Option::is_none")]
        retry_after_s: Option<u64>,
    },
    /// A gateway's HTML page with that status; nothing is accepted.
    Error {
        /// HTTP status, 400 to 599.
        status: u16,
    },
    /// The connection is closed without a byte of answer; nothing is accepted.
    Drop,
    /// The call waits before anything is done.
    Delay {
        /// How long, in milliseconds.
        ms: u64,
    },
    /// The call does its work, and its answer waits.
    DelayAnswer {
        /// How long, in milliseconds.
        ms: u64,
    },
    /// The call does its work, and the connection is closed without a byte of answer.
    AcceptAndDrop,
    /// The call does its work, and a gateway's HTML page is answered.
    AcceptAndError {
        /// HTTP status, 400 to 599.
        status: u16,
    },
    /// The call does its work, and a 429 claims that it did not.
    AcceptAndRateLimit {
        /// `Retry-After`, in seconds; none is sent without it.
        #[serde(default, skip_serializing_if = "Option::is_none")]
        retry_after_s: Option<u64>,
    },
    /// The call does its work, and HTTP 200 carries an envelope with another code and no data.
    AcceptAndCode {
        /// The envelope's code, other than 200.
        code: i64,
    },
    /// The call does its work, and HTTP 200 carries the first half of the answer's JSON, whole as far as HTTP can tell.
    Malformed,
    /// The call does its work, and the connection is closed in the middle of the body.
    Truncate,
    /// The call does its work, and HTTP 200 carries an HTML page.
    NotAPicture,
    /// The call does its work, and its answer's data are these: a price that is none, an empty catalogue.
    Answer {
        /// Any JSON.
        data: Value,
    },
    /// The call does its work, and its answer is so many bytes longer, by spaces behind its JSON. It goes on making sense.
    Padding {
        /// How many, 256 MiB at most.
        bytes: u64,
    },
    /// The prices that are told are so many percent of what is billed; 0 makes them nothing.
    Quote {
        /// Percent.
        percent: u32,
    },
    /// From this call on a model is gone: it is not listed, and can neither be quoted nor bought.
    Retire {
        /// Its id.
        model: String,
    },
    /// From this call on a model that was gone is there again.
    Restore {
        /// Its id.
        model: String,
    },
    /// From this call on a model's row is another: other inputs, another price.
    ReplaceRow {
        /// The row, with its id, in WaveSpeed's shape.
        row: Value,
    },
}

const MOST_PADDING: u64 = 256 << 20;

impl Effect {
    /// What is wrong with its numbers.
    pub(super) fn complaint(&self) -> Option<String> {
        match self {
            Self::Refuse { status, .. } | Self::Error { status } | Self::AcceptAndError { status } => {
                (!(400..=599).contains(status)).then(|| format!("status {status} is not 400 to 599"))
            }
            Self::AcceptAndCode { code: 200 } => Some("code 200 is success".to_owned()),
            Self::Padding { bytes } => {
                (*bytes > MOST_PADDING).then(|| format!("{bytes} bytes of padding are more than {MOST_PADDING}"))
            }
            Self::ReplaceRow { row } => {
                ModelSpec::from_row(row).err().filter(|error| error.id.is_none()).map(|error| error.to_string())
            }
            _ => None,
        }
    }
}
