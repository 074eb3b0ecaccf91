//! The models that are served: rows of a catalogue, and what of them has been retired.

use std::collections::{BTreeMap, BTreeSet};
use std::sync::Arc;

use imagen4_core::model::{ModelSpec, RowError, builtin};
use imagen4_core::{MicroUsd, RunRequest};
use serde_json::{Value, json};

/// What is served, and at which prices.
#[derive(Debug, Default)]
pub(super) struct Models {
    shelf: Vec<Served>,
    retired: BTreeSet<String>,
    /// Prices that differ from the rows' own.
    prices: BTreeMap<String, MicroUsd>,
}

/// One row.
#[derive(Debug)]
struct Served {
    /// `None` for a row without a usable id; such rows are listed as well.
    id: Option<String>,
    /// What can be submitted; the vendor lists other kinds of models as well.
    spec: Option<Arc<ModelSpec>>,
    row: Value,
}

/// What the vendor knows of a model's id.
#[derive(Debug)]
pub(super) enum Known {
    Served(Arc<ModelSpec>),
    Retired,
    Unknown,
}

impl Served {
    fn read(row: &Value) -> Result<Self, RowError> {
        match ModelSpec::from_row(row) {
            Ok(spec) => Ok(Self { id: Some(spec.id.clone()), spec: Some(Arc::new(spec)), row: row.clone() }),
            Err(RowError { id: Some(id), .. }) => Ok(Self { id: Some(id), spec: None, row: row.clone() }),
            Err(error) => Err(error),
        }
    }
}

impl Models {
    pub(super) fn new(rows: &[Value], retired: &[String], prices: &BTreeMap<String, MicroUsd>) -> Self {
        let shelf = rows
            .iter()
            .map(|row| Served::read(row).unwrap_or_else(|_| Served { id: None, spec: None, row: row.clone() }));
        Self { shelf: shelf.collect(), retired: retired.iter().cloned().collect(), prices: prices.clone() }
    }

    pub(super) fn set_price(&mut self, model: &str, price: MicroUsd) {
        self.prices.insert(model.to_owned(), price);
    }

    pub(super) fn retire(&mut self, model: &str) {
        self.retired.insert(model.to_owned());
    }

    pub(super) fn restore(&mut self, model: &str) {
        self.retired.remove(model);
    }

    /// Puts a row in the place of the one with the same id, or behind all of them.
    pub(super) fn replace(&mut self, row: &Value) -> Result<(), RowError> {
        let served = Served::read(row)?;
        match self.shelf.iter_mut().find(|other| other.id == served.id) {
            Some(place) => *place = served,
            None => self.shelf.push(served),
        }
        Ok(())
    }

    pub(super) fn find(&self, model: &str) -> Known {
        match self.spec(model) {
            Some(_) if self.retired.contains(model) => Known::Retired,
            Some(spec) => Known::Served(spec.clone()),
            None => Known::Unknown,
        }
    }

    /// The model of that id, retired or not.
    pub(super) fn spec(&self, model: &str) -> Option<&Arc<ModelSpec>> {
        self.shelf.iter().find(|served| served.id.as_deref() == Some(model))?.spec.as_ref()
    }

    /// The rows of what is not retired as the vendor sends them.
    pub(super) fn rows(&self) -> Vec<Value> {
        let offered = |served: &&Served| served.id.as_ref().is_none_or(|id| !self.retired.contains(id));
        let told = |served: &Served| {
            let mut row = builtin::in_vendors_shape(&served.row);
            if let Some(price) = served.id.as_ref().and_then(|id| self.prices.get(id)) {
                row["base_price"] = json!(price.to_json_dollars());
            }
            row
        };
        self.shelf.iter().filter(offered).map(told).collect()
    }

    /// What a request in its normal form costs; nothing where its row tells no price. A price that was set is for each image that
    /// is asked for, and for the whole call where the model has no count.
    pub(super) fn price(&self, spec: &ModelSpec, request: &RunRequest) -> MicroUsd {
        match self.prices.get(&spec.id) {
            Some(price) => price.times(request.images()),
            None => spec.estimate(&request.input).unwrap_or_default(),
        }
    }
}
