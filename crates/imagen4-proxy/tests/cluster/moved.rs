//! From one machine to servers that replicas share, and back: everything is there, and nothing is other.

use std::process::{Command, Output};

use serde_json::{Value, json};

use crate::cluster::{Cluster, apart};
use crate::process::clicks::{archived, text};
use crate::process::{KEY, Process, all_runs, ask, proxy, submission};

async fn run(mut command: Command) -> Output {
    apart(move || command.output().expect("it runs")).await
}

fn said(output: &Output) -> String {
    let both = [&output.stdout[..], &output.stderr].concat();
    let said = String::from_utf8_lossy(&both).into_owned();
    assert!(!said.contains(KEY), "{said}");
    said
}

async fn buy(http: &reqwest::Client, base: &str, count: usize) {
    for number in 0..count {
        let body = json!({ "prompt": format!("fox {number} 狐狸"), "num_images": 2 });
        let (status, run) = ask(submission(http, base, &format!("key {number}"), &body)).await.expect("an answer");
        assert_eq!(status, 202, "{run}");
    }
    archived(http, base).await;
}

/// What a proxy tells of everything: runs in pages, money, and every image's bytes.
async fn everything(http: &reqwest::Client, base: &str) -> (Vec<Value>, Value, Vec<Vec<u8>>) {
    let runs = all_runs(http, base).await;
    let (_, spend) = ask(http.get(format!("{base}/api/spend"))).await.expect("the spend");
    let mut images = Vec::new();
    for run in &runs {
        for image in run["images"].as_array().expect("images") {
            for url in ["/url", "/thumb_url"] {
                let answer = http.get(format!("{base}/{}", text(image, url))).send().await.expect("an answer");
                assert!(answer.status().is_success(), "{image}");
                images.push(answer.bytes().await.expect("bytes").to_vec());
            }
        }
    }
    (runs, spend, images)
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
#[ignore = "needs PostgreSQL and S3 servers"]
async fn everything_moves_to_servers_and_comes_back_in_a_backup() {
    let cluster = Cluster::new(&["--images-per-minute", "1000", "--max-concurrent", "20"]).await;
    let vendor = cluster.vendor("127.0.0.1:0", 0, None);
    let http = reqwest::Client::new();
    let alone = |dir: &str| {
        let mut command = proxy(cluster.folder.path());
        command.env("WAVESPEED_API_KEY", KEY).env("IMAGEN4_DATA_DIR", dir).args(["--upstream", &vendor.base]);
        command.args(["--images-per-minute", "1000", "--max-concurrent", "20"]);
        command
    };
    let log = cluster.folder.path().join("alone.log");
    let one = Process::start(alone("data"), &log).expect("it starts");
    buy(&http, &one.base, 6).await;
    let first = text(&all_runs(&http, &one.base).await[0], "/id").to_owned();
    assert_eq!(http.delete(format!("{}/api/runs/{first}", one.base)).send().await.expect("deleted").status(), 204);
    let before = everything(&http, &one.base).await;
    assert_eq!((before.0.len(), before.2.len()), (5, 20));

    let migrate = || {
        // The cluster's own command has the servers as its configuration; here they are the target.
        let servers = cluster.command(0, &vendor.base);
        let mut command = alone("data");
        let of = |name: &str| {
            let value = servers.get_envs().find(|(key, _)| *key == name).and_then(|(_, value)| value);
            value.expect("set").to_owned()
        };
        command
            .arg("migrate")
            .arg("--to-database")
            .arg(of("IMAGEN4_DATABASE"))
            .arg("--to-images")
            .arg(of("IMAGEN4_IMAGES"));
        for name in ["AWS_ENDPOINT_URL", "AWS_REGION", "AWS_ACCESS_KEY_ID", "AWS_SECRET_ACCESS_KEY"] {
            command.env(name, of(name));
        }
        command
    };
    let in_use = run(migrate()).await;
    assert!(!in_use.status.success() && said(&in_use).contains("in use by another process"), "{}", said(&in_use));
    one.kill();
    let moved = run(migrate()).await;
    assert!(moved.status.success(), "{}", said(&moved));
    assert!(said(&moved).contains("10 files") && said(&moved).contains("in both"), "{}", said(&moved));
    // Two places must not both send what waits.
    let is_a_copy = || std::fs::read_to_string(&log).expect("a log").matches("is a copy of another one").count();
    let left = Process::start(alone("data"), &log).expect("it starts");
    left.kill();
    assert_eq!(is_a_copy(), 1, "what was left behind knows it");
    let again = run(migrate()).await;
    assert!(!again.status.success() && said(&again).contains("not empty"), "{}", said(&again));

    let a = cluster.start(0, &vendor.base);
    let said_at_a = std::fs::read_to_string(cluster.log(0)).expect("a log");
    assert!(!said_at_a.contains("is a copy"), "what waits goes on here: {said_at_a}");
    let after = everything(&http, &a.base).await;
    assert_eq!(before, after, "the same in both places");
    // What is new comes after what was there, and the click of a run that moved is not bought again.
    let body = json!({ "prompt": "fox 0 狐狸", "num_images": 2 });
    let (status, _) = ask(submission(&http, &a.base, "key 0", &body)).await.expect("an answer");
    assert_eq!(status, 200, "it came before");
    let body = json!({ "prompt": "a new one" });
    let (status, new) = ask(submission(&http, &a.base, "new", &body)).await.expect("an answer");
    assert_eq!(status, 202, "{new}");
    archived(&http, &a.base).await;
    let now = everything(&http, &a.base).await;
    assert_eq!(text(&now.0[0], "/request/input/prompt"), "a new one");

    // And back, while the replica goes on.
    let mut backup = cluster.command(0, &vendor.base);
    backup.args(["backup", "copy"]);
    let copied = run(backup).await;
    assert!(copied.status.success(), "{}", said(&copied));
    a.kill();
    let one = Process::start(alone("copy"), &log).expect("it starts");
    assert_eq!(now, everything(&http, &one.base).await, "the same in a data directory");
    assert_eq!(is_a_copy(), 2, "and it knows that it is a copy");
    one.kill();
    vendor.kill();
    cluster.remove().await;
}
