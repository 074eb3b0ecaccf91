//! The model that the shell's form is for. `index.html` shows its controls before any code has arrived, so until the server has told
//! its models this is what the form can send.

use imagen4_core::ModelSpec;
use imagen4_core::api::ModelInfo;

/// As the server would tell it.
const ROW: &str = include_str!("default_model.json");

/// What the shell's form takes.
///
/// # Panics
/// Never: a test reads the row that is built in.
pub fn default_model() -> ModelSpec {
    serde_json::from_str::<ModelInfo>(ROW).expect("the row that is built in can be read").entry.spec
}

#[cfg(test)]
mod tests {
    use imagen4_core::model::InputSpec;
    use imagen4_core::model::builtin;
    use wasm_bindgen_test::wasm_bindgen_test;

    use super::*;

    #[wasm_bindgen_test(unsupported = test)]
    fn it_is_the_model_that_everything_begins_with() {
        let (shell, row) = (default_model(), builtin::default_model());
        assert_eq!((&shell.id, &shell.name, &shell.concepts), (&row.id, &row.name, &row.concepts));
        assert_eq!((shell.sizes.clone(), shell.price_microusd), (row.sizes.clone(), row.price_microusd));
        let plain = |spec: &ModelSpec| -> Vec<InputSpec> {
            let plain = |it: &InputSpec| InputSpec { title: String::new(), description: String::new(), ..it.clone() };
            spec.inputs.iter().map(plain).collect()
        };
        assert_eq!(plain(&shell), plain(row));
    }
}
