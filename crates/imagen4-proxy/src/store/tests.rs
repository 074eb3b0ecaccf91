//! The store alone: money and state together, compare-and-swap, and what a restart makes of it.

mod favorites;
mod feed;
mod groups;
mod join;
mod postgres;

use std::path::Path;
use std::sync::Arc;
use std::sync::atomic::{AtomicU64, Ordering};

use imagen4_core::api::BudgetState;
use imagen4_core::model::builtin::default_model;
use imagen4_core::{Billed, MicroUsd, Prediction, Problem, ProblemCode, RunEvent, RunId, RunState, Timestamp};
use imagen4_engine::Env;
use serde_json::json;

use super::sql::SqlConnection as _;
use super::sql::sqlite::SqliteConnection;
use super::*;

const NOW: Timestamp = Timestamp::from_ms(1_800_000_000_000);

pub(crate) fn open(folder: &Path, upstream: &str, cap: &str) -> Store {
    let account =
        Account { upstream: upstream.to_owned(), daily_cap: MicroUsd::parse(cap), timezone: jiff::tz::TimeZone::UTC };
    // Every process has another name.
    static NAMES: AtomicU64 = AtomicU64::new(0);
    let env = Env::new(|| NOW, || NAMES.fetch_add(1, Ordering::Relaxed).into());
    let database = Database::Sqlite(folder.join("ledger.sqlite"));
    Store::open(database, account, Replica::alone(env.random()), &env).expect("a store")
}

fn new_run(number: u8) -> NewRun {
    let request = json!({ "prompt": "a fox", "num_images": 2, "seed": 7 });
    NewRun {
        id: RunId::from_bits(number.into()),
        person: "local".to_owned(),
        key_hash: [number; 32],
        fingerprint: [number; 32],
        request: default_model().accept(&request).expect("valid").into_request(),
        price: MicroUsd::new(80_000),
        parent: None,
    }
}

/// As a process begins.
async fn begin(store: &Store) {
    store.write(|tx| tx.renew_lease()).await.expect("written");
}

async fn accept(store: &Store, number: u8) -> Accepted {
    store.write(move |tx| tx.accept(&new_run(number))).await.expect("written")
}

async fn apply(store: &Store, number: u8, event: RunEvent) -> Option<RunState> {
    let prediction = Prediction::from_data(&json!({ "id": format!("p{number}") })).ok();
    let facts = TransitionDetails {
        prediction: prediction.filter(|_| event == RunEvent::Accepted),
        ..TransitionDetails::default()
    };
    let id = RunId::from_bits(number.into());
    store.write(move |tx| tx.transition(id, event, facts, NOW)).await.expect("written")
}

/// Spent and held for the day, in cents.
async fn money(store: &Store) -> (i64, i64) {
    let upstream = store.account().upstream.clone();
    let day = store.account().day_of(NOW);
    let (spent, held) = store.read(move |tx| tx.money_of_day(&upstream, &day)).await.expect("read");
    (spent.micros() / 10_000, held.micros() / 10_000)
}

async fn billed(store: &Store, number: u8) -> Billed {
    let run = store.read(move |tx| tx.run("local", RunId::from_bits(number.into()))).await;
    run.expect("read").expect("a run").billed
}

#[tokio::test]
async fn a_hold_becomes_spend_when_the_prediction_is_known_and_not_before() {
    let folder = tempfile::tempdir().expect("a folder");
    let store = open(folder.path(), "https://vendor.test", "10");
    accept(&store, 1).await;
    assert_eq!(money(&store).await, (0, 8));
    apply(&store, 1, RunEvent::Dispatched).await;
    assert_eq!((money(&store).await, billed(&store, 1).await), ((0, 8), Billed::Unknown));
    assert_eq!(apply(&store, 1, RunEvent::Accepted).await, Some(RunState::Running));
    assert_eq!((money(&store).await, billed(&store, 1).await), ((8, 0), Billed::Yes));
    // The same event again, from whoever was slower, moves nothing.
    assert_eq!(apply(&store, 1, RunEvent::Accepted).await, None);
    apply(&store, 1, RunEvent::Failed).await;
    assert_eq!((money(&store).await, billed(&store, 1).await), ((8, 0), Billed::RefundExpected));
}

#[tokio::test]
async fn a_refusal_releases_and_a_late_find_is_booked_without_a_hold() {
    let folder = tempfile::tempdir().expect("a folder");
    let store = open(folder.path(), "https://vendor.test", "10");
    accept(&store, 1).await;
    apply(&store, 1, RunEvent::Dispatched).await;
    apply(&store, 1, RunEvent::Refused).await;
    assert_eq!(money(&store).await, (0, 0));
    apply(&store, 1, RunEvent::Found).await;
    assert_eq!(money(&store).await, (8, 0));
}

#[tokio::test]
async fn no_hold_passes_the_cap_and_held_money_counts() {
    let folder = tempfile::tempdir().expect("a folder");
    let store = open(folder.path(), "https://vendor.test", "0.17");
    assert!(matches!(accept(&store, 1).await, Accepted::New(_)));
    assert!(matches!(accept(&store, 2).await, Accepted::New(_)));
    let cents = |cents: i64| MicroUsd::new(cents * 10_000);
    let budget = BudgetState {
        cap_microusd: cents(17),
        spent_microusd: cents(0),
        held_microusd: cents(16),
        price_microusd: cents(8),
    };
    assert_eq!(accept(&store, 3).await, Accepted::OverBudget(budget));
    let gone = store.read(|tx| tx.run("local", RunId::from_bits(3))).await.expect("read");
    assert_eq!(gone, None, "what is refused is not recorded");
    // The first, again: it is there, whatever the budget says now.
    assert!(matches!(accept(&store, 1).await, Accepted::Before(_)));
    // Another day has its own money.
    let tomorrow = NOW + 24 * 3_600_000;
    let next = store.write(move |tx| {
        tx.now = tomorrow;
        tx.accept(&new_run(4))
    });
    let next = next.await.expect("written");
    assert!(matches!(next, Accepted::New(_)));
}

#[tokio::test]
async fn what_was_being_sent_when_the_process_ended_is_unknown_and_never_queued() {
    let folder = tempfile::tempdir().expect("a folder");
    let store = open(folder.path(), "https://vendor.test", "10");
    accept(&store, 1).await;
    accept(&store, 2).await;
    apply(&store, 1, RunEvent::Dispatched).await;
    drop(store);
    let store = open(folder.path(), "https://vendor.test", "10");
    let lost = Problem::new(ProblemCode::AnswerLost);
    store.write(move |tx| tx.take_over(&lost)).await.expect("written");
    let state = store.read(|tx| tx.run("local", RunId::from_bits(1))).await.expect("read").expect("a run").state;
    assert_eq!(state, RunState::Unknown);
    let claim = store.write(|tx| tx.claim_due(RateLimits::default(), NOW)).await.expect("written");
    assert_eq!(claim.runs.iter().map(|run| run.id).collect::<Vec<_>>(), [RunId::from_bits(2)]);
    assert_eq!((money(&store).await, billed(&store, 1).await), ((0, 16), Billed::Unknown));
}

#[tokio::test]
async fn an_operation_that_fails_is_undone_and_its_neighbours_are_not() {
    let folder = tempfile::tempdir().expect("a folder");
    let store = open(folder.path(), "https://vendor.test", "10");
    let fails = store.write(|tx| {
        tx.accept(&new_run(1))?;
        Err::<(), _>(StoreError::Closed)
    });
    let (failed, accepted) = tokio::join!(fails, accept(&store, 2));
    assert!(failed.is_err() && matches!(accepted, Accepted::New(_)));
    assert_eq!(money(&store).await, (0, 8));
}

#[tokio::test]
async fn an_attempt_that_came_to_nothing_leaves_no_trace_in_the_timeline() {
    let folder = tempfile::tempdir().expect("a folder");
    let store = open(folder.path(), "https://vendor.test", "10");
    accept(&store, 1).await;
    for _ in 0..3 {
        apply(&store, 1, RunEvent::Dispatched).await;
        apply(&store, 1, RunEvent::NotSent).await;
    }
    let run = store.read(|tx| tx.run("local", RunId::from_bits(1))).await.expect("read").expect("a run");
    assert_eq!(run.timeline.iter().map(|entry| entry.state).collect::<Vec<_>>(), [RunState::Queued]);
    assert_eq!(money(&store).await, (0, 8));
}

#[tokio::test]
async fn whoever_comes_back_with_an_id_of_another_store_is_told_what_goes_on() {
    let folder = tempfile::tempdir().expect("a folder");
    let store = open(folder.path(), "https://vendor.test", "10");
    for number in 1..=3 {
        accept(&store, number).await;
    }
    apply(&store, 1, RunEvent::Withdrawn).await;
    let since = async |revision| {
        let runs = store.read(move |tx| tx.runs_since("local", revision)).await.expect("read");
        runs.into_iter()
            .map(|run| u8::try_from(u128::from_str_radix(&run.id.to_string(), 16).unwrap_or(0)).unwrap_or(0))
            .collect::<Vec<_>>()
    };
    assert_eq!(since(None).await, [2, 3], "what is unfinished");
    assert_eq!(since(Some(3)).await, [2, 3, 1], "and what changed since");
    assert_eq!((since(Some(99)).await, since(Some(u64::MAX)).await), (vec![2, 3], vec![2, 3]));
}

#[tokio::test]
async fn samples_have_no_money_at_all() {
    let folder = tempfile::tempdir().expect("a folder");
    let store = open(folder.path(), imagen4_core::run::EMBEDDED, "0.01");
    assert!(matches!(accept(&store, 1).await, Accepted::New(_)));
    apply(&store, 1, RunEvent::Dispatched).await;
    apply(&store, 1, RunEvent::Accepted).await;
    assert_eq!(money(&store).await, (0, 0));
}

#[tokio::test]
async fn a_run_larger_than_the_allowance_waits_for_an_empty_window_and_goes_alone() {
    let folder = tempfile::tempdir().expect("a folder");
    let store = open(folder.path(), "https://vendor.test", "10");
    let slots = RateLimits { images_per_minute: Some(1), ..RateLimits::default() };
    begin(&store).await;
    accept(&store, 1).await;
    accept(&store, 2).await;
    let claim = async |at| store.write(move |tx| tx.claim_due(slots, at)).await.expect("written");
    let first = claim(NOW).await;
    assert_eq!((first.runs.len(), first.next_at), (1, Some(NOW + 60_000)));
    assert!(claim(NOW + 59_999).await.runs.is_empty());
    assert_eq!(claim(NOW + 60_000).await.runs.len(), 1);
}

#[test]
fn a_newer_builds_file_is_left_alone() {
    let folder = tempfile::tempdir().expect("a folder");
    let path = folder.path().join("ledger.sqlite");
    SqliteConnection::open(&path, Arc::new(|| NOW)).expect("a file").set_schema_version(99).expect("written");
    let account = Account { upstream: "x".to_owned(), daily_cap: None, timezone: jiff::tz::TimeZone::UTC };
    let refused = Database::Sqlite(path).open(account, Replica::alone(0), Arc::new(|| NOW)).expect_err("refused");
    assert!(refused.to_string().contains("newer build"));
}

#[tokio::test]
async fn people_and_their_groups_take_turns() {
    let mut store = store("https://vendor.test");
    let run = |number: u8, person: &str| NewRun { person: person.to_owned(), ..new_run(number) };
    let group = NewGroup {
        id: RunId::from_bits(99),
        person: "ann".to_owned(),
        key_hash: [99; 32],
        fingerprint: [99; 32],
        runs: (1..=5).map(|number| run(number, "ann")).collect(),
    };
    store.write(|tx| tx.accept_group(&group)).expect("accepted");
    for new in [run(6, "ann"), run(7, "ben"), run(8, "ben")] {
        store.write(|tx| tx.accept(&new)).expect("accepted");
    }
    let slots = RateLimits { max_concurrent: Some(1), ..RateLimits::default() };
    let mut order = Vec::new();
    for minute in 0..8 {
        let at = NOW + minute * 60_000;
        let claim = store.write(|tx| tx.claim_due(slots, at)).expect("claimed");
        let id = claim.runs[0].id;
        order.push(u128::from_str_radix(&id.to_string(), 16).expect("a number"));
        store.write(|tx| tx.transition(id, RunEvent::Refused, TransitionDetails::default(), at)).expect("moved");
    }
    assert_eq!(order, [1, 7, 6, 8, 2, 3, 4, 5]);
}

#[test]
fn a_bill_is_booked_once_whatever_it_says() {
    let mut store = store("https://vendor.test");
    store.write(|tx| tx.accept(&new_run(1))).expect("accepted");
    let id = RunId::from_bits(1);
    for event in [RunEvent::Dispatched, RunEvent::Accepted, RunEvent::Failed] {
        let prediction = Prediction::from_data(&json!({ "id": "p1" })).ok();
        let facts = TransitionDetails { prediction, ..TransitionDetails::default() };
        store.write(|tx| tx.transition(id, event, facts, NOW)).expect("moved").expect("it can");
    }
    let spent = |store: &SyncStore| store.read_tx().money_in_all("https://vendor.test").expect("read").0.micros();
    let facts = BillFacts { charged: Some(MicroUsd::new(100_000)), refunded: MicroUsd::ZERO };
    for _ in 0..2 {
        store.write(|tx| tx.note_bill(id, facts)).expect("booked");
        assert_eq!(spent(&store), 100_000, "it cost more than was held");
    }
    let refunded = BillFacts { refunded: MicroUsd::new(100_000), ..facts };
    for _ in 0..2 {
        store.write(|tx| tx.note_bill(id, refunded)).expect("booked");
        assert_eq!(spent(&store), 0);
    }
    let run = store.read_tx().run("local", id).expect("read").expect("it is there");
    assert_eq!((run.billed, run.price_microusd), (Billed::Refunded, MicroUsd::new(100_000)));
}

#[test]
fn what_was_sent_in_the_future_does_not_stop_the_queue() {
    let mut store = store("https://vendor.test");
    let slots = RateLimits { images_per_minute: Some(2), ..RateLimits::default() };
    for number in 1..=2 {
        store.write(|tx| tx.accept(&new_run(number))).expect("accepted");
    }
    let tomorrow = NOW + 24 * 3_600_000;
    assert_eq!(store.write(|tx| tx.claim_due(slots, tomorrow)).expect("claimed").runs.len(), 1);
    // The clock is set right.
    assert_eq!(store.write(|tx| tx.claim_due(slots, NOW)).expect("claimed").runs.len(), 1);
}

fn store(upstream: &str) -> SyncStore {
    let account = Account { upstream: upstream.to_owned(), daily_cap: None, timezone: jiff::tz::TimeZone::UTC };
    let mut store = SyncStore::in_memory(account, Arc::new(|| NOW)).expect("a store");
    store.write(|tx| tx.renew_lease()).expect("written");
    store
}

#[test]
fn money_belongs_to_the_day_of_acceptance_whenever_it_moves() {
    let mut store = store("https://vendor.test");
    let evening: Timestamp = "2026-11-22T23:59:00Z".parse().expect("a time");
    let accept = |tx: &mut WriteTx<'_>| {
        tx.now = evening;
        tx.accept(&new_run(1))
    };
    store.write(accept).expect("accepted");
    let id = RunId::from_bits(1);
    for (minutes, event) in [(2, RunEvent::Dispatched), (3, RunEvent::Accepted), (4, RunEvent::Failed)] {
        let prediction = Prediction::from_data(&json!({ "id": "p1" })).ok();
        let facts = TransitionDetails { prediction, ..TransitionDetails::default() };
        let at = evening + minutes * 60_000;
        store.write(|tx| tx.transition(id, event, facts, at)).expect("moved").expect("it can");
    }
    let day = |store: &SyncStore, day: &str| store.read_tx().money_of_day("https://vendor.test", day).expect("read");
    assert_eq!(day(&store, "2026-11-22"), (MicroUsd::new(80_000), MicroUsd::ZERO));
    let refund = BillFacts { charged: None, refunded: MicroUsd::new(80_000) };
    let book = |tx: &mut WriteTx<'_>| {
        tx.now = evening + 24 * 3_600_000;
        tx.note_bill(id, refund)
    };
    store.write(book).expect("booked");
    assert_eq!(store.read_tx().days_in_doubt().expect("read"), Vec::<String>::new());
    for name in ["2026-11-22", "2026-11-23"] {
        assert_eq!(day(&store, name), (MicroUsd::ZERO, MicroUsd::ZERO), "{name}");
    }
}
