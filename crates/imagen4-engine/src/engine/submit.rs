//! Accepting and charging.

use std::io;

use imagen4_core::{FieldErrors, GenerationRequest, Seed};
use serde_json::{Value, json};

use super::{Engine, View};
use crate::bill::{Acceptance, Entry};
use crate::faults::Fate;

/// A submission that is not accepted.
#[derive(Debug)]
pub(crate) enum Refusal {
    Retired,
    Invalid(FieldErrors),
    NoCredit,
    Disk(io::Error),
}

impl Engine {
    /// Accepts and bills a submission; it is on the bill when this returns. Like the vendor it drops input keys that it does
    /// not know.
    pub(crate) fn submit(&self, model: &str, input: &Value, fate: Fate) -> Result<View, Refusal> {
        if !self.serves(model) {
            return Err(Refusal::Retired);
        }
        let mut known = json!({ "model": model });
        for key in ["prompt", "negative_prompt", "aspect_ratio", "num_images", "seed"] {
            if let Some(value) = input.get(key) {
                known[key] = value.clone();
            }
        }
        let request = GenerationRequest::from_json(&known).map_err(Refusal::Invalid)?;
        let price = self.price(request.model).times(u32::from(request.num_images.get()));
        let random = self.ambient.random();
        let seed = request.seed.filter(|seed| seed.is_known()).unwrap_or(Seed::from_random(random as u32));
        let asked_for_base64 = input.get("enable_base64_output").and_then(Value::as_bool).unwrap_or(false);
        let mut bill = self.settled();
        if self.options.credit - bill.net() < price {
            return Err(Refusal::NoCredit);
        }
        let acceptance = Acceptance {
            id: format!("{random:032x}"),
            at: self.ambient.now(),
            price_microusd: price,
            model: model.to_owned(),
            input: request.vendor_input(),
            seed: seed.get().unsigned_abs(),
            base64: asked_for_base64 || fate.base64,
            fate,
        };
        let receipt = bill.append(Entry::Accept(acceptance.clone())).map_err(Refusal::Disk)?;
        drop(bill);
        receipt.flush().map_err(Refusal::Disk)?;
        Ok(self.view(acceptance, request))
    }
}
