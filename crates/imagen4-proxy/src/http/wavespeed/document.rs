//! What WaveSpeed's API adds to the OpenAPI document: a path for each model, who may ask, and how refusals look there.

use imagen4_core::{Catalogue, ModelSpec};
use utoipa::openapi::path::{HttpMethod, Operation, OperationBuilder, ParameterBuilder, ParameterIn, PathItem};
use utoipa::openapi::request_body::RequestBodyBuilder;
use utoipa::openapi::security::{HttpAuthScheme, HttpBuilder, SecurityRequirement, SecurityScheme};
use utoipa::openapi::{ContentBuilder, OpenApi, Required, ResponseBuilder};
use utoipa::{PartialSchema, ToSchema};

use super::answer::{Envelope, Refusal};
use super::prediction::Prediction;
use super::submit;
use crate::http::openapi::schemas::to_schema;
use crate::http::openapi::{may_refuse, operations, refusal};

const BEARER: &str = "bearer";
/// Where this API begins in the document, whose server is `/api`.
const PREFIX: &str = "/v3/";

/// Adds it, for the models that are offered now.
pub(in crate::http) fn complete(document: &mut OpenApi, models: &Catalogue) {
    let bearer = HttpBuilder::new()
        .scheme(HttpAuthScheme::Bearer)
        .description(Some("Any text but the WaveSpeed key, which stays on the server"))
        .build();
    let components = document.components.get_or_insert_default();
    components.add_security_scheme(BEARER, SecurityScheme::Http(bearer));
    components.schemas.insert(Refusal::name().into_owned(), Refusal::schema());
    let paths = &mut document.paths.paths;
    if let Some(result) = paths.get("/v3/predictions/{id}/result").cloned() {
        let mut same = result;
        if let Some(operation) = &mut same.get {
            operation.operation_id = Some("prediction".to_owned());
        }
        paths.insert("/v3/predictions/{id}".to_owned(), same);
    }
    for entry in models.offered() {
        let path = format!("{PREFIX}{}", entry.spec.id);
        paths.insert(path, PathItem::new(HttpMethod::Post, submission(&entry.spec)));
    }
    let refusal = refusal("application/json", Refusal::name());
    for (path, item) in paths.iter_mut().filter(|(path, _)| path.starts_with(PREFIX)) {
        for operation in operations(item) {
            may_refuse(operation, &refusal);
            if !path.contains("/outputs/") {
                operation.security = Some(vec![SecurityRequirement::new(BEARER, [""; 0])]);
            }
        }
    }
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
