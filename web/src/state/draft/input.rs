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
mod tests {
    use imagen4_core::RunState;
    use wasm_bindgen_test::wasm_bindgen_test;

    use super::*;
    use crate::state::config::models::tests::told;
    use crate::state::runs::samples::run;

    fn spec(id: &str) -> ModelSpec {
        (*told(&[]).spec(id)).clone()
    }

    #[wasm_bindgen_test(unsupported = test)]
    fn every_wrong_field_is_named_as_the_model_calls_it() {
        let named = |draft: &Draft, model: &str| {
            let errors = draft.inputs(&spec(model)).expect_err("all of it is wrong");
            errors.iter().map(|(field, _)| field.to_owned()).collect::<Vec<_>>()
        };
        let draft = Draft { prompt: "  ".into(), seed: "seven".into(), shape: "2:7".into(), ..Draft::default() };
        assert_eq!(named(&draft, ""), ["aspect_ratio", "prompt", "seed"]);
        let others = [("guidance_scale", "lots"), ("num_inference_steps", "51"), ("output_format", "gif")];
        let others = others.map(|(name, value)| (name.to_owned(), value.to_owned())).into();
        let draft = Draft { count: "5".into(), others, ..draft };
        let all = ["guidance_scale", "num_images", "num_inference_steps", "output_format", "prompt", "seed", "size"];
        assert_eq!(named(&draft, "wavespeed-ai/flux-dev"), all);
        let fitted = draft.fitted(&spec("wavespeed-ai/flux-dev"));
        assert_eq!(named(&fitted, "wavespeed-ai/flux-dev"), ["prompt", "seed"], "the texts stay");
    }

    #[wasm_bindgen_test(unsupported = test)]
    fn only_what_the_model_takes_is_sent_in_its_own_types() {
        let others = [("guidance_scale", "7"), ("hd", "true"), ("quality", "4"), ("num_inference_steps", "30")];
        let draft = Draft {
            prompt: "a fox".into(),
            negative_prompt: "\u{200b}".into(),
            shape: "1280x720".into(),
            count: "2".into(),
            seed: " 7 ".into(),
            others: others.map(|(name, value)| (name.to_owned(), value.to_owned())).into(),
            ..Draft::default()
        };
        let sent = |draft: &Draft, model: &str| {
            Value::Object(draft.inputs(&spec(model)).expect("valid")[0].request().input.clone())
        };
        assert_eq!(
            sent(&draft, "wavespeed-ai/flux-dev"),
            json!({"prompt": "a fox", "size": "1280*720", "num_images": 2, "seed": 7, "num_inference_steps": 30,
                "guidance_scale": 7.0, "output_format": "jpeg"})
        );
        let draft = Draft { shape: "16:9".into(), ..draft };
        assert_eq!(
            sent(&draft, "midjourney/text-to-image"),
            json!({"prompt": "a fox", "aspect_ratio": "16:9", "seed": 7, "hd": true, "quality": 4, "stylize": 100, "chaos": 0})
        );
    }

    #[wasm_bindgen_test(unsupported = test)]
    fn every_variant_is_a_request_and_a_run_is_used_again_as_it_was() {
        let words = |prompt: &str| {
            let draft = Draft { prompt: prompt.into(), ..Draft::default() };
            let inputs = draft.inputs(&spec(""));
            inputs.map(|all| all.iter().map(|one| one.request().prompt().to_owned()).collect::<Vec<_>>())
        };
        assert_eq!(words("a {red|blue} fox").expect("two"), ["a red fox", "a blue fox"]);
        assert_eq!(words(r#"{"a": "fox"}"#).expect("one"), [r#"{"a": "fox"}"#]);
        let many = words("{a|b|c|d|e}{a|b|c|d|e}{a|b|c|d|e}").expect_err("too many");
        let said: Vec<_> = many.iter().map(|(_, message)| message).collect();
        assert_eq!(said, ["makes 125 variants; at most 100 are allowed"]);
        assert!(words("{ | }").is_err(), "a variant of nothing");

        let mut run = run(RunState::Archived);
        run.request.input.insert("prompt".into(), "a {red|blue} fox".into());
        let again = Draft::of(&run.request, &spec("")).inputs(&spec("")).expect("valid");
        assert_eq!(again.iter().map(ModelInput::request).collect::<Vec<_>>(), [&run.request]);
    }

    #[wasm_bindgen_test(unsupported = test)]
    fn a_price_can_be_asked_for_before_the_prompt_is_written() {
        let draft = Draft { seed: "x".into(), count: "4".into(), ..Draft::default() };
        assert_eq!(draft.priceable(&spec("")).map(|it| it.request().promised()), Some(Some(4)));
        assert_eq!(Draft { count: "9".into(), ..draft }.priceable(&spec("")), None, "nobody would know of how many");
    }

    #[wasm_bindgen_test(unsupported = test)]
    fn how_many_images_come_is_said_where_it_is_known() {
        let images = |model: &str, count: &str| Draft { count: count.into(), ..Draft::default() }.images(&spec(model));
        assert_eq!(images("", "").as_deref(), Some("1 image"));
        assert_eq!(images("", "4").as_deref(), Some("4 images"));
        assert_eq!(images("bytedance/seedream-v4/sequential", "5").as_deref(), Some("up to 5 images"));
        assert_eq!(images("midjourney/text-to-image", "").as_deref(), Some("4 images"));
        assert_eq!(images("wavespeed-ai/qwen-image/text-to-image", "3"), None);
    }
}
