//! Reading one property of an input schema.
//!
//! What a schema says and we could not check is not offered: an input that is taken here is never refused there.

use serde_json::Value;

use super::input_spec::InputSpec;
use super::kind::kind;
use super::words::{MAX_DESCRIPTION, MAX_TITLE, words};

/// Inputs that are about how an answer comes, not about the image. This proxy has its own word on them.
const ABOUT_ANSWERS: [&str; 2] = ["enable_base64_output", "enable_sync_mode"];

/// What a property is here.
pub(super) enum Property {
    /// An input.
    Input(InputSpec),
    /// Not offered, without a word: nobody misses it.
    Silent,
    /// Not offered, and why.
    LeftOut(String),
}

/// Reads one property.
pub(super) fn property(name: &str, schema: &Value, required: bool) -> Property {
    let Some(fields) = schema.as_object() else {
        return Property::LeftOut("its description cannot be read".to_owned());
    };
    let flag = |key: &str| fields.get(key).and_then(Value::as_bool).unwrap_or(false);
    if ABOUT_ANSWERS.contains(&name) || flag("disabled") {
        return if required { Property::LeftOut("it is for programs only".to_owned()) } else { Property::Silent };
    }
    if !is_name(name) {
        return Property::LeftOut("its name is not usual".to_owned());
    }
    match kind(name, fields) {
        Ok(kind) => Property::Input(InputSpec {
            name: name.to_owned(),
            title: words(fields.get("title"), MAX_TITLE),
            description: words(fields.get("description"), MAX_DESCRIPTION),
            required,
            kind,
        }),
        Err(reason) => Property::LeftOut(reason),
    }
}

/// Names that are safe as the key of a JSON object, of a form, and in a sentence.
fn is_name(name: &str) -> bool {
    (1..=64).contains(&name.len())
        && name.starts_with(|c: char| c.is_ascii_alphabetic())
        && name.chars().all(|c| c.is_ascii_alphanumeric() || matches!(c, '_' | '-'))
}
