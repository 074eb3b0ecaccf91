//! What was asked for: a model's id, and its own input.

use serde::{Deserialize, Serialize};
use serde_json::{Map, Value};

use crate::model::{MAX_OUTPUTS, ModelInput, Ratio, concepts};

/// A model's id and its input, as it is sent. The concepts are read from the input by name, so that a run of a model that nobody
/// describes any more reads like any other.
///
/// ```
/// use imagen4_core::run::RunRequest;
/// let request: RunRequest = serde_json::from_value(serde_json::json!({
///     "model": "m", "input": { "prompt": "a fox", "size": "1024*768", "seed": 7 },
/// }))?;
/// assert_eq!((request.prompt(), request.ratio().map(|it| it.to_string()), request.seed()), ("a fox", Some("4:3".into()), Some(7)));
/// # Ok::<(), serde_json::Error>(())
/// ```
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct RunRequest {
    /// WaveSpeed's id of the model.
    pub model: String,
    /// Its input: what WaveSpeed is sent.
    #[cfg_attr(feature = "openapi", schema(value_type = Object))]
    pub input: Map<String, Value>,
}

impl From<ModelInput> for RunRequest {
    fn from(input: ModelInput) -> Self {
        input.into_request()
    }
}

impl RunRequest {
    /// What to paint.
    pub fn prompt(&self) -> &str {
        concepts::prompt(&self.input)
    }

    /// What to keep out.
    pub fn negative_prompt(&self) -> Option<&str> {
        concepts::negative_prompt(&self.input)
    }

    /// The choice of shape: `16:9`, `1024*768`.
    pub fn shape(&self) -> Option<String> {
        concepts::shape(&self.input)
    }

    /// The ratio of the shape; `None` where the model decides it.
    pub fn ratio(&self) -> Option<Ratio> {
        concepts::ratio(&self.input)
    }

    /// How fine.
    pub fn resolution(&self) -> Option<&str> {
        concepts::resolution(&self.input)
    }

    /// How many images are promised; `None` where their number is not ours to say.
    pub fn promised(&self) -> Option<u32> {
        concepts::count(&self.input).filter(|(_, is_promised)| *is_promised).map(|(count, _)| count.min(MAX_OUTPUTS))
    }

    /// How many images the account's limits count it as.
    pub fn images(&self) -> u32 {
        concepts::count(&self.input).map_or(1, |(count, _)| count.min(MAX_OUTPUTS))
    }

    /// What repeats it; −1 is one that WaveSpeed rolls and does not tell.
    pub fn seed(&self) -> Option<i64> {
        concepts::seed(&self.input)
    }

    /// The seed, if it repeats an image.
    pub fn known_seed(&self) -> Option<i64> {
        self.seed().filter(|seed| *seed >= 0)
    }
}
