//! The OpenAPI document of both faces. Paths come from the routes and schemas from the types; what all operations share is added
//! here.

use std::borrow::Cow;
use std::sync::Arc;

use axum::extract::{Extension, State};
use axum::http::header;
use axum::response::{IntoResponse, Response};
use imagen4_core::{Catalogue, ModelSpec, Problem, RunId};
use serde_json::json;
use utoipa::openapi::path::{HttpMethod, Operation, OperationBuilder, ParameterBuilder, ParameterIn, PathItem};
use utoipa::openapi::request_body::RequestBodyBuilder;
use utoipa::openapi::security::{HttpAuthScheme, HttpBuilder, SecurityRequirement, SecurityScheme};
use utoipa::openapi::{
    ContentBuilder, InfoBuilder, OpenApi, OpenApiBuilder, Ref, RefOr, Required, ResponseBuilder, Schema, ServerBuilder,
};
use utoipa::{PartialSchema, ToSchema};

use super::Shared;
use super::wavespeed::answer::{Envelope, Refusal};
use super::wavespeed::prediction::Prediction;
use super::wavespeed::submit;

const BEARER: &str = "bearer";
/// Where WaveSpeed's face begins in the document, whose server is `/api`.
const VENDOR: &str = "/v3/";

/// A model and its input; flat, the inputs may stand beside the model as well.
pub(super) struct RequestBody;

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
pub(super) type QuoteBody = RequestBody;

/// A request, the run that it is based on, and the most that it may cost.
pub(super) struct RunBody;

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
pub(super) struct PictureFile;

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
pub(super) struct ArchiveFile;

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
pub(super) struct GroupBody {
    /// The requests.
    #[schema(min_items = 1, max_items = 100)]
    requests: Vec<RequestBody>,
    /// The run that they are based on.
    parent: Option<RunId>,
    /// The price of all of them that was shown.
    #[schema(minimum = 0)]
    max_price_microusd: Option<i64>,
}

fn to_schema(json: serde_json::Value) -> RefOr<Schema> {
    RefOr::T(serde_json::from_value(json).expect("it is a schema"))
}

/// What the routes are added to.
pub(super) fn empty() -> OpenApi {
    let description = "A playground for text-to-image models behind a proxy that keeps the key, never bills a click twice and keeps every \
                       image. Below /v3 it speaks WaveSpeed's own API, for programs that have a WaveSpeed SDK.";
    let info = InfoBuilder::new()
        .title("Imagen 4 Playground")
        .description(Some(description))
        .version(env!("CARGO_PKG_VERSION"));
    // Relative to where this document is: it is right under any path.
    OpenApiBuilder::new().info(info).servers(Some([ServerBuilder::new().url(".").build()])).build()
}

/// Adds what no single route says: WaveSpeed's models, who may ask, and how refusals look.
pub(super) fn complete(mut document: OpenApi, models: &Catalogue) -> OpenApi {
    let bearer = HttpBuilder::new()
        .scheme(HttpAuthScheme::Bearer)
        .description(Some("Any text but the WaveSpeed key, which stays on the server"))
        .build();
    let components = document.components.get_or_insert_default();
    components.add_security_scheme(BEARER, SecurityScheme::Http(bearer));
    let mut schemas =
        vec![(Problem::name().into_owned(), Problem::schema()), (Refusal::name().into_owned(), Refusal::schema())];
    Problem::schemas(&mut schemas);
    components.schemas.extend(schemas);

    let paths = &mut document.paths.paths;
    if let Some(result) = paths.get("/v3/predictions/{id}/result").cloned() {
        let mut same = result;
        if let Some(operation) = &mut same.get {
            operation.operation_id = Some("prediction".to_owned());
        }
        paths.insert("/v3/predictions/{id}".to_owned(), same);
    }
    // Axum's name for the rest of a path is none in a document.
    if let Some(model) = paths.remove("/models/{*id}") {
        paths.insert("/models/{id}".to_owned(), model);
    }
    for entry in models.offered() {
        let path = format!("{VENDOR}{}", entry.spec.id);
        paths.insert(path, PathItem::new(HttpMethod::Post, submission(&entry.spec)));
    }
    for (path, item) in paths.iter_mut() {
        let is_vendors = path.starts_with(VENDOR);
        let refusal = match is_vendors {
            true => refusal("application/json", Refusal::name()),
            false => refusal("application/problem+json", Problem::name()),
        };
        for operation in operations(item) {
            for status in ["4XX", "5XX"] {
                operation.responses.responses.insert(status.to_owned(), RefOr::T(refusal.clone()));
            }
            if is_vendors && !path.contains("/outputs/") {
                operation.security = Some(vec![SecurityRequirement::new(BEARER, [""; 0])]);
            }
        }
    }
    document
}

fn operations(item: &mut PathItem) -> impl Iterator<Item = &mut Operation> {
    [&mut item.get, &mut item.post, &mut item.patch, &mut item.delete].into_iter().flatten()
}

fn refusal(content_type: &str, name: Cow<'_, str>) -> utoipa::openapi::Response {
    let content = ContentBuilder::new().schema(Some(Ref::from_schema_name(name.as_ref()))).build();
    ResponseBuilder::new()
        .description("Refused: nothing was recorded, unless it says so")
        .content(content_type, content)
        .build()
}

/// WaveSpeed's submit call of one model.
fn submission(model: &ModelSpec) -> Operation {
    let body = ContentBuilder::new().schema(Some(to_schema(submit::input_schema(model)))).build();
    let answer = ContentBuilder::new().schema(Some(Envelope::<Prediction>::schema())).build();
    let told = ResponseBuilder::new().description("Accepted, or ended where that was waited for");
    OperationBuilder::new()
        .tag("wavespeed")
        .operation_id(Some(format!("submit_{}", model.id.replace(['/', '-', '.'], "_"))))
        .summary(Some(format!("Submits a prediction to {}", model.name)))
        .parameter(
            ParameterBuilder::new()
                .name("Idempotency-Key")
                .parameter_in(ParameterIn::Header)
                .description(Some(
                    "The same for every repetition, which then is the same run; WaveSpeed itself knows none",
                ))
                .schema(Some(String::schema())),
        )
        .request_body(Some(
            RequestBodyBuilder::new().content("application/json", body).required(Some(Required::True)).build(),
        ))
        .response("200", told.content("application/json", answer))
        .build()
}

/// The document as the routes make it.
#[derive(Clone)]
pub(super) struct Document(Arc<OpenApi>);

impl Document {
    pub(super) fn of(document: OpenApi) -> Self {
        Self(Arc::new(document))
    }
}

/// The document with the models that are offered now.
pub(super) async fn document(State(app): Shared, Extension(Document(document)): Extension<Document>) -> Response {
    let document = complete((*document).clone(), &app.models.catalogue());
    let json = serde_json::to_string(&document).expect("a document is JSON");
    ([(header::CONTENT_TYPE, "application/json"), (header::CACHE_CONTROL, "no-cache")], json).into_response()
}
