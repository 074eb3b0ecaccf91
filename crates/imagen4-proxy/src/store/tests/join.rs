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
