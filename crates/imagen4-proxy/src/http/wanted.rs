//! What a body asks for: a model and its input, the run that it was varied from, and the most that it may cost.
//!
//! `{"model", "input": {…}}`, or flat, the inputs beside the model. Every field that is wrong is named.

use futures_util::stream::{self, StreamExt, TryStreamExt};
use imagen4_core::json::integer;
use imagen4_core::{FieldErrors, MicroUsd, ModelInput, Problem, ProblemCode, RunId};
use serde_json::{Map, Value};

use super::app::App;
use super::problem::ApiResult;

/// What is no input, where inputs stand flat. The terms of a click are taken out before.
const BESIDE: [&str; 2] = ["model", "input"];

/// So many prices of a group are asked for at a time.
const AT_ONCE: usize = 8;

/// What is said of a click as a whole.
#[derive(Clone, Copy, Debug, Default)]
pub(super) struct Terms {
    /// The run that it was varied from.
    pub(super) parent: Option<RunId>,
    /// The price that was shown: more is not agreed to.
    pub(super) max_price: Option<MicroUsd>,
}

/// Takes the terms out of a body.
pub(super) fn terms(body: &mut Value, errors: &mut FieldErrors) -> Terms {
    let mut take =
        |name: &str| body.as_object_mut().and_then(|fields| fields.remove(name)).filter(|value| !value.is_null());
    let parent = take("parent").and_then(|parent| {
        let read = parent.as_str().and_then(|text| text.parse().ok());
        if read.is_none() {
            errors.add("parent", "must be the id of a run");
        }
        read
    });
    let max_price = take("max_price_microusd").and_then(|price| {
        let read = integer(&price).filter(|price| *price >= 0).map(MicroUsd::new);
        if read.is_none() {
            errors.add("max_price_microusd", "must be a whole number of micro-dollars");
        }
        read
    });
    Terms { parent, max_price }
}

/// Reads a model and its input. A model that is gone is read as well: a repetition of a click is answered for ever.
pub(super) fn input(app: &App, body: &Value) -> Result<ModelInput, FieldErrors> {
    let mut errors = FieldErrors::default();
    let empty = Map::new();
    let fields = body.as_object().unwrap_or_else(|| {
        errors.add("prompt", "is required: the body must be a JSON object");
        &empty
    });
    let catalogue = app.models.catalogue();
    let named = fields.get("model").filter(|model| !model.is_null());
    let id = match named {
        None => app.models.default_model(),
        Some(model) => Some(model.as_str().unwrap_or_default().to_owned()),
    };
    let Some(entry) = id.as_deref().and_then(|id| catalogue.find(id)) else {
        errors.add("model", "must be the id of a model that is offered here: GET /api/models lists them");
        return Err(errors);
    };
    let given = match fields.get("input").filter(|input| !input.is_null()) {
        Some(Value::Object(input)) => {
            for name in fields.keys().filter(|name| !BESIDE.contains(&name.as_str())) {
                errors.add(name, "is unknown beside model and input");
            }
            input.clone()
        }
        Some(_) => {
            errors.add("input", "must be an object with the model's inputs");
            return Err(errors);
        }
        None => fields
            .iter()
            .filter(|(name, _)| !BESIDE.contains(&name.as_str()))
            .map(|(name, value)| (name.clone(), value.clone()))
            .collect(),
    };
    match entry.spec.accept(&Value::Object(given)) {
        Ok(input) if errors.is_empty() => Ok(input),
        outcome => {
            errors.merge(outcome.err().unwrap_or_default());
            Err(errors)
        }
    }
}

/// What inputs cost now.
///
/// # Errors
/// When a model is gone, a price is not known, or all of them cost more than was agreed to: then nothing may be held.
pub(super) async fn prices(app: &App, inputs: &[ModelInput], max_price: Option<MicroUsd>) -> ApiResult<Vec<MicroUsd>> {
    let offered = || -> ApiResult<()> {
        let catalogue = app.models.catalogue();
        let gone = inputs.iter().map(|input| &input.request().model).find(|id| catalogue.find_offered(id).is_none());
        gone.map_or(Ok(()), |id| Err(app.models.gone(id).into()))
    };
    offered()?;
    let asking: Vec<_> = inputs.iter().map(|input| app.models.price(input)).collect();
    let quotes = stream::iter(asking).buffered(AT_ONCE);
    let prices: Vec<MicroUsd> = quotes.map_ok(|quote| quote.price_microusd).try_collect().await?;
    // It may have gone while the price was asked for.
    offered()?;
    let price: MicroUsd = prices.iter().copied().sum();
    match max_price {
        Some(most) if price > most => {
            let detail = format!("It costs {price} now, not {most}. Nothing was sent.");
            Err(Problem { price_microusd: Some(price), ..Problem::new(ProblemCode::PriceChanged).detail(detail) }
                .into())
        }
        _ => Ok(prices),
    }
}
