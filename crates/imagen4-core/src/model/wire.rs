//! A model and its inputs as they go over the wire: flat objects. Each kind of input uses its part of one.

use std::collections::BTreeMap;

use serde::{Deserialize, Serialize};
use serde_json::{Number, Value};

use super::catalogue::Entry;
use super::concepts::Concepts;
use super::input_spec::{InputKind, InputSpec};
use super::shape::{DEFAULT_SIDES, PixelRules};
use super::spec::{ListPrice, ModelSpec};
use crate::api::ModelInfo;
use crate::fields::Refusal;
use crate::{MicroUsd, Timestamp};

/// A model, whether it can be bought, and what is known of it.
#[derive(Clone, Debug, Default, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
#[serde(default)]
pub struct ModelOnWire {
    /// WaveSpeed's id; it is also the path under `/api/v3/`.
    id: String,
    /// What people call it.
    name: String,
    /// WaveSpeed's words on it.
    #[serde(skip_serializing_if = "String::is_empty")]
    description: String,
    /// Whether it can be bought now.
    offered: bool,
    /// Since when it is not listed any more, as far as this server saw.
    gone_since: Option<Timestamp>,
    /// Whether WaveSpeed or a file lists it; otherwise it is only known from this build, and its quote decides.
    confirmed: bool,
    /// Which input is which concept.
    concepts: Concepts,
    /// The inputs that it takes here, in WaveSpeed's order.
    inputs: Vec<InputOnWire>,
    /// Inputs that are not offered here, and why.
    #[serde(skip_serializing_if = "BTreeMap::is_empty")]
    left_out: BTreeMap<String, String>,
    /// About what a run costs with the defaults: an estimate, never the price of a click.
    price_microusd: Option<MicroUsd>,
    /// How many outputs one call has, where that is not an input.
    #[serde(skip_serializing_if = "Option::is_none")]
    outputs: Option<u32>,
    /// What a choice of shape comes to in pixels, where it is known: `16:9` → `1408*768`.
    #[serde(skip_serializing_if = "BTreeMap::is_empty")]
    sizes: BTreeMap<String, String>,
    /// How prominent WaveSpeed lists it: the higher, the more.
    sort_order: i64,
    /// How long its latest runs took, in the median, in milliseconds.
    typical_ms: Option<u64>,
    /// Of a model that is gone, the offered ones that are closest to it.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    closest: Vec<String>,
}

impl From<ModelInfo> for ModelOnWire {
    fn from(info: ModelInfo) -> Self {
        let ModelInfo { entry: Entry { spec, offered, gone_since, confirmed }, typical_ms, closest } = info;
        Self {
            id: spec.id,
            name: spec.name,
            description: spec.description,
            offered,
            gone_since,
            confirmed,
            concepts: spec.concepts,
            inputs: spec.inputs.into_iter().map(Into::into).collect(),
            left_out: spec.left_out,
            price_microusd: spec.price_microusd,
            outputs: spec.outputs,
            sizes: spec.sizes,
            sort_order: spec.sort_order,
            typical_ms,
            closest,
        }
    }
}

impl TryFrom<ModelOnWire> for ModelInfo {
    type Error = Refusal;

    fn try_from(flat: ModelOnWire) -> Result<Self, Refusal> {
        let spec = ModelSpec {
            id: flat.id,
            name: flat.name,
            description: flat.description,
            concepts: flat.concepts,
            inputs: flat.inputs.into_iter().map(TryInto::try_into).collect::<Result<_, _>>()?,
            left_out: flat.left_out,
            price_microusd: flat.price_microusd,
            outputs: flat.outputs,
            sizes: flat.sizes,
            sort_order: flat.sort_order,
            list_price: ListPrice::default(),
        };
        let ModelOnWire { offered, gone_since, confirmed, typical_ms, closest, .. } = flat;
        Ok(Self { entry: Entry { spec, offered, gone_since, confirmed }, typical_ms, closest })
    }
}

/// One input of a model.
#[derive(Clone, Debug, Default, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
#[serde(default)]
pub struct InputOnWire {
    /// Its name in the input.
    name: String,
    /// WaveSpeed's label for it.
    #[serde(skip_serializing_if = "String::is_empty")]
    title: String,
    /// WaveSpeed's words on it.
    #[serde(skip_serializing_if = "String::is_empty")]
    description: String,
    /// Whether it must be there.
    #[serde(skip_serializing_if = "std::ops::Not::not")]
    required: bool,
    /// `text`, `choice`, `integer`, `number`, `switch`, or `pixels`, which is `width*height`.
    kind: String,
    /// What it is when nothing is said.
    #[serde(skip_serializing_if = "Option::is_none")]
    default: Option<Value>,
    /// Of a choice, what there is.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    options: Vec<Value>,
    /// The least, of a number; the shortest side, of a size.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[cfg_attr(feature = "openapi", schema(value_type = Option<f64>))]
    min: Option<Number>,
    /// The most.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[cfg_attr(feature = "openapi", schema(value_type = Option<f64>))]
    max: Option<Number>,
    /// How finely a control should go.
    #[serde(skip_serializing_if = "Option::is_none")]
    step: Option<f64>,
    /// It is a multiple of that; of a size, both sides are.
    #[serde(skip_serializing_if = "Option::is_none")]
    multiple_of: Option<i64>,
    /// Fewest characters.
    #[serde(skip_serializing_if = "Option::is_none")]
    min_chars: Option<usize>,
    /// Most characters.
    #[serde(skip_serializing_if = "Option::is_none")]
    max_chars: Option<usize>,
    /// Fewest pixels in all.
    #[serde(skip_serializing_if = "Option::is_none")]
    min_total: Option<u64>,
    /// Most pixels in all.
    #[serde(skip_serializing_if = "Option::is_none")]
    max_total: Option<u64>,
    /// The longer side is at most so many times the shorter one.
    #[serde(skip_serializing_if = "Option::is_none")]
    max_ratio: Option<u32>,
}

impl From<InputSpec> for InputOnWire {
    fn from(spec: InputSpec) -> Self {
        let default = spec.kind.default_value();
        let InputSpec { name, title, description, required, kind } = spec;
        let flat = Self { name, title, description, required, default, ..Self::default() };
        let kind_of = |kind: &str| kind.to_owned();
        match kind {
            InputKind::Text { min_chars, max_chars, .. } => {
                Self { kind: kind_of("text"), min_chars, max_chars, ..flat }
            }
            InputKind::Choice { options, .. } => Self { kind: kind_of("choice"), options, ..flat },
            InputKind::Integer { min, max, multiple_of, .. } => {
                let (min, max) = (min.map(Number::from), max.map(Number::from));
                Self { kind: kind_of("integer"), min, max, multiple_of, ..flat }
            }
            InputKind::Number { min, max, step, .. } => {
                let (min, max) = (min.and_then(Number::from_f64), max.and_then(Number::from_f64));
                Self { kind: kind_of("number"), min, max, step, ..flat }
            }
            InputKind::Switch { .. } => Self { kind: kind_of("switch"), ..flat },
            InputKind::Pixels { min, max, rules, .. } => Self {
                kind: kind_of("pixels"),
                min: Some(min.into()),
                max: Some(max.into()),
                min_total: rules.min_total,
                max_total: rules.max_total,
                max_ratio: rules.max_ratio,
                multiple_of: rules.multiple_of.map(i64::from),
                ..flat
            },
        }
    }
}

impl TryFrom<InputOnWire> for InputSpec {
    type Error = Refusal;

    fn try_from(flat: InputOnWire) -> Result<Self, Refusal> {
        let integer = |number: &Option<Number>| number.as_ref().and_then(Number::as_i64);
        let number = |number: &Option<Number>| number.as_ref().and_then(Number::as_f64);
        let side = |side: &Option<Number>| integer(side).and_then(|side| u32::try_from(side).ok());
        let default = flat.default;
        let text = |value: Option<Value>| value.as_ref().and_then(Value::as_str).map(str::to_owned);
        let kind = match flat.kind.as_str() {
            "text" => InputKind::Text { default: text(default), min_chars: flat.min_chars, max_chars: flat.max_chars },
            "choice" => InputKind::Choice { options: flat.options, default },
            "integer" => InputKind::Integer {
                default: default.as_ref().and_then(Value::as_i64),
                min: integer(&flat.min),
                max: integer(&flat.max),
                multiple_of: flat.multiple_of,
            },
            "number" => InputKind::Number {
                default: default.as_ref().and_then(Value::as_f64),
                min: number(&flat.min),
                max: number(&flat.max),
                step: flat.step,
            },
            "switch" => InputKind::Switch { default: default.as_ref().and_then(Value::as_bool) },
            "pixels" => InputKind::Pixels {
                default: text(default),
                min: side(&flat.min).unwrap_or(DEFAULT_SIDES.0),
                max: side(&flat.max).unwrap_or(DEFAULT_SIDES.1),
                rules: PixelRules {
                    min_total: flat.min_total,
                    max_total: flat.max_total,
                    max_ratio: flat.max_ratio,
                    multiple_of: flat.multiple_of.and_then(|of| u32::try_from(of).ok()),
                },
            },
            _ => return Err(Refusal::new("its kind is newer than this build")),
        };
        let InputOnWire { name, title, description, required, .. } = flat;
        Ok(Self { name, title, description, required, kind })
    }
}

#[cfg(test)]
mod tests;
