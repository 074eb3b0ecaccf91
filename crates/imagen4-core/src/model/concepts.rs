//! The five things that people know by one name, whatever a model calls them. They are told by name and by what an input takes, so
//! that they can be read from any input, also of a model that nobody describes any more.

use serde::{Deserialize, Serialize};
use serde_json::{Map, Value};

use super::input_spec::{InputKind, InputSpec};
use super::shape::{Ratio, ratio_of};
use crate::json::integer;

/// The names that go by each concept, the first one found counts.
const PROMPT: &str = "prompt";
const NEGATIVE: &str = "negative_prompt";
const SHAPES: [&str; 3] = ["aspect_ratio", "size", "image_size"];
const RESOLUTION: &str = "resolution";
pub(super) const COUNTS: [&str; 2] = ["num_images", "max_images"];
const SEED: &str = "seed";
/// Width and height, where the shape is this.
const SIDES: [&str; 2] = ["width", "height"];

/// The choice of shape that stands for a width and a height.
pub(super) const CUSTOM: &str = "custom";

/// Which input of a model is which concept; absent where it has none.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
#[serde(default)]
pub struct Concepts {
    /// What to paint.
    pub prompt: String,
    /// What to keep out.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub negative_prompt: Option<String>,
    /// Ratio or size.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub shape: Option<String>,
    /// How fine, beside the shape.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub resolution: Option<String>,
    /// How many.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub count: Option<String>,
    /// What repeats it.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub seed: Option<String>,
}

impl Concepts {
    /// Finds them; `None` where there is no prompt, or it need not be there.
    pub(super) fn find(inputs: &[InputSpec]) -> Option<Self> {
        let named = |name: &str| inputs.iter().find(|input| input.name == name);
        let is = |name: &str, fits: fn(&InputKind) -> bool| {
            named(name).filter(|input| fits(&input.kind)).map(|input| input.name.clone())
        };
        let is_text = |kind: &InputKind| matches!(kind, InputKind::Text { .. });
        let is_choice = |kind: &InputKind| matches!(kind, InputKind::Choice { options, .. } if options.iter().all(Value::is_string));
        let is_shape = |kind: &InputKind| match kind {
            InputKind::Pixels { .. } => true,
            InputKind::Choice { options, .. } => options.iter().all(Value::is_string),
            _ => false,
        };
        // Of a count and a seed every number within the bounds will do.
        let is_count = |kind: &InputKind| matches!(kind, InputKind::Integer { min, max: Some(_), multiple_of: None, .. } if min.is_none_or(|min| min >= 1));
        let is_seed = |kind: &InputKind| matches!(kind, InputKind::Integer { max, multiple_of: None, .. } if max.is_none_or(|max| max >= 1));
        named(PROMPT).filter(|prompt| prompt.required && is_text(&prompt.kind))?;
        Some(Self {
            prompt: PROMPT.to_owned(),
            negative_prompt: is(NEGATIVE, is_text),
            shape: SHAPES.into_iter().find_map(|name| is(name, is_shape)),
            resolution: is(RESOLUTION, is_choice),
            count: COUNTS.into_iter().find_map(|name| is(name, is_count)),
            seed: is(SEED, is_seed),
        })
    }

    /// Whether an input has a control of its own.
    pub fn has(&self, name: &str) -> bool {
        let of = |concept: &Option<String>| concept.as_deref() == Some(name);
        self.prompt == name
            || [&self.negative_prompt, &self.shape, &self.resolution, &self.count, &self.seed].into_iter().any(of)
    }

    /// How many concepts beside the prompt there are.
    pub(super) fn shared_with(&self, other: &Self) -> usize {
        let both = |a: &Option<String>, b: &Option<String>| usize::from(a.is_some() == b.is_some());
        both(&self.negative_prompt, &other.negative_prompt)
            + both(&self.shape, &other.shape)
            + both(&self.count, &other.count)
            + both(&self.seed, &other.seed)
    }
}

/// What to paint; empty where it is not said.
pub(crate) fn prompt(input: &Map<String, Value>) -> &str {
    input.get(PROMPT).and_then(Value::as_str).unwrap_or_default()
}

/// What to keep out.
pub(crate) fn negative_prompt(input: &Map<String, Value>) -> Option<&str> {
    input.get(NEGATIVE).and_then(Value::as_str).filter(|text| !text.is_empty())
}

/// The choice of shape as it was made: `16:9`, `1024*768`, or the two sides.
pub(crate) fn shape(input: &Map<String, Value>) -> Option<String> {
    let chosen = SHAPES.into_iter().find_map(|name| input.get(name)?.as_str())?;
    let sides = SIDES.map(|name| input.get(name).and_then(integer));
    Some(match sides {
        [Some(width), Some(height)] if chosen == CUSTOM => format!("{width}*{height}"),
        _ => chosen.to_owned(),
    })
}

/// The ratio of the shape; none where the model decides it.
pub(crate) fn ratio(input: &Map<String, Value>) -> Option<Ratio> {
    ratio_of(&shape(input)?)
}

/// How fine.
pub(crate) fn resolution(input: &Map<String, Value>) -> Option<&str> {
    input.get(RESOLUTION)?.as_str()
}

/// How many outputs are asked for, and whether they are promised: `num_images` is how many come, `max_images` how many may.
pub(crate) fn count(input: &Map<String, Value>) -> Option<(u32, bool)> {
    let promised = |place| place == 0;
    COUNTS.into_iter().enumerate().find_map(|(place, name)| {
        let count = u32::try_from(integer(input.get(name)?)?).ok().filter(|count| *count >= 1)?;
        Some((count, promised(place)))
    })
}

/// What repeats it; −1 is one that WaveSpeed rolls and does not tell.
pub(crate) fn seed(input: &Map<String, Value>) -> Option<i64> {
    integer(input.get(SEED)?)
}
