//! What does not belong together does not start, and says in one line why.

use std::io::{Read, Write};
use std::net::TcpListener;
use std::process::{Command, Stdio};
use std::time::{Duration, Instant};

use crate::cluster::{Cluster, apart};
use crate::process::{KEY, PATIENCE, Process};

/// What a command says on its way out.
async fn refusal(mut command: Command) -> String {
    let refused = apart(move || {
        let mut child = command.stdout(Stdio::null()).stderr(Stdio::piped()).spawn().expect("it runs");
        let begun = Instant::now();
        while child.try_wait().expect("a status").is_none() {
            if begun.elapsed() > PATIENCE / 3 {
                drop(child.kill());
            }
            std::thread::sleep(Duration::from_millis(20));
        }
        child.wait_with_output().expect("its words")
    });
    let output = refused.await;
    let said = String::from_utf8_lossy(&output.stderr).into_owned();
    assert_eq!(output.status.code(), Some(1), "{said}");
    assert!(!said.contains(KEY) && !said.contains("secret"), "{said}");
    said.lines().last().unwrap_or_default().to_owned()
}

/// The address of a server that says the same to everybody.
fn says(status: u16) -> String {
    let listener = TcpListener::bind("127.0.0.1:0").expect("a port");
    let address = listener.local_addr().expect("an address");
    std::thread::spawn(move || {
        for mut client in listener.incoming().flatten() {
            let mut request = [0; 4096];
            // Whatever it asks; who went away is told nothing.
            drop(client.read(&mut request));
            let answer = format!("HTTP/1.1 {status} No\r\ncontent-length: 0\r\nconnection: close\r\n\r\n");
            drop(client.write_all(answer.as_bytes()));
        }
    });
    format!("http://{address}")
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
#[ignore = "needs PostgreSQL and S3 servers"]
async fn what_does_not_belong_together_is_refused_in_one_line() {
    let cluster = Cluster::new(&["--daily-budget", "5.00"]).await;
    let vendor = cluster.vendor("127.0.0.1:0", 100, None);
    let a = cluster.start(0, &vendor.base);
    let with = |envs: &[(&str, &str)], args: &[&str]| {
        let mut command = cluster.command(1, &vendor.base);
        command.envs(envs.iter().copied()).args(args);
        refusal(command)
    };
    let limit = with(&[], &["--images-per-minute", "7"]).await;
    assert!(limit.contains("--images-per-minute 2") && limit.contains("this one with 7"), "{limit}");
    let key = with(&[("WAVESPEED_API_KEY", "wsk_another_secret")], &[]).await;
    assert!(key.contains("another WaveSpeed key"), "{key}");
    let none = with(&[("WAVESPEED_API_KEY", "")], &[]).await;
    assert!(none.contains("needs a key"), "{none}");
    let zone = with(&[], &["--budget-timezone", "Europe/Berlin"]).await;
    assert!(zone.contains("--budget-timezone") && zone.contains("UTC"), "{zone}");
    let elsewhere = with(&[("IMAGEN4_IMAGES", "s3://no-such-bucket")], &[]).await;
    assert!(elsewhere.contains("s3://no-such-bucket") && elsewhere.contains("no such object or bucket"), "{elsewhere}");
    for (status, words) in [(403, "these credentials may not"), (503, "cannot be used")] {
        let bucket = with(&[("AWS_ENDPOINT_URL", &says(status))], &[]).await;
        assert!(bucket.contains(words), "{bucket}");
    }
    let down = with(&[("IMAGEN4_DATABASE", "postgres://somebody:secret@127.0.0.1:1/none")], &[]).await;
    assert!(down.contains("PostgreSQL database cannot be used") && down.contains("refused"), "{down}");
    let unreadable = with(&[("IMAGEN4_DATABASE", "mysql://me:secret@host/x")], &[]).await;
    assert!(unreadable.contains("--database must be"), "{unreadable}");
    a.kill();

    // Another database has its own images.
    let other = Cluster::new(&[]).await;
    let images = cluster.command(0, &vendor.base);
    let images = images
        .get_envs()
        .find(|(name, _)| *name == "IMAGEN4_IMAGES")
        .and_then(|(_, value)| value.map(ToOwned::to_owned));
    let mut command = other.command(0, &vendor.base);
    command.env("IMAGEN4_IMAGES", images.expect("images"));
    let foreign = refusal(command).await;
    assert!(foreign.contains("belong to another database"), "{foreign}");

    // Files on one machine are nothing that another one sees.
    let mut with_files = other.command(0, &vendor.base);
    with_files.env("IMAGEN4_IMAGES", "file").env("IMAGEN4_DATA_DIR", "one");
    let alone = Process::start(with_files, &other.log(0)).expect("it starts");
    let mut with_files = other.command(1, &vendor.base);
    with_files.env("IMAGEN4_IMAGES", "file").env("IMAGEN4_DATA_DIR", "two");
    let second = refusal(with_files).await;
    assert!(second.contains("images in files of its own"), "{second}");
    alone.kill();

    // A database of a newer build, and one that this user may only read.
    cluster.query("UPDATE schema_version SET version = 99").await;
    let newer = refusal(cluster.command(0, &vendor.base)).await;
    assert!(newer.contains("newer build"), "{newer}");
    cluster.query("UPDATE schema_version SET version = 1").await;
    let (server, name) =
        cluster.database().rsplit_once('/').map(|(a, b)| (a.to_owned(), b.to_owned())).expect("a name");
    cluster
        .query(&format!(
            "CREATE ROLE reader_{name} LOGIN; GRANT SELECT ON ALL TABLES IN SCHEMA public TO reader_{name}"
        ))
        .await;
    let mut command = cluster.command(0, &vendor.base);
    let host = server.split_once('@').expect("user@host").1;
    command.env("IMAGEN4_DATABASE", format!("postgres://reader_{name}@{host}/{name}"));
    let denied = refusal(command).await;
    assert!(denied.contains("permission denied"), "{denied}");
    cluster.query(&format!("DROP OWNED BY reader_{name}; DROP ROLE reader_{name}")).await;
    // As a standby says it.
    cluster.query(&format!("ALTER DATABASE {name} SET default_transaction_read_only = on")).await;
    let standby = refusal(cluster.command(0, &vendor.base)).await;
    assert!(standby.contains("does not allow writes"), "{standby}");
    vendor.kill();
    cluster.remove().await;
    other.remove().await;
}
