//! One value of an input: whether it is allowed, and its normal form.

use serde_json::{Value, json};

use super::input_spec::{InputKind, InputSpec};
use crate::fields::Refusal;
use crate::json::integer;
use crate::text::is_blank;

/// Most characters (Unicode scalar values) of any text. WaveSpeed documents no limit for most models.
pub const MAX_PROMPT_CHARS: usize = 10_000;

/// So many choices are named in a refusal.
const NAMED_CHOICES: usize = 24;

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
