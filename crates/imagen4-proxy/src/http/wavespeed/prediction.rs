//! A run as WaveSpeed would tell it.

use imagen4_core::{Billed, PredictionStatus, ProblemCode, Run, RunId, RunState, Timestamp};
use serde::{Serialize, Serializer};
use serde_json::Value;
use utoipa::ToSchema;

use crate::images::extension;

/// After this long without an answer a program has waited enough, in milliseconds. The run itself goes on being looked for.
pub(super) const GIVE_UP_MS: u64 = 3 * 3_600_000;

/// WaveSpeed's code for a wait that is over before its task.
pub(super) const TIMED_OUT: i64 = 5004;

/// WaveSpeed's object.
#[derive(Clone, Debug, Serialize, ToSchema)]
pub(crate) struct Prediction {
    /// The run's id.
    id: RunId,
    /// The model's id.
    model: String,
    /// Links to the images, or the images themselves in base64; empty until it is completed.
    pub(super) outputs: Vec<String>,
    /// Where to ask for it again.
    urls: Urls,
    /// For each output, whether WaveSpeed flagged it.
    has_nsfw_contents: Vec<bool>,
    /// How far it is.
    #[serde(serialize_with = "as_word")]
    #[schema(value_type = String, pattern = "^(created|processing|completed|failed|cancelled|timeout)$")]
    pub(super) status: PredictionStatus,
    /// When it was accepted here.
    created_at: Timestamp,
    /// What happened and what it cost, where it did not end well.
    pub(super) error: String,
    /// How long the model took.
    timings: Timings,
    /// The same in milliseconds.
    #[serde(rename = "executionTime")]
    execution_time: u64,
    /// WaveSpeed's code for what happened.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(super) code: Option<i64>,
    /// What was asked for, where a list is to tell it.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(super) input: Option<Value>,
}

/// Where to ask for it again.
#[derive(Clone, Debug, Serialize, ToSchema)]
struct Urls {
    get: String,
}

/// How long the model took, in milliseconds.
#[derive(Clone, Copy, Debug, Serialize, ToSchema)]
struct Timings {
    inference: u64,
}

/// WaveSpeed's word for how far a run is now.
pub(super) fn status(run: &Run, now: Timestamp) -> PredictionStatus {
    let sent = || run.timeline.iter().rev().find(|entry| entry.state == RunState::Submitting).map(|entry| entry.at);
    match run.state {
        RunState::Queued | RunState::Submitting => PredictionStatus::Created,
        // Nobody knows whether it was accepted; it may be billed.
        RunState::Unknown if sent().is_some_and(|at| now.ms_since(at) >= GIVE_UP_MS) => PredictionStatus::Timeout,
        RunState::Running | RunState::Completed | RunState::Unknown => PredictionStatus::Processing,
        RunState::Archived => PredictionStatus::Completed,
        RunState::Failed | RunState::Rejected | RunState::Expired => PredictionStatus::Failed,
        RunState::Withdrawn => PredictionStatus::Cancelled,
    }
}

/// Whether a program need not ask again.
pub(super) fn is_final(status: &PredictionStatus) -> bool {
    *status == PredictionStatus::Completed || status.is_failure()
}

fn as_word<S: Serializer>(status: &PredictionStatus, serializer: S) -> Result<S::Ok, S::Error> {
    serializer.serialize_str(status.as_str())
}

impl Prediction {
    /// Tells `run`; `base` is the address under which we are reached.
    pub(super) fn of(run: &Run, base: &str, now: Timestamp) -> Self {
        let status = status(run, now);
        // What was kept of a run that lost some pictures is told as well: it is paid for.
        let kept = || run.images.iter().filter(|_| is_final(&status));
        let inference = run.prediction.as_ref().and_then(|prediction| prediction.inference_ms).unwrap_or_default();
        Self {
            id: run.id,
            model: run.request.model.clone(),
            outputs: kept()
                .map(|image| {
                    // The vendor numbers its files from 1.
                    let (number, extension) = (image.index + 1, extension(&image.content_type));
                    format!("{base}/api/v3/outputs/{}/{number}.{extension}", run.id)
                })
                .collect(),
            urls: Urls { get: format!("{base}/api/v3/predictions/{}/result", run.id) },
            has_nsfw_contents: kept().map(|image| image.nsfw).collect(),
            created_at: run.created_at,
            error: error(run, &status),
            timings: Timings { inference },
            execution_time: inference,
            code: code(run, &status),
            input: None,
            status,
        }
    }

    /// Adds what was asked for.
    pub(super) fn with_input(mut self, run: &Run) -> Self {
        self.input = Some(Value::Object(run.request.input.clone()));
        self
    }
}

/// WaveSpeed's code for how a task ended, where it did not end well.
fn code(run: &Run, status: &PredictionStatus) -> Option<i64> {
    match (status, run.problem.as_ref().map(|problem| problem.code)) {
        (PredictionStatus::Failed, Some(ProblemCode::ContentRefused)) => Some(1200),
        (PredictionStatus::Failed, Some(ProblemCode::InsufficientCredits)) => Some(1407),
        (PredictionStatus::Failed, _) => Some(1405),
        (PredictionStatus::Timeout, _) => Some(TIMED_OUT),
        _ => None,
    }
}

/// What happened, and what it cost.
fn error(run: &Run, status: &PredictionStatus) -> String {
    let problem = run.problem.as_ref();
    let said = problem.map(|problem| match &problem.detail {
        Some(detail) => format!("{}. {detail}", problem.title),
        None => format!("{}.", problem.title),
    });
    let said = match (status, said) {
        (PredictionStatus::Completed, _) | (PredictionStatus::Created | PredictionStatus::Processing, None) => {
            return String::new();
        }
        (PredictionStatus::Cancelled, _) => "Canceled before it was sent.".to_owned(),
        (_, Some(said)) => said,
        (_, None) => "It ended without images.".to_owned(),
    };
    let price = run.price_microusd;
    let money = match run.billed {
        _ if run.is_sample() => "Demo images are free.".to_owned(),
        Billed::No => "Not charged.".to_owned(),
        Billed::Unknown => format!("It may be charged {price}: WaveSpeed is still being checked."),
        Billed::Yes => format!("Charged {price}."),
        Billed::RefundExpected => format!("Charged {price}; refund expected within 3 hours."),
        Billed::Refunded => format!("{price} was refunded."),
    };
    defused(&format!("{said} {money}"))
}

/// SDKs that were told to try again look for these words in any error, and would buy the run a second time.
fn defused(text: &str) -> String {
    const TRIGGERS: [(&str, &str); 5] = [
        ("http 5", "status 5"),
        ("http 429", "status 4-2-9"),
        ("429", "4-2-9"),
        ("timeout", "time-out"),
        ("connection", "line"),
    ];
    let mut text = text.to_owned();
    for (trigger, harmless) in TRIGGERS {
        while let Some(at) = text.to_ascii_lowercase().find(trigger) {
            text.replace_range(at..at + trigger.len(), harmless);
        }
    }
    text
}

#[cfg(test)]
mod tests;
