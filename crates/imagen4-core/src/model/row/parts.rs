//! The parts of a row, each read alone: its price, its schema, and the order of its inputs.

use std::collections::BTreeMap;

use serde_json::{Map, Value};

use crate::MicroUsd;
use crate::model::spec::ListPrice;

pub(super) fn list_price(value: &Value) -> Result<ListPrice, String> {
    let fields = value.as_object().ok_or("price must be an object")?;
    let mut price = ListPrice::default();
    let prices = |value: &Value, name: &str| -> Result<BTreeMap<String, MicroUsd>, String> {
        let amounts = value.as_object().ok_or_else(|| format!("price.{name} must be an object"))?;
        let read = |(key, amount): (&String, &Value)| {
            let amount = dollars(amount).ok_or_else(|| format!("price.{name}.{key} must be a number of dollars"))?;
            Ok((key.clone(), amount))
        };
        amounts.iter().map(read).collect()
    };
    for (name, value) in fields {
        match name.as_str() {
            "each" => price.each = Some(value.as_str().ok_or("price.each must be the name of an input")?.to_owned()),
            "plus" => price.plus = prices(value, name)?,
            other => price.by = Some((other.to_owned(), prices(value, other)?)),
        }
    }
    Ok(price)
}

/// Dollars, or, as older answers have it, whole micro-dollars: no image costs a thousand dollars.
pub(super) fn dollars(value: &Value) -> Option<MicroUsd> {
    let number = value.as_number()?;
    match number.as_i64() {
        Some(micros) if micros >= 1_000 => Some(MicroUsd::new(micros)),
        _ => {
            let micros = (number.as_f64()? * 1e6).round();
            (micros.is_finite() && (0.0..=1e12).contains(&micros)).then(|| MicroUsd::new(micros as i64))
        }
    }
}

/// The schema of the submit call, in the live shape or in the older nested one.
pub(super) fn request_schema(row: &Value) -> Option<&Map<String, Value>> {
    let api = row.get("api_schema")?;
    let runs = api.get("api_schemas").and_then(Value::as_array);
    let live = runs.and_then(|runs| {
        let is_run = |entry: &&Value| entry.get("type").and_then(Value::as_str) == Some("model_run");
        runs.iter().find(is_run).or(runs.first())?.get("request_schema")
    });
    let nested = || api.pointer("/components/schemas/Request");
    live.or_else(nested)?.as_object()
}

pub(super) fn names(list: Option<&Value>) -> impl Iterator<Item = &str> {
    list.and_then(Value::as_array).into_iter().flatten().filter_map(Value::as_str)
}

/// The order that the schema names; then what is required, the prompt first; then by name.
pub(super) fn order<'a>(
    schema: &'a Map<String, Value>,
    properties: &'a Map<String, Value>,
    required: &[&str],
) -> Vec<&'a str> {
    let mut order: Vec<&str> = Vec::new();
    let listed = names(schema.get("x-order-properties")).filter_map(|name| properties.get_key_value(name));
    let mut rest: Vec<&str> = properties.keys().map(String::as_str).collect();
    rest.sort_by_key(|name| (!required.contains(name), *name != "prompt", *name));
    for name in listed.map(|(name, _)| name.as_str()).chain(rest) {
        if !order.contains(&name) {
            order.push(name);
        }
    }
    order
}
