//! What the form comes to: the runs that Generate would submit, and the prices that it depends on.

use imagen4_core::{FieldErrors, ModelInput, RunRequest};

use super::fields::Draft;
use crate::state::config::Models;

/// A price that is asked for: all inputs with the same key have it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct PriceQuery {
    /// What moves the price.
    pub key: String,
    /// One of them.
    pub request: RunRequest,
    /// How many they are.
    pub times: u32,
}

/// What the form comes to.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Plan {
    /// The runs that Generate would submit, or everything that is wrong.
    pub inputs: Result<Vec<ModelInput>, FieldErrors>,
    /// The prices that it depends on; none where nobody can be asked.
    pub queries: Vec<PriceQuery>,
}

impl Plan {
    /// Of a draft, for the model that it names.
    pub fn of(draft: &Draft, models: &Models) -> Self {
        let spec = models.spec(&draft.model);
        let inputs = draft.inputs(&spec);
        let queries = match &inputs {
            _ if models.offered(&draft.model).is_none() => Vec::new(),
            Ok(inputs) => queries(inputs),
            Err(_) => queries(draft.priceable(&spec).as_slice()),
        };
        Self { inputs, queries }
    }

    /// How many runs it is.
    pub fn runs(&self) -> usize {
        self.inputs.as_ref().map_or(1, Vec::len)
    }
}

fn queries(inputs: &[ModelInput]) -> Vec<PriceQuery> {
    let mut queries: Vec<PriceQuery> = Vec::new();
    for input in inputs {
        let request = input.request();
        let priced = serde_json::to_string(input.priced()).unwrap_or_default();
        let key = format!("{} {priced}", request.model);
        match queries.iter_mut().find(|query| query.key == key) {
            Some(query) => query.times += 1,
            None => queries.push(PriceQuery { key, request: request.clone(), times: 1 }),
        }
    }
    queries
}

#[cfg(test)]
mod tests {
    use wasm_bindgen_test::wasm_bindgen_test;

    use super::*;
    use crate::state::config::models::tests::told;

    #[wasm_bindgen_test(unsupported = test)]
    fn words_and_seeds_cost_nothing_and_what_is_gone_has_no_price() {
        let of = |draft: Draft, gone: &[&str]| {
            Plan::of(&Draft { model: "wavespeed-ai/flux-dev".into(), ..draft }, &told(gone)).queries
        };
        let keys = |queries: &[PriceQuery]| queries.iter().map(|query| query.key.clone()).collect::<Vec<_>>();
        let fox = of(Draft { prompt: "a fox".into(), ..Draft::default() }, &[]);
        assert_eq!(keys(&fox), keys(&of(Draft { seed: "7".into(), ..Draft::default() }, &[])));
        assert_ne!(keys(&fox), keys(&of(Draft { count: "2".into(), ..Draft::default() }, &[])));
        assert_eq!(of(Draft::default(), &["wavespeed-ai/flux-dev"]), []);
    }
}
