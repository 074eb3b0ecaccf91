//! The whole request, and everything that is wrong with it at once.

use std::collections::BTreeMap;
use std::fmt;

use serde::ser::SerializeStruct;
use serde::{Deserialize, Deserializer, Serialize, Serializer, de};
use serde_json::{Map, Value, json};

use super::{AspectRatio, ImageCount, NegativePrompt, Prompt, Refusal, Seed};
use crate::json::integer;
use crate::{MicroUsd, Model};

/// Field name → what is wrong with it and what is allowed.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct FieldErrors(BTreeMap<String, String>);

impl FieldErrors {
    /// Notes that `field` is refused; the first reason stays.
    pub fn add(&mut self, field: &str, message: impl Into<String>) {
        self.0.entry(field.to_owned()).or_insert_with(|| message.into());
    }

    /// Passes a good value on and notes a refusal.
    pub fn check<T>(&mut self, field: &str, value: Result<T, Refusal>) -> Option<T> {
        value.map_err(|refusal| self.add(field, refusal.0)).ok()
    }

    /// Whether nothing is wrong.
    pub fn is_empty(&self) -> bool {
        self.0.is_empty()
    }

    /// The fields and their messages, by name.
    pub fn iter(&self) -> impl Iterator<Item = (&str, &str)> {
        self.0.iter().map(|(field, message)| (field.as_str(), message.as_str()))
    }

    /// The fields and their messages, as they go over the wire.
    pub fn into_map(self) -> BTreeMap<String, String> {
        self.0
    }
}

impl fmt::Display for FieldErrors {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        for (index, (field, message)) in self.iter().enumerate() {
            write!(f, "{}{field} {message}", if index == 0 { "" } else { "; " })?;
        }
        Ok(())
    }
}

impl std::error::Error for FieldErrors {}

/// One submission: what to paint, how many times, by which model.
///
/// ```
/// use imagen4_core::GenerationRequest;
/// let request = GenerationRequest::from_json(&serde_json::json!({"prompt": "a fox in snow", "num_images": 4}))?;
/// assert_eq!(request.price().to_string(), "$0.16");
/// let errors = GenerationRequest::from_json(&serde_json::json!({"num_images": 5, "aspect_ratio": "2:1"})).unwrap_err();
/// assert_eq!(errors.iter().map(|(field, _)| field).collect::<Vec<_>>(), ["aspect_ratio", "num_images", "prompt"]);
/// # Ok::<(), imagen4_core::FieldErrors>(())
/// ```
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct GenerationRequest {
    /// Who paints.
    pub model: &'static Model,
    /// What to paint.
    pub prompt: Prompt,
    /// What to keep out.
    pub negative_prompt: Option<NegativePrompt>,
    /// The shape.
    pub aspect_ratio: AspectRatio,
    /// How many.
    pub num_images: ImageCount,
    /// What repeats it; `None` until one is rolled.
    pub seed: Option<Seed>,
}

const FIELDS: [&str; 6] = ["model", "prompt", "negative_prompt", "aspect_ratio", "num_images", "seed"];

impl GenerationRequest {
    /// A request with the vendor's defaults for everything but the prompt.
    pub fn new(prompt: Prompt) -> Self {
        Self {
            model: Model::default_model(),
            prompt,
            negative_prompt: None,
            aspect_ratio: AspectRatio::default(),
            num_images: ImageCount::default(),
            seed: None,
        }
    }

    /// Reads a JSON object; every field that is wrong or unknown is named. The vendor drops unknown keys and bills all the
    /// same, so they are refused here. `null` means absent.
    pub fn from_json(value: &Value) -> Result<Self, FieldErrors> {
        let mut errors = FieldErrors::default();
        let empty = Map::new();
        let object = value.as_object().unwrap_or_else(|| {
            errors.add("prompt", "is required: the body must be a JSON object");
            &empty
        });
        for key in object.keys().filter(|key| !FIELDS.contains(&key.as_str())) {
            errors.add(key, format!("is not a known field; allowed are {}", FIELDS.join(", ")));
        }
        let field = |name: &str| object.get(name).filter(|value| !value.is_null());

        let model = match field("model") {
            None => Ok(Model::default_model()),
            Some(id) => id.as_str().and_then(Model::find).ok_or_else(|| {
                let known: Vec<_> = crate::models::MODELS.iter().map(|model| model.id).collect();
                Refusal::new(format!("must be one of {}", known.join(", ")))
            }),
        };
        let model = errors.check("model", model);
        let max = model.map_or(ImageCount::MAX, |model| model.max_images);

        let prompt =
            errors.check("prompt", text(field("prompt")).and_then(|text| Prompt::new(text.unwrap_or_default())));
        let negative_prompt = errors.check(
            "negative_prompt",
            text(field("negative_prompt")).and_then(|text| NegativePrompt::new(text.unwrap_or_default())),
        );
        let aspect_ratio = errors.check(
            "aspect_ratio",
            match field("aspect_ratio") {
                None => Ok(AspectRatio::default()),
                // Whatever is no text is refused in the same words as an unknown ratio.
                Some(ratio) => ratio.as_str().unwrap_or_default().parse(),
            },
        );
        let num_images = errors.check(
            "num_images",
            match field("num_images") {
                None => Ok(ImageCount::default()),
                Some(count) => integer(count)
                    .ok_or_else(|| ImageCount::refusal(max))
                    .and_then(|count| ImageCount::up_to(count, max)),
            },
        );
        let seed = errors.check(
            "seed",
            match field("seed") {
                None => Ok(None),
                Some(seed) => integer(seed).ok_or_else(Seed::refusal).and_then(Seed::new).map(Some),
            },
        );
        match (model, prompt, negative_prompt, aspect_ratio, num_images, seed) {
            (Some(model), Some(prompt), Some(negative_prompt), Some(aspect_ratio), Some(num_images), Some(seed))
                if errors.is_empty() =>
            {
                Ok(Self { model, prompt, negative_prompt, aspect_ratio, num_images, seed })
            }
            _ => Err(errors),
        }
    }

    /// What it costs at the list price.
    pub fn price(&self) -> MicroUsd {
        self.model.price_of(self.num_images)
    }

    /// How many characters its prompt and negative prompt have together.
    pub fn text_chars(&self) -> usize {
        let negative = self.negative_prompt.as_ref().map_or("", NegativePrompt::as_str);
        self.prompt.as_str().chars().count() + negative.chars().count()
    }

    /// The body of the vendor's submit call: only what the model knows, and only what was set.
    pub fn vendor_input(&self) -> Value {
        let mut input = json!({ "prompt": self.prompt, "aspect_ratio": self.aspect_ratio });
        if let Some(negative_prompt) = &self.negative_prompt {
            input["negative_prompt"] = json!(negative_prompt);
        }
        if self.model.max_images > ImageCount::ONE {
            input["num_images"] = json!(self.num_images);
        }
        if let Some(seed) = self.seed {
            input["seed"] = json!(seed);
        }
        input
    }
}

fn text(value: Option<&Value>) -> Result<Option<&str>, Refusal> {
    value.map(|value| value.as_str().ok_or_else(|| Refusal::new("must be text"))).transpose()
}

impl Serialize for GenerationRequest {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        let mut object = serializer.serialize_struct("GenerationRequest", FIELDS.len())?;
        object.serialize_field("model", self.model.id)?;
        object.serialize_field("prompt", &self.prompt)?;
        object.serialize_field("negative_prompt", &self.negative_prompt)?;
        object.serialize_field("aspect_ratio", &self.aspect_ratio)?;
        object.serialize_field("num_images", &self.num_images)?;
        object.serialize_field("seed", &self.seed)?;
        object.end()
    }
}

impl<'de> Deserialize<'de> for GenerationRequest {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        Self::from_json(&Value::deserialize(deserializer)?).map_err(de::Error::custom)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn errors(body: Value) -> BTreeMap<String, String> {
        GenerationRequest::from_json(&body).expect_err("refused").into_map()
    }

    #[test]
    fn every_wrong_field_is_named_at_once() {
        let errors = errors(json!({
            "prompt": " ", "aspect_ratio": "2:1", "num_images": 1.5, "seed": "abc", "negative_prompt": 7, "steps": 30, "model": "x"
        }));
        let fields: Vec<_> = errors.keys().map(String::as_str).collect();
        assert_eq!(fields, ["aspect_ratio", "model", "negative_prompt", "num_images", "prompt", "seed", "steps"]);
        assert_eq!(errors["num_images"], "must be a whole number from 1 to 4");
        assert_eq!(errors["aspect_ratio"], "must be one of 1:1, 16:9, 9:16, 3:4, 4:3");
        assert!(errors["steps"].contains("allowed are model, prompt,"));
    }

    #[test]
    fn each_bad_value_is_refused_and_each_good_one_taken() {
        for (field, bad) in [
            ("num_images", json!([0, 5, 1.5, "2", -1, true, [1]])),
            ("seed", json!([-2, 2_147_483_648_i64, "abc", 0.5, "7"])),
            ("aspect_ratio", json!(["2:1", "", 1, "16:10"])),
            ("prompt", json!(["", "  ", 5, ["a"]])),
        ] {
            for value in bad.as_array().expect("a list") {
                let mut body = json!({ "prompt": "a fox" });
                body[field] = value.clone();
                assert_eq!(errors(body).keys().collect::<Vec<_>>(), [field], "{value}");
            }
        }
        let whole = json!({"model": "wavespeed-ai/imagen4", "prompt": "a fox", "negative_prompt": "blur", "aspect_ratio": "9:16", "num_images": 3, "seed": -1});
        let request = GenerationRequest::from_json(&whole).expect("valid");
        assert_eq!(serde_json::to_value(&request).expect("JSON"), whole);
    }

    #[test]
    fn a_whole_number_may_have_a_point() {
        let request = |body: Value| GenerationRequest::from_json(&body).expect("valid");
        let whole = request(json!({ "prompt": "a fox", "num_images": 4, "seed": 42 }));
        assert_eq!(request(json!({ "prompt": "a fox", "num_images": 4.0, "seed": 42.0 })), whole);
        assert_eq!(request(json!({ "prompt": "a fox", "seed": -1.0 })).seed, Some(Seed::UNKNOWN));
        for body in [json!({ "prompt": "a fox", "seed": 2_147_483_648.0 }), json!({ "prompt": "a fox", "seed": 1e300 })]
        {
            assert_eq!(errors(body)["seed"], "must be a whole number from -1 to 2147483647");
        }
        assert!(errors(json!({ "prompt": "a fox", "num_images": 4.000_001 })).contains_key("num_images"));
    }

    #[test]
    fn a_body_that_is_no_object_lacks_a_prompt() {
        assert!(errors(json!([1, 2])).contains_key("prompt"));
    }

    #[test]
    fn the_vendor_gets_only_what_its_model_knows() {
        let ultra = json!({"model": "google/imagen4-ultra", "prompt": "a fox"});
        let request = GenerationRequest::from_json(&ultra).expect("valid");
        assert_eq!(request.vendor_input(), json!({"prompt": "a fox", "aspect_ratio": "1:1"}));
        assert_eq!(
            errors(json!({"model": "google/imagen4-ultra", "prompt": "a", "num_images": 2}))["num_images"],
            "must be 1"
        );
    }
}
