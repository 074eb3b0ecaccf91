//! A model: its inputs, what of them are concepts, and about what it costs.

use std::collections::BTreeMap;

use serde_json::Value;

use super::concepts::Concepts;
use super::input_spec::{InputKind, InputSpec, MAX_OUTPUTS};
use super::shape::{Ratio, ratio_of, size_of};
use crate::MicroUsd;

/// A model as its row in a catalogue describes it.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct ModelSpec {
    /// WaveSpeed's id; it is also the path under `/api/v3/`.
    pub id: String,
    /// What people call it.
    pub name: String,
    /// WaveSpeed's words on it.
    pub description: String,
    /// Which input is which concept.
    pub concepts: Concepts,
    /// The inputs that it takes here, in WaveSpeed's order.
    pub inputs: Vec<InputSpec>,
    /// Inputs that are not offered here, and why.
    pub left_out: BTreeMap<String, String>,
    /// About what a run costs with the defaults: an estimate, never the price of a click.
    pub price_microusd: Option<MicroUsd>,
    /// How many outputs one call has, where that is not an input.
    pub outputs: Option<u32>,
    /// What a choice of shape comes to in pixels, where it is known: `16:9` → `1408*768`.
    pub sizes: BTreeMap<String, String>,
    /// How prominent WaveSpeed lists it: the higher, the more.
    pub sort_order: i64,
    /// What moves its price, where this build knows it.
    pub list_price: ListPrice,
}

/// What moves a list price, for rows whose prices this build knows. All amounts in micro-dollars.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct ListPrice {
    /// The input that multiplies it.
    pub each: Option<String>,
    /// A choice that decides the price: the input's name, and the price of each choice.
    pub by: Option<(String, BTreeMap<String, MicroUsd>)>,
    /// Switches that add something.
    pub plus: BTreeMap<String, MicroUsd>,
}

impl ModelSpec {
    /// The input of that name.
    pub fn input(&self, name: &str) -> Option<&InputSpec> {
        self.inputs.iter().find(|input| input.name == name)
    }

    /// The input that is the shape, if the model has one.
    pub fn shape(&self) -> Option<&InputSpec> {
        self.input(self.concepts.shape.as_deref()?)
    }

    /// The smallest and largest count, and the usual one; `None` where the model has no count.
    pub fn counts(&self) -> Option<(i64, i64, i64)> {
        match &self.input(self.concepts.count.as_deref()?)?.kind {
            InputKind::Integer { default, min, max, .. } => {
                let (min, max) = (min.unwrap_or(1), max.unwrap_or(i64::from(MAX_OUTPUTS)));
                Some((min, max, default.unwrap_or(min)))
            }
            _ => None,
        }
    }

    /// The smallest and largest seed; `None` where the model has no seed.
    pub fn seeds(&self) -> Option<(i64, i64)> {
        match &self.input(self.concepts.seed.as_deref()?)?.kind {
            InputKind::Integer { min, max, .. } => Some((min.unwrap_or(-1), max.unwrap_or(i64::from(i32::MAX)))),
            _ => None,
        }
    }

    /// The choices of shape by name, if it has choices.
    pub fn shapes(&self) -> Vec<&str> {
        match self.shape().map(|shape| &shape.kind) {
            Some(InputKind::Choice { options, .. }) => options.iter().filter_map(Value::as_str).collect(),
            _ => Vec::new(),
        }
    }

    /// What a choice of shape comes to in pixels, where that is known.
    pub fn size_of(&self, shape: &str) -> Option<(u32, u32)> {
        size_of(shape).or_else(|| size_of(self.sizes.get(shape)?))
    }

    /// The ratio of a choice of shape, where it has one.
    pub fn ratio_of(&self, shape: &str) -> Option<Ratio> {
        ratio_of(shape)
    }
}
