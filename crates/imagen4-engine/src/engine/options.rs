//! How the stand-in behaves.

use std::collections::BTreeMap;
use std::path::PathBuf;
use std::time::Duration;

use imagen4_core::MicroUsd;
use imagen4_core::model::builtin;
use serde_json::Value;

use crate::faults::Rule;

/// How the stand-in behaves. All times are measured on the engine's own clock.
#[derive(Clone, Debug)]
pub struct EngineOptions {
    /// Where the bill is kept; `None` forgets it with the process.
    pub state_dir: Option<PathBuf>,
    /// From accepting to completed.
    pub latency: Duration,
    /// The only key that is accepted; `None` accepts any.
    pub api_key: Option<String>,
    /// What the account was topped up with.
    pub credit: MicroUsd,
    /// The rows of the catalogue, in WaveSpeed's shape and with what the built-in rows say beyond it. Each is listed; what can be
    /// read as a model that makes images from text can be submitted to.
    pub models: Vec<Value>,
    /// Ids of models that WaveSpeed has stopped serving.
    pub retired: Vec<String>,
    /// Paints in 2K: twice the width and height.
    pub double_size: bool,
    /// From the end of a failed prediction to its refund.
    pub refund_after: Duration,
    /// The list never repeats inputs, not even when it is asked to.
    pub list_without_inputs: bool,
    /// Prices of one image by model id, where they differ from the rows': told, and charged. Of a model without a count they are
    /// for a call.
    pub prices: BTreeMap<String, MicroUsd>,
    /// The billings show an entry only that much later; the balance knows at once.
    pub billing_lag: Duration,
    /// What goes wrong from the start.
    pub faults: Vec<Rule>,
}

impl Default for EngineOptions {
    fn default() -> Self {
        Self {
            state_dir: None,
            latency: Duration::from_secs(2),
            api_key: None,
            credit: MicroUsd::new(1_000_000_000),
            models: builtin::rows().to_vec(),
            retired: Vec::new(),
            double_size: false,
            // The vendor says "within 3 hours".
            refund_after: Duration::from_secs(3 * 3600),
            list_without_inputs: false,
            prices: BTreeMap::new(),
            billing_lag: Duration::ZERO,
            faults: Vec::new(),
        }
    }
}
