//! A backup in place of the database, under replicas that go on: what was sent since is not sent again.

use std::fs;
use std::time::Instant;

use imagen4_engine::bill::Bill;
use serde_json::json;

use crate::cluster::{Cluster, apart};
use crate::process::clicks::{archived, text};
use crate::process::{PATIENCE, Process, all_runs, ask, submission};

/// Its end, and what it said.
async fn ended(cluster: &Cluster, place: usize, mut replica: Process) -> String {
    let status = apart(move || replica.ended()).await;
    let log = fs::read_to_string(cluster.log(place)).expect("a log");
    assert!(!status.success(), "{log}");
    log
}

/// How many runs the bill of a vendor has that is over.
fn bills(cluster: &Cluster) -> usize {
    Bill::open(&cluster.state()).expect("the bill").acceptances().count()
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
#[ignore = "needs PostgreSQL and S3 servers"]
async fn a_backup_that_is_put_under_running_replicas_ends_them_and_what_was_queued_in_it_is_not_sent_again() {
    let cluster = Cluster::new(&["--images-per-minute", "1000", "--max-concurrent", "1"]).await;
    let vendor = cluster.vendor("127.0.0.1:0", 1_000, None);
    let http = reqwest::Client::new();
    let a = cluster.start(0, &vendor.base);
    for number in 0..3 {
        let body = json!({ "prompt": format!("fox {number}") });
        let (status, run) = ask(submission(&http, &a.base, &format!("key {number}"), &body)).await.expect("an answer");
        assert_eq!(status, 202, "{run}");
    }
    a.kill();
    let copied = cluster.copy().await;
    let replicas = [0, 1].map(|place| cluster.start(place, &vendor.base));
    archived(&http, &replicas[1].base).await;

    cluster.restore(&copied).await;
    for (place, replica) in replicas.into_iter().enumerate() {
        let log = ended(&cluster, place, replica).await;
        assert!(log.contains("the database is older than it was"), "{log}");
    }
    let [a, b] = [0, 1].map(|place| cluster.start(place, &vendor.base));
    let log = fs::read_to_string(cluster.log(0)).expect("a log");
    assert!(log.contains("is a copy of another one"), "{log}");
    let states: Vec<_> = all_runs(&http, &b.base).await.iter().map(|run| text(run, "/state").to_owned()).collect();
    assert_eq!(states.iter().filter(|state| *state == "withdrawn").count(), 2, "{states:?}");
    // A new one is sent, and nothing but it.
    let body = json!({ "prompt": "a new one" });
    let (status, run) = ask(submission(&http, &b.base, "new", &body)).await.expect("an answer");
    assert_eq!(status, 202, "{run}");
    let begun = Instant::now();
    while text(&all_runs(&http, &a.base).await[0], "/state") != "archived" {
        assert!(begun.elapsed() < PATIENCE, "the new one is not generated");
        tokio::time::sleep(std::time::Duration::from_millis(50)).await;
    }
    [a, b].into_iter().for_each(Process::kill);
    vendor.kill();
    assert_eq!(bills(&cluster), 4, "three before, one now");
    cluster.remove().await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
#[ignore = "needs PostgreSQL and S3 servers"]
async fn a_count_that_was_witnessed_before_is_not_sent() {
    let cluster = Cluster::new(&["--images-per-minute", "1000", "--max-concurrent", "1"]).await;
    let vendor = cluster.vendor("127.0.0.1:0", 100, None);
    let http = reqwest::Client::new();
    let a = cluster.start(0, &vendor.base);
    let (status, run) = ask(submission(&http, &a.base, "one", &json!({ "prompt": "a fox" }))).await.expect("an answer");
    assert_eq!(status, 202, "{run}");
    archived(&http, &a.base).await;
    // Older in this alone: the counter of changes is as it was, or it would have been noticed by that.
    cluster.query("UPDATE account SET sent = sent - 1").await;
    let two = json!({ "requests": [{ "prompt": "a hen" }, { "prompt": "a cat" }] });
    let group = http.post(format!("{}/api/groups", a.base)).header("idempotency-key", "two");
    let group = group.header("content-type", "application/json").body(two.to_string());
    let (status, group) = ask(group).await.expect("an answer");
    assert_eq!(status, 202, "{group}");
    let log = ended(&cluster, 0, a).await;
    assert!(log.contains("it was restored from a backup"), "{log}");
    let a = cluster.start(0, &vendor.base);
    let runs = all_runs(&http, &a.base).await;
    let mut states: Vec<_> = runs.iter().map(|run| (text(run, "/state"), text(run, "/billed"))).collect();
    states.sort_unstable();
    assert_eq!(
        states,
        [("archived", "yes"), ("unknown", "unknown"), ("withdrawn", "no")],
        "the rest may have been sent, too"
    );
    a.kill();
    vendor.kill();
    assert_eq!(bills(&cluster), 1, "what is in doubt is not sent");
    cluster.remove().await;
}
