//! What a model takes here, as JSON Schema.

use serde_json::{Map, Value, json};

use super::input_spec::{InputKind, InputSpec};
use super::spec::ModelSpec;
use super::value::MAX_PROMPT_CHARS;
use crate::json::integer;
use crate::text::visible_pattern;

/// JSON Schema of the inputs that a model takes here, in WaveSpeed's way.
pub fn accepted_schema(spec: &ModelSpec) -> Value {
    let mut properties = Map::new();
    for input in &spec.inputs {
        let mut schema = match &input.kind {
            InputKind::Text { min_chars, max_chars, .. } => {
                let mut schema = json!({ "type": "string", "maxLength": max_chars.unwrap_or(MAX_PROMPT_CHARS) });
                if let Some(min) = min_chars {
                    schema["minLength"] = json!(min);
                }
                if input.required {
                    schema["pattern"] = json!(visible_pattern());
                }
                schema
            }
            InputKind::Choice { options, .. } => match options.iter().all(Value::is_string) {
                true => json!({ "type": "string", "enum": options }),
                false if options.iter().all(|option| integer(option).is_some()) => {
                    json!({ "type": "integer", "enum": options })
                }
                false => json!({ "type": ["string", "number"], "enum": options }),
            },
            InputKind::Integer { min, max, multiple_of, .. } => bounded(
                "integer",
                [("minimum", json!(min)), ("maximum", json!(max)), ("multipleOf", json!(multiple_of))],
            ),
            InputKind::Number { min, max, .. } => {
                bounded("number", [("minimum", json!(min)), ("maximum", json!(max)), ("multipleOf", Value::Null)])
            }
            InputKind::Switch { .. } => json!({ "type": "boolean" }),
            InputKind::Pixels { min, max, .. } => {
                json!({ "type": "string", "pattern": "^[0-9]{1,6}\\*[0-9]{1,6}$", "minimum": min, "maximum": max })
            }
        };
        if let Some(default) = input.kind.default_value() {
            schema["default"] = default;
        }
        for (key, text) in [("title", &input.title), ("description", &input.description)] {
            if !text.is_empty() {
                schema[key] = json!(text);
            }
        }
        properties.insert(input.name.clone(), schema);
    }
    let names = |wanted: fn(&InputSpec) -> bool| -> Vec<&str> {
        spec.inputs.iter().filter(|input| wanted(input)).map(|input| input.name.as_str()).collect()
    };
    json!({
        "type": "object", "additionalProperties": false, "properties": properties,
        "required": names(|input| input.required), "x-order-properties": names(|_| true),
    })
}

fn bounded(kind: &str, bounds: [(&str, Value); 3]) -> Value {
    let mut schema = json!({ "type": kind });
    for (keyword, value) in bounds {
        if !value.is_null() {
            schema[keyword] = value;
        }
    }
    schema
}
