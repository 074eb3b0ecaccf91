//! The model that the shell's form is for. `index.html` shows its controls before any code has arrived, so until the server has told
//! its models this is what the form can send. It is said here once more: reading the row of it takes the whole reader of catalogues.

use imagen4_core::model::{Concepts, InputKind, InputSpec};
use imagen4_core::{MicroUsd, ModelSpec};

/// What the shell's form takes.
pub fn spec() -> ModelSpec {
    let text = || InputKind::Text { default: None, min_chars: None, max_chars: None };
    let ratios = ["1:1", "16:9", "9:16", "3:4", "4:3"];
    let shape = InputKind::Choice { options: ratios.map(Into::into).to_vec(), default: Some(ratios[0].into()) };
    let count = InputKind::Integer { default: Some(1), min: Some(1), max: Some(4), multiple_of: None };
    let seed = InputKind::Integer { default: None, min: Some(-1), max: Some(i64::from(i32::MAX)), multiple_of: None };
    let sizes = ["1024*1024", "1408*768", "768*1408", "896*1280", "1280*896"];
    let id = "wavespeed-ai/imagen4".to_owned();
    ModelSpec {
        name: "Imagen 4".to_owned(),
        id,
        concepts: Concepts {
            prompt: "prompt".to_owned(),
            negative_prompt: Some("negative_prompt".to_owned()),
            shape: Some("aspect_ratio".to_owned()),
            resolution: None,
            count: Some("num_images".to_owned()),
            seed: Some("seed".to_owned()),
        },
        inputs: vec![
            input("prompt", true, text()),
            input("negative_prompt", false, text()),
            input("aspect_ratio", false, shape),
            input("num_images", false, count),
            input("seed", false, seed),
        ],
        sizes: ratios.iter().zip(sizes).map(|(ratio, size)| ((*ratio).to_owned(), size.to_owned())).collect(),
        price_microusd: Some(MicroUsd::new(40_000)),
        ..ModelSpec::default()
    }
}

/// One input, without the words that only a catalogue has.
pub(super) fn input(name: &str, required: bool, kind: InputKind) -> InputSpec {
    InputSpec { name: name.to_owned(), title: String::new(), description: String::new(), required, kind }
}

#[cfg(test)]
mod tests {
    use imagen4_core::model::builtin::default_model;
    use wasm_bindgen_test::wasm_bindgen_test;

    use super::*;

    #[wasm_bindgen_test(unsupported = test)]
    fn it_is_the_model_that_everything_begins_with() {
        let (shell, row) = (spec(), default_model());
        assert_eq!((&shell.id, &shell.name, &shell.concepts), (&row.id, &row.name, &row.concepts));
        assert_eq!((shell.sizes.clone(), shell.price_microusd), (row.sizes.clone(), row.price_microusd));
        let plain = |spec: &ModelSpec| -> Vec<InputSpec> {
            spec.inputs.iter().map(|it| input(&it.name, it.required, it.kind.clone())).collect()
        };
        assert_eq!(plain(&shell), plain(row));
    }
}
