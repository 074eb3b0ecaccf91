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
