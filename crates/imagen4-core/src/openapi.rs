//! Schemas of the types whose form on the wire is their own; the others derive theirs.

use std::borrow::Cow;

use serde_json::{Value, json};
use utoipa::openapi::{RefOr, Schema};
use utoipa::{PartialSchema, ToSchema};

use crate::models::{DEFAULT_MODEL, MODELS, Model};
use crate::{GenerationRequest, RunId, Timestamp};

/// A schema of inputs as they are accepted: null is as good as absent for all but the prompt, and unknown keys are refused.
pub fn accepted(mut schema: Value) -> Value {
    for (name, property) in schema["properties"].as_object_mut().into_iter().flatten() {
        if name != "prompt" {
            property["type"] = json!([property["type"], "null"]);
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

impl PartialSchema for GenerationRequest {
    fn schema() -> RefOr<Schema> {
        schema(Self::json_schema())
    }
}

impl ToSchema for GenerationRequest {
    fn name() -> Cow<'static, str> {
        "GenerationRequest".into()
    }
}

impl GenerationRequest {
    /// The vendor's inputs and the model, each of them null where it is absent.
    fn json_schema() -> Value {
        let mut schema = Model::default_model().input_schema();
        let models: Vec<_> = MODELS.iter().map(|model| model.id).collect();
        schema["properties"]["model"] = json!({ "type": "string", "enum": models, "default": DEFAULT_MODEL });
        schema = accepted(schema);
        schema["example"] =
            json!({ "prompt": "A heron in the reeds, morning mist", "aspect_ratio": "16:9", "num_images": 2 });
        schema
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_schema_names_every_field_of_a_request() {
        let schema = GenerationRequest::json_schema();
        let request = serde_json::to_value(GenerationRequest::from_json(&json!({ "prompt": "a fox" })).expect("valid"));
        let fields = request.expect("JSON");
        for name in fields.as_object().expect("an object").keys() {
            assert!(schema["properties"].get(name).is_some(), "{name}");
        }
        assert_eq!(schema["properties"].as_object().map(|it| it.len()), fields.as_object().map(|it| it.len()));
        assert_eq!(schema["properties"]["seed"]["type"], json!(["integer", "null"]));
        GenerationRequest::from_json(&schema["example"]).expect("the example is valid");
        let _schemas_can_be_made = (GenerationRequest::schema(), RunId::schema(), Timestamp::schema());
    }
}
