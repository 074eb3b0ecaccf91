//! The proxy's HTTP face, as the page uses it. Addresses are relative, so that a path prefix needs no configuration.
//!
//! # Layout
//! - this file: the calls
//! - [`order`]: what a person can ask about a run
//! - [`json`], [`wire`]: reading the shapes on the wire
//! - [`events`]: what the event stream says
//! - [`stream`]: one connection to the event stream
//! - [`link`]: keeping a connection for as long as the page is seen

pub mod events;
pub mod json;
pub mod link;
pub mod order;
pub mod stream;
pub mod wire;

use gloo_net::http::{Request, RequestBuilder};
use imagen4_core::api::{Counts, ModelList, Quote, ServerConfig, Spend, Unexplained};
use imagen4_core::{Problem, Run, RunFilter, RunId, RunRequest, Timestamp};

use self::json::{FromJson, Json};
use self::order::Order;
use crate::composer::armed::Armed;

/// Why a call brought nothing.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum ApiError {
    /// No answer: offline, the server is down, or the connection broke.
    Unreachable,
    /// An answer that is no problem of ours and no success: something between us and the proxy, or an older proxy.
    Unreadable {
        /// Its HTTP status.
        status: u16,
    },
    /// The proxy said no, and why.
    Refused(Box<Problem>),
}

impl ApiError {
    /// Whether the answer is final: sending the same again could only bring the same.
    pub fn is_definite(&self) -> bool {
        match self {
            Self::Unreachable => false,
            Self::Unreadable { status } => is_definite(*status),
            Self::Refused(problem) => is_definite(problem.status),
        }
    }

    /// What happened, for the person.
    pub fn words(&self) -> String {
        match self {
            Self::Unreachable => "The server did not answer.".to_owned(),
            Self::Unreadable { status } => format!("The server gave an answer this page cannot read (HTTP {status})."),
            Self::Refused(problem) => match &problem.detail {
                Some(detail) => format!("{}: {detail}.", problem.title).replace("..", "."),
                None => format!("{}.", problem.title),
            },
        }
    }
}

/// 408, 425 and 429 are about the moment, not the request.
const fn is_definite(status: u16) -> bool {
    matches!(status, 400..=499) && !matches!(status, 408 | 425 | 429)
}

/// An answer and the server's time when it was written.
#[derive(Clone, Debug)]
pub struct Dated<T> {
    /// The answer.
    pub value: T,
    /// The `Date` header.
    pub date: Option<Timestamp>,
}

/// One page of runs; those that this build cannot read are left out.
#[derive(Clone, Debug, Default)]
pub struct Page {
    /// The runs, the newest first.
    pub runs: Vec<Run>,
    /// Where the next page begins.
    pub next_cursor: Option<String>,
    /// How much the whole list holds; on its first page only.
    pub counts: Option<Counts>,
}

/// What the server is and offers.
pub async fn config() -> Result<Dated<ServerConfig>, ApiError> {
    let answer = send(Request::get("api/config"), None).await?;
    Ok(Dated { date: answer.date, value: answer.read()? })
}

/// The models.
pub async fn models() -> Result<ModelList, ApiError> {
    send(Request::get("api/models"), None).await?.models()
}

/// The models, after the vendor was asked for them anew.
pub async fn refresh_models() -> Result<ModelList, ApiError> {
    send(Request::post("api/models/refresh"), Some("{}".to_owned())).await?.models()
}

/// What a request would cost now.
pub async fn quote(request: &RunRequest) -> Result<Quote, ApiError> {
    let body = serde_json::to_string(request).unwrap_or_default();
    send(Request::post("api/quote"), Some(body)).await?.read()
}

/// The money by day and by model.
pub async fn spend() -> Result<Spend, ApiError> {
    send(Request::get("api/spend"), None).await?.read()
}

/// One page of the runs that `filter` lets through: the newest, or those from `cursor` on.
pub async fn runs(filter: &RunFilter, cursor: Option<&str>, limit: &str) -> Result<Page, ApiError> {
    let pairs = filter.pairs();
    let mut query: Vec<_> = pairs.iter().map(|(name, value)| (*name, value.as_str())).collect();
    query.push(("limit", limit));
    query.extend(cursor.map(|cursor| ("cursor", cursor)));
    send(Request::get("api/runs").query(query), None).await?.read()
}

/// One run.
pub async fn run(id: RunId) -> Result<Run, ApiError> {
    send(Request::get(&format!("api/runs/{id}")), None).await?.read()
}

/// Deletes a run for good.
pub async fn delete(id: RunId) -> Result<(), ApiError> {
    send(Request::delete(&format!("api/runs/{id}")), None).await.map(|_| ())
}

/// Sends what is armed; the same key and body again bring the same run.
pub async fn create_run(armed: &Armed) -> Result<Run, ApiError> {
    let request = Request::post("api/runs").header("idempotency-key", &armed.key);
    send(request, Some(armed.body.clone())).await?.read()
}

/// Sends an armed group; all of it is taken, or nothing.
pub async fn create_group(armed: &Armed) -> Result<Vec<Run>, ApiError> {
    let request = Request::post("api/groups").header("idempotency-key", &armed.key);
    let answer = send(request, Some(armed.body.clone())).await?;
    // It is a list of runs and the group's id, which each of them repeats.
    answer.read::<Page>().map(|page| page.runs)
}

/// Asks something about a run; the answer is the run as it is then.
pub async fn ask(order: &Order) -> Result<Run, ApiError> {
    let request = match order {
        Order::Patch(..) => Request::patch(&order.path()),
        _ => Request::post(&order.path()),
    };
    send(request, Some(order.body())).await?.read()
}

/// What the vendor lists and no run here explains.
pub async fn unexplained() -> Result<Unexplained, ApiError> {
    send(Request::get("api/unexplained"), None).await?.read()
}

/// An answer of success.
struct Answer {
    status: u16,
    date: Option<Timestamp>,
    text: String,
}

impl Answer {
    fn read<T: FromJson>(&self) -> Result<T, ApiError> {
        read_text(&self.text).ok_or(ApiError::Unreadable { status: self.status })
    }

    fn models(&self) -> Result<ModelList, ApiError> {
        wire::models::read(&self.text).ok_or(ApiError::Unreadable { status: self.status })
    }
}

async fn send(request: RequestBuilder, body: Option<String>) -> Result<Answer, ApiError> {
    let request = match body {
        Some(body) => request.header("content-type", "application/json").body(body),
        None => request.build(),
    };
    let response = request.map_err(|_| ApiError::Unreachable)?.send().await.map_err(|_| ApiError::Unreachable)?;
    let status = response.status();
    let date = response.headers().get("date").map(|date| js_sys::Date::parse(&date)).filter(|ms| ms.is_finite());
    let text = response.text().await;
    if response.ok() {
        // The body can break off as much as the connection can.
        let text = text.map_err(|_| ApiError::Unreachable)?;
        return Ok(Answer { status, date: date.map(|ms| Timestamp::from_ms(ms as i64)), text });
    }
    Err(match read_text(&text.unwrap_or_default()) {
        Some(problem) => ApiError::Refused(Box::new(problem)),
        None => ApiError::Unreadable { status },
    })
}

/// Reads a text of that shape.
fn read_text<T: FromJson>(text: &str) -> Option<T> {
    T::from_json(&Json::parse(text)?)
}

#[cfg(test)]
mod tests {
    use imagen4_core::ProblemCode;
    use wasm_bindgen_test::wasm_bindgen_test;

    use super::*;

    #[wasm_bindgen_test(unsupported = test)]
    fn only_an_answer_about_the_request_itself_is_final() {
        assert!(ApiError::Refused(Box::new(Problem::new(ProblemCode::OverBudget))).is_definite());
        assert!(!ApiError::Refused(Box::new(Problem::new(ProblemCode::StorageFailed))).is_definite());
        assert!(!ApiError::Unreadable { status: 429 }.is_definite());
        assert!(!ApiError::Unreadable { status: 200 }.is_definite(), "a run may have been made");
        assert!(!ApiError::Unreachable.is_definite());
    }
}
