//! Predictions of the past seven days at the vendor that no run here explains, and taking them in.

use std::time::Duration;

use imagen4_client::{BillKind, BillRow};
use imagen4_core::api::{Unexplained, UnexplainedPrediction};
use imagen4_core::model::builtin;
use imagen4_core::{Catalogue, MicroUsd, Prediction, RunId, RunRequest, Timestamp};
use serde_json::{Map, Value, json};

use super::steps::matching::may_be_lost;
use crate::store::{Adoption, ReadTx, Result};

/// What stands where the vendor does not repeat the prompt.
const NOT_KNOWN: &str = "(imported from WaveSpeed; its prompt is not known)";

/// A prediction at the vendor and what its bill says.
#[derive(Clone, Debug)]
pub struct OrphanPrediction {
    prediction: Prediction,
    price: Option<MicroUsd>,
}

/// What a look at the whole list brought.
#[derive(Clone, Debug, Default)]
pub struct OrphanPredictions {
    all: Vec<OrphanPrediction>,
    looked_at: Option<Timestamp>,
}

impl OrphanPredictions {
    /// Of list and bills as they were at `at`. What failed has no pictures to take in.
    pub fn of(predictions: Vec<Prediction>, bills: &[BillRow], at: Timestamp) -> Self {
        let price_of = |id: &str| {
            let is_its = |row: &&BillRow| row.kind == BillKind::Deduct && row.prediction_id.as_deref() == Some(id);
            bills.iter().find(is_its).map(|row| row.price)
        };
        let all = predictions
            .into_iter()
            .filter(|prediction| !prediction.status.is_failure())
            .map(|prediction| OrphanPrediction { price: price_of(&prediction.id), prediction })
            .collect();
        Self { all, looked_at: Some(at) }
    }

    /// Whether they were looked for longer ago than that, or never.
    pub fn is_older_than(&self, age: Duration, now: Timestamp) -> bool {
        self.looked_at.is_none_or(|at| u128::from(now.ms_since(at)) > age.as_millis())
    }

    /// Those that no run explains, and that no run whose answer was lost may be: that one is settled first. Nor what no model of the
    /// catalogue made: the same account may make films.
    ///
    /// # Errors
    /// When the store fails.
    pub fn unexplained(&self, tx: &ReadTx<'_>, upstream: &str, models: &Catalogue) -> Result<Unexplained> {
        let is_ours = |prediction: &Prediction| prediction.model.is_empty() || models.find(&prediction.model).is_some();
        let mut predictions = Vec::new();
        for stray in self.all.iter().filter(|stray| is_ours(&stray.prediction)) {
            let prediction = &stray.prediction;
            if tx.explains(upstream, &prediction.id)?.is_none() && !may_be_lost(tx, upstream, prediction)? {
                predictions.push(stray.on_the_wire());
            }
        }
        Ok(Unexplained { predictions, looked_at: self.looked_at })
    }

    /// That prediction.
    pub fn find(&self, id: &str) -> Option<&OrphanPrediction> {
        self.all.iter().find(|stray| stray.prediction.id == id)
    }
}

impl OrphanPrediction {
    /// Takes it in for `person` as run `id`. Where the bill does not say its price yet, an estimate stands until it does.
    pub fn adoption(&self, id: RunId, person: &str, models: &Catalogue) -> Adoption {
        let request = self.request();
        let estimate = || models.find(&request.model)?.spec.estimate(&request.input);
        let price = self.price.or_else(estimate).unwrap_or_default();
        Adoption { id, person: person.to_owned(), request, price, prediction: self.prediction.clone() }
    }

    /// What was asked for, as far as the vendor tells.
    fn request(&self) -> RunRequest {
        let told = self.prediction.model.clone();
        let model = if told.is_empty() { builtin::default_model().id.clone() } else { told };
        let mut input = match &self.prediction.input {
            Some(Value::Object(input)) => input.clone(),
            _ => Map::new(),
        };
        if input.get("prompt").and_then(Value::as_str).is_none_or(str::is_empty) {
            input.insert("prompt".to_owned(), json!(NOT_KNOWN));
        }
        RunRequest { model, input }
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
