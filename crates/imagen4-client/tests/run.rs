//! Whole runs against the stand-in; its bill says what was really accepted.

mod stand_in;

use std::sync::Arc;
use std::sync::atomic::{AtomicI64, Ordering};
use std::time::Duration;

use futures_util::StreamExt;
use imagen4_client::{
    ApiError, Billed, ImageCount, ImagenRequest, Output, PredictionStatus, Prompt, RunError, SubmitError, Timestamp,
    Wait,
};
use imagen4_engine::faults::{Effect, Fate, On, Rule};
use imagen4_engine::{EngineOptions, Env};

use stand_in::{accepted, stand_in};

/// The stand-in is done after that long.
const LATENCY: Duration = Duration::from_millis(200);

fn options() -> EngineOptions {
    EngineOptions { latency: LATENCY, ..EngineOptions::default() }
}

/// Asks often, and is given up by the test rather than for ever.
fn often() -> Wait {
    Wait::new().interval(Duration::from_millis(5)).timeout(Duration::from_secs(30))
}

fn two_foxes() -> ImagenRequest {
    let prompt = Prompt::new("a fox in snow").expect("a prompt");
    ImagenRequest { num_images: ImageCount::new(2).expect("a count"), ..ImagenRequest::new(prompt) }
}

#[tokio::test]
async fn a_run_is_submitted_once_and_brings_its_outputs() {
    let (engine, client) = stand_in(options(), Env::system()).await;
    engine.script(Rule::on(On::Submit).fate(Fate { nsfw: vec![1], ..Fate::default() }));
    let generation = client.run_with(two_foxes(), often()).await.expect("pictures");
    assert_eq!(accepted(&engine), [generation.id.as_str()]);
    assert_eq!(generation.outputs.len(), 2);
    assert!(generation.outputs.iter().all(|output| matches!(output, Output::Url(url) if url.starts_with("http://"))));
    assert_eq!(generation.urls().count(), 2);
    assert_eq!(generation.nsfw, [false, true]);
    assert_eq!(generation.model, "wavespeed-ai/imagen4");
    assert!(generation.inference_ms.is_some_and(|ms| ms > 0) && generation.accepted_at.is_some());
    assert!(generation.took >= LATENCY, "{:?}", generation.took);
}

#[tokio::test]
async fn a_failed_prediction_is_an_error_with_a_refund_to_come() {
    let (engine, client) = stand_in(options(), Env::system()).await;
    engine.script(Rule::on(On::Submit).fate(Fate::failed(1200)));
    let error = client.run_with(two_foxes(), often()).await.expect_err("a failure");
    let RunError::Failed { prediction } = &error else { panic!("{error:?}") };
    assert_eq!((&prediction.status, prediction.task_code), (&PredictionStatus::Failed, Some(1200)));
    assert_eq!(accepted(&engine), [prediction.id.as_str()]);
    assert_eq!((error.was_billed(), error.is_retryable()), (Billed::RefundExpected, false));
}

#[tokio::test]
async fn a_lost_answer_may_be_billed_and_is_never_sent_again() {
    let (engine, client) = stand_in(options(), Env::system()).await;
    engine.script(Rule::on(On::Submit).then(Effect::AcceptAndDrop));
    let error = client.run_with(two_foxes(), often()).await.expect_err("no answer");
    assert!(matches!(error, RunError::Submit(SubmitError::MaybeAccepted { .. })), "{error:?}");
    assert_eq!((error.was_billed(), error.is_retryable(), error.id()), (Billed::Unknown, false, None));
    assert_eq!(accepted(&engine).len(), 1, "it was accepted, once");
}

#[tokio::test]
async fn a_refusal_bills_nothing_and_a_rate_limit_may_be_tried_again() {
    let (engine, client) = stand_in(options(), Env::system()).await;
    engine.script(Rule::on(On::Submit).then(Effect::Refuse { status: 400, message: "no credit".to_owned() }));
    engine.script(Rule::on(On::Submit).then(Effect::RateLimit { retry_after_s: None }));
    for retryable in [false, true] {
        let error = client.run_with(two_foxes(), often()).await.expect_err("a refusal");
        assert_eq!((error.was_billed(), error.is_retryable()), (Billed::No, retryable), "{error}");
    }
    assert!(accepted(&engine).is_empty());
}

#[tokio::test]
async fn a_wait_that_timed_out_is_picked_up_by_id() {
    let (engine, client) = stand_in(options(), Env::system()).await;
    let hasty = often().timeout(LATENCY / 10);
    let error = client.run_with(two_foxes(), hasty).await.expect_err("not done yet");
    assert_eq!((error.was_billed(), error.is_retryable()), (Billed::Yes, false));
    let RunError::TimedOut { id } = error else { panic!("{error:?}") };
    // In another task, as whoever cares about the money would.
    let waited = id.clone();
    let generation = tokio::spawn(async move { client.wait(&waited, often()).await }).await.expect("it ends");
    let generation = generation.expect("pictures");
    assert_eq!((generation.id, generation.outputs.len()), (id.clone(), 2));
    assert_eq!(accepted(&engine), [id]);
}

#[tokio::test]
async fn failing_questions_do_not_end_a_wait() {
    let (engine, client) = stand_in(options(), Env::system()).await;
    for effect in [Effect::Error { status: 503 }, Effect::Drop, Effect::Truncate, Effect::AcceptAndCode { code: 500 }] {
        engine.script(Rule::on(On::Result).times(2).then(effect));
    }
    let generation = client.run_with(two_foxes(), often()).await.expect("pictures");
    assert_eq!(engine.script_uses(), [2; 4], "every one of them was met");
    assert_eq!(accepted(&engine), [generation.id]);
}

#[tokio::test]
async fn a_wait_that_was_lost_names_the_prediction_and_is_picked_up() {
    let (engine, client) = stand_in(options(), Env::system()).await;
    engine.script(Rule::on(On::Result).always().then(Effect::Error { status: 503 }));
    let impatient = often().patience(Duration::from_millis(30));
    let error = client.run_with(two_foxes(), impatient).await.expect_err("nobody answers");
    assert_eq!((error.was_billed(), error.is_retryable()), (Billed::Yes, false));
    let RunError::Lost { id, source: ApiError::Unavailable { .. } } = error else { panic!("{error:?}") };
    engine.clear_script();
    let generation = client.wait(&id, often()).await.expect("pictures");
    assert_eq!(accepted(&engine), [generation.id]);
}

#[tokio::test]
async fn outputs_that_are_late_are_waited_for() {
    let (engine, client) = stand_in(options(), Env::system()).await;
    engine.script(Rule::on(On::Submit).fate(Fate { late_outputs_ms: Some(300), ..Fate::default() }));
    let generation = client.run_with(two_foxes(), often()).await.expect("pictures");
    assert_eq!(generation.outputs.len(), 2);
    assert!(generation.took >= LATENCY + Duration::from_millis(300), "{:?}", generation.took);
}

#[tokio::test]
async fn outputs_that_never_come_are_no_pictures() {
    let (engine, client) = stand_in(options(), Env::system()).await;
    engine.script(Rule::on(On::Submit).fate(Fate { empty_outputs: true, ..Fate::default() }));
    let impatient = often().patience(Duration::from_millis(50));
    let error = client.run_with(two_foxes(), impatient).await.expect_err("nothing to show");
    assert_eq!(accepted(&engine), [error.id().expect("an id")]);
    assert!(matches!(error, RunError::NoPictures { .. }), "{error:?}");
    assert_eq!((error.was_billed(), error.is_retryable()), (Billed::Yes, false));
}

#[tokio::test]
async fn an_id_that_is_none_is_not_asked_for_and_one_that_nobody_knows_is_lost() {
    let (engine, client) = stand_in(options(), Env::system()).await;
    engine.script(Rule::on(On::Result).always().then(Effect::Delay { ms: 0 }));
    let error = client.wait("../balance", often()).await.expect_err("not an id");
    assert!(matches!(error, RunError::Lost { source: ApiError::Unreadable(_), .. }), "{error:?}");
    assert_eq!((error.was_billed(), engine.script_uses()), (Billed::Unknown, vec![0]));
    let error = client.wait("nobody", often().patience(Duration::from_millis(30))).await.expect_err("unknown");
    assert!(matches!(error, RunError::Lost { source: ApiError::Refused { status: 404, .. }, .. }), "{error:?}");
    assert_eq!(error.was_billed(), Billed::Unknown);
    assert!(engine.script_uses()[0] > 1, "it was given a second chance");
}

#[tokio::test]
async fn watching_tells_each_status_once() {
    let clock = Arc::new(AtomicI64::new(1_800_000_000_000));
    let now = clock.clone();
    let env = Env::new(move || Timestamp::from_ms(now.load(Ordering::SeqCst)), || 7);
    let (_, client) = stand_in(options(), env).await;
    let id = client.submit(&two_foxes().into()).await.expect("accepted").id;
    let mut changes = client.watch(&id, often());
    for status in [PredictionStatus::Created, PredictionStatus::Processing, PredictionStatus::Completed] {
        let prediction = changes.next().await.expect("a change").expect("an answer");
        assert_eq!(prediction.status, status);
        clock.fetch_add(LATENCY.as_millis() as i64 / 2, Ordering::SeqCst);
    }
    assert!(changes.next().await.is_none(), "it has ended");
}
