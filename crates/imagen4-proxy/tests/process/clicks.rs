//! People who press one button after the other, each until they are answered for certain; and what must be true in the end.

use std::collections::{BTreeMap, HashMap, HashSet};
use std::sync::atomic::{AtomicBool, Ordering};
use std::sync::{Arc, Mutex};
use std::time::{Duration, Instant};

use imagen4_engine::bill::Bill;
use serde_json::{Value, json};

use super::{PATIENCE, all_runs, ask, submission};

/// What a vendor does now and then.
pub(crate) const FAULTS: &str = r#"
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
pub(crate) struct Dice(pub(crate) u64);

impl Dice {
    pub(crate) fn below(&mut self, bound: u64) -> u64 {
        // xorshift64*: no secret hangs on it.
        self.0 ^= self.0 >> 12;
        self.0 ^= self.0 << 25;
        self.0 ^= self.0 >> 27;
        (self.0.wrapping_mul(0x2545_f491_4f6c_dd1d) >> 33) % bound
    }
}

/// What the clients share: where proxies are now, when to stop, and what they were told.
#[derive(Default)]
pub(crate) struct Clicks {
    bases: Mutex<Vec<String>>,
    over: AtomicBool,
    answered: Mutex<BTreeMap<String, Option<String>>>,
}

impl Clicks {
    /// One of the proxies.
    fn base(&self, dice: &mut Dice) -> String {
        let bases = self.bases.lock().expect("no panic");
        bases[dice.below(bases.len() as u64) as usize].clone()
    }

    /// Where the proxies are from now on.
    pub(crate) fn move_to(&self, bases: Vec<String>) {
        *self.bases.lock().expect("no panic") = bases;
    }

    /// Nobody presses anything new.
    pub(crate) fn end(&self) {
        self.over.store(true, Ordering::SeqCst);
    }

    /// What each click was answered.
    pub(crate) fn answered(&self) -> BTreeMap<String, Option<String>> {
        self.answered.lock().expect("no panic").clone()
    }
}

/// Presses one button after the other, each until it is answered for certain, and some of them once more.
pub(crate) async fn client(number: u64, clicks: Arc<Clicks>, mut dice: Dice) {
    let http = reqwest::Client::new();
    let mut press = 0;
    while !clicks.over.load(Ordering::SeqCst) {
        press += 1;
        let key = format!("client {number} press {press}");
        let body = json!({ "prompt": key });
        let mut to_be_pressed = 1 + dice.below(2);
        while to_be_pressed > 0 {
            let Some((status, answer)) = ask(submission(&http, &clicks.base(&mut dice), &key, &body)).await else {
                tokio::time::sleep(Duration::from_millis(10)).await;
                continue;
            };
            let told = match status {
                200 | 202 => Some(answer["id"].as_str().expect("an id").to_owned()),
                402 => None,
                500..=599 => continue,
                _ => panic!("{status}: {answer}"),
            };
            let mut answered = clicks.answered.lock().expect("no panic");
            let before = answered.entry(key.clone()).or_insert_with(|| told.clone());
            // What did not fit may fit later, but a run stays the same run.
            assert!(before.is_none() || *before == told, "{key}: first {before:?}, then {told:?}");
            *before = told;
            to_be_pressed -= 1;
        }
        tokio::time::sleep(Duration::from_millis(150 + dice.below(350))).await;
    }
}

/// A text in a run; empty where there is none.
pub(crate) fn text<'a>(run: &'a Value, pointer: &str) -> &'a str {
    run.pointer(pointer).and_then(Value::as_str).unwrap_or_default()
}

/// Every run, once all of them are over or nobody knows of them.
pub(crate) async fn seen_through(http: &reqwest::Client, base: &str, patience: Duration) -> Vec<Value> {
    let begun = Instant::now();
    loop {
        let runs = all_runs(http, base).await;
        let is_open = |run: &&Value| matches!(text(run, "/state"), "queued" | "submitting" | "running" | "completed");
        let mut open = BTreeMap::new();
        for run in runs.iter().filter(is_open) {
            *open.entry(text(run, "/state")).or_insert(0) += 1;
        }
        if open.is_empty() {
            return runs;
        }
        assert!(begun.elapsed() < patience, "still under way: {open:?}");
        tokio::time::sleep(Duration::from_millis(100)).await;
    }
}

/// Every run, once all of them have their images.
pub(crate) async fn archived(http: &reqwest::Client, base: &str) -> Vec<Value> {
    let runs = seen_through(http, base, 4 * PATIENCE).await;
    assert!(runs.iter().all(|run| text(run, "/state") == "archived"), "{runs:?}");
    runs
}

/// Every image that is kept is whole.
pub(crate) async fn are_whole(http: &reqwest::Client, base: &str, runs: &[Value]) {
    for run in runs.iter().filter(|run| text(run, "/state") == "archived") {
        for image in run["images"].as_array().expect("pictures") {
            let url = format!("{base}/{}", text(image, "/url"));
            let bytes = http.get(url).send().await.expect("an answer").bytes().await.expect("a picture");
            assert_eq!(Some(bytes.len() as u64), image["bytes"].as_u64(), "a kept picture is whole");
        }
    }
}

/// Holds the store against the bill, and both against what the clients were told.
pub(crate) fn agree(
    runs: &[Value],
    bill: &Bill,
    answered: &BTreeMap<String, Option<String>>,
    spend: &Value,
    cap_microusd: i64,
) {
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
        assert!(committed.is_some_and(|committed| committed <= cap_microusd), "{day}");
    }
}
