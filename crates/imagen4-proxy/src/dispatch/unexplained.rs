//! Predictions of the past seven days at the vendor that no run here explains, and taking them in.

use imagen4_client::{BillKind, BillRow};
use imagen4_core::api::{Unexplained, UnexplainedPrediction};
use imagen4_core::{GenerationRequest, ImageCount, MicroUsd, Model, Prediction, Prompt, RunId, Seed, Timestamp};
use serde_json::{Value, json};

use super::steps::matching::may_be_lost;
use crate::ledger::{Adoption, Reading, Result};

/// What stands where the vendor does not repeat the prompt.
const NOT_KNOWN: &str = "(adopted from the vendor's list; its prompt is not known)";

/// A prediction at the vendor and what its bill says.
#[derive(Clone, Debug)]
pub struct Stray {
    prediction: Prediction,
    price: Option<MicroUsd>,
}

/// What a look at the whole list brought.
#[derive(Clone, Debug, Default)]
pub struct Strays {
    all: Vec<Stray>,
    looked_at: Option<Timestamp>,
}

impl Strays {
    /// Of list and bills as they were at `at`. What failed has no pictures to take in.
    pub fn of(predictions: Vec<Prediction>, bills: &[BillRow], at: Timestamp) -> Self {
        let price_of = |id: &str| {
            let is_its = |row: &&BillRow| row.kind == BillKind::Deduct && row.prediction_id.as_deref() == Some(id);
            bills.iter().find(is_its).map(|row| row.price)
        };
        let is_ours = |prediction: &Prediction| prediction.model.is_empty() || Model::find(&prediction.model).is_some();
        let all = predictions
            .into_iter()
            .filter(|prediction| is_ours(prediction) && !prediction.status.is_failure())
            .map(|prediction| Stray { price: price_of(&prediction.id), prediction })
            .collect();
        Self { all, looked_at: Some(at) }
    }

    /// Those that no run explains, and that no run whose answer was lost may be: that one is settled first.
    ///
    /// # Errors
    /// When the ledger fails.
    pub fn unexplained(&self, reading: &Reading<'_>, upstream: &str) -> Result<Unexplained> {
        let mut predictions = Vec::new();
        for stray in &self.all {
            let prediction = &stray.prediction;
            if reading.explains(upstream, &prediction.id)?.is_none() && !may_be_lost(reading, upstream, prediction)? {
                predictions.push(stray.on_the_wire());
            }
        }
        Ok(Unexplained { predictions, looked_at: self.looked_at })
    }

    /// That prediction.
    pub fn find(&self, id: &str) -> Option<&Stray> {
        self.all.iter().find(|stray| stray.prediction.id == id)
    }
}

impl Stray {
    /// Takes it in for `person` as run `id`. `unit` is the price of a picture where the bill does not say.
    pub fn adoption(&self, id: RunId, person: &str, unit: impl Fn(&Model) -> MicroUsd, at: Timestamp) -> Adoption {
        let request = self.request();
        let price = self.price.unwrap_or_else(|| unit(request.model).times(u32::from(request.num_images.get())));
        Adoption { id, person: person.to_owned(), request, price, prediction: self.prediction.clone(), at }
    }

    /// What was asked for, as far as the vendor tells.
    fn request(&self) -> GenerationRequest {
        let model = Model::find(&self.prediction.model).unwrap_or(Model::default_model());
        if let Some(Value::Object(input)) = &self.prediction.input {
            let mut known = json!({ "model": model.id });
            for name in ["prompt", "negative_prompt", "aspect_ratio", "num_images", "seed"] {
                if let Some(value) = input.get(name) {
                    known[name] = value.clone();
                }
            }
            if let Ok(request) = GenerationRequest::from_json(&known) {
                return request;
            }
        }
        let outputs = i64::try_from(self.prediction.outputs.len()).unwrap_or_default();
        let prompt = Prompt::new(NOT_KNOWN).expect("it is neither empty nor long");
        let mut request = GenerationRequest::new(prompt);
        request.model = model;
        request.num_images = ImageCount::new(outputs).unwrap_or(ImageCount::ONE);
        request.seed = Some(Seed::UNKNOWN);
        request
    }

    fn on_the_wire(&self) -> UnexplainedPrediction {
        let prompt = self.prediction.input.as_ref().and_then(|input| input.get("prompt")?.as_str().map(str::to_owned));
        UnexplainedPrediction {
            id: self.prediction.id.clone(),
            model: self.prediction.model.clone(),
            status: self.prediction.status.to_string(),
            created_at: self.prediction.created_at,
            prompt,
            price_microusd: self.price,
        }
    }
}
