//! What one replica does, the other tells; what one leaves, the other goes on with.

use std::time::{Duration, Instant};

use futures_util::StreamExt;
use serde_json::json;

use crate::cluster::{Cluster, apart};
use crate::process::clicks::{archived, text};
use crate::process::{PATIENCE, Process, all_runs, ask, submission};
use crate::wire::Wire;

/// The first event of a replica's stream that says this, and when it came.
async fn hears(base: &str, what: &'static str) -> tokio::task::JoinHandle<Instant> {
    let response = reqwest::Client::new().get(format!("{base}/api/events")).send().await.expect("a stream");
    let mut stream = response.bytes_stream();
    let first = stream.next().await.expect("a stream").expect("bytes");
    assert!(String::from_utf8_lossy(&first).contains("hello"));
    tokio::spawn(async move {
        let mut heard = String::new();
        while let Some(Ok(bytes)) = stream.next().await {
            heard += &String::from_utf8_lossy(&bytes);
            if heard.contains(what) {
                return Instant::now();
            }
        }
        panic!("the stream ended: {heard}")
    })
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
#[ignore = "needs PostgreSQL and S3 servers"]
async fn what_is_submitted_at_one_is_told_at_the_other_within_a_second() {
    let cluster = Cluster::new(&["--images-per-minute", "1000", "--max-concurrent", "10"]).await;
    let vendor = cluster.vendor("127.0.0.1:0", 300, None);
    let [a, b] = [0, 1].map(|place| cluster.start(place, &vendor.base));
    let http = reqwest::Client::new();
    let heard = hears(&a.base, "a heron at b").await;
    let (status, run) =
        ask(submission(&http, &b.base, "one", &json!({ "prompt": "a heron at b" }))).await.expect("an answer");
    let answered = Instant::now();
    assert_eq!(status, 202, "{run}");
    let late = heard.await.expect("told").saturating_duration_since(answered);
    assert!(late < Duration::from_secs(1), "after {late:?}");

    // Whichever is asked, the answer is the same: its result, its image, WaveSpeed's own address, and what is deleted.
    let (id, begun) = (text(&run, "/id").to_owned(), Instant::now());
    let one = loop {
        let (_, one) = ask(http.get(format!("{}/api/runs/{id}", a.base))).await.expect("an answer");
        if text(&one, "/state") == "archived" {
            break one;
        }
        assert!(begun.elapsed() < PATIENCE, "{one}");
        tokio::time::sleep(Duration::from_millis(50)).await;
    };
    for base in [&a.base, &b.base] {
        let image = http.get(format!("{base}/{}", text(&one, "/images/0/url"))).send().await.expect("an answer");
        assert_eq!(
            image.bytes().await.expect("a picture").len() as u64,
            one["images"][0]["bytes"].as_u64().expect("a size")
        );
        let address = format!("{base}/api/v3/predictions/{id}/result");
        let (_, result) = ask(http.get(address).bearer_auth("any")).await.expect("an answer");
        assert_eq!(text(&result, "/data/status"), "completed", "{result}");
    }
    // The same click at the other one is the same run.
    let again = submission(&http, &a.base, "one", &json!({ "prompt": "a heron at b" }));
    let (status, same) = ask(again).await.expect("an answer");
    assert_eq!((status, text(&same, "/id")), (200, id.as_str()));
    let gone = http.delete(format!("{}/api/runs/{id}", b.base)).send().await.expect("an answer");
    assert_eq!(gone.status(), 204);
    let begun = Instant::now();
    while ask(http.get(format!("{}/api/runs/{id}", a.base))).await.expect("an answer").0 != 404 {
        assert!(begun.elapsed() < Duration::from_secs(1), "it is still told");
        tokio::time::sleep(Duration::from_millis(20)).await;
    }
    [a, b].into_iter().for_each(Process::kill);
    vendor.kill();
    cluster.remove().await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
#[ignore = "needs PostgreSQL and S3 servers"]
async fn what_a_replica_leaves_the_other_goes_on_with_at_once() {
    let cluster = Cluster::new(&["--images-per-minute", "1000", "--max-concurrent", "2"]).await;
    let vendor = cluster.vendor("127.0.0.1:0", 2_000, None);
    let mut a = cluster.start(0, &vendor.base);
    let b = cluster.start(1, &vendor.base);
    let http = reqwest::Client::new();
    for number in 0..6 {
        let body = json!({ "prompt": format!("fox {number}") });
        let (status, _) = ask(submission(&http, &a.base, &format!("key {number}"), &body)).await.expect("an answer");
        assert_eq!(status, 202);
    }
    let begun = Instant::now();
    a.signal("TERM");
    let status = apart(move || a.ended()).await;
    assert!(status.success(), "{status}");
    assert_eq!(archived(&http, &b.base).await.len(), 6);
    // Two at a time, two seconds each, on a machine that is busy: without the lease's end it would wait for 15 s more.
    assert!(begun.elapsed() < Duration::from_secs(40), "{:?}", begun.elapsed());
    b.kill();
    vendor.kill();
    cluster.remove().await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
#[ignore = "needs PostgreSQL and S3 servers"]
async fn while_a_replica_waits_for_its_last_answer_the_other_goes_on_with_the_rest() {
    let cluster = Cluster::new(&["--images-per-minute", "1000", "--max-concurrent", "10"]).await;
    let slow = r#"rule = [{ on = "submit", prompt = "slow", then = { delay_answer = { ms = 25000 } } }]"#;
    let vendor = cluster.vendor("127.0.0.1:0", 1_500, Some(slow));
    let mut a = cluster.start(0, &vendor.base);
    let http = reqwest::Client::new();
    let mut ids = Vec::new();
    for (prompt, state) in [("a slow fox", "submitting"), ("a fox", "running")] {
        let (_, run) = ask(submission(&http, &a.base, prompt, &json!({ "prompt": prompt }))).await.expect("an answer");
        let address = format!("{}/api/runs/{}", a.base, text(&run, "/id"));
        while text(&ask(http.get(&address)).await.expect("an answer").1, "/state") != state {
            tokio::time::sleep(Duration::from_millis(10)).await;
        }
        ids.push(text(&run, "/id").to_owned());
    }
    let b = cluster.start(1, &vendor.base);
    a.signal("TERM");
    let begun = Instant::now();
    let state = async |id: &str| {
        let (_, run) = ask(http.get(format!("{}/api/runs/{id}", b.base))).await.expect("an answer");
        text(&run, "/state").to_owned()
    };
    while state(&ids[1]).await != "archived" {
        assert!(begun.elapsed() < PATIENCE, "nobody goes on with it");
        tokio::time::sleep(Duration::from_millis(50)).await;
    }
    assert_eq!(state(&ids[0]).await, "submitting", "it went on before the other one had ended");
    let status = apart(move || a.ended()).await;
    assert!(status.success(), "{status}");
    archived(&http, &b.base).await;
    b.kill();
    vendor.kill();
    let bill = imagen4_engine::bill::Bill::open(&cluster.state()).expect("the bill");
    assert_eq!(bill.acceptances().count(), 2);
    cluster.remove().await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
#[ignore = "needs PostgreSQL and S3 servers"]
async fn a_replica_that_is_asked_to_look_again_looks_for_a_run_of_the_other() {
    let cluster = Cluster::new(&["--images-per-minute", "1000", "--max-concurrent", "10"]).await;
    let script = r#"rule = [{ on = "submit", then = "accept_and_drop" }]"#;
    let vendor = cluster.vendor("127.0.0.1:0", 100, Some(script));
    let [a, b] = [0, 1].map(|place| cluster.start(place, &vendor.base));
    let http = reqwest::Client::new();
    let (_, run) = ask(submission(&http, &a.base, "one", &json!({ "prompt": "a fox" }))).await.expect("an answer");
    let (run, begun) = (format!("{}/api/runs/{}", b.base, text(&run, "/id")), Instant::now());
    // The other one's own look is five seconds away.
    while ["queued", "submitting", "unknown"].contains(&text(&ask(http.get(&run)).await.expect("it").1, "/state")) {
        let wait = http.post(format!("{run}/resolve")).body(r#"{"action":"wait"}"#);
        let wait = wait.header("content-type", "application/json");
        assert!(ask(wait).await.is_some() && begun.elapsed() < PATIENCE, "it is not found");
        tokio::time::sleep(Duration::from_millis(50)).await;
    }
    archived(&http, &b.base).await;
    [a, b].into_iter().for_each(Process::kill);
    let log = std::fs::read_to_string(cluster.log(1)).expect("a log");
    assert!(log.contains(r#"from="unknown" to="running""#), "whoever was asked found it: {log}");
    vendor.kill();
    cluster.remove().await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
#[ignore = "needs PostgreSQL and S3 servers"]
async fn without_its_database_a_replica_says_so_bills_nothing_and_comes_back() {
    let cluster = Cluster::new(&["--images-per-minute", "1000", "--max-concurrent", "10"]).await;
    let vendor = cluster.vendor("127.0.0.1:0", 100, None);
    let a = cluster.start(0, &vendor.base);
    let http = reqwest::Client::new();
    let press = || submission(&http, &a.base, "one", &json!({ "prompt": "a fox" }));
    cluster.wires[0].down();
    let (status, problem) = ask(press()).await.expect("an answer");
    assert_eq!((status, text(&problem, "/code")), (503, "storage_failed"), "{problem}");
    assert_eq!((problem["retryable"].as_bool(), text(&problem, "/billed")), (Some(true), "no"), "{problem}");
    let (status, _) = ask(http.get(format!("{}/readyz", a.base))).await.expect("an answer");
    assert_eq!(status, 503, "not ready");
    let (status, _) = ask(http.get(format!("{}/livez", a.base))).await.expect("an answer");
    assert_eq!(status, 200, "and alive");
    cluster.wires[0].up();
    let begun = Instant::now();
    loop {
        let (status, run) = ask(press()).await.expect("an answer");
        if status == 202 {
            break;
        }
        assert!(status == 503 && begun.elapsed() < PATIENCE, "{status} {run}");
        tokio::time::sleep(Duration::from_millis(100)).await;
    }
    archived(&http, &a.base).await;
    a.kill();
    vendor.kill();
    let bill = imagen4_engine::bill::Bill::open(&cluster.state()).expect("the bill");
    assert_eq!(bill.acceptances().count(), 1);
    cluster.remove().await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
#[ignore = "needs PostgreSQL and S3 servers"]
async fn images_wait_for_a_bucket_that_is_away_and_a_lost_object_is_said_to_be() {
    let cluster = Cluster::new(&["--images-per-minute", "1000", "--max-concurrent", "10"]).await;
    let vendor = cluster.vendor("127.0.0.1:0", 100, None);
    let storage = std::env::var("IMAGEN4_TEST_S3").expect("a server");
    let wire = Wire::to(storage.trim_start_matches("http://"));
    let mut command = cluster.command(0, &vendor.base);
    command.env("AWS_ENDPOINT_URL", format!("http://{}", wire.address));
    let a = Process::start(command, &cluster.log(0)).expect("it starts");
    let http = reqwest::Client::new();
    wire.down();
    let (status, run) = ask(submission(&http, &a.base, "one", &json!({ "prompt": "a fox" }))).await.expect("an answer");
    assert_eq!(status, 202, "{run}");
    let state_of = async || text(&all_runs(&http, &a.base).await[0], "/state").to_owned();
    let begun = Instant::now();
    while state_of().await != "completed" {
        assert!(begun.elapsed() < PATIENCE, "it is not generated");
        tokio::time::sleep(Duration::from_millis(50)).await;
    }
    wire.up();
    let run = archived(&http, &a.base).await.remove(0);
    let url = format!("{}/{}", a.base, text(&run, "/images/0/url"));
    let whole = http.get(&url).send().await.expect("an answer");
    assert_eq!(whole.status(), 200);

    // Somebody empties the server.
    assert!(http.post(format!("{storage}/moto-api/reset")).send().await.expect("an answer").status().is_success());
    for image in [url, format!("{}/{}", a.base, text(&run, "/images/0/thumb_url"))] {
        let (status, problem) = ask(http.get(&image)).await.expect("an answer");
        assert_eq!((status, text(&problem, "/code")), (503, "storage_failed"), "{problem}");
    }
    a.kill();
    vendor.kill();
    let bill = imagen4_engine::bill::Bill::open(&cluster.state()).expect("the bill");
    assert_eq!(bill.acceptances().count(), 1);
    cluster.remove().await;
}
