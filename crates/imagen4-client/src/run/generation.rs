//! What a run brought.

use std::time::Duration;

use imagen4_core::prediction::Output;
use imagen4_core::{Prediction, Timestamp};

/// The images of one run, and what is known of how they came about.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Generation {
    /// The prediction's id.
    pub id: String,
    /// The model that painted; empty when not told.
    pub model: String,
    /// The images, in order; at least one of them can be read. Addresses work for seven days.
    pub outputs: Vec<Output>,
    /// For each of `outputs`, whether it was flagged as not safe for work.
    pub nsfw: Vec<bool>,
    /// When WaveSpeed accepted it, by WaveSpeed's clock.
    pub accepted_at: Option<Timestamp>,
    /// Time the model took, in milliseconds; `None` when not told.
    pub inference_ms: Option<u64>,
    /// How long the call took that returned this, the submission included where it made one.
    pub took: Duration,
}

impl Generation {
    pub(super) fn of(prediction: Prediction, took: Duration) -> Self {
        Self {
            nsfw: (0..prediction.outputs.len()).map(|index| prediction.is_nsfw(index)).collect(),
            id: prediction.id,
            model: prediction.model,
            outputs: prediction.outputs,
            accepted_at: prediction.created_at,
            inference_ms: prediction.inference_ms,
            took,
        }
    }

    /// The addresses among the outputs, in order. WaveSpeed hands out addresses unless it was asked for something else.
    pub fn urls(&self) -> impl Iterator<Item = &str> {
        self.outputs.iter().filter_map(|output| match output {
            Output::Url(url) => Some(url.as_str()),
            Output::Inline(_) | Output::Unreadable => None,
        })
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use serde_json::json;

    #[test]
    fn every_output_has_a_flag_and_keeps_its_place() {
        let done = json!({"id": "a1", "status": "completed", "has_nsfw_contents": [true],
            "outputs": ["https://a/1.jpeg", null, "/9j/4AAQ", "https://a/4.jpeg"]});
        let done = Prediction::from_data(&done).expect("readable");
        let generation = Generation::of(done, Duration::ZERO);
        assert_eq!(generation.nsfw, [true, false, false, false]);
        assert_eq!(generation.outputs[1], Output::Unreadable);
        assert_eq!(generation.urls().collect::<Vec<_>>(), ["https://a/1.jpeg", "https://a/4.jpeg"]);
    }
}
