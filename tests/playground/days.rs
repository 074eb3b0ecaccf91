//! Days, restarts, and copies of the data directory.

use std::path::{Path, PathBuf};
use std::time::Duration;

use imagen4_core::{Billed, MicroUsd, ProblemCode, RunState};
use imagen4_engine::faults::{Effect, Fate, On, Rule};
use imagen4_proxy::config::Paying;
use imagen4_proxy::store::RateLimits;
use imagen4_tests::{Hands, KEY, Playground, Vendor, fast, is_on_server, until};
use serde_json::json;

#[tokio::test]
async fn money_held_before_midnight_stays_on_that_day() {
    let (hands, env) = Hands::at("2026-11-22T23:59:00Z".parse().expect("a time"));
    let slow = Rule::on(On::Submit).fate(Fate { latency_ms: Some(60_000), ..Fate::default() });
    let vendor = Vendor::scripted(env, [slow]).await;
    let playground = vendor.customer_with(|config| config.daily_budget = MicroUsd::parse("0.08")).await;
    let run = playground.run("1", &json!({ "prompt": "a fox", "num_images": 2 })).await;
    playground.wait(run.id, RunState::Running).await;
    assert_eq!((playground.spend().await.day, playground.money().await), ("2026-11-22".to_owned(), (80_000, 0)));
    assert_eq!(playground.submit("2", &json!({ "prompt": "a" })).await.status, 402);

    hands.forward(2 * 60_000);
    let run = playground.wait(run.id, RunState::Archived).await;
    assert!(run.timeline.iter().any(|entry| entry.at.to_string().starts_with("2026-11-23")));
    let spend = playground.spend().await;
    assert_eq!((spend.day.as_str(), spend.spent_microusd.micros(), spend.held_microusd.micros()), ("2026-11-23", 0, 0));
    let days: Vec<_> = spend.days.iter().map(|day| (day.day.as_str(), day.spent_microusd.micros())).collect();
    assert_eq!(days, [("2026-11-22", 80_000)]);
    // And the new day has its whole budget.
    let next = playground.run("3", &json!({ "prompt": "a fox", "num_images": 2 })).await;
    playground.wait(next.id, RunState::Archived).await;
    let days: Vec<_> = playground.spend().await.days.into_iter().map(|day| day.spent_microusd.micros()).collect();
    assert_eq!((days, vendor.bill().len()), (vec![80_000, 80_000], 2));
}

#[tokio::test]
async fn a_day_begins_where_the_budget_lives() {
    let (_, env) = Hands::at("2026-11-22T23:30:00Z".parse().expect("a time"));
    let vendor = Vendor::scripted(env, []).await;
    let berlin = jiff::tz::TimeZone::get("Europe/Berlin").expect("a zone");
    let playground = vendor.customer_with(|config| config.budget_timezone = berlin).await;
    assert_eq!(playground.spend().await.day, "2026-11-23");
}

#[tokio::test]
async fn a_lower_cap_after_a_restart_stops_new_runs_and_lets_the_queued_one_go_on() {
    // Long enough that nothing ends between two requests, also on a machine that is busy.
    let vendor = Vendor::on(fast(60), |options| options.latency = Duration::from_secs(300)).await;
    let mut playground = vendor
        .customer_with(|config| {
            config.slots = RateLimits { max_concurrent: Some(1), ..RateLimits::default() };
        })
        .await;
    let first = playground.run("1", &json!({ "prompt": "a fox" })).await;
    playground.wait(first.id, RunState::Running).await;
    let queued = playground.run("2", &json!({ "prompt": "a hen", "num_images": 4 })).await;
    playground.config.daily_budget = MicroUsd::parse("0.05");
    playground.restart().await;
    let refused = playground.submit("3", &json!({ "prompt": "a" })).await;
    assert_eq!((refused.status, &refused.json()["budget"]["cap_microusd"]), (402, &json!(50_000)));
    assert_eq!(playground.look(queued.id).await.state, RunState::Queued);
    playground.wait(queued.id, RunState::Archived).await;
    assert_eq!((playground.money().await, vendor.bill().len()), ((200_000, 0), 2));
    assert_eq!(playground.submit("4", &json!({ "prompt": "a" })).await.status, 402);
}

/// Copies a directory with everything in it.
fn copy(from: &Path, to: &Path) {
    std::fs::create_dir_all(to).expect("a folder");
    for entry in std::fs::read_dir(from).expect("a folder") {
        let entry = entry.expect("an entry");
        let target = to.join(entry.file_name());
        match entry.file_type().expect("a type").is_dir() {
            true => copy(&entry.path(), &target),
            false => drop(std::fs::copy(entry.path(), target).expect("copied")),
        }
    }
}

/// A vendor that answers the first submission after it was restarted, one run that waits behind it, and a backup that was made
/// in between: in it one run is queued, and one is being sent.
struct Backup {
    vendor: Vendor,
    playground: Playground,
    /// Where the backup is; it goes with this.
    folder: tempfile::TempDir,
    sent: imagen4_core::RunId,
    queued: imagen4_core::RunId,
}

impl Backup {
    async fn make() -> Self {
        let late = Rule::on(On::Submit).prompt("fox").then(Effect::DelayAnswer { ms: 60_000 });
        let vendor = Vendor::scripted(fast(20), [late]).await;
        let playground = vendor
            .customer_with(|config| {
                config.slots = RateLimits { max_concurrent: Some(1), ..RateLimits::default() };
            })
            .await;
        let sent = playground.run("1", &json!({ "prompt": "a fox", "num_images": 2 })).await.id;
        until("it is on the vendor's bill", async || vendor.bill().len() == 1).await;
        let queued = playground.run("2", &json!({ "prompt": "a hen" })).await.id;
        assert_eq!(playground.look(sent).await.state, RunState::Submitting);
        assert_eq!(playground.look(queued).await.state, RunState::Queued);
        let folder = tempfile::tempdir().expect("a folder");
        // As a backup of a running database is made.
        let store = rusqlite::Connection::open(playground.data_dir().join("ledger.sqlite")).expect("the database");
        let target: PathBuf = folder.path().join("ledger.sqlite");
        store.execute("VACUUM INTO ?1", [target.to_str().expect("a path")]).expect("a backup");
        Self { vendor, playground, folder, sent, queued }
    }
}

#[tokio::test]
async fn a_restored_backup_takes_back_what_waited_and_sends_nothing() {
    if is_on_server() {
        // It handles the file.
        return;
    }
    let Backup { vendor, mut playground, folder, sent, queued } = Backup::make().await;
    playground.stop().await;
    let stopped = vendor.bill().len();
    let restored_dir = folder.path().to_owned();
    let restored = vendor
        .customer_with(|config| {
            config.data_dir = restored_dir;
        })
        .await;
    let withdrawn = restored.look(queued).await;
    assert_eq!((withdrawn.state, withdrawn.billed), (RunState::Withdrawn, Billed::No));
    let problem = withdrawn.problem.expect("a reason");
    assert_eq!(problem.code, ProblemCode::Restored);
    assert!(problem.detail.is_some_and(|detail| detail.contains("backup that was restored")));
    // What was being sent may have arrived, and is found.
    let found = restored.wait(sent, RunState::Archived).await;
    assert!(found.timeline.iter().any(|entry| entry.state == RunState::Unknown));
    assert_eq!((restored.money().await, vendor.bill().len()), ((80_000, 0), stopped), "nothing new was sent");
    drop(restored);

    // The directory that the backup was made of is no copy.
    playground.restart().await;
    let run = playground.wait(queued, RunState::Archived).await;
    assert!(run.timeline.iter().all(|entry| entry.state != RunState::Withdrawn));
    assert_eq!(vendor.bill().len(), 2);
}

#[tokio::test]
async fn a_directory_that_was_copied_while_stopped_is_a_copy_and_the_original_is_not() {
    if is_on_server() {
        // It handles the file.
        return;
    }
    let vendor = Vendor::on(fast(60), |options| options.latency = Duration::from_secs(300)).await;
    let slots = RateLimits { max_concurrent: Some(1), ..RateLimits::default() };
    let mut playground = vendor.customer_with(|config| config.slots = slots).await;
    let first = playground.run("1", &json!({ "prompt": "a fox" })).await;
    playground.wait(first.id, RunState::Running).await;
    let queued = playground.run("2", &json!({ "prompt": "a hen" })).await;
    playground.stop().await;
    let folder = tempfile::tempdir().expect("a folder");
    copy(&playground.data_dir(), folder.path());
    let copied = vendor
        .customer_with(|config| {
            config.data_dir = folder.path().to_owned();
            config.slots = slots;
        })
        .await;
    assert_eq!(copied.look(queued.id).await.state, RunState::Withdrawn);
    assert_eq!(copied.wait(first.id, RunState::Archived).await.images.len(), 1, "what the vendor has is seen through");
    assert_eq!((copied.money().await, vendor.bill().len()), ((40_000, 0), 1));

    playground.restart().await;
    playground.wait(queued.id, RunState::Archived).await;
    assert_eq!((playground.money().await, vendor.bill().len()), ((80_000, 0), 2));
}

#[tokio::test]
async fn a_backup_that_is_copied_over_the_directory_is_noticed_as_well() {
    if is_on_server() {
        // It handles the file.
        return;
    }
    let Backup { vendor, mut playground, folder, sent, queued } = Backup::make().await;
    playground.wait(sent, RunState::Archived).await;
    playground.wait(queued, RunState::Archived).await;
    playground.stop().await;
    assert_eq!(vendor.bill().len(), 2);
    // `cp backup/ledger.sqlite data/`: the file keeps its number and its birth.
    for stale in ["ledger.sqlite-wal", "ledger.sqlite-shm"] {
        drop(std::fs::remove_file(playground.data_dir().join(stale)));
    }
    let store = folder.path().join("ledger.sqlite");
    std::fs::copy(store, playground.data_dir().join("ledger.sqlite")).expect("restored");
    playground.restart().await;
    playground.wait(sent, RunState::Archived).await;
    let state = playground.wait_for(queued, |run| run.state.is_terminal()).await.state;
    assert_eq!(
        (state, vendor.bill().len()),
        (RunState::Withdrawn, 2),
        "what was sent after the backup is not bought again"
    );
}

#[tokio::test]
async fn samples_stay_when_a_key_is_added() {
    let vendor = Vendor::open().await;
    let mut playground = Playground::embedded().await;
    let sample = playground.run("1", &json!({ "prompt": "a fox", "num_images": 2 })).await;
    let sample = playground.wait(sample.id, RunState::Archived).await;
    playground.config.paying = vendor.paying(KEY);
    playground.restart().await;
    assert_eq!(playground.look(sample.id).await, sample);
    assert_eq!(playground.get(&format!("/{}", sample.images[1].url)).await.status, 200);
    assert_eq!((playground.money().await, vendor.bill().len()), ((0, 0), 0));
    // The same click is still the sample: nobody pays for what was a sample.
    assert_eq!(playground.submit("1", &json!({ "prompt": "a fox", "num_images": 2 })).await.status, 200);
    playground.config.paying = Paying::Nobody;
    playground.restart().await;
    assert_eq!(playground.look(sample.id).await.images.len(), 2);
}

#[tokio::test]
async fn a_single_run_does_not_wait_for_a_whole_group() {
    let vendor = Vendor::on(fast(20), |options| options.latency = Duration::from_secs(2)).await;
    let slots = RateLimits { max_concurrent: Some(1), ..RateLimits::default() };
    let playground = vendor.customer_with(|config| config.slots = slots).await;
    let requests: Vec<_> = (0..10).map(|n| json!({ "prompt": format!("group {n}") })).collect();
    assert_eq!(playground.submit_group("group", &json!({ "requests": requests })).await.status, 202);
    let single = playground.run("single", &json!({ "prompt": "single" })).await;
    let single = playground.wait(single.id, RunState::Archived).await;
    let order = || vendor.bill().into_iter().map(|taken| taken.input["prompt"].as_str().unwrap_or_default().to_owned());
    let place = order().position(|prompt| prompt == "single").expect("sent");
    let before = vendor.bill().iter().filter(|taken| taken.at < single.created_at).count();
    assert!(place <= before + 1, "{:?}", order().collect::<Vec<_>>());
    until("all are sent", async || vendor.bill().len() == 11).await;
    let groups: Vec<String> = order().filter(|prompt| prompt != "single").collect();
    assert!(groups.is_sorted(), "a group keeps its order: {groups:?}");
}
