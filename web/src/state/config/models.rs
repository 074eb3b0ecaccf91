//! The models as the server tells them; before it has, the one that comes with this build.

use std::collections::BTreeMap;
use std::sync::Arc;

use imagen4_core::api::ModelList;
use imagen4_core::model::{Concepts, Entry, InputKind, InputSpec};
use imagen4_core::{Catalogue, ModelSpec};

use super::default_model::default_model;

/// So many models are named in place of one that is gone.
const CLOSEST: usize = 3;

/// The models, and what is known of each beside what it is.
#[derive(Clone, Debug, PartialEq)]
pub struct Models {
    /// What they are.
    pub catalogue: Catalogue,
    /// Whether the server has told them.
    pub told: bool,
    /// What a form begins with.
    pub default_model: String,
    typical_ms: BTreeMap<String, u64>,
    closest: BTreeMap<String, Vec<String>>,
}

impl Models {
    /// Nothing is known yet but the model that comes with this build.
    pub fn unknown() -> Self {
        let spec = default_model();
        let default_model = spec.id.clone();
        let entry = Entry { spec, offered: true, gone_since: None, confirmed: true };
        Self {
            catalogue: Catalogue::of(vec![entry], None),
            told: false,
            default_model,
            typical_ms: BTreeMap::new(),
            closest: BTreeMap::new(),
        }
    }

    /// What the server has told.
    pub fn of(list: ModelList) -> Self {
        let mut models = Self { told: true, ..Self::unknown() };
        let mut entries = Vec::with_capacity(list.models.len());
        for model in list.models {
            let id = &model.entry.spec.id;
            models.typical_ms.extend(model.typical_ms.map(|ms| (id.clone(), ms)));
            if !model.closest.is_empty() {
                models.closest.insert(id.clone(), model.closest);
            }
            entries.push(model.entry);
        }
        models.catalogue = Catalogue::of(entries, list.updated_at);
        models.default_model = list.default_model.unwrap_or(models.default_model);
        models
    }

    /// What a form for that id is made from. Of a model that nobody describes it is known that it has a prompt.
    pub fn spec(&self, id: &str) -> Arc<ModelSpec> {
        let known = self.catalogue.find(if id.is_empty() { &self.default_model } else { id });
        Arc::new(match known {
            Some(entry) => entry.spec.clone(),
            None if !self.told => default_model(),
            None => bare(id),
        })
    }

    /// The model of that id, if it can be bought.
    pub fn offered(&self, id: &str) -> Option<&Entry> {
        self.catalogue.find_offered(id)
    }

    /// What people call it; its id where nothing else is known.
    pub fn name(&self, id: &str) -> String {
        self.catalogue.find(id).map_or(id, |entry| &entry.spec.name).to_owned()
    }

    /// How long its runs are with the vendor, once that was learned, in milliseconds.
    pub fn typical_ms(&self, id: &str) -> Option<u64> {
        self.typical_ms.get(id).copied()
    }

    /// What can be bought in place of a model.
    pub fn closest(&self, id: &str) -> Vec<&Entry> {
        let told = self.closest.get(id).into_iter().flatten().filter_map(|id| self.offered(id));
        let told: Vec<_> = told.take(CLOSEST).collect();
        match self.catalogue.find(id) {
            _ if !told.is_empty() => told,
            Some(entry) => self.catalogue.closest(&entry.spec, CLOSEST),
            None => self.offered(&self.default_model).into_iter().collect(),
        }
    }
}

fn bare(id: &str) -> ModelSpec {
    let prompt = InputSpec {
        name: "prompt".to_owned(),
        title: String::new(),
        description: String::new(),
        required: true,
        kind: InputKind::Text { default: None, min_chars: None, max_chars: None },
    };
    ModelSpec {
        id: id.to_owned(),
        name: id.to_owned(),
        concepts: Concepts { prompt: prompt.name.clone(), ..Concepts::default() },
        inputs: vec![prompt],
        ..ModelSpec::default()
    }
}

#[cfg(test)]
pub(crate) mod tests {
    use imagen4_core::Timestamp;
    use imagen4_core::api::ModelInfo;
    use wasm_bindgen_test::wasm_bindgen_test;

    use super::*;

    /// All models of this build as a server would tell them, all but those of `gone` offered.
    pub(crate) fn told(gone: &[&str]) -> Models {
        let model = |entry: &Entry| {
            let is_gone = gone.contains(&entry.spec.id.as_str());
            let gone_since = is_gone.then(|| Timestamp::from_ms(1_790_000_000_000));
            let entry = Entry { offered: !is_gone, gone_since, confirmed: true, ..entry.clone() };
            ModelInfo { entry, typical_ms: None, closest: Vec::new() }
        };
        let models: Vec<_> = Catalogue::builtin().entries().iter().map(model).collect();
        let entries = models.iter().map(|model| model.entry.clone()).collect();
        let default_model = Catalogue::of(entries, None).default_model(None).map(|entry| entry.spec.id.clone());
        Models::of(ModelList { models, default_model, updated_at: Some(Timestamp::from_ms(1)) })
    }

    #[wasm_bindgen_test(unsupported = test)]
    fn before_the_server_has_told_the_form_is_for_the_model_of_this_build() {
        let models = Models::unknown();
        for id in ["", "wavespeed-ai/imagen4", "somebody/else"] {
            assert_eq!(models.spec(id).id, "wavespeed-ai/imagen4");
        }
        assert_eq!(models.name("somebody/else"), "somebody/else");
    }

    #[wasm_bindgen_test(unsupported = test)]
    fn a_model_that_is_gone_or_unknown_has_others_in_its_place() {
        let models = told(&["wavespeed-ai/imagen4"]);
        assert_ne!(models.default_model, "wavespeed-ai/imagen4", "it begins with one that is offered");
        assert!(models.offered("wavespeed-ai/imagen4").is_none());
        assert_eq!(models.spec("wavespeed-ai/imagen4").name, "Imagen 4");
        assert_eq!(models.closest("wavespeed-ai/imagen4").len(), CLOSEST);
        let unknown = models.spec("somebody/else");
        assert_eq!((unknown.inputs.len(), unknown.concepts.seed.as_ref()), (1, None));
        assert_eq!(models.closest("somebody/else")[0].spec.id, models.default_model);
    }
}
