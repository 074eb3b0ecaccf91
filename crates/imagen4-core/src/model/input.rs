//! An input that a model takes: every wrong field at once, and one form for what means the same.

use serde_json::{Map, Value, json};

use super::spec::{InputKind, InputSpec, ModelSpec};
use crate::fields::{FieldErrors, Refusal};
use crate::json::integer;
use crate::run::RunRequest;
use crate::text::is_blank;

/// Most characters (Unicode scalar values) of any text. WaveSpeed documents no limit for most models.
pub const MAX_PROMPT_CHARS: usize = 10_000;

/// So many choices are named in a refusal.
const NAMED_CHOICES: usize = 24;

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

impl InputSpec {
    /// The value in its normal form; `None` for what says nothing.
    pub(super) fn read(&self, value: Option<&Value>) -> Result<Option<Value>, Refusal> {
        let Some(value) = value else {
            return match self.required && self.kind.default_value().is_none() {
                true => Err(self.missing()),
                false => Ok(None),
            };
        };
        match &self.kind {
            InputKind::Text { min_chars, max_chars, .. } => {
                let text = value.as_str().ok_or_else(|| Refusal::new("must be text"))?;
                if is_blank(text) {
                    return if self.required { Err(self.missing()) } else { Ok(None) };
                }
                let (chars, max) = (text.chars().count(), max_chars.unwrap_or(MAX_PROMPT_CHARS));
                match min_chars {
                    _ if chars > max => Err(Refusal::new(format!("has {chars} characters; at most {max} are allowed"))),
                    Some(min) if chars < *min => Err(Refusal::new(format!("must have at least {min} characters"))),
                    _ => Ok(Some(json!(text))),
                }
            }
            InputKind::Choice { options, .. } => {
                let is = |option: &&Value| {
                    *option == value || integer(option).is_some_and(|number| integer(value) == Some(number))
                };
                let found = options
                    .iter()
                    .find(is)
                    .ok_or_else(|| Refusal::new(format!("must be one of {}", choices(options))))?;
                Ok(Some(found.clone()))
            }
            InputKind::Integer { min, max, multiple_of, .. } => {
                let allowed = || Refusal::new(format!("must be a whole number{}", bounds(*min, *max, *multiple_of)));
                let number = integer(value).ok_or_else(allowed)?;
                let fits = min.is_none_or(|min| number >= min)
                    && max.is_none_or(|max| number <= max)
                    && multiple_of.is_none_or(|of| number % of == 0);
                if fits { Ok(Some(json!(number))) } else { Err(allowed()) }
            }
            InputKind::Number { min, max, .. } => {
                let allowed = || Refusal::new(format!("must be a number{}", bounds(*min, *max, None)));
                let number = value.as_f64().filter(|number| number.is_finite()).ok_or_else(allowed)?;
                let fits = min.is_none_or(|min| number >= min) && max.is_none_or(|max| number <= max);
                if fits { Ok(Some(json!(number))) } else { Err(allowed()) }
            }
            InputKind::Switch { .. } => match value {
                Value::Bool(_) => Ok(Some(value.clone())),
                _ => Err(Refusal::new("must be true or false")),
            },
            InputKind::Pixels { min, max, rules, .. } => {
                let (width, height) = rules.check(value.as_str().unwrap_or_default(), (*min, *max))?;
                Ok(Some(json!(format!("{width}*{height}"))))
            }
        }
    }

    fn missing(&self) -> Refusal {
        Refusal::new(match self.name.as_str() {
            "prompt" => "is required: describe the image",
            _ => "is required",
        })
    }
}

fn choices(options: &[Value]) -> String {
    let name = |option: &Value| option.as_str().map_or_else(|| option.to_string(), str::to_owned);
    let named: Vec<_> = options.iter().take(NAMED_CHOICES).map(name).collect();
    match options.len() - named.len() {
        0 => named.join(", "),
        more => format!("{} and {more} more", named.join(", ")),
    }
}

fn bounds<T: std::fmt::Display>(min: Option<T>, max: Option<T>, multiple_of: Option<T>) -> String {
    let mut words = match (min, max) {
        (Some(min), Some(max)) => format!(" from {min} to {max}"),
        (Some(min), None) => format!(" of at least {min}"),
        (None, Some(max)) => format!(" of at most {max}"),
        (None, None) => String::new(),
    };
    if let Some(of) = multiple_of {
        words += &format!(", a multiple of {of}");
    }
    words
}
