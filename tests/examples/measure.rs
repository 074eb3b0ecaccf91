//! Figures for the design's budgets: questions per run and how late a completion is noticed, against asking once a second; and
//! how many submissions a second become durable.
//!
//! `cargo run -p imagen4-tests --release --example measure`, with `submissions` behind it for these alone
#![expect(clippy::print_stdout, reason = "it prints figures")]

use std::time::Instant;

use futures_util::future::join_all;
use imagen4_core::{RunId, RunState, Timestamp};
use imagen4_engine::faults::{Effect, Fate, On, Rule};
use imagen4_tests::{KEY, Playground, Vendor, answer, fast};
use reqwest::Method;
use serde_json::{Value, json};

/// Runs of the mix, from 2 to 20 s, the shorter the likelier.
const RUNS: u64 = 60;
/// How much faster the clock runs.
const FACTOR: u32 = 10;
const CROWD: usize = 2_000;
/// Who ask for a status at the same time.
const READERS: usize = 32;

#[tokio::main]
async fn main() {
    if std::env::args().nth(1).as_deref() != Some("submissions") {
        report("learned questions", &ours().await);
        report("one a second", &fixed().await);
    }
    crowd().await;
}

/// How long run `n` takes, in milliseconds.
fn takes(n: u64) -> u64 {
    // Seven is no divisor of the number of runs, so that short and long ones are mixed.
    let place = (n * 7 % RUNS) as f64 / (RUNS - 1) as f64;
    (2_000.0 * 10_f64.powf(place)) as u64
}

/// Questions and delays over the mix.
struct Figures {
    questions: u64,
    delays_ms: Vec<u64>,
}

fn report(how: &str, figures: &Figures) {
    let mut delays = figures.delays_ms.clone();
    delays.sort_unstable();
    let mean = delays.iter().sum::<u64>() as f64 / delays.len() as f64;
    println!(
        "{how:<18} {:.2} questions a run; noticed {:.0} ms after completion in the mean, {} in the median, {} at most",
        figures.questions as f64 / delays.len() as f64,
        mean,
        delays[delays.len() / 2],
        delays[delays.len() - 1],
    );
}

async fn vendor() -> Vendor {
    let rules = (0..RUNS).map(|n| {
        let fate = Fate { latency_ms: Some(takes(n)), ..Fate::default() };
        Rule::on(On::Submit).prompt(format!("fox {n}.")).fate(fate)
    });
    // It changes nothing, and counts.
    let counted = Rule::on(On::Result).always().then(Effect::Delay { ms: 0 });
    Vendor::scripted(fast(FACTOR), rules.chain([counted])).await
}

fn questions(vendor: &Vendor) -> u64 {
    vendor.engine.script_uses().last().copied().unwrap_or_default()
}

/// How long after its completion a prediction was noticed.
fn delay(vendor: &Vendor, prediction: &str, seen: Timestamp) -> u64 {
    let taken = vendor.bill().into_iter().find(|taken| taken.id == prediction).expect("on the bill");
    seen.ms_since(taken.at + taken.fate.latency_ms.unwrap_or_default())
}

async fn ours() -> Figures {
    let vendor = vendor().await;
    let playground = vendor.customer().await;
    let mut delays_ms = Vec::new();
    // Three at a time, as people work: learning goes on meanwhile.
    for three in (0..RUNS).collect::<Vec<_>>().chunks(3) {
        let playground = &playground;
        let runs = join_all(three.iter().map(|n| async move {
            let run = playground.run(&n.to_string(), &json!({ "prompt": format!("fox {n}.") })).await;
            playground.wait(run.id, RunState::Archived).await
        }))
        .await;
        for run in runs {
            let seen = run.timeline.iter().find(|entry| entry.state == RunState::Completed).expect("completed").at;
            delays_ms.push(delay(&vendor, &run.prediction.expect("a prediction").id, seen));
        }
    }
    Figures { questions: questions(&vendor), delays_ms }
}

async fn fixed() -> Figures {
    let vendor = vendor().await;
    let http = reqwest::Client::new();
    let mut delays_ms = Vec::new();
    for three in (0..RUNS).collect::<Vec<_>>().chunks(3) {
        let (vendor, http) = (&vendor, &http);
        delays_ms.extend(
            join_all(three.iter().map(|n| async move {
                let request = http.post(format!("{}/api/v3/wavespeed-ai/imagen4", vendor.origin)).bearer_auth(KEY);
                let body = json!({ "prompt": format!("fox {n}.") }).to_string();
                let request = request.header("content-type", "application/json").body(body);
                let id = imagen4_tests::answer(request).await.json()["data"]["id"].as_str().expect("an id").to_owned();
                loop {
                    vendor.env.sleep(std::time::Duration::from_secs(1)).await;
                    let request = http.get(format!("{}/api/v3/predictions/{id}/result", vendor.origin));
                    let told: Value = imagen4_tests::answer(request.bearer_auth(KEY)).await.json();
                    if told["data"]["status"] == "completed" {
                        return delay(vendor, &id, vendor.env.now());
                    }
                }
            }))
            .await,
        );
    }
    Figures { questions: questions(&vendor), delays_ms }
}

/// Submissions a second that are durable when they are answered, and status reads. Runs wait in the queue: what the vendor does is not
/// measured. With `PLAYGROUND_POSTGRES`, on that server.
async fn crowd() {
    let paused = imagen4_proxy::store::RateLimits { max_concurrent: Some(0), ..Default::default() };
    let vendor = Vendor::open().await;
    let playground = vendor
        .customer_with(|config| {
            config.daily_budget = None;
            config.slots = paused;
        })
        .await;
    for at_once in [1, 16, 200, CROWD] {
        let count = CROWD.min(at_once * 200);
        let begun = Instant::now();
        for chunk in (0..count).collect::<Vec<_>>().chunks(at_once) {
            join_all(chunk.iter().map(|n| submit(&playground, at_once, *n))).await;
        }
        let took = begun.elapsed().as_secs_f64();
        println!("submissions, {at_once:>4} at once: {:.0} a second, each durable when answered", count as f64 / took);
    }
    let id = submit(&playground, 0, 0).await;
    for (what, path) in [
        ("status of the page", format!("/api/runs/{id}")),
        ("status of an SDK", format!("/api/v3/predictions/{id}/result")),
    ] {
        reads(&playground, what, &path).await;
    }
}

/// Answers a second, and how late the slowest hundredth is.
async fn reads(playground: &Playground, what: &str, path: &str) {
    let begun = Instant::now();
    let readers = (0..READERS).map(|_| async {
        let mut took_us = Vec::new();
        while begun.elapsed().as_secs() < 4 {
            let asked = Instant::now();
            let request = playground.request(Method::GET, path).bearer_auth("any");
            assert_eq!(answer(request).await.status, 200);
            took_us.push(asked.elapsed().as_micros());
        }
        took_us
    });
    let mut took_us: Vec<_> = join_all(readers).await.into_iter().flatten().collect();
    took_us.sort_unstable();
    let (count, p99) = (took_us.len(), took_us[took_us.len() * 99 / 100]);
    println!(
        "{what}: {:.0} a second, p99 {:.1} ms",
        count as f64 / begun.elapsed().as_secs_f64(),
        p99 as f64 / 1_000.0
    );
}

async fn submit(playground: &Playground, at_once: usize, n: usize) -> RunId {
    playground.run(&format!("{at_once}-{n}"), &json!({ "prompt": "a fox" })).await.id
}
