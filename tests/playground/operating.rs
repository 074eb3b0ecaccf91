//! What an operator sees: readiness, figures, and how the proxy bears with a store that somebody else has.

use std::collections::BTreeMap;

use imagen4_core::RunState;
use imagen4_engine::faults::{Effect, Fate, On, Rule};
use imagen4_proxy::store::RateLimits;
use imagen4_tests::{KEY, Playground, Vendor, fast, is_on_server, until};
use serde_json::{Value, json};

/// Somebody else writes to the store's file for as long as this lives.
struct Busy(rusqlite::Connection);

impl Busy {
    fn hold(playground: &Playground) -> Self {
        let store = rusqlite::Connection::open(playground.data_dir().join("ledger.sqlite")).expect("the database");
        store.busy_timeout(std::time::Duration::from_secs(5)).expect("set");
        store.execute_batch("BEGIN IMMEDIATE").expect("the lock");
        Self(store)
    }

    fn release(self) {
        self.0.execute_batch("ROLLBACK").expect("released");
    }
}

#[tokio::test]
async fn it_is_ready_exactly_while_the_store_takes_writes() {
    let playground = Playground::embedded().await;
    assert_eq!(playground.get("/readyz").await.status, 200);
    let busy = Busy::hold(&playground);
    let not_ready = playground.get("/readyz").await;
    assert_eq!((not_ready.status, &not_ready.json()["code"]), (503, &json!("storage_failed")));
    assert_eq!(playground.get("/livez").await.status, 200, "it lives all the same");
    assert_eq!(playground.get("/api/runs").await.status, 200, "and what there is can be read");
    busy.release();
    assert_eq!(playground.get("/readyz").await.status, 200);
}

#[tokio::test]
async fn a_click_that_the_store_does_not_take_is_said_to_be_unsure_and_is_one_run_when_repeated() {
    if is_on_server() {
        // It handles the file.
        return;
    }
    let vendor = Vendor::open().await;
    let playground = vendor.customer().await;
    let busy = Busy::hold(&playground);
    let body = json!({ "prompt": "a fox" });
    let answer = playground.submit("1", &body).await;
    assert_eq!(answer.status, 503);
    assert_eq!((&answer.json()["billed"], &answer.json()["retryable"]), (&json!("unknown"), &json!(true)));
    assert!(answer.json()["detail"].as_str().is_some_and(|detail| detail.contains("same Idempotency-Key")));
    busy.release();
    let again = playground.submit("1", &body).await;
    let id = serde_json::from_value(again.json()["id"].clone()).expect("an id");
    playground.wait(id, RunState::Archived).await;
    assert_eq!((vendor.bill().len(), playground.money().await), (1, (40_000, 0)));
}

#[tokio::test]
async fn an_answer_that_comes_while_the_store_is_busy_is_written_down_afterwards() {
    if is_on_server() {
        // It handles the file.
        return;
    }
    // The answer is on its way while somebody else, a backup perhaps, has the file.
    let late = Rule::on(On::Submit).then(Effect::DelayAnswer { ms: 1_000 });
    let vendor = Vendor::scripted(fast(1), [late]).await;
    let playground = vendor.customer().await;
    let run = playground.run("1", &json!({ "prompt": "a fox" })).await;
    until("it is on the vendor's bill", async || vendor.bill().len() == 1).await;
    let busy = Busy::hold(&playground);
    // Writers wait five seconds for the lock: once this one gave up, the answer's turn is over as well.
    assert!(playground.get("/readyz").await.status >= 500);
    assert!(playground.get("/readyz").await.status >= 500);
    assert_eq!(playground.look(run.id).await.state, RunState::Submitting);
    busy.release();
    let run = playground.wait(run.id, RunState::Archived).await;
    assert!(run.timeline.iter().all(|entry| entry.state != RunState::Unknown), "nothing was lost");
    assert_eq!((vendor.bill().len(), playground.money().await), (1, (40_000, 0)));
}

/// Every sample by its name with its labels.
fn samples(text: &str) -> BTreeMap<String, f64> {
    let mut samples = BTreeMap::new();
    let mut described = Vec::new();
    for line in text.lines() {
        if let Some(about) = line.strip_prefix("# ") {
            let mut words = about.split(' ');
            match words.next() {
                Some("TYPE") => described.push(words.next().expect("a name").to_owned()),
                Some("HELP" | "UNIT" | "EOF") => {}
                other => panic!("{other:?} in {line}"),
            }
            continue;
        }
        let (name, value) = line.rsplit_once(' ').expect("a name and a value");
        assert!(described.iter().any(|family| name.starts_with(family.as_str())), "{name} has no type");
        let before = samples.insert(name.to_owned(), value.parse().unwrap_or_else(|_| panic!("no number: {line}")));
        assert_eq!(before, None, "{name} comes twice");
    }
    assert!(text.ends_with("# EOF\n"), "an exposition has an end");
    samples
}

#[tokio::test]
async fn figures_are_the_stores_and_survive_a_restart() {
    let rules = [
        Rule::on(On::Submit).prompt("refused").then(Effect::Refuse { status: 400, message: "no".to_owned() }),
        Rule::on(On::Submit).prompt("lost").then(Effect::Drop),
        Rule::on(On::Submit).prompt("failed").fate(Fate::failed(1403)),
        Rule::on(On::Submit).prompt("slow").fate(Fate { latency_ms: Some(3_600_000), ..Fate::default() }),
        Rule::on(On::List).always().then(Effect::Error { status: 503 }),
    ];
    let vendor = Vendor::scripted(fast(20), rules).await;
    let slots = RateLimits { max_concurrent: Some(2), ..RateLimits::default() };
    let mut playground = vendor.customer_with(|config| config.slots = slots).await;
    let mut runs = BTreeMap::new();
    for (prompt, state) in [
        ("a fine one", RunState::Archived),
        ("a refused one", RunState::Rejected),
        ("a failed one", RunState::Failed),
        ("a slow one", RunState::Running),
        ("a lost one", RunState::Unknown),
    ] {
        let run = playground.run(prompt, &json!({ "prompt": prompt })).await;
        runs.insert(prompt, playground.wait(run.id, state).await.id);
    }
    let waiting = playground.run("waits", &json!({ "prompt": "one that waits" })).await;
    assert_eq!(playground.look(waiting.id).await.state, RunState::Queued);

    let expected = [
        (r#"imagen4_runs{state="archived"}"#, 1.0),
        (r#"imagen4_runs{state="rejected"}"#, 1.0),
        (r#"imagen4_runs{state="failed"}"#, 1.0),
        (r#"imagen4_runs{state="running"}"#, 1.0),
        (r#"imagen4_runs{state="unknown"}"#, 1.0),
        (r#"imagen4_runs{state="queued"}"#, 1.0),
        ("imagen4_spent_today_microusd", 120_000.0),
        ("imagen4_held_today_microusd", 80_000.0),
        ("imagen4_spent_microusd", 120_000.0),
        ("imagen4_held_microusd", 80_000.0),
        ("imagen4_refunds_expected_microusd", 40_000.0),
        ("imagen4_daily_cap_microusd", 10_000_000.0),
        ("imagen4_event_streams", 0.0),
    ];
    let check = async |playground: &Playground| {
        let answer = playground.get("/metrics").await;
        assert_eq!((answer.status, answer.content_type.contains("openmetrics-text")), (200, true));
        let samples = samples(&answer.text());
        for (name, value) in expected {
            assert_eq!(samples.get(name), Some(&value), "{name} in {samples:#?}");
        }
        let text = answer.text();
        assert!(!text.contains("one that waits") && !text.contains(KEY) && !text.contains("a lost one"), "{text}");
        samples
    };
    until("the slow one is paid and not here", async || {
        let samples = samples(&playground.get("/metrics").await.text());
        samples["imagen4_oldest_unarchived_seconds"] > 0.0 && samples["imagen4_vendor_polls"] >= 1.0
    })
    .await;
    let before = check(&playground).await;
    assert_eq!(before["imagen4_vendor_submits"], 5.0, "one for each that left");
    playground.restart().await;
    let after = check(&playground).await;
    assert_eq!(after["imagen4_vendor_submits"], 0.0, "what the database does not know is counted since the start");
}

#[tokio::test]
async fn open_streams_are_counted_for_as_long_as_they_are_open() {
    let playground = Playground::embedded().await;
    let open = async || samples(&playground.get("/metrics").await.text())["imagen4_event_streams"];
    let mut streams = Vec::new();
    for _ in 0..3 {
        let request = playground.request(reqwest::Method::GET, "/api/events");
        streams.push(request.send().await.expect("a stream"));
    }
    until("three streams", async || open().await == 3.0).await;
    drop(streams);
    until("no stream", async || open().await == 0.0).await;
}

#[tokio::test]
async fn a_question_is_counted_once() {
    // From 2 to 20 s, as the model takes.
    let took: Vec<u64> = (0..24).map(|n| 2_000 + n * 18_000 / 23).collect();
    let rules = took.iter().enumerate().map(|(n, ms)| {
        let fate = Fate { latency_ms: Some(*ms), ..Fate::default() };
        Rule::on(On::Submit).prompt(format!("fox {n}.")).fate(fate)
    });
    let counted = Rule::on(On::Result).always().then(Effect::Delay { ms: 0 });
    let vendor = Vendor::scripted(fast(20), rules.chain([counted])).await;
    let playground = vendor.customer().await;
    let mut ids = Vec::new();
    for n in 0..took.len() {
        ids.push(playground.run(&n.to_string(), &json!({ "prompt": format!("fox {n}.") })).await.id);
    }
    for id in ids {
        playground.wait(id, RunState::Archived).await;
    }
    let asked = *vendor.engine.script_uses().last().expect("counted");
    let polls = samples(&playground.get("/metrics").await.text())["imagen4_vendor_polls"];
    assert_eq!(polls as u64, asked, "what is shown is what the vendor was asked");
    assert_eq!(Value::from(vendor.bill().len()), json!(took.len()));
}
