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
mod tests {
    use imagen4_core::model::builtin::default_model;
    use imagen4_core::run::{RunImage, TimelineEntry};
    use imagen4_core::{MicroUsd, Problem};

    use super::*;

    const SENT: u64 = 1_000_000;

    fn run(state: RunState) -> Run {
        let at = Timestamp::from_ms(SENT as i64);
        let id = RunId::from_bits(7);
        Run {
            id,
            state,
            revision: 1,
            created_at: at,
            upstream: "https://api.wavespeed.ai".into(),
            request: default_model().accept(&serde_json::json!({ "prompt": "a fox" })).expect("valid").into_request(),
            price_microusd: MicroUsd::new(40_000),
            billed: Billed::of(state, false),
            prediction: None,
            images: vec![RunImage {
                index: 0,
                url: RunImage::url_of(id, 0),
                thumb_url: None,
                width: 8,
                height: 8,
                content_type: "image/png".into(),
                bytes: 1,
                sha256: String::new(),
                nsfw: true,
                favorite: false,
            }],
            problem: None,
            timeline: vec![TimelineEntry { state: RunState::Submitting, at }],
            group: None,
            group_index: None,
            expires_at: None,
            not_before: None,
            parent: None,
            favorite: false,
            note: None,
        }
    }

    fn told(run: &Run, after_ms: u64) -> Prediction {
        Prediction::of(run, "http://here/pfx", Timestamp::from_ms((SENT + after_ms) as i64))
    }

    #[test]
    fn every_state_has_the_vendors_word() {
        use RunState::*;
        for (states, status) in [
            (&[Queued, Submitting][..], PredictionStatus::Created),
            (&[Running, Completed, Unknown], PredictionStatus::Processing),
            (&[Archived], PredictionStatus::Completed),
            (&[Failed, Rejected, Expired], PredictionStatus::Failed),
            (&[Withdrawn], PredictionStatus::Cancelled),
        ] {
            for state in states {
                let told = told(&run(*state), 1_000);
                assert_eq!(told.status, status, "{state:?}");
                assert_eq!(told.outputs.is_empty(), !is_final(&status), "{state:?}");
                assert_eq!(
                    told.error.is_empty(),
                    matches!(
                        status,
                        PredictionStatus::Created | PredictionStatus::Processing | PredictionStatus::Completed
                    )
                );
            }
        }
        assert_eq!(told(&run(Archived), 0).outputs, [format!("http://here/pfx/api/v3/outputs/{:032x}/1.png", 7)]);
        assert_eq!(told(&run(Archived), 0).has_nsfw_contents, [true]);
    }

    #[test]
    fn a_program_waits_three_hours_for_an_answer_that_was_lost() {
        let mut lost = run(RunState::Unknown);
        lost.problem = Some(Problem::new(ProblemCode::AnswerLost));
        assert_eq!(told(&lost, GIVE_UP_MS - 1).status, PredictionStatus::Processing);
        let given_up = told(&lost, GIVE_UP_MS);
        assert_eq!((given_up.status, given_up.code), (PredictionStatus::Timeout, Some(TIMED_OUT)));
        assert!(given_up.error.contains("may be charged $0.04"), "{}", given_up.error);
    }

    #[test]
    fn no_error_reads_like_one_that_an_sdk_tries_again() {
        let mut failed = run(RunState::Failed);
        let words = "WaveSpeed says: HTTP 503, http 429, Connection reset, Timeout (429)";
        failed.problem = Some(Problem::new(ProblemCode::GenerationFailed).detail(words));
        let error = told(&failed, 0).error;
        assert!(error.contains("status 503") && error.contains("refund expected"), "{error}");
        let error = error.to_lowercase();
        assert!(!["http 5", "429", "timeout", "connection"].iter().any(|trigger| error.contains(trigger)), "{error}");
    }
}
