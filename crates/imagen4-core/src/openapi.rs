//! Schemas of the types whose form on the wire is their own; the others derive theirs.

use std::borrow::Cow;

use serde_json::{Value, json};
use utoipa::openapi::{RefOr, Schema};
use utoipa::{PartialSchema, ToSchema};

use crate::{RunId, Timestamp};

/// A schema of inputs as they are accepted: null is as good as absent for all but the prompt, and unknown keys are refused.
pub fn accepted(mut schema: Value) -> Value {
    for (name, property) in schema["properties"].as_object_mut().into_iter().flatten() {
        if name != "prompt" {
            match property.get_mut("type") {
                Some(Value::Array(kinds)) => kinds.push(json!("null")),
                Some(kind) => *kind = json!([kind, "null"]),
                None => {}
            }
            if let Some(values) = property.get_mut("enum").and_then(Value::as_array_mut) {
                values.push(Value::Null);
            }
        }
    }
    schema["additionalProperties"] = json!(false);
    if let Some(schema) = schema.as_object_mut() {
        schema.remove("x-order-properties");
    }
    schema
}

fn schema(json: Value) -> RefOr<Schema> {
    RefOr::T(serde_json::from_value(json).expect("it is a schema"))
}

impl PartialSchema for RunId {
    fn schema() -> RefOr<Schema> {
        schema(json!({ "type": "string", "pattern": "^[0-9a-f]{32}$", "description": "32 lower-case hex digits" }))
    }
}

impl ToSchema for RunId {
    fn name() -> Cow<'static, str> {
        "RunId".into()
    }
}

impl PartialSchema for Timestamp {
    fn schema() -> RefOr<Schema> {
        schema(json!({ "type": "string", "format": "date-time", "description": "RFC 3339, UTC, in milliseconds" }))
    }
}

impl ToSchema for Timestamp {
    fn name() -> Cow<'static, str> {
        "Timestamp".into()
    }
}
