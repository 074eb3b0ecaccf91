//! Replicas are killed, frozen beyond their lease and cut off the database, in front of a vendor that has every fault, and with clients
//! that press again until they are answered. At the end the vendor's bill and the store agree to the cent, and nothing was bought
//! twice. `CLUSTER_SECONDS` says for how long (60), `KILL_SEED` repeats the random choices.
#![expect(clippy::print_stderr, reason = "a failure has to name its seed")]

use std::collections::HashMap;
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};
use std::time::{Duration, Instant};

use imagen4_engine::bill::Bill;
use imagen4_proxy::store::sql::SqlConnection;
use imagen4_proxy::store::sql::postgres::PostgresConnection;

use crate::cluster::{Cluster, keeps_secrets, numbers};
use crate::process::clicks::{Clicks, Dice, FAULTS, agree, are_whole, client, seen_through};
use crate::process::{Process, ask};

const CLIENTS: u64 = 4;
const CAP_MICROUSD: i64 = 9_000_000;
/// What is left after the last fault is done within this time.
const PATIENCE: Duration = Duration::from_secs(240);
/// A lease, a heartbeat, and the start of a process on a machine that is busy.
const UNFOLLOWED: Duration = Duration::from_secs(15 + 3 + 12);

/// Runs that nobody follows although they are under way.
const ORPHANS: &str = "SELECT id, 0 FROM runs WHERE state IN ('submitting', 'running', 'completed', 'unknown')
    AND NOT EXISTS (SELECT 1 FROM replicas WHERE replicas.id = runs.owner
    AND lease_until > CAST(extract(epoch FROM clock_timestamp()) * 1000 AS BIGINT))";

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
#[ignore = "needs PostgreSQL and S3 servers"]
async fn nothing_is_bought_twice_or_lost_whatever_happens_to_replicas() {
    let number = |name: &str| std::env::var(name).ok().and_then(|value| value.parse::<u64>().ok());
    let clock = std::time::SystemTime::now().duration_since(std::time::UNIX_EPOCH).expect("after 1970").as_nanos();
    let seed = number("KILL_SEED").unwrap_or(clock as u64 | 1);
    let time = Duration::from_secs(number("CLUSTER_SECONDS").unwrap_or(60));
    eprintln!("KILL_SEED={seed}");
    let mut dice = Dice(seed);
    let cluster =
        Cluster::new(&["--daily-budget", "9.00", "--images-per-minute", "100000", "--max-concurrent", "100000"]).await;
    let vendor = cluster.vendor("127.0.0.1:0", 60_000, Some(FAULTS));
    let origin = vendor.base.clone();
    let mut replicas = [0, 1].map(|place| cluster.start(place, &origin));
    let clicks = Arc::new(Clicks::default());
    let tell = |replicas: &[Process; 2]| clicks.move_to(replicas.iter().map(|replica| replica.base.clone()).collect());
    tell(&replicas);
    let clients: Vec<_> = (0..CLIENTS)
        .map(|number| tokio::spawn(client(number, clicks.clone(), Dice(seed.wrapping_add(number * 2 + 2)))))
        .collect();
    let watch = Watch::begin(cluster.database());

    let (begun, mut done) = (Instant::now(), HashMap::<&str, u32>::new());
    let mut count = |what| *done.entry(what).or_default() += 1;
    let mut next_long_freeze = Duration::from_secs(5);
    while begun.elapsed() < time {
        tokio::time::sleep(Duration::from_millis(dice.below(900))).await;
        let place = dice.below(2) as usize;
        match dice.below(10) {
            0..=4 => {
                count("killed");
                replicas[place].signal("KILL");
                replicas[place].ended();
                tokio::time::sleep(Duration::from_millis(dice.below(1_500))).await;
                replicas[place] = cluster.start(place, &origin);
                tell(&replicas);
            }
            5..=6 => {
                count("cut off");
                cluster.wires[place].cut();
            }
            7 => {
                count("without a database for a while");
                cluster.wires[place].down();
                tokio::time::sleep(Duration::from_millis(dice.below(4_000))).await;
                cluster.wires[place].up();
            }
            _ => {
                // Longer than a lease now and then: the other one takes over, and this one comes back.
                let is_long = begun.elapsed() > next_long_freeze && begun.elapsed() + Duration::from_secs(17) < time;
                let frozen = if is_long { 17_000 } else { dice.below(3_500) };
                if is_long {
                    next_long_freeze = begun.elapsed() + Duration::from_secs(30);
                }
                count(if is_long { "frozen beyond the lease" } else { "frozen" });
                replicas[place].signal("STOP");
                tokio::time::sleep(Duration::from_millis(frozen)).await;
                replicas[place].signal("CONT");
            }
        }
    }
    clicks.end();
    for client in clients {
        client.await.expect("no contradiction");
    }
    eprintln!("{done:?}");

    // From here on the vendor is a good one, and nothing happens to the replicas.
    vendor.kill();
    let vendor = cluster.vendor(origin.trim_start_matches("http://"), 0, None);
    let http = reqwest::Client::new();
    let runs = seen_through(&http, &replicas[0].base, PATIENCE).await;
    let (_, spend) = ask(http.get(format!("{}/api/spend", replicas[1].base))).await.expect("the spend");
    are_whole(&http, &replicas[1].base, &runs).await;
    watch.end();
    replicas.into_iter().for_each(Process::kill);
    vendor.kill();
    assert!(keeps_secrets(&cluster.log(0)) && keeps_secrets(&cluster.log(1)), "a secret in a log");
    let bill = Bill::open(&cluster.state()).expect("the bill");
    agree(&runs, &bill, &clicks.answered(), &spend, CAP_MICROUSD);
    cluster.remove().await;
}

/// Looks again and again whether a run that is under way is followed.
struct Watch {
    is_over: Arc<AtomicBool>,
    thread: std::thread::JoinHandle<Duration>,
}

impl Watch {
    fn begin(database: String) -> Self {
        let is_over = Arc::new(AtomicBool::new(false));
        let over = is_over.clone();
        let thread = std::thread::spawn(move || {
            let database: Box<dyn SqlConnection> = Box::new(PostgresConnection::open(&database).expect("a server"));
            let (mut since, mut longest) = (HashMap::<String, Instant>::new(), Duration::ZERO);
            while !over.load(Ordering::SeqCst) {
                let orphans: Vec<String> = numbers(&*database, ORPHANS).into_iter().map(|(id, _)| id).collect();
                since.retain(|id, _| orphans.contains(id));
                for id in orphans {
                    longest = longest.max(since.entry(id).or_insert_with(Instant::now).elapsed());
                }
                std::thread::sleep(Duration::from_millis(500));
            }
            longest
        });
        Self { is_over, thread }
    }

    fn end(self) {
        self.is_over.store(true, Ordering::SeqCst);
        let longest = self.thread.join().expect("no panic");
        eprintln!("no run was without a replica for longer than {longest:?}");
        assert!(longest < UNFOLLOWED, "nobody followed a run for {longest:?}");
    }
}
