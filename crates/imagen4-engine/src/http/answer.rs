//! The envelope: `{"code", "message", "data"}`, and how a prediction looks in it.

use axum::Json;
use axum::http::{HeaderMap, StatusCode, header};
use axum::response::{IntoResponse, Response};
use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;
use serde_json::{Value, json};

use crate::Engine;
use crate::engine::{Outputs, Refusal, View};

/// A success; the vendor's is always 200.
pub(super) fn success(data: Value) -> Response {
    Json(json!({ "code": 200, "message": "success", "data": data })).into_response()
}

/// A refusal with that status.
pub(super) fn refused(status: u16, message: &str) -> Response {
    let body = json!({ "code": status, "message": message, "data": null });
    (StatusCode::from_u16(status).unwrap_or(StatusCode::INTERNAL_SERVER_ERROR), Json(body)).into_response()
}

/// What the vendor says of a submission that it does not accept, or of one that it does not quote.
pub(super) fn declined(refusal: Refusal) -> Response {
    match refusal {
        Refusal::Unknown => refused(404, "model not found"),
        Refusal::Retired => refused(404, "This model is no longer available"),
        Refusal::Invalid(errors) => refused(400, &errors.to_string()),
        Refusal::NoCredit => refused(400, "Insufficient credits. Please top up your account to continue."),
        Refusal::Disk(error) => refused(500, &format!("the bill cannot be written: {error}")),
    }
}

/// A prediction as it is told; painting for base64 outputs takes a while, so call it off the async threads then.
pub(super) fn prediction(engine: &Engine, view: &View, origin: &str) -> Value {
    let View { acceptance, status, .. } = view;
    let (id, fate) = (&acceptance.id, &acceptance.fate);
    let output = |index: u32| match acceptance.base64 {
        true => STANDARD.encode(engine.picture(view, index).unwrap_or_default()),
        // The vendor numbers its files from 1.
        false => format!("{origin}/outputs/{id}/{}.jpeg", index + 1),
    };
    let (outputs, flags) = match view.outputs {
        Outputs::These(count) => (
            json!((0..count).map(output).collect::<Vec<_>>()),
            json!((0..count).map(|index| fate.nsfw.contains(&index)).collect::<Vec<_>>()),
        ),
        Outputs::Null => (Value::Null, json!([])),
    };
    let mut told = json!({
        "id": id,
        "model": acceptance.model,
        "outputs": outputs,
        "urls": { "get": format!("{origin}/api/v3/predictions/{id}/result") },
        "has_nsfw_contents": flags,
        "status": status,
        "created_at": acceptance.at,
        "error": "",
        "timings": { "inference": view.inference_ms },
    });
    if let Some(failure) = fate.fail.as_ref().filter(|failure| failure.status.as_str() == status) {
        told["code"] = json!(failure.code);
        told["error"] = json!(failure.error);
    }
    told
}

/// The origin under which the client reached us: what it can fetch outputs from.
pub(super) fn origin(headers: &HeaderMap) -> String {
    let host = headers.get(header::HOST).and_then(|host| host.to_str().ok()).unwrap_or("localhost");
    format!("http://{host}")
}
