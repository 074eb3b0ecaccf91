//! A typed client of the proxy's HTTP API, on gloo-net and the wire types of `imagen4-core`. Addresses are relative, so that a path
//! prefix needs no configuration.
//!
//! # Layout
//! - this file: one function an endpoint
//! - [`http`]: sending a request, reading its answer; [`error`]: why there is none
//! - [`action`]: what can be asked about one run
//! - [`submission`]: a body and its idempotency key
//! - [`events`]: the server's event stream

pub mod action;
pub mod error;
pub mod events;
pub mod http;
pub mod submission;

use gloo_net::http::Request;
use imagen4_core::api::{ModelList, Quote, RunList, ServerConfig, Spend, Unexplained};
use imagen4_core::{Run, RunFilter, RunId, RunRequest};

pub use self::action::RunAction;
pub use self::error::ApiError;
pub use self::http::Dated;
use self::http::send;
pub use self::submission::Submission;

/// What the server is and allows.
pub async fn config() -> Result<Dated<ServerConfig>, ApiError> {
    let answer = send(Request::get("api/config"), None).await?;
    Ok(Dated { date: answer.date, value: answer.json()? })
}

/// The models.
pub async fn models() -> Result<ModelList, ApiError> {
    send(Request::get("api/models"), None).await?.json()
}

/// The models, after WaveSpeed was asked for them anew.
pub async fn refresh_models() -> Result<ModelList, ApiError> {
    send(Request::post("api/models/refresh"), Some("{}".to_owned())).await?.json()
}

/// What a request would cost now.
pub async fn quote(request: &RunRequest) -> Result<Quote, ApiError> {
    let body = serde_json::to_string(request).unwrap_or_default();
    send(Request::post("api/quote"), Some(body)).await?.json()
}

/// The money by day and by model.
pub async fn usage() -> Result<Spend, ApiError> {
    send(Request::get("api/spend"), None).await?.json()
}

/// One page of the runs that `filter` lets through: the newest, or those from `cursor` on.
pub async fn runs(filter: &RunFilter, cursor: Option<&str>, limit: u32) -> Result<RunList, ApiError> {
    let pairs = filter.pairs();
    let limit = limit.to_string();
    let mut query: Vec<_> = pairs.iter().map(|(name, value)| (*name, value.as_str())).collect();
    query.push(("limit", &limit));
    query.extend(cursor.map(|cursor| ("cursor", cursor)));
    send(Request::get("api/runs").query(query), None).await?.json()
}

/// One run.
pub async fn run(id: RunId) -> Result<Run, ApiError> {
    send(Request::get(&format!("api/runs/{id}")), None).await?.json()
}

/// Deletes a run for good.
pub async fn delete_run(id: RunId) -> Result<(), ApiError> {
    send(Request::delete(&format!("api/runs/{id}")), None).await.map(|_| ())
}

/// Submits one run or a group; the same key and body again bring the same runs.
pub async fn submit(submission: &Submission) -> Result<Vec<Run>, ApiError> {
    let is_group = submission.is_group();
    let request = Request::post(if is_group { "api/groups" } else { "api/runs" });
    let answer = send(request.header("idempotency-key", &submission.key), Some(submission.body.clone())).await?;
    match is_group {
        true => answer.json::<imagen4_core::api::Group>().map(|group| group.runs),
        false => answer.json().map(|run| vec![run]),
    }
}

/// Asks something about a run; the answer is the run as it is then.
pub async fn act(action: &RunAction) -> Result<Run, ApiError> {
    let request = if action.is_patch() { Request::patch(&action.path()) } else { Request::post(&action.path()) };
    send(request, Some(action.body())).await?.json()
}

/// What WaveSpeed lists and no run here explains.
pub async fn unexplained() -> Result<Unexplained, ApiError> {
    send(Request::get("api/unexplained"), None).await?.json()
}

/// Where the images of these runs are downloaded as one ZIP file.
pub fn archive_url(runs: impl IntoIterator<Item = RunId>) -> String {
    let query: Vec<_> = runs.into_iter().map(|run| format!("run={run}")).collect();
    format!("api/archive?{}", query.join("&"))
}
