//! An input that a model takes: every wrong field at once, and one form for what means the same.

use serde_json::{Map, Value, json};

use super::input_spec::InputKind;
use super::spec::ModelSpec;
use crate::fields::FieldErrors;
use crate::run::RunRequest;

/// A valid input for one model, in its normal form: what has a default says so, and what says nothing is not there.
///
/// ```
/// use imagen4_core::model::builtin;
/// use serde_json::json;
/// let spec = builtin::default_model();
/// let input = spec.accept(&json!({"prompt": "a fox in snow", "num_images": 4}))?;
/// assert_eq!(input.request().promised(), Some(4));
/// let errors = spec.accept(&json!({"num_images": 5, "aspect_ratio": "2:1"})).unwrap_err();
/// assert_eq!(errors.iter().map(|(field, _)| field).collect::<Vec<_>>(), ["aspect_ratio", "num_images", "prompt"]);
/// # Ok::<(), imagen4_core::FieldErrors>(())
/// ```
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct ModelInput {
    request: RunRequest,
    /// The bounds of the seed, where the model has one.
    seeds: Option<(i64, i64)>,
    /// What the price can depend on.
    priced: Map<String, Value>,
    /// What differs from the defaults.
    chosen: RunRequest,
    text_chars: usize,
}

impl ModelInput {
    /// The model and its input.
    pub fn request(&self) -> &RunRequest {
        &self.request
    }

    /// The same, to be kept.
    pub fn into_request(self) -> RunRequest {
        self.request
    }

    /// The same without what is only a default: it stays the same when a default changes or an input is added, so this is what tells
    /// one click from another.
    pub fn chosen(&self) -> &RunRequest {
        &self.chosen
    }

    /// The input without what never moves a price, its prompts and its seed: inputs that agree in it cost the same.
    pub fn priced(&self) -> &Map<String, Value> {
        &self.priced
    }

    /// How many characters its texts have together.
    pub fn text_chars(&self) -> usize {
        self.text_chars
    }

    /// The same with a concrete seed from random bits, where the model has a seed and none was named: it can be repeated then.
    #[must_use]
    pub fn with_rolled_seed(mut self, bits: u32) -> Self {
        if let Some((min, max)) = self.seeds.filter(|_| self.request.seed().is_none()) {
            // Most seeds end at 2³¹ − 1; −1 is "any".
            let (min, max) = (min.max(0), max.min(i64::from(i32::MAX)));
            if min <= max {
                let seed = json!(min + i64::from(bits) % (max - min + 1));
                self.chosen.input.insert("seed".to_owned(), seed.clone());
                self.request.input.insert("seed".to_owned(), seed);
            }
        }
        self
    }
}

impl ModelSpec {
    /// Checks an input. Every field that is wrong or unknown is named: WaveSpeed drops unknown keys and bills all the same. `null` and
    /// texts that show nothing mean absent.
    ///
    /// # Errors
    /// With each field that is refused and what is allowed.
    pub fn accept(&self, input: &Value) -> Result<ModelInput, FieldErrors> {
        let mut errors = FieldErrors::default();
        let empty = Map::new();
        let given = input.as_object().unwrap_or_else(|| {
            errors.add("prompt", "is required: the input must be a JSON object");
            &empty
        });
        for name in given.keys().filter(|name| self.input(name).is_none()) {
            errors.add(name, self.unknown(name));
        }
        let (mut normal, mut priced, mut chosen, mut text_chars) = (Map::new(), Map::new(), Map::new(), 0);
        for spec in &self.inputs {
            let is = |concept: &Option<String>| concept.as_ref() == Some(&spec.name);
            let (is_seed, is_prompt) =
                (is(&self.concepts.seed), self.concepts.prompt == spec.name || is(&self.concepts.negative_prompt));
            let value = given.get(&spec.name).filter(|value| !value.is_null());
            let default = spec.kind.default_value().filter(|_| !is_seed);
            let Some(value) = errors.check(&spec.name, spec.read(value)) else { continue };
            let Some(value) = value.or_else(|| default.clone()) else { continue };
            if matches!(spec.kind, InputKind::Text { .. }) {
                text_chars += value.as_str().map_or(0, |text| text.chars().count());
            }
            if !is_seed && !is_prompt {
                priced.insert(spec.name.clone(), value.clone());
            }
            if default.as_ref() != Some(&value) {
                chosen.insert(spec.name.clone(), value.clone());
            }
            normal.insert(spec.name.clone(), value);
        }
        if !errors.is_empty() {
            return Err(errors);
        }
        let request = |input| RunRequest { model: self.id.clone(), input };
        let (request, chosen) = (request(normal), request(chosen));
        Ok(ModelInput { request, seeds: self.seeds(), priced, chosen, text_chars })
    }

    fn unknown(&self, name: &str) -> String {
        let names: Vec<&str> = self.inputs.iter().map(|input| input.name.as_str()).collect();
        // A slip of the keys, or a part of the name.
        let distance =
            |other: &&&str| match other.len() > 3 && name.len() > 3 && (other.contains(name) || name.contains(**other))
            {
                true => 1,
                false => strsim::osa_distance(name, other),
            };
        let nearest = names.iter().min_by_key(distance).filter(|nearest| distance(nearest) <= 1 + name.len() / 5);
        let meant = nearest.map(|nearest| format!(" (did you mean {nearest}?)")).unwrap_or_default();
        format!("is not an input of this model{meant}; it takes {}", names.join(", "))
    }
}
