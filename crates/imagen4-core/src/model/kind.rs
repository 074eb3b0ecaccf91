//! Which kind of input a property of a schema is, and what it allows.

use serde_json::{Map, Value, json};

use super::concepts::COUNTS;
use super::input_spec::{InputKind, MAX_CHOICES, MAX_OUTPUTS};
use super::shape::{DEFAULT_SIDES, PixelRules, size_of};
use super::value::MAX_PROMPT_CHARS;
use super::words::{MAX_TITLE, words};
use crate::json::integer;
use crate::text::shows_nothing;

/// Keywords that could refuse what our kinds allow.
const UNCHECKED: [&str; 14] = [
    "$ref",
    "allOf",
    "anyOf",
    "oneOf",
    "not",
    "if",
    "const",
    "pattern",
    "exclusiveMinimum",
    "exclusiveMaximum",
    "items",
    "properties",
    "dependentRequired",
    "contains",
];

/// The kind; or why it is not offered.
pub(super) fn kind(name: &str, fields: &Map<String, Value>) -> Result<InputKind, String> {
    if takes_file(name, fields) {
        return Err("it takes a file".to_owned());
    }
    if let Some(keyword) = UNCHECKED.into_iter().find(|keyword| fields.contains_key(*keyword)) {
        return Err(format!("its description uses {keyword}, which is not read here"));
    }
    let declared = declared_type(fields.get("type"));
    if let Some(choices) = fields.get("enum") {
        return choice(choices, fields, declared);
    }
    match declared {
        Some("string") if name == "size" => pixels(fields),
        Some("string") => text(fields),
        Some("integer") if COUNTS.contains(&name) => whole(fields, Some(i64::from(MAX_OUTPUTS))),
        Some("integer") => whole(fields, None),
        Some("number") => number(fields),
        Some("boolean") => Ok(InputKind::Switch { default: fields.get("default").and_then(Value::as_bool) }),
        Some(other) => Err(format!("it is of a kind that is not offered here: {}", words(Some(&json!(other)), 20))),
        None => Err("its kind is not said".to_owned()),
    }
}

/// The type, of several the first that says something.
fn declared_type(declared: Option<&Value>) -> Option<&str> {
    match declared? {
        Value::Array(several) => several.iter().filter_map(Value::as_str).find(|one| *one != "null"),
        one => one.as_str(),
    }
}

fn takes_file(name: &str, fields: &Map<String, Value>) -> bool {
    let component = fields.get("x-ui-component").and_then(Value::as_str).unwrap_or_default();
    let is_media = ["image", "video", "audio", "mask", "file"]
        .into_iter()
        .any(|media| ["", "s", "_url", "_urls"].into_iter().any(|ending| name.ends_with(&format!("{media}{ending}"))));
    matches!(component, "uploader" | "uploaders" | "loras")
        || is_media && matches!(declared_type(fields.get("type")), Some("string" | "array" | "object"))
}

fn choice(choices: &Value, fields: &Map<String, Value>, declared: Option<&str>) -> Result<InputKind, String> {
    let list = choices.as_array().ok_or("its choices cannot be read")?;
    if list.len() > MAX_CHOICES {
        return Err(format!("it has {} choices; at most {MAX_CHOICES} are offered", list.len()));
    }
    let fits = |option: &&Value| match (declared, option) {
        (Some("string"), option) => option.is_string(),
        (Some("integer"), option) => integer(option).is_some(),
        (Some("number"), option) => option.is_number(),
        (None, option) => option.is_string() || option.is_number(),
        _ => false,
    };
    let mut options: Vec<Value> = Vec::new();
    for option in list.iter().filter(fits) {
        if is_presentable(option) && !options.contains(option) {
            options.push(option.clone());
        }
    }
    if options.is_empty() {
        return Err("it has no choice that can be offered".to_owned());
    }
    let default = fields.get("default").filter(|default| options.contains(default)).cloned();
    Ok(InputKind::Choice { options, default })
}

/// What can be shown as it is.
fn is_presentable(option: &Value) -> bool {
    option.as_str().is_none_or(|text| {
        (1..=MAX_TITLE).contains(&text.chars().count())
            && text.trim() == text
            && !text.chars().any(|c| c != ' ' && shows_nothing(c))
    })
}

fn text(fields: &Map<String, Value>) -> Result<InputKind, String> {
    let length = |key: &str| fields.get(key).and_then(integer).and_then(|length| usize::try_from(length).ok());
    let max = length("maxLength").map_or(MAX_PROMPT_CHARS, |max| max.min(MAX_PROMPT_CHARS));
    let min = length("minLength").filter(|min| *min > 1);
    if max == 0 || min.is_some_and(|min| min > max) {
        return Err("no text is short and long enough for it".to_owned());
    }
    let fits = |text: &&str| {
        let chars = text.chars().count();
        !text.is_empty() && chars <= max && min.is_none_or(|min| chars >= min)
    };
    let default = fields.get("default").and_then(Value::as_str).filter(fits).map(str::to_owned);
    Ok(InputKind::Text { default, min_chars: min, max_chars: Some(max).filter(|max| *max < MAX_PROMPT_CHARS) })
}

/// `most` bounds it beyond what the schema says.
fn whole(fields: &Map<String, Value>, most: Option<i64>) -> Result<InputKind, String> {
    // A bound with a fraction allows the integers within it.
    let bound = |key: &str, round: fn(f64) -> f64| {
        let value = fields.get(key)?;
        integer(value).or_else(|| value.as_f64().map(|bound| round(bound) as i64))
    };
    let (min, max) = (bound("minimum", f64::ceil), bound("maximum", f64::floor));
    let max = most.map_or(max, |most| Some(max.map_or(most, |max| max.min(most))));
    let multiple_of = match fields.get("multipleOf") {
        None => None,
        Some(of) => Some(integer(of).filter(|of| *of > 0).ok_or("its step cannot be read")?),
    };
    let fits = |number: i64| {
        min.is_none_or(|min| number >= min)
            && max.is_none_or(|max| number <= max)
            && multiple_of.is_none_or(|of| number % of == 0)
    };
    let first = multiple_of.map_or(min, |of| min.and_then(|min| min.checked_add((of - min.rem_euclid(of)) % of)));
    if min.zip(max).is_some_and(|(min, max)| min > max) || first.is_some_and(|first| !fits(first)) {
        return Err("no number is within its bounds".to_owned());
    }
    let default = fields.get("default").and_then(integer).filter(|default| fits(*default));
    Ok(InputKind::Integer { default, min, max, multiple_of: multiple_of.filter(|of| *of > 1) })
}

fn number(fields: &Map<String, Value>) -> Result<InputKind, String> {
    if fields.contains_key("multipleOf") {
        return Err("its description uses multipleOf, which is not read here".to_owned());
    }
    let bound = |key: &str| fields.get(key).and_then(Value::as_f64);
    let (min, max) = (bound("minimum"), bound("maximum"));
    if min.zip(max).is_some_and(|(min, max)| min > max) {
        return Err("no number is within its bounds".to_owned());
    }
    let fits = |number: &f64| min.is_none_or(|min| *number >= min) && max.is_none_or(|max| *number <= max);
    let default = bound("default").filter(fits);
    Ok(InputKind::Number { default, min, max, step: bound("step").filter(|step| *step > 0.0) })
}

/// `minimum` and `maximum` of such a text are about each side.
fn pixels(fields: &Map<String, Value>) -> Result<InputKind, String> {
    let side = |key: &str, absent: u32| {
        let value = fields.get(key).and_then(integer).and_then(|side| u32::try_from(side).ok());
        value.filter(|side| (1..=999_999).contains(side)).unwrap_or(absent)
    };
    let (min, max) = (side("minimum", DEFAULT_SIDES.0), side("maximum", DEFAULT_SIDES.1));
    if min > max {
        return Err("no size is within its bounds".to_owned());
    }
    if ["maxLength", "minLength"].into_iter().any(|keyword| fields.contains_key(keyword)) {
        return Err("its description says how long the text is, which is not read here".to_owned());
    }
    let fits = |text: &&str| size_of(text).is_some_and(|(w, h)| (min..=max).contains(&w) && (min..=max).contains(&h));
    let default = fields.get("default").and_then(Value::as_str).filter(fits).map(str::to_owned);
    Ok(InputKind::Pixels { default, min, max, rules: PixelRules::default() })
}
