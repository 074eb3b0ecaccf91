//! The models. A model is as free as its schema, so serde reads it.

use imagen4_core::Timestamp;
use imagen4_core::api::ModelList;
use imagen4_core::model::ModelOnWire;
use serde::Deserialize;

#[derive(Deserialize)]
struct Told {
    models: Vec<ModelOnWire>,
    #[serde(default)]
    default_model: Option<String>,
    #[serde(default)]
    updated_at: Option<Timestamp>,
}

/// Reads a list of models. One with an input of a kind that this build does not know is left out.
pub(in crate::api) fn read(text: &str) -> Option<ModelList> {
    let Told { models, default_model, updated_at } = serde_json::from_str(text).ok()?;
    let models = models.into_iter().filter_map(|model| model.try_into().ok()).collect();
    Some(ModelList { models, default_model, updated_at })
}

#[cfg(test)]
mod tests {
    use imagen4_core::Catalogue;
    use imagen4_core::api::ModelInfo;
    use wasm_bindgen_test::wasm_bindgen_test;

    use super::*;

    #[wasm_bindgen_test(unsupported = test)]
    fn what_the_core_writes_is_read_as_it_was_but_for_what_is_newer_than_this_build() {
        let model = |entry: &imagen4_core::model::Entry| {
            let spec = imagen4_core::ModelSpec { list_price: Default::default(), ..entry.spec.clone() };
            let entry = imagen4_core::model::Entry { spec, ..entry.clone() };
            ModelInfo { entry, typical_ms: Some(6_100), closest: vec!["m".into()] }
        };
        let list = ModelList {
            models: Catalogue::builtin().entries().iter().map(model).collect(),
            default_model: Some("wavespeed-ai/imagen4".into()),
            updated_at: Some(Timestamp::from_ms(5)),
        };
        let mut json = serde_json::to_value(&list).expect("it can be written");
        assert_eq!(read(&json.to_string()), Some(list.clone()));
        json["models"][0]["inputs"][0]["kind"] = "hologram".into();
        json["models"][1]["inputs"][0]["kind"] = "hologram".into();
        let left = read(&json.to_string()).expect("the others can be read");
        assert_eq!(left.models[..], list.models[2..]);
        assert_eq!(read("[]"), None);
    }
}
