//! The proxy is killed without warning, again and again, in front of a vendor that has every fault, and with clients that press
//! again until they are answered. At the end the vendor's bill and the store agree to the cent, and nothing was bought twice.
//!
//! The vendor is the engine's own binary; see `process::engine` for how it gets built. `KILL_SEED=…` repeats the random
//! choices of a run, which a failure prints.
#![cfg(unix)]
#![expect(clippy::print_stderr, reason = "a failure has to name its seed")]

mod process;

use std::fs;
use std::path::Path;
use std::sync::Arc;
use std::time::Duration;

use imagen4_engine::bill::Bill;
use process::clicks::{Clicks, Dice, FAULTS, agree, are_whole, client, seen_through};
use process::{KEY, PATIENCE, Process, ask, engine, folder, proxy};

const KILLS: usize = 30;
const CLIENTS: u64 = 6;
const CAP_MICROUSD: i64 = 9_000_000;

fn start_proxy(folder: &Path, upstream: &str) -> Process {
    let mut command = proxy(folder);
    command.env("WAVESPEED_API_KEY", KEY).args(["--upstream", upstream, "--daily-budget", "9.00"]);
    command.args(["--images-per-minute", "100000", "--max-concurrent", "100000"]);
    Process::start(command, &folder.join("proxy.log")).expect("it starts")
}

fn start_engine(folder: &Path, listen: &str, faults: bool) -> Process {
    let mut command = engine();
    command.args(["--listen", listen, "--api-key", KEY, "--state-dir"]).arg(folder.join("vendor"));
    // Most complete after the last kill: painting again and again for proxies that are gone would take the machine's time.
    command.args(["--latency-ms", if faults { "60000" } else { "0" }]);
    if faults {
        fs::write(folder.join("faults.toml"), FAULTS).expect("written");
        command.arg("--faults").arg(folder.join("faults.toml"));
    }
    Process::start(command, &folder.join("engine.log")).expect("it starts")
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn nothing_is_bought_twice_or_lost_however_often_the_proxy_is_killed() {
    let clock =
        std::time::SystemTime::now().duration_since(std::time::UNIX_EPOCH).expect("after 1970").as_nanos() as u64;
    let seed = std::env::var("KILL_SEED").ok().and_then(|seed| seed.parse().ok()).unwrap_or(clock | 1);
    eprintln!("KILL_SEED={seed}");
    let mut dice = Dice(seed);
    let folder = folder();
    let vendor = start_engine(folder.path(), "127.0.0.1:0", true);
    let origin = vendor.base.clone();

    let clicks = Arc::new(Clicks::default());
    let mut process = start_proxy(folder.path(), &origin);
    clicks.move_to(vec![process.base.clone()]);
    let clients: Vec<_> = (0..CLIENTS)
        .map(|number| tokio::spawn(client(number, clicks.clone(), Dice(seed.wrapping_add(number * 2 + 2)))))
        .collect();
    for _ in 0..KILLS {
        tokio::time::sleep(Duration::from_millis(dice.below(350))).await;
        process.kill();
        process = start_proxy(folder.path(), &origin);
        clicks.move_to(vec![process.base.clone()]);
    }
    clicks.end();
    for client in clients {
        client.await.expect("no contradiction");
    }

    // From here on the vendor is a good one; a fresh proxy sees everything through.
    process.kill();
    vendor.kill();
    let vendor = start_engine(folder.path(), origin.trim_start_matches("http://"), false);
    let process = start_proxy(folder.path(), &origin);
    let http = reqwest::Client::new();
    let runs = seen_through(&http, &process.base, 4 * PATIENCE).await;
    // What is unknown now was looked for at the start, with list and bill at hand: a last look may still be under way.
    let (_, spend) = ask(http.get(format!("{}/api/spend", process.base))).await.expect("the spend");
    are_whole(&http, &process.base, &runs).await;
    process.kill();
    vendor.kill();

    let bill = Bill::open(&folder.path().join("vendor")).expect("the bill");
    agree(&runs, &bill, &clicks.answered(), &spend, CAP_MICROUSD);
}
