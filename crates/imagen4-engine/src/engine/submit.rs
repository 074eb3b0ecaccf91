//! Accepting and charging, and what that would cost.

use std::io;
use std::sync::Arc;

use imagen4_core::model::InputKind;
use imagen4_core::text::is_blank;
use imagen4_core::{FieldErrors, MicroUsd, ModelInput, ModelSpec, RunRequest};
use serde_json::{Map, Value, json};

use super::models::Known;
use super::size::size;
use super::{Engine, View, lock};
use crate::bill::{Acceptance, Entry};
use crate::faults::Fate;

/// A submission that is not accepted, or not quoted.
#[derive(Debug)]
pub(crate) enum Refusal {
    Unknown,
    Retired,
    Invalid(FieldErrors),
    NoCredit,
    Disk(io::Error),
}

impl Engine {
    /// Accepts and bills a submission; it is on the bill when this returns.
    pub(crate) fn submit(&self, model: &str, input: &Value, fate: Fate) -> Result<View, Refusal> {
        let spec = self.spec(model)?;
        let request = understood(&spec, input)?.into_request();
        let price = lock(&self.models).price(&spec, &request);
        let random = self.env.random();
        let seed = request.known_seed().map_or(random as u32 >> 1, folded);
        let asked_for_base64 = input.get("enable_base64_output").and_then(Value::as_bool).unwrap_or(false);
        let mut bill = self.settled();
        if self.options.credit - bill.net() < price {
            return Err(Refusal::NoCredit);
        }
        let acceptance = Acceptance {
            id: format!("{random:032x}"),
            at: self.env.now(),
            price_microusd: price,
            model: request.model.clone(),
            outputs: Some(outputs(&spec, &request)),
            size: Some(size(Some(&spec), &request)),
            input: Value::Object(request.input),
            seed,
            base64: asked_for_base64 || fate.base64,
            fate,
        };
        let receipt = bill.append(Entry::Accept(acceptance.clone())).map_err(Refusal::Disk)?;
        drop(bill);
        receipt.flush().map_err(Refusal::Disk)?;
        Ok(self.view(acceptance))
    }

    /// What a submission would be charged now. Prices are asked without a prompt as well.
    pub(crate) fn quote(&self, model: &str, input: &Value) -> Result<MicroUsd, Refusal> {
        let spec = self.spec(model)?;
        let mut input = input.as_object().cloned().unwrap_or_default();
        let prompt = &spec.concepts.prompt;
        if input.get(prompt).is_none_or(|text| text.as_str().map_or(text.is_null(), is_blank)) {
            let shortest = match spec.input(prompt).map(|prompt| &prompt.kind) {
                Some(InputKind::Text { min_chars: Some(min), .. }) => *min,
                _ => 1,
            };
            input.insert(prompt.clone(), json!("-".repeat(shortest)));
        }
        let request = understood(&spec, &Value::Object(input))?.into_request();
        Ok(lock(&self.models).price(&spec, &request))
    }

    fn spec(&self, model: &str) -> Result<Arc<ModelSpec>, Refusal> {
        match lock(&self.models).find(model) {
            Known::Served(spec) => Ok(spec),
            Known::Retired => Err(Refusal::Retired),
            Known::Unknown => Err(Refusal::Unknown),
        }
    }
}

/// Like the vendor it drops input keys that it does not know, and goes on with the defaults.
fn understood(spec: &ModelSpec, input: &Value) -> Result<ModelInput, Refusal> {
    let known = match input {
        Value::Object(input) => {
            let known = input.iter().filter(|(name, _)| spec.input(name).is_some());
            Value::Object(known.map(|(name, value)| (name.clone(), value.clone())).collect::<Map<_, _>>())
        }
        other => other.clone(),
    };
    spec.accept(&known).map_err(Refusal::Invalid)
}

/// How many pictures come: as many as the request counts, else as the model makes in one call.
fn outputs(spec: &ModelSpec, request: &RunRequest) -> u32 {
    let is_counted = spec.concepts.count.as_ref().is_some_and(|count| request.input.contains_key(count));
    if is_counted { request.images() } else { spec.outputs.unwrap_or(1) }
}

/// The painter knows 32 bits; most models have fewer.
fn folded(seed: i64) -> u32 {
    (seed ^ (seed >> 32)) as u32
}
