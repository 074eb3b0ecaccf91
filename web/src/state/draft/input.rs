//! From the draft to what a model is sent, and from what a run was sent back to a draft.

use imagen4_core::model::{InputKind, InputSpec};
use imagen4_core::text::is_blank;
use imagen4_core::wording::variants::{escape, expand};
use imagen4_core::{FieldErrors, ModelInput, ModelSpec, RunRequest};
use serde_json::{Map, Value, json};

use super::fields::Draft;

/// In place of a prompt that is not written yet, when a price is asked for: texts move none.
const ANY_PROMPT: &str = "image";

/// The choice of shape that stands for a width and a height.
pub const CUSTOM: &str = "custom";

impl Draft {
    /// The draft as that model's own input, with `prompt` as its prompt. What cannot be read is passed on as it is written, to be refused.
    pub fn input(&self, spec: &ModelSpec, prompt: &str) -> Map<String, Value> {
        let concepts = &spec.concepts;
        let mut input = Map::new();
        let mut put = |name: &Option<String>, text: &str| {
            if let Some(kind) = name.as_ref().and_then(|name| spec.input(name)) {
                input.extend(value(kind, text).map(|value| (kind.name.clone(), value)));
            }
        };
        put(&Some(concepts.prompt.clone()), prompt);
        put(&concepts.negative_prompt, &self.negative_prompt);
        put(&concepts.shape, &self.shape);
        put(&concepts.resolution, &self.resolution);
        put(&concepts.count, &self.count);
        put(&concepts.seed, &self.seed);
        for other in others(spec) {
            put(&Some(other.name.clone()), self.other(&other.name));
        }
        input
    }

    /// A valid input for each variant, or everything that is wrong with the draft.
    ///
    /// # Errors
    /// With each wrong input by its own name.
    pub fn inputs(&self, spec: &ModelSpec) -> Result<Vec<ModelInput>, FieldErrors> {
        let mut errors = FieldErrors::default();
        let variants = match expand(&self.prompt) {
            Ok(variants) => variants,
            Err(too_many) => {
                errors.add(&spec.concepts.prompt, too_many.to_string());
                vec![ANY_PROMPT.to_owned()]
            }
        };
        let mut inputs = Vec::with_capacity(variants.len());
        for variant in variants {
            match spec.accept(&Value::Object(self.input(spec, &variant))) {
                Ok(input) => inputs.push(input),
                // One wrong variant is enough to say so.
                Err(wrong) => wrong.iter().for_each(|(field, message)| errors.add(field, message)),
            }
        }
        if errors.is_empty() { Ok(inputs) } else { Err(errors) }
    }

    /// An input that costs what the draft costs, also where its texts are still wrong; none where something else is.
    pub fn priceable(&self, spec: &ModelSpec) -> Option<ModelInput> {
        let mut input = self.input(spec, ANY_PROMPT);
        if let Err(errors) = spec.accept(&Value::Object(input.clone())) {
            let is_free = |name: &str| {
                spec.concepts.seed.as_deref() == Some(name)
                    || spec.input(name).is_some_and(|it| !it.required && matches!(it.kind, InputKind::Text { .. }))
            };
            errors.iter().filter(|(name, _)| is_free(name)).for_each(|(name, _)| drop(input.remove(name)));
        }
        spec.accept(&Value::Object(input)).ok()
    }

    /// The draft without choices that the model does not have. Texts and the seed stay: a person mends them.
    #[must_use]
    pub fn fitted(mut self, spec: &ModelSpec) -> Self {
        let Err(errors) = spec.accept(&Value::Object(self.input(spec, ANY_PROMPT))) else { return self };
        let concepts = &spec.concepts;
        for (field, _) in errors.iter() {
            let is = |concept: &Option<String>| concept.as_deref() == Some(field);
            if is(&concepts.shape) {
                self.shape.clear();
            } else if is(&concepts.resolution) {
                self.resolution.clear();
            } else if is(&concepts.count) {
                self.count.clear();
            } else if spec.input(field).is_some_and(|it| !matches!(it.kind, InputKind::Text { .. })) {
                self.others.remove(field);
            }
        }
        self
    }

    /// What an input of that model says. Its prompt is what it says, also where it looks like variants.
    pub fn of(request: &RunRequest, spec: &ModelSpec) -> Self {
        let said = |name: &Option<String>| {
            let value = name.as_ref().and_then(|name| request.input.get(name));
            value.map(text).unwrap_or_default()
        };
        let mut draft = Self {
            model: spec.id.clone(),
            prompt: escape(request.prompt()),
            negative_prompt: said(&spec.concepts.negative_prompt),
            shape: said(&spec.concepts.shape),
            resolution: said(&spec.concepts.resolution),
            count: said(&spec.concepts.count),
            seed: match &spec.concepts.seed {
                Some(_) => request.known_seed().map(|seed| seed.to_string()).unwrap_or_default(),
                None => String::new(),
            },
            ..Self::default()
        };
        for other in others(spec) {
            if let Some(value) = request.input.get(&other.name) {
                draft.set_other(&other.name, &text(value));
            }
        }
        draft
    }

    /// How many images a press brings: `4 images`, `up to 5 images`; none where that is the model's to say.
    pub fn images(&self, spec: &ModelSpec) -> Option<String> {
        let many = |count: u32| match count {
            1 => "1 image".to_owned(),
            count => format!("{count} images"),
        };
        let Some((_, _, usual)) = spec.counts() else { return spec.outputs.map(many) };
        let count = self.count.trim().parse().ok().unwrap_or(usual);
        let input = spec.concepts.count.clone().map(|name| (name, json!(count))).into_iter().collect();
        let request = RunRequest { model: String::new(), input };
        Some(match request.promised() {
            Some(count) => many(count),
            None if request.images() == 1 => many(1),
            None => format!("up to {}", many(request.images())),
        })
    }
}

/// The inputs that are no concept.
pub fn others(spec: &ModelSpec) -> impl Iterator<Item = &InputSpec> {
    spec.inputs.iter().filter(|input| !spec.concepts.has(&input.name))
}

/// What a text says to an input; nothing for a text that shows nothing.
fn value(input: &InputSpec, text: &str) -> Option<Value> {
    if is_blank(text) {
        return None;
    }
    let word = text.trim();
    let read = match &input.kind {
        InputKind::Text { .. } => None,
        InputKind::Choice { options, .. } => options.iter().find(|option| self::text(option) == word).cloned(),
        InputKind::Integer { .. } => word.parse::<i64>().ok().map(Value::from),
        InputKind::Number { .. } => word.parse::<f64>().ok().filter(|number| number.is_finite()).map(Value::from),
        InputKind::Switch { .. } => word.parse::<bool>().ok().map(Value::from),
        // People write sizes in many ways.
        InputKind::Pixels { .. } => Some(word.replace(['x', 'X', '×'], "*").replace(' ', "").into()),
    };
    Some(read.unwrap_or_else(|| text.into()))
}

/// A value as it stands in a control.
pub fn text(value: &Value) -> String {
    value.as_str().map_or_else(|| value.to_string(), str::to_owned)
}

#[cfg(test)]
mod tests;
