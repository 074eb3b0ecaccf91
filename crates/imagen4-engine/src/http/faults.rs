//! Around every route: asks the script what happens to this call, and does it.

use std::sync::Arc;
use std::time::Duration;

use axum::body::{Body, to_bytes};
use axum::extract::{ConnectInfo, RawPathParams, Request, State};
use axum::http::{HeaderValue, StatusCode, header};
use axum::middleware::Next;
use axum::response::{Html, IntoResponse, Response};
use imagen4_core::MicroUsd;
use serde_json::{Value, json};
use tokio::task::spawn_blocking;

use super::MAX_BODY;
use super::answer::{refused, success};
use super::wire::Line;
use crate::Engine;
use crate::faults::{Call, Effect, On};

/// Takes the call to its handler, unless the script has other plans.
pub(super) async fn intercept(
    State((engine, on)): State<(Arc<Engine>, On)>,
    path: RawPathParams,
    request: Request,
    next: Next,
) -> Response {
    if !engine.has_script() {
        return next.run(request).await;
    }
    let line = request.extensions().get::<ConnectInfo<Line>>().map(|ConnectInfo(line)| line.clone());
    let (head, body) = request.into_parts();
    let Ok(bytes) = to_bytes(body, MAX_BODY).await else { return refused(413, "the body is too long") };
    let call = describe(&engine, on, &path, &bytes).await;
    let mut request = Request::from_parts(head, Body::from(bytes));
    let Some(rule) = engine.fault(&call) else { return next.run(request).await };
    if on == On::Submit {
        request.extensions_mut().insert(rule.fate);
    }
    let sleep = |ms| engine.env().sleep(Duration::from_millis(ms));
    match rule.then {
        None => next.run(request).await,
        Some(Effect::Refuse { status, message }) => refused(status, &message),
        Some(Effect::RateLimit { retry_after_s }) => rate_limited(retry_after_s),
        Some(Effect::Error { status }) => gateway_page(status),
        Some(Effect::Drop) => broken(line, 0, gateway_page(502)),
        Some(Effect::Delay { ms }) => {
            sleep(ms).await;
            next.run(request).await
        }
        Some(Effect::Retire { model }) => {
            engine.retire(&model);
            next.run(request).await
        }
        Some(Effect::Restore { model }) => {
            engine.restore(&model);
            next.run(request).await
        }
        Some(Effect::ReplaceRow { row }) => {
            // A row without an id stands for nothing, and nothing changes.
            drop(engine.replace_row(&row));
            next.run(request).await
        }
        Some(Effect::DelayAnswer { ms }) => {
            let answer = next.run(request).await;
            sleep(ms).await;
            answer
        }
        Some(effect) => spoil(effect, next.run(request).await, line).await,
    }
}

/// What becomes of an answer whose call did its work.
async fn spoil(effect: Effect, answer: Response, line: Option<Line>) -> Response {
    match effect {
        Effect::AcceptAndDrop => broken(line, 0, gateway_page(502)),
        Effect::AcceptAndError { status } => gateway_page(status),
        Effect::AcceptAndRateLimit { retry_after_s } => rate_limited(retry_after_s),
        Effect::AcceptAndCode { code } => {
            axum::Json(json!({ "code": code, "message": "something went wrong", "data": null })).into_response()
        }
        Effect::NotAPicture => Html("<!doctype html><title>Please sign in</title>").into_response(),
        Effect::Malformed => {
            let (kind, body) = taken_apart(answer).await;
            ([(header::CONTENT_TYPE, kind)], body[..body.len() / 2].to_vec()).into_response()
        }
        Effect::Truncate => {
            let (kind, body) = taken_apart(answer).await;
            // The head is longer than a hundred bytes, so the break is well within the body.
            let bytes = 100 + body.len() as u64 / 2;
            broken(line, bytes, ([(header::CONTENT_TYPE, kind)], body).into_response())
        }
        Effect::Answer { data } => success(data),
        Effect::Padding { bytes } => {
            let (kind, mut body) = taken_apart(answer).await;
            body.resize(body.len().saturating_add(usize::try_from(bytes).unwrap_or(usize::MAX)), b' ');
            ([(header::CONTENT_TYPE, kind)], body).into_response()
        }
        Effect::Quote { percent } if answer.status() == StatusCode::OK => {
            let (_, body) = taken_apart(answer).await;
            let mut data = serde_json::from_slice::<Value>(&body).unwrap_or_default()["data"].take();
            for key in ["price", "discounted_price"] {
                let price = data[key].as_number().and_then(MicroUsd::from_json_dollars).unwrap_or_default();
                let told = price.micros().saturating_mul(percent.into()) / 100;
                data[key] = MicroUsd::new(told).to_json_dollars();
            }
            success(data)
        }
        _ => answer,
    }
}

async fn taken_apart(answer: Response) -> (HeaderValue, Vec<u8>) {
    let kind = answer.headers().get(header::CONTENT_TYPE).cloned();
    let body = to_bytes(answer.into_body(), usize::MAX).await.unwrap_or_default();
    (kind.unwrap_or(HeaderValue::from_static("application/octet-stream")), body.to_vec())
}

/// Has the connection break after so many bytes of `answer`. A router without a listener has none to break: there the
/// answer is seen whole.
fn broken(line: Option<Line>, bytes: u64, answer: Response) -> Response {
    if let Some(line) = line {
        line.break_after(bytes);
    }
    answer
}

fn rate_limited(retry_after_s: Option<u64>) -> Response {
    let mut answer = refused(429, "You have reached your concurrency limit");
    if let Some(seconds) = retry_after_s {
        answer.headers_mut().insert(header::RETRY_AFTER, HeaderValue::from(seconds));
    }
    answer
}

fn gateway_page(status: u16) -> Response {
    let status = StatusCode::from_u16(status).unwrap_or(StatusCode::BAD_GATEWAY);
    (status, Html(format!("<html><head><title>{status}</title></head><body><h1>{status}</h1></body></html>")))
        .into_response()
}

/// Prompt and model of the call: from its body, or from the prediction that it is about.
async fn describe(engine: &Arc<Engine>, on: On, path: &RawPathParams, body: &[u8]) -> Call {
    let from_path = |name| path.iter().find(|(key, _)| *key == name).map(|(_, value)| value.to_owned());
    let body: Value = serde_json::from_slice(body).unwrap_or_default();
    let text = |pointer| body.pointer(pointer).and_then(Value::as_str).map(str::to_owned);
    let id = match on {
        On::Delete => text("/ids/0"),
        _ => from_path("id"),
    };
    if let Some(id) = id {
        let engine = engine.clone();
        let view = spawn_blocking(move || engine.billed(&id)).await.ok().flatten();
        return match view {
            Some(view) => {
                Call { on, prompt: Some(view.request.prompt().to_owned()), model: Some(view.acceptance.model) }
            }
            None => Call { on, prompt: None, model: None },
        };
    }
    let prompt = text("/prompt").or_else(|| text("/inputs/prompt"));
    let model =
        from_path("model").or_else(|| text("/model")).or_else(|| text("/model_id")).or_else(|| text("/model_uuid"));
    Call { on, prompt, model }
}
