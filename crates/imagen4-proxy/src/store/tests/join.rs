//! Who may work on a shared database, and which of them is the first.

use super::*;

fn settings(budget: &str) -> SharedSettings {
    SharedSettings::from([
        ("--daily-budget".to_owned(), budget.to_owned()),
        ("--images".to_owned(), "s3://x".to_owned()),
    ])
}

/// A database that no process uses.
fn nobodys() -> SyncStore {
    let mut store = store("https://vendor.test");
    store.write(|tx| tx.end_lease()).expect("written");
    store
}

/// Another process speaks, so many milliseconds later.
fn speak<T>(store: &mut SyncStore, name: &str, later_ms: u64, act: impl FnOnce(&mut WriteTx<'_>) -> Result<T>) -> T {
    store.set_replica(Replica { name: name.to_owned(), is_alone: false });
    let spoken = store.write(|tx| {
        tx.now = NOW + later_ms;
        act(tx)
    });
    spoken.expect("written")
}

#[test]
fn whoever_wants_something_else_waits_until_the_others_are_gone_and_they_are_asked_again() {
    let mut store = nobodys();
    let join = |store: &mut SyncStore, name: &str, later_ms, budget| {
        speak(store, name, later_ms, |tx| tx.join(&settings(budget))).map(|other| (other.setting, other.theirs))
    };
    assert_eq!(join(&mut store, "a", 0, "$5.00"), None, "the first one says what counts");
    assert_eq!(join(&mut store, "b", 0, "$5.00"), None);
    let refused = join(&mut store, "c", 0, "$3.00");
    assert_eq!(refused, Some(("--daily-budget".to_owned(), "$5.00".to_owned())));
    assert!(!speak(&mut store, "a", LEASE_MS - 1, |tx| tx.has_lapsed()));
    // Nobody renews anything: both leases end, and another one begins.
    assert_eq!(join(&mut store, "c", LEASE_MS, "$3.00"), None);
    assert!(speak(&mut store, "a", LEASE_MS, |tx| tx.has_lapsed()));
    assert!(join(&mut store, "a", LEASE_MS, "$5.00").is_some(), "what it wants is no longer what counts");
}

#[test]
fn files_of_one_machine_are_not_shared() {
    let mut store = nobodys();
    let files = SharedSettings::from([("--images".to_owned(), "file".to_owned())]);
    let join = |store: &mut SyncStore, name: &str| speak(store, name, 0, |tx| tx.join(&files));
    assert_eq!(join(&mut store, "a"), None);
    assert!(join(&mut store, "b").is_some(), "although both say the same");
}

#[test]
fn the_first_of_those_that_are_there_does_what_one_has_to_do() {
    let mut store = nobodys();
    speak(&mut store, "a", 0, |tx| tx.renew_lease());
    speak(&mut store, "b", 5_000, |tx| tx.renew_lease());
    let members = |store: &mut SyncStore, later_ms| speak(store, "b", later_ms, |tx| tx.members());
    assert_eq!(members(&mut store, 5_000), Members { live: 2, is_leader: false });
    assert_eq!(members(&mut store, LEASE_MS), Members { live: 1, is_leader: true }, "the other one is gone");
    // A clock that is set back for less than a lease ends none.
    speak(&mut store, "a", 6_000, |tx| tx.renew_lease());
    assert_eq!(members(&mut store, 0), Members { live: 2, is_leader: false });
}

/// A run of a process is claimed, and WaveSpeed accepts it.
fn running(store: &mut SyncStore, name: &str, number: u8) {
    speak(store, name, 0, |tx| tx.accept(&new_run(number)));
    assert_eq!(speak(store, name, 0, |tx| tx.claim_due(RateLimits::default(), NOW)).runs.len(), 1);
    let prediction = Prediction::from_data(&json!({ "id": format!("p{number}") })).ok();
    let facts = TransitionDetails { prediction, ..TransitionDetails::default() };
    speak(store, name, 0, |tx| tx.transition(RunId::from_bits(number.into()), RunEvent::Accepted, facts, NOW));
}

#[test]
fn without_its_lease_a_process_begins_nothing() {
    let mut store = nobodys();
    speak(&mut store, "a", 0, |tx| tx.renew_lease());
    speak(&mut store, "a", 0, |tx| tx.accept(&new_run(1)));
    let claimed = |store: &mut SyncStore, later_ms| {
        speak(store, "a", later_ms, |tx| tx.claim_due(RateLimits::default(), tx.now())).runs.len()
    };
    assert_eq!(claimed(&mut store, LEASE_MS), 0, "others may have begun with other settings");
    speak(&mut store, "a", LEASE_MS, |tx| tx.renew_lease());
    assert_eq!(claimed(&mut store, LEASE_MS), 1);
}

#[test]
fn whoever_is_about_to_end_keeps_what_it_sends_and_leaves_the_rest() {
    let mut store = nobodys();
    speak(&mut store, "a", 0, |tx| tx.renew_lease());
    running(&mut store, "a", 1);
    speak(&mut store, "a", 0, |tx| tx.accept(&new_run(2)));
    assert_eq!(speak(&mut store, "a", 0, |tx| tx.claim_due(RateLimits::default(), NOW)).runs.len(), 1);
    let take_over = |store: &mut SyncStore| {
        let lost = Problem::new(ProblemCode::AnswerLost);
        let taken = speak(store, "b", 1, |tx| tx.take_over(&lost));
        taken.iter().map(|run| (run.id, run.state)).collect::<Vec<_>>()
    };
    assert_eq!(take_over(&mut store), [], "it is there");
    speak(&mut store, "a", 1, |tx| tx.hand_over());
    assert_eq!(take_over(&mut store), [(RunId::from_bits(1), RunState::Running)]);
    assert_eq!(take_over(&mut store), [], "once");
    speak(&mut store, "a", 1, |tx| tx.hand_over());
    assert_eq!(take_over(&mut store), [], "it leaves nothing of anybody else");
    speak(&mut store, "a", 1, |tx| tx.end_lease());
    assert_eq!(
        take_over(&mut store),
        [(RunId::from_bits(2), RunState::Unknown)],
        "what it was sending may have arrived"
    );
}

#[test]
fn a_database_that_was_left_behind_is_noticed_by_whoever_comes_back() {
    let mut store = nobodys();
    let identity = store.read_tx().identity().expect("read");
    speak(&mut store, "a", 0, |tx| tx.detect_restore(&identity, 0, &Problem::new(ProblemCode::AnswerLost)));
    assert!(!speak(&mut store, "a", 0, |tx| tx.is_left_behind()));
    speak(&mut store, "a", 0, |tx| tx.set_meta("file", "a copy"));
    assert!(speak(&mut store, "a", 0, |tx| tx.is_left_behind()));
}
