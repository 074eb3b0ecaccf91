//! A row of WaveSpeed's catalogue, in any of the shapes that were seen, as a [`ModelSpec`] or a reason why it is none.

mod parts;

use std::collections::BTreeMap;
use std::fmt;

use serde_json::{Map, Value};

use self::parts::{dollars, list_price, names, order, request_schema};
use super::concepts::Concepts;
use super::input_spec::{InputKind, MAX_OUTPUTS};
use super::schema::{Property, property};
use super::shape::{PixelRules, size_of};
use super::spec::{ListPrice, ModelSpec};
use super::words::{MAX_DESCRIPTION, MAX_TITLE, words};
use crate::MicroUsd;
use crate::json::integer;

/// What a row may say beyond WaveSpeed's shape; built-in rows and files of rows do.
pub(super) const EXTRAS: &str = "x-playground";

/// Rows with more inputs than that are none of a text-to-image model.
const MAX_INPUTS: usize = 64;
const MAX_ID: usize = 200;

/// Keywords of a whole schema that could refuse what its properties allow.
const UNCHECKED: [&str; 13] = [
    "$ref",
    "allOf",
    "anyOf",
    "oneOf",
    "not",
    "if",
    "dependentRequired",
    "dependentSchemas",
    "dependencies",
    "patternProperties",
    "propertyNames",
    "minProperties",
    "maxProperties",
];

/// A row that is no model here.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct RowError {
    /// The id, if it has a usable one.
    pub id: Option<String>,
    /// The field of the row that is wrong.
    pub field: &'static str,
    /// What is wrong with it.
    pub reason: String,
}

impl fmt::Display for RowError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}: {} {}", self.id.as_deref().unwrap_or("a row"), self.field, self.reason)
    }
}

impl std::error::Error for RowError {}

/// The rows of an answer or a file: a list, or an object that has one as `data`, `items` or `models`. `None` where there is no list, or
/// where it says that there is more of it.
pub fn rows_of(answer: &Value) -> Option<&Vec<Value>> {
    match answer {
        Value::Array(rows) => Some(rows),
        Value::Object(fields) => {
            let inner = ["data", "items", "models"].into_iter().find_map(|name| fields.get(name))?;
            let rows = rows_of(inner)?;
            let total = fields.get("total").and_then(integer);
            total.is_none_or(|total| usize::try_from(total).is_ok_and(|total| total <= rows.len())).then_some(rows)
        }
        _ => None,
    }
}

/// Whether a row says that its model makes images from text.
pub fn is_image_model(row: &Value) -> bool {
    row.get("type").and_then(Value::as_str).is_some_and(|kind| kind == "text-to-image")
}

impl ModelSpec {
    /// Reads a row of a catalogue.
    ///
    /// # Errors
    /// With the field that is wrong and why: the model cannot be used here.
    pub fn from_row(row: &Value) -> Result<Self, RowError> {
        let id = id_of(row)?;
        let refuse = |field: &'static str, reason: String| RowError { id: Some(id.to_owned()), field, reason };
        let schema = request_schema(row)
            .ok_or_else(|| refuse("api_schema", "has no schema of the model's inputs".to_owned()))?;
        if let Some(keyword) = UNCHECKED.into_iter().find(|keyword| schema.contains_key(*keyword)) {
            return Err(refuse("request_schema", format!("uses {keyword}, which is not read here")));
        }
        let properties = schema.get("properties").and_then(Value::as_object);
        let properties = properties.ok_or_else(|| refuse("properties", "is missing".to_owned()))?;
        if properties.len() > MAX_INPUTS {
            return Err(refuse(
                "properties",
                format!("has {} inputs; at most {MAX_INPUTS} are read", properties.len()),
            ));
        }
        let required: Vec<&str> = names(schema.get("required")).collect();
        if let Some(missing) = required.iter().find(|name| !properties.contains_key(**name)) {
            return Err(refuse(
                "required",
                format!("names {}, which is no input", words(Some(&Value::from(*missing)), 40)),
            ));
        }
        let (mut inputs, mut left_out) = (Vec::new(), BTreeMap::new());
        for name in order(schema, properties, &required) {
            let is_required = required.contains(&name);
            match property(name, &properties[name], is_required) {
                Property::Input(input) => inputs.push(input),
                Property::Silent => {}
                Property::LeftOut(reason) if is_required => {
                    let name = words(Some(&Value::from(name)), 40);
                    return Err(refuse("properties", format!("needs {name}, which cannot be offered: {reason}")));
                }
                Property::LeftOut(reason) => {
                    left_out.insert(words(Some(&Value::from(name)), 40), reason);
                }
            }
        }
        let concepts = Concepts::find(&inputs)
            .ok_or_else(|| refuse("properties", "has no prompt that is required text".to_owned()))?;
        let mut spec = Self {
            id: id.to_owned(),
            name: Some(words(row.get("name"), MAX_TITLE))
                .filter(|name| !name.is_empty())
                .unwrap_or_else(|| id.to_owned()),
            description: words(row.get("description"), MAX_DESCRIPTION),
            concepts,
            inputs,
            left_out,
            price_microusd: row.get("base_price").and_then(dollars),
            outputs: None,
            sizes: BTreeMap::new(),
            sort_order: row.get("sort_order").and_then(integer).unwrap_or_default(),
            list_price: ListPrice::default(),
        };
        if let Some(extras) = row.get(EXTRAS) {
            spec.add_extras(extras).map_err(|reason| refuse(EXTRAS, reason))?;
        }
        Ok(spec)
    }

    /// Adds what WaveSpeed's shape cannot say. What does not fit the model's inputs is left alone: the model may have changed.
    pub(super) fn add_extras(&mut self, extras: &Value) -> Result<(), String> {
        let extras = extras.as_object().ok_or("must be an object")?;
        for (name, value) in extras {
            match name.as_str() {
                "name" => {
                    self.name = value.as_str().filter(|name| !name.is_empty()).ok_or("name must be text")?.to_owned()
                }
                "outputs" => {
                    let outputs = integer(value).and_then(|outputs| u32::try_from(outputs).ok());
                    let outputs = outputs.filter(|outputs| (1..=MAX_OUTPUTS).contains(outputs));
                    self.outputs =
                        Some(outputs.ok_or_else(|| format!("outputs must be a whole number from 1 to {MAX_OUTPUTS}"))?);
                }
                "sizes" => {
                    let sizes = value.as_object().ok_or("sizes must be an object")?;
                    for (shape, size) in sizes {
                        let size = size.as_str().filter(|size| size_of(size).is_some());
                        let size = size.ok_or_else(|| format!("sizes.{shape} must be width*height"))?;
                        self.sizes.insert(shape.clone(), size.to_owned());
                    }
                }
                "pixels" => {
                    let rules: PixelRules = serde_json::from_value(value.clone())
                        .map_err(|error| format!("pixels cannot be read: {error}"))?;
                    let shape = self.concepts.shape.clone();
                    let kind = self
                        .inputs
                        .iter_mut()
                        .find(|input| Some(&input.name) == shape.as_ref())
                        .map(|input| &mut input.kind);
                    if let Some(InputKind::Pixels { rules: its, .. }) = kind {
                        *its = rules;
                    }
                }
                "price" => self.list_price = list_price(value)?,
                other => {
                    return Err(format!(
                        "has {other}, which is unknown; known are name, outputs, sizes, pixels and price"
                    ));
                }
            }
        }
        Ok(())
    }

    /// About what an input costs, as far as the row's own rules tell; `None` where nothing is known of the price.
    pub fn estimate(&self, input: &Map<String, Value>) -> Option<MicroUsd> {
        let base = self.price_microusd?;
        let ListPrice { each, by, plus } = &self.list_price;
        let tier = by.as_ref().and_then(|(name, prices)| prices.get(input.get(name)?.as_str()?).copied());
        let count = each.as_ref().and_then(|name| input.get(name)).and_then(integer).unwrap_or(1);
        let extra: MicroUsd = plus
            .iter()
            .filter(|(name, _)| input.get(*name).and_then(Value::as_bool).unwrap_or(false))
            .map(|(_, amount)| *amount)
            .sum();
        Some(tier.unwrap_or(base).times(u32::try_from(count.max(1)).unwrap_or(u32::MAX)) + extra)
    }
}

/// Whether a text can be the id of a model: a path of parts of plain characters with slashes between them, none of which climbs.
pub fn is_model_id(text: &str) -> bool {
    let is_part = |part: &str| {
        part.chars().all(|c| c.is_ascii_alphanumeric() || matches!(c, '-' | '_' | '.'))
            && part.chars().any(|c| c != '.')
    };
    text.len() <= MAX_ID && text.split('/').all(is_part)
}

fn id_of(row: &Value) -> Result<&str, RowError> {
    // Documents call the id `name` and put a number of the database beside it.
    let text = |key: &str| row.get(key).and_then(Value::as_str).filter(|text| !text.is_empty());
    let id = text("model_id").or_else(|| text("id")).or_else(|| text("name"));
    id.filter(|id| is_model_id(id)).ok_or_else(|| RowError {
        id: None,
        field: "model_id",
        reason: "must be parts of letters, digits, dots, dashes and underscores with slashes between them".to_owned(),
    })
}
