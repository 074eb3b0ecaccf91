//! What the form comes to: the runs that a press would buy, and the prices that it depends on.

use imagen4_core::{FieldErrors, ModelInput, RunRequest};

use super::draft::Draft;
use crate::server::Models;

/// A price that is asked for: all inputs with the same key have it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Ask {
    /// What moves the price.
    pub key: String,
    /// One of them.
    pub request: RunRequest,
    /// How many they are.
    pub times: u32,
}

/// What the form comes to.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Composed {
    /// The runs that a press would buy, or everything that is wrong.
    pub inputs: Result<Vec<ModelInput>, FieldErrors>,
    /// The prices that it depends on; none where nobody can be asked.
    pub asks: Vec<Ask>,
}

impl Composed {
    /// Of a draft, for the model that it names.
    pub fn of(draft: &Draft, models: &Models) -> Self {
        let spec = models.spec(&draft.model);
        let inputs = draft.inputs(&spec);
        let asks = match &inputs {
            _ if models.offered(&draft.model).is_none() => Vec::new(),
            Ok(inputs) => asks(inputs),
            Err(_) => asks(draft.priceable(&spec).as_slice()),
        };
        Self { inputs, asks }
    }

    /// How many runs it is.
    pub fn runs(&self) -> usize {
        self.inputs.as_ref().map_or(1, Vec::len)
    }
}

fn asks(inputs: &[ModelInput]) -> Vec<Ask> {
    let mut asks: Vec<Ask> = Vec::new();
    for input in inputs {
        let request = input.request();
        let priced = serde_json::to_string(input.priced()).unwrap_or_default();
        let key = format!("{} {priced}", request.model);
        match asks.iter_mut().find(|ask| ask.key == key) {
            Some(ask) => ask.times += 1,
            None => asks.push(Ask { key, request: request.clone(), times: 1 }),
        }
    }
    asks
}

#[cfg(test)]
mod tests {
    use wasm_bindgen_test::wasm_bindgen_test;

    use super::*;
    use crate::server::models::tests::told;

    #[wasm_bindgen_test(unsupported = test)]
    fn words_and_seeds_cost_nothing_and_what_is_gone_has_no_price() {
        let of = |draft: Draft, gone: &[&str]| {
            Composed::of(&Draft { model: "wavespeed-ai/flux-dev".into(), ..draft }, &told(gone)).asks
        };
        let keys = |asks: &[Ask]| asks.iter().map(|ask| ask.key.clone()).collect::<Vec<_>>();
        let fox = of(Draft { prompt: "a fox".into(), ..Draft::default() }, &[]);
        assert_eq!(keys(&fox), keys(&of(Draft { seed: "7".into(), ..Draft::default() }, &[])));
        assert_ne!(keys(&fox), keys(&of(Draft { count: "2".into(), ..Draft::default() }, &[])));
        assert_eq!(of(Draft::default(), &["wavespeed-ai/flux-dev"]), []);
    }
}
