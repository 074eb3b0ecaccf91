//! The proxy is killed without warning, again and again, in front of a vendor that has every fault, and with clients that press
//! again until they are answered. At the end the vendor's bill and the store agree to the cent, and nothing was bought twice.
//!
//! The vendor is the engine's own binary; see `process::engine` for how it gets built. `KILL_SEED=…` repeats the random
//! choices of a run, which a failure prints.
#![cfg(unix)]
#![expect(clippy::print_stderr, reason = "a failure has to name its seed")]

mod process;

use std::collections::{BTreeMap, HashMap, HashSet};
use std::fs;
use std::path::Path;
use std::sync::atomic::{AtomicBool, Ordering};
use std::sync::{Arc, Mutex};
use std::time::{Duration, Instant};

use imagen4_engine::bill::Bill;
use process::{KEY, PATIENCE, Process, all_runs, ask, engine, folder, proxy, submission};
use serde_json::{Value, json};

const KILLS: usize = 30;
const CLIENTS: u64 = 6;
const CAP_MICROUSD: i64 = 9_000_000;

const FAULTS: &str = r#"
rule = [
    { on = "submit", always = true, chance = 5, then = "accept_and_drop" },
    { on = "submit", always = true, chance = 4, then = { accept_and_error = { status = 502 } } },
    { on = "submit", always = true, chance = 3, then = "drop" },
    { on = "submit", always = true, chance = 3, then = { error = { status = 503 } } },
    { on = "submit", always = true, chance = 5, then = { rate_limit = { retry_after_s = 1 } } },
    { on = "submit", always = true, chance = 4, then = { accept_and_rate_limit = { retry_after_s = 1 } } },
    { on = "submit", always = true, chance = 4, then = "malformed" },
    { on = "submit", always = true, chance = 3, then = { refuse = { status = 400, message = "no" } } },
    { on = "submit", always = true, chance = 5, then = { delay_answer = { ms = 150 } } },
    { on = "submit", always = true, chance = 5, then = { delay = { ms = 150 } } },
    { on = "submit", always = true, chance = 6, fate = { fail = { code = 1200 }, latency_ms = 200 } },
    { on = "submit", always = true, chance = 6, fate = { fail = { code = 1403 } } },
    { on = "submit", always = true, chance = 6, fate = { late_outputs_ms = 500, latency_ms = 100 } },
    { on = "submit", always = true, chance = 20, fate = { latency_ms = 200 } },
    { on = "result", always = true, chance = 10, then = { error = { status = 503 } } },
    { on = "result", always = true, chance = 5, then = "drop" },
    { on = "list", always = true, chance = 15, then = { error = { status = 503 } } },
    { on = "billings", always = true, chance = 10, then = "malformed" },
    { on = "output", always = true, chance = 10, then = "truncate" },
]
"#;

/// Numbers that a seed repeats.
struct Dice(u64);

impl Dice {
    fn below(&mut self, bound: u64) -> u64 {
        // xorshift64*: no secret hangs on it.
        self.0 ^= self.0 >> 12;
        self.0 ^= self.0 << 25;
        self.0 ^= self.0 >> 27;
        (self.0.wrapping_mul(0x2545_f491_4f6c_dd1d) >> 33) % bound
    }
}

/// What the clients share: where the proxy is now, when to stop, and what they were told.
#[derive(Default)]
struct Effects {
    base: Mutex<String>,
    over: AtomicBool,
    answered: Mutex<BTreeMap<String, Option<String>>>,
}

impl Effects {
    fn base(&self) -> String {
        self.base.lock().expect("no panic").clone()
    }

    fn moved_to(&self, process: &Process) {
        *self.base.lock().expect("no panic") = process.base.clone();
    }
}

/// Presses one button after the other, each until it is answered for certain, and some of them once more.
async fn client(number: u64, effects: Arc<Effects>, mut dice: Dice) {
    let http = reqwest::Client::new();
    let mut press = 0;
    while !effects.over.load(Ordering::SeqCst) {
        press += 1;
        let key = format!("client {number} press {press}");
        let body = json!({ "prompt": key });
        let mut to_be_pressed = 1 + dice.below(2);
        while to_be_pressed > 0 {
            let Some((status, answer)) = ask(submission(&http, &effects.base(), &key, &body)).await else {
                tokio::time::sleep(Duration::from_millis(10)).await;
                continue;
            };
            let told = match status {
                200 | 202 => Some(answer["id"].as_str().expect("an id").to_owned()),
                402 => None,
                500..=599 => continue,
                _ => panic!("{status}: {answer}"),
            };
            let mut answered = effects.answered.lock().expect("no panic");
            let before = answered.entry(key.clone()).or_insert_with(|| told.clone());
            // What did not fit may fit later, but a run stays the same run.
            assert!(before.is_none() || *before == told, "{key}: first {before:?}, then {told:?}");
            *before = told;
            to_be_pressed -= 1;
        }
        tokio::time::sleep(Duration::from_millis(150 + dice.below(350))).await;
    }
}

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

fn text<'a>(run: &'a Value, pointer: &str) -> &'a str {
    run.pointer(pointer).and_then(Value::as_str).unwrap_or_default()
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

    let effects = Arc::new(Effects::default());
    let mut process = start_proxy(folder.path(), &origin);
    effects.moved_to(&process);
    let clients: Vec<_> = (0..CLIENTS)
        .map(|number| tokio::spawn(client(number, effects.clone(), Dice(seed.wrapping_add(number * 2 + 2)))))
        .collect();
    for _ in 0..KILLS {
        tokio::time::sleep(Duration::from_millis(dice.below(350))).await;
        process.kill();
        process = start_proxy(folder.path(), &origin);
        effects.moved_to(&process);
    }
    effects.over.store(true, Ordering::SeqCst);
    for client in clients {
        client.await.expect("no contradiction");
    }

    // From here on the vendor is a good one; a fresh proxy sees everything through.
    process.kill();
    vendor.kill();
    let vendor = start_engine(folder.path(), origin.trim_start_matches("http://"), false);
    let process = start_proxy(folder.path(), &origin);
    let http = reqwest::Client::new();
    let begun = Instant::now();
    let runs = loop {
        let runs = all_runs(&http, &process.base).await;
        let is_settled =
            |run: &Value| !matches!(text(run, "/state"), "queued" | "submitting" | "running" | "completed");
        if runs.iter().all(is_settled) {
            break runs;
        }
        let states: Vec<_> = runs.iter().filter(|run| !is_settled(run)).map(|run| run["state"].to_string()).collect();
        assert!(begun.elapsed() < PATIENCE, "still under way: {states:?}");
        tokio::time::sleep(Duration::from_millis(100)).await;
    };
    // What is unknown now was looked for at the start, with list and bill at hand: a last look may still be under way.
    let (_, spend) = ask(http.get(format!("{}/api/spend", process.base))).await.expect("the spend");
    for run in runs.iter().filter(|run| text(run, "/state") == "archived") {
        for image in run["images"].as_array().expect("pictures") {
            let url = format!("{}/{}", process.base, text(image, "/url"));
            let bytes = http.get(url).send().await.expect("an answer").bytes().await.expect("a picture");
            assert_eq!(Some(bytes.len() as u64), image["bytes"].as_u64(), "a kept picture is whole");
        }
    }
    process.kill();
    vendor.kill();

    let bill = Bill::open(&folder.path().join("vendor")).expect("the bill");
    let answered = effects.answered.lock().expect("no panic").clone();
    agree(&runs, &bill, &answered, &spend);
}

/// Holds the store against the bill, and both against what the clients were told.
fn agree(runs: &[Value], bill: &Bill, answered: &BTreeMap<String, Option<String>>, spend: &Value) {
    let mut states: BTreeMap<&str, usize> = BTreeMap::new();
    runs.iter().for_each(|run| *states.entry(text(run, "/state")).or_default() += 1);
    eprintln!("{} clicks answered, {} bills, runs by state: {states:?}", answered.len(), bill.acceptances().count());

    // Each click has words of its own, so the bill itself tells which click it was made for.
    let mut bills_of_click: HashMap<&str, usize> = HashMap::new();
    for taken in bill.acceptances() {
        *bills_of_click.entry(taken.input["prompt"].as_str().expect("a prompt")).or_default() += 1;
    }
    assert!(bills_of_click.values().all(|bills| *bills == 1), "bought twice: {bills_of_click:?}");

    // Every click that was answered is one run, and no two are the same one.
    let by_id: HashMap<&str, &Value> = runs.iter().map(|run| (text(run, "/id"), run)).collect();
    assert_eq!(by_id.len(), runs.len());
    let mut seen = HashSet::new();
    for (key, id) in answered {
        match id {
            Some(id) => {
                let run =
                    by_id.get(id.as_str()).unwrap_or_else(|| panic!("{key} was answered with {id}, which is gone"));
                assert_eq!(text(run, "/request/input/prompt"), key);
                assert!(seen.insert(id), "{id} is two clicks");
            }
            None => assert!(!bills_of_click.contains_key(key.as_str()), "{key} was refused and billed"),
        }
    }
    assert_eq!(seen.len(), runs.len(), "every run is somebody's click");

    // Every bill is known, as one run's; what is not is covered by a hold.
    let mut owner: HashMap<&str, &Value> = HashMap::new();
    for run in runs {
        let (state, prediction) = (text(run, "/state"), text(run, "/prediction/id"));
        let is_paid = matches!(state, "archived" | "failed" | "expired");
        assert_eq!(is_paid, !prediction.is_empty(), "{run}");
        if is_paid {
            assert!(owner.insert(prediction, run).is_none(), "{prediction} is two runs'");
        }
    }
    let mut known = 0;
    for taken in bill.acceptances() {
        match owner.remove(taken.id.as_str()) {
            Some(run) => {
                assert_eq!(taken.input["prompt"], run["request"]["input"]["prompt"], "it is somebody else's");
                assert_eq!(taken.input["seed"], run["request"]["input"]["seed"]);
                known += taken.price_microusd.micros();
            }
            None => {
                let covered = runs.iter().find(|run| run["request"]["input"]["prompt"] == taken.input["prompt"]);
                let state = covered.map_or("", |run| text(run, "/state"));
                assert_eq!(state, "unknown", "{} is on the bill and not in the database", taken.id);
            }
        }
    }
    assert!(owner.is_empty(), "in the database and not on the bill: {owner:?}");

    // And the money is the sum of it, day by day within the cap.
    let days = spend["days"].as_array().expect("days");
    let sum = |field: &str| days.iter().map(|day| day[field].as_i64().expect("an amount")).sum::<i64>();
    assert_eq!(sum("spent_microusd"), known);
    let unknown = states.get("unknown").copied().unwrap_or_default() as i64;
    assert_eq!(sum("held_microusd"), unknown * 40_000);
    for day in days {
        let committed =
            day["spent_microusd"].as_i64().zip(day["held_microusd"].as_i64()).map(|(spent, held)| spent + held);
        assert!(committed.is_some_and(|committed| committed <= CAP_MICROUSD), "{day}");
    }
}
