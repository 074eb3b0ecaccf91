//! What an engine remembers, charges and paints.

use std::sync::Arc;
use std::sync::atomic::{AtomicI64, AtomicU64, Ordering};
use std::time::Duration;

use imagen4_core::Timestamp;
use serde_json::{Value, json};

use super::*;
use crate::faults::{Ending, Fate};

/// An engine whose clock stands still until it is moved.
fn engine(options: EngineOptions) -> (Engine, Arc<AtomicI64>) {
    let clock = Arc::new(AtomicI64::new(1_800_000_000_000));
    let (hands, ids) = (clock.clone(), AtomicU64::new(1));
    let now = move || Timestamp::from_ms(hands.load(Ordering::SeqCst));
    let random = move || u128::from(ids.fetch_add(1, Ordering::SeqCst));
    (Engine::open(options, Env::new(now, random)).expect("an engine"), clock)
}

fn fox() -> Value {
    json!({ "prompt": "a fox in snow", "num_images": 2, "seed": 7, "steps": 30 })
}

#[test]
fn a_prediction_passes_through_created_and_processing() {
    let (engine, clock) = engine(EngineOptions::default());
    let id = engine.submit("wavespeed-ai/imagen4", &fox(), Fate::default()).expect("accepted").acceptance.id;
    let status = |later: i64| {
        clock.fetch_add(later, Ordering::SeqCst);
        engine.prediction(&id).map(|view| view.status)
    };
    assert_eq!(
        [status(0), status(500), status(1499), status(1)],
        ["created", "processing", "processing", "completed"].map(|word| Some(word.to_owned()))
    );
    assert_eq!(status(RETENTION_MS as i64), None, "forgotten after seven days");
    assert_eq!(engine.entries().len(), 1, "and still on the bill");
}

#[test]
fn accepting_bills_and_refusing_does_not() {
    let options = EngineOptions {
        credit: MicroUsd::new(100_000),
        retired: vec!["google/imagen4".to_owned()],
        ..EngineOptions::default()
    };
    let (engine, _) = engine(options);
    engine.submit("wavespeed-ai/imagen4", &fox(), Fate::default()).expect("accepted");
    assert_eq!(engine.balance(), MicroUsd::new(20_000));
    assert!(matches!(engine.submit("wavespeed-ai/imagen4", &fox(), Fate::default()), Err(Refusal::NoCredit)));
    assert!(matches!(engine.submit("google/imagen4", &fox(), Fate::default()), Err(Refusal::Retired)));
    assert!(matches!(
        engine.submit("wavespeed-ai/imagen4", &json!({ "seed": 1 }), Fate::default()),
        Err(Refusal::Invalid(_))
    ));
    assert_eq!(engine.entries().len(), 1);
}

#[test]
fn a_reopened_engine_paints_the_same_bytes() {
    let dir = tempfile::tempdir().expect("a directory");
    let options =
        EngineOptions { state_dir: Some(dir.path().to_owned()), latency: Duration::ZERO, ..EngineOptions::default() };
    let (first, _) = engine(options.clone());
    let view = first.submit("wavespeed-ai/imagen4", &fox(), Fate::default()).expect("accepted");
    let before = first.picture(&view, 1);
    drop(first);
    let (second, _) = engine(options);
    let view = second.prediction(&view.acceptance.id).expect("still there");
    assert!(before.is_some() && second.picture(&view, 1) == before);
    assert_eq!(second.picture(&view, 2), None);
}

#[test]
fn a_deleted_prediction_stays_billed() {
    let (engine, _) = engine(EngineOptions::default());
    let id = engine.submit("wavespeed-ai/imagen4", &fox(), Fate::default()).expect("accepted").acceptance.id;
    assert_eq!(engine.delete(&[&id, "other"]).expect("written"), 1);
    assert!(engine.prediction(&id).is_none() && engine.predictions().is_empty());
    assert_eq!(engine.balance(), MicroUsd::new(999_920_000));
}

#[test]
fn a_failed_prediction_is_refunded_once_at_its_time_even_over_a_restart() {
    const HOUR: i64 = 3_600_000;
    let dir = tempfile::tempdir().expect("a directory");
    let options = EngineOptions { state_dir: Some(dir.path().to_owned()), ..EngineOptions::default() };
    let (first, clock) = engine(options.clone());
    for ending in [Ending::Failed, Ending::Cancelled, Ending::Timeout] {
        let mut fate = Fate::failed(1200);
        fate.fail.as_mut().expect("a failure").status = ending;
        let id = first.submit("wavespeed-ai/imagen4", &fox(), fate).expect("accepted").acceptance.id;
        clock.fetch_add(2000, Ordering::SeqCst);
        assert_eq!(first.prediction(&id).map(|view| view.status).as_deref(), Some(ending.as_str()));
    }
    first.submit("wavespeed-ai/imagen4", &fox(), Fate::default()).expect("accepted");
    clock.fetch_add(3 * HOUR - 4001, Ordering::SeqCst);
    assert_eq!(first.balance(), MicroUsd::new(999_680_000), "not a millisecond before its time");
    clock.fetch_add(1, Ordering::SeqCst);
    assert_eq!(first.balance(), MicroUsd::new(999_760_000), "the first of the three");
    drop(first);

    let (second, clock) = engine(options);
    clock.fetch_add(5 * HOUR, Ordering::SeqCst);
    for _ in 0..2 {
        assert_eq!(second.balance(), MicroUsd::new(999_920_000));
        let refunds = second.entries().into_iter().filter_map(|entry| match entry {
            Entry::Refund { at, .. } => Some(at.ms() - 1_800_000_000_000 - 3 * HOUR),
            _ => None,
        });
        assert_eq!(refunds.collect::<Vec<_>>(), [2000, 4000, 6000], "each at the time it was due");
    }
    drop(second);
    assert_eq!(Bill::open(dir.path()).expect("a bill").entries().len(), 7);
}

#[test]
fn a_fate_survives_a_restart() {
    let dir = tempfile::tempdir().expect("a directory");
    let options = EngineOptions { state_dir: Some(dir.path().to_owned()), ..EngineOptions::default() };
    let fate = Fate { latency_ms: Some(10), fewer: Some(1), nsfw: vec![0], ..Fate::default() };
    let (first, _) = engine(options.clone());
    let id = first.submit("wavespeed-ai/imagen4", &fox(), fate.clone()).expect("accepted").acceptance.id;
    drop(first);
    let (second, clock) = engine(options);
    clock.fetch_add(10, Ordering::SeqCst);
    let view = second.prediction(&id).expect("still there");
    assert_eq!((view.status.as_str(), view.outputs, view.acceptance.fate), ("completed", Outputs::These(1), fate));
}
