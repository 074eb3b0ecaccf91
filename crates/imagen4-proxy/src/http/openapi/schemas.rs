//! The schemas of bodies that are read by hand, or are no JSON.

use std::borrow::Cow;

use imagen4_core::RunId;
use serde_json::json;
use utoipa::openapi::{RefOr, Schema};
use utoipa::{PartialSchema, ToSchema};

/// A model and its input; flat, the inputs may stand beside the model as well.
pub(in crate::http) struct RequestBody;

impl PartialSchema for RequestBody {
    fn schema() -> RefOr<Schema> {
        to_schema(request_schema(json!({})))
    }
}

impl ToSchema for RequestBody {
    fn name() -> Cow<'static, str> {
        "RequestBody".into()
    }
}

/// What a price is asked of.
pub(in crate::http) type QuoteBody = RequestBody;

/// A request, the run that it is based on, and the most that it may cost.
pub(in crate::http) struct RunBody;

impl PartialSchema for RunBody {
    fn schema() -> RefOr<Schema> {
        to_schema(request_schema(json!({
            "parent": { "type": ["string", "null"], "pattern": "^[0-9a-f]{32}$", "description": "The run it is based on" },
            "max_price_microusd": {
                "type": ["integer", "null"], "minimum": 0,
                "description": "The price that was shown; if it costs more now, nothing is reserved and 409 tells the new price",
            },
        })))
    }
}

impl ToSchema for RunBody {
    fn name() -> Cow<'static, str> {
        "RunBody".into()
    }
}

/// `more` stands beside the model and its input.
fn request_schema(more: serde_json::Value) -> serde_json::Value {
    let mut schema = json!({
        "type": "object", "required": ["input"],
        "properties": {
            "model": { "type": ["string", "null"], "description": "The model's id; the server's default where it is absent" },
            "input": { "type": "object", "description": "The model's own inputs: see GET /models and the submissions below /v3" },
        },
        "additionalProperties": false,
        "example": { "input": { "prompt": "A heron in the reeds, morning mist" } },
    });
    if let (Some(properties), Some(more)) = (schema["properties"].as_object_mut(), more.as_object()) {
        properties.extend(more.clone());
    }
    schema
}

/// The bytes of an image.
pub(in crate::http) struct PictureFile;

impl PartialSchema for PictureFile {
    fn schema() -> RefOr<Schema> {
        to_schema(json!({ "type": "string", "format": "binary" }))
    }
}

impl ToSchema for PictureFile {
    fn name() -> Cow<'static, str> {
        "PictureFile".into()
    }
}

/// The bytes of a ZIP archive.
pub(in crate::http) struct ArchiveFile;

impl PartialSchema for ArchiveFile {
    fn schema() -> RefOr<Schema> {
        PictureFile::schema()
    }
}

impl ToSchema for ArchiveFile {
    fn name() -> Cow<'static, str> {
        "ArchiveFile".into()
    }
}

/// Several requests, submitted at once: at most 200,000 characters of texts together.
#[derive(ToSchema)]
#[expect(dead_code, reason = "it is read by hand, so that every mistake is named; this is its schema")]
pub(in crate::http) struct GroupBody {
    /// The requests.
    #[schema(min_items = 1, max_items = 100)]
    requests: Vec<RequestBody>,
    /// The run that they are based on.
    parent: Option<RunId>,
    /// The price of all of them that was shown.
    #[schema(minimum = 0)]
    max_price_microusd: Option<i64>,
}

/// A schema that is written as JSON.
pub(in crate::http) fn to_schema(json: serde_json::Value) -> RefOr<Schema> {
    RefOr::T(serde_json::from_value(json).expect("it is a schema"))
}
