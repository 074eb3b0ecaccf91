//! Many who submit at the same time: budget and limits are the account's, however many replicas there are.

use std::collections::HashMap;
use std::time::{Duration, Instant};

use imagen4_engine::bill::Bill;
use imagen4_proxy::store::sql::SqlConnection;
use imagen4_proxy::store::sql::postgres::PostgresConnection;
use serde_json::json;

use crate::cluster::{Cluster, apart, numbers};
use crate::process::clicks::archived;
use crate::process::{Process, submission};

async fn submit(http: &reqwest::Client, base: &str, number: usize) -> u16 {
    let (key, body) = (format!("key {number}"), json!({ "prompt": format!("fox {number}") }));
    // A thousand at once are more than a listener's queue: a refused connection is tried again, under the same key.
    for _ in 0..20 {
        if let Ok(answer) = submission(http, base, &key, &body).timeout(Duration::from_secs(60)).send().await {
            return answer.status().as_u16();
        }
        tokio::time::sleep(Duration::from_millis(100)).await;
    }
    0
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
#[ignore = "needs PostgreSQL and S3 servers"]
async fn a_thousand_at_once_get_what_the_budget_allows_and_no_more() {
    let cluster =
        Cluster::new(&["--daily-budget", "5.00", "--images-per-minute", "100000", "--max-concurrent", "1000"]).await;
    let vendor = cluster.vendor("127.0.0.1:0", 0, None);
    let replicas = [0, 1].map(|place| cluster.start(place, &vendor.base));
    let http = reqwest::Client::new();
    let crowd: Vec<_> = (0..1_000)
        .map(|number| {
            let (http, base) = (http.clone(), replicas[number % 2].base.clone());
            tokio::spawn(async move { submit(&http, &base, number).await })
        })
        .collect();
    let mut answers = HashMap::<u16, usize>::new();
    for one in crowd {
        *answers.entry(one.await.expect("no panic")).or_default() += 1;
    }
    assert_eq!(answers, HashMap::from([(202, 125), (402, 875)]), "$5.00 buy 125 images of $0.04");
    let runs = archived(&http, &replicas[0].base).await;
    replicas.into_iter().for_each(Process::kill);
    vendor.kill();
    let bill = Bill::open(&cluster.state()).expect("the bill");
    assert_eq!((runs.len(), bill.acceptances().count()), (125, 125));
    cluster.remove().await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
#[ignore = "needs PostgreSQL and S3 servers"]
async fn the_accounts_limits_hold_over_all_replicas() {
    const IMAGES: usize = 12;
    const AT_A_TIME: i64 = 3;
    let cluster = Cluster::new(&["--images-per-minute", "12", "--max-concurrent", "3"]).await;
    let vendor = cluster.vendor("127.0.0.1:0", 700, None);
    let replicas = [0, 1].map(|place| cluster.start(place, &vendor.base));
    let http = reqwest::Client::new();
    for number in 0..IMAGES * 2 {
        assert_eq!(submit(&http, &replicas[number % 2].base, number).await, 202);
    }
    let database = cluster.database();
    let most = apart(move || {
        let database: Box<dyn SqlConnection> = Box::new(PostgresConnection::open(&database).expect("a server"));
        let in_flight =
            "SELECT 'all', count(*) FROM runs WHERE state = 'submitting' OR (state = 'running' AND idle = 0)";
        let sent = "SELECT 'all', count(*) FROM runs WHERE state NOT IN ('queued', 'submitting')";
        let (begun, mut most, mut full_since) = (Instant::now(), 0, None);
        // Until the minute is used up, and then some seconds more: nothing leaves.
        while full_since.is_none_or(|since: Instant| since.elapsed() < Duration::from_secs(5)) {
            most = most.max(numbers(&*database, in_flight)[0].1);
            let sent = numbers(&*database, sent)[0].1;
            assert!(sent <= IMAGES as i64, "{sent} in a minute");
            if sent == IMAGES as i64 {
                full_since.get_or_insert_with(Instant::now);
            }
            assert!(begun.elapsed() < Duration::from_secs(50), "only {sent} left");
            std::thread::sleep(Duration::from_millis(20));
        }
        most
    });
    assert_eq!(most.await, AT_A_TIME, "that many, and no more");
    replicas.into_iter().for_each(Process::kill);
    vendor.kill();
    cluster.remove().await;
}
