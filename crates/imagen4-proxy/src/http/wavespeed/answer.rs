//! WaveSpeed's envelope around everything, `{"code", "message", "data"}`.

use axum::http::StatusCode;
use imagen4_core::{Problem, ProblemCode};
use serde::Serialize;
use utoipa::ToSchema;

use crate::http::problem::Dialect;

/// A success. Its status is always exactly 200: SDKs take nothing else for one.
#[derive(Debug, Serialize, ToSchema)]
pub(crate) struct Envelope<T> {
    code: u16,
    message: &'static str,
    data: T,
}

/// Puts `data` into its envelope.
pub(super) fn success<T>(data: T) -> axum::Json<Envelope<T>> {
    axum::Json(Envelope { code: 200, message: "success", data })
}

/// A refusal, as it looks on WaveSpeed's face.
#[derive(Debug, Serialize, ToSchema)]
pub(crate) struct Refusal {
    /// The HTTP status once more.
    code: u16,
    /// What is wrong, and what is allowed.
    message: String,
    /// Always null.
    data: Option<()>,
}

/// Refusals on this face.
pub(in crate::http) const DIALECT: Dialect = Dialect {
    prefix: super::PREFIX,
    write: |problem| {
        let (status, body) = refusal(problem);
        (status, serde_json::to_vec(&body).unwrap_or_default())
    },
};

/// A refusal as WaveSpeed would tell it.
fn refusal(problem: &Problem) -> (StatusCode, Refusal) {
    // WaveSpeed calls bad inputs 400, and programs look for that.
    let status = if problem.code == ProblemCode::InvalidRequest { 400 } else { problem.status };
    let mut message = match problem.code {
        // WaveSpeed's own words: programs look for these, too.
        ProblemCode::OverBudget => format!("Insufficient credits: {}", problem.title),
        ProblemCode::KeyRefused => "Invalid API key".to_owned(),
        _ => problem.title.clone(),
    };
    if let Some(detail) = &problem.detail {
        message += &format!(": {detail}");
    }
    let body = Refusal { code: status, message, data: None };
    (StatusCode::from_u16(status).unwrap_or(StatusCode::INTERNAL_SERVER_ERROR), body)
}

#[cfg(test)]
mod tests {
    use imagen4_core::FieldErrors;
    use serde_json::json;

    use super::*;

    #[test]
    fn a_refusal_names_the_field_in_the_vendors_shape() {
        let mut errors = FieldErrors::default();
        errors.add("seed", "must be a whole number");
        let (status, body) = refusal(&Problem::from(errors));
        assert_eq!(status, StatusCode::BAD_REQUEST);
        let message = "Some fields are invalid: seed must be a whole number";
        assert_eq!(serde_json::to_value(body).expect("JSON"), json!({ "code": 400, "message": message, "data": null }));
        let (status, body) = refusal(&Problem::new(ProblemCode::OverBudget));
        assert_eq!((status.as_u16(), body.message.as_str()), (402, "Insufficient credits: Daily budget exceeded"));
    }
}
