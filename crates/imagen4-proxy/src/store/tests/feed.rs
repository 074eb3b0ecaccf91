//! What event streams and memory are told, and in which order.

use tokio::sync::broadcast::{Receiver, channel};
use tokio_util::sync::CancellationToken;

use super::super::feed::Feed;
use super::super::recent::RecentRuns;
use super::*;

/// A feed beside a store in the same file, which looks only when it is told to.
fn feed(folder: &Path, recent: &Arc<RecentRuns>) -> (SyncStore, Feed, Receiver<StoreEvent>) {
    feed_at(folder, recent, || NOW)
}

fn feed_at(
    folder: &Path,
    recent: &Arc<RecentRuns>,
    now: impl Fn() -> Timestamp + Send + 'static,
) -> (SyncStore, Feed, Receiver<StoreEvent>) {
    let path = folder.join("ledger.sqlite");
    let account =
        Account { upstream: "https://vendor.test".to_owned(), daily_cap: None, timezone: jiff::tz::TimeZone::UTC };
    let store = Database::Sqlite(path.clone()).open(account.clone(), Replica::alone(0), Arc::new(|| NOW));
    let (events, told) = channel(1024);
    let reader = Box::new(SqliteConnection::reader(&path).expect("a reader"));
    (store.expect("a store"), Feed::new(reader, account, events, recent.clone(), now), told)
}

/// What was told, in short.
fn told(events: &mut Receiver<StoreEvent>) -> Vec<String> {
    let mut told = Vec::new();
    while let Ok(event) = events.try_recv() {
        told.push(match event {
            StoreEvent::Run { revision, .. } => format!("run {revision}"),
            StoreEvent::Deleted { revision, .. } => format!("deleted {revision}"),
            StoreEvent::Spend(_) => "spend".to_owned(),
            StoreEvent::Config => "config".to_owned(),
        });
    }
    told
}

#[test]
fn everything_that_was_committed_is_told_once_and_in_order() {
    let folder = tempfile::tempdir().expect("a folder");
    let recent = Arc::default();
    let (mut store, mut feed, mut events) = feed(folder.path(), &recent);
    store.write(|tx| tx.accept(&new_run(1))).expect("accepted");
    feed.catch_up().expect("read");
    assert_eq!(told(&mut events), [""; 0], "what was there before is in the list already");
    store.write(|tx| tx.accept(&new_run(2))).expect("accepted");
    store.write(|tx| tx.accept(&new_run(3))).expect("accepted");
    store.write(|tx| tx.patch("local", RunId::from_bits(2), &patch())).expect("changed");
    feed.catch_up().expect("read");
    assert_eq!(told(&mut events), ["run 3", "run 4", "spend"], "the last change of each");
    feed.catch_up().expect("read");
    assert_eq!(told(&mut events), [""; 0]);
    let withdrawn = (RunEvent::Withdrawn, TransitionDetails::default());
    store.write(|tx| tx.transition(RunId::from_bits(2), withdrawn.0, withdrawn.1, NOW)).expect("moved");
    store.write(|tx| tx.delete("local", RunId::from_bits(2))).expect("deleted");
    store.write(|tx| tx.slow_down(NOW + 5_000)).expect("slower");
    feed.catch_up().expect("read");
    assert_eq!(told(&mut events), ["deleted 6", "spend", "config"]);
    store.write(|tx| tx.patch("local", RunId::from_bits(3), &patch())).expect("changed");
    feed.catch_up().expect("read");
    assert_eq!(told(&mut events), ["run 7"], "no money moved");
}

#[test]
fn a_new_day_is_told_although_nothing_else_changed() {
    let folder = tempfile::tempdir().expect("a folder");
    let clock = Arc::new(std::sync::atomic::AtomicI64::new(NOW.ms()));
    let time = clock.clone();
    let now = move || Timestamp::from_ms(time.load(std::sync::atomic::Ordering::Relaxed));
    let (_store, mut feed, mut events) = feed_at(folder.path(), &Arc::default(), now);
    for (hours, expected) in [(0, &[][..]), (24, &["spend"]), (24, &[]), (48, &["spend"])] {
        clock.store((NOW + hours * 3_600_000).ms(), std::sync::atomic::Ordering::Relaxed);
        feed.catch_up().expect("read");
        assert_eq!(told(&mut events), expected, "after {hours} h");
    }
}

fn patch() -> imagen4_core::api::RunPatch {
    imagen4_core::api::RunPatch { favorite: Some(true), note: None }
}

#[test]
fn memory_has_what_goes_on_and_what_changed_and_nothing_that_was_deleted() {
    let folder = tempfile::tempdir().expect("a folder");
    let recent = Arc::default();
    let (mut store, mut feed, _events) = feed(folder.path(), &recent);
    for number in 1..=2 {
        store.write(|tx| tx.accept(&new_run(number))).expect("accepted");
    }
    let event = |store: &mut SyncStore, number: u128, event| {
        let moved = store.write(|tx| tx.transition(RunId::from_bits(number), event, TransitionDetails::default(), NOW));
        moved.expect("moved").expect("it can");
    };
    event(&mut store, 1, RunEvent::Withdrawn);
    feed.catch_up().expect("read");
    let state = |number| {
        let run = recent.get("local", RunId::from_bits(number), std::time::Instant::now());
        run.map(|run| run.state)
    };
    assert_eq!((state(1), state(2)), (None, Some(RunState::Queued)), "what has ended is not loaded");
    event(&mut store, 2, RunEvent::Withdrawn);
    assert_eq!(state(2), Some(RunState::Queued), "another process wrote it");
    feed.catch_up().expect("read");
    assert_eq!(state(2), Some(RunState::Withdrawn));
    store.write(|tx| tx.delete("local", RunId::from_bits(2))).expect("deleted");
    feed.catch_up().expect("read");
    assert_eq!(state(2), None);
}

#[tokio::test]
async fn whoever_wrote_reads_what_was_written() {
    let folder = tempfile::tempdir().expect("a folder");
    let store = open(folder.path(), "https://vendor.test", "100");
    for number in 1..=40 {
        accept(&store, number).await;
        let run = store.run("local", RunId::from_bits(number.into())).await.expect("read").expect("it is there");
        assert_eq!(run.state, RunState::Queued);
        apply(&store, number, RunEvent::Withdrawn).await;
        let run = store.run("local", RunId::from_bits(number.into())).await.expect("read").expect("it is there");
        assert_eq!(run.state, RunState::Withdrawn, "not what memory had before");
    }
}

#[test]
fn a_feed_ends_when_it_is_stopped() {
    let folder = tempfile::tempdir().expect("a folder");
    let (_store, feed, _events) = feed(folder.path(), &Arc::default());
    let (changed, changes) = std::sync::mpsc::channel();
    let stopped = CancellationToken::new();
    stopped.cancel();
    feed.follow(&changes, &stopped);
    drop(changed);
}
