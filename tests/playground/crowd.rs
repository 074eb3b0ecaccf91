//! Crowds: the cap is exact, and a click is one run, however many come at once.

use std::collections::{HashMap, HashSet};

use futures_util::future::join_all;
use imagen4_core::{MicroUsd, RunState};
use imagen4_tests::{Vendor, fast};
use serde_json::{Value, json};

const CROWD: usize = 1_000;

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn of_a_thousand_at_once_exactly_as_many_are_bought_as_the_cap_allows() {
    // Not faster: each second here is a second less for painting.
    let vendor = Vendor::scripted(fast(4), []).await;
    let playground = vendor.customer_with(|config| config.daily_budget = MicroUsd::parse("5.00")).await;
    let answers = join_all((0..CROWD).map(|n| {
        let playground = &playground;
        async move { playground.submit(&format!("click {n}"), &json!({ "prompt": format!("fox {n}") })).await }
    }))
    .await;
    let mut statuses: HashMap<u16, usize> = HashMap::new();
    for answer in &answers {
        *statuses.entry(answer.status).or_default() += 1;
    }
    assert_eq!(statuses, HashMap::from([(202, 125), (402, 875)]));
    let (spent, held) = playground.money().await;
    assert_eq!(spent + held, 5_000_000);
    let refused = answers.iter().find(|answer| answer.status == 402).expect("a refusal").json();
    let budget = &refused["budget"];
    let committed = budget["spent_microusd"].as_i64().zip(budget["held_microusd"].as_i64()).map(|(a, b)| a + b);
    assert_eq!((committed, &budget["price_microusd"]), (Some(5_000_000), &json!(40_000)));

    let mut ids = HashSet::new();
    for answer in answers.iter().filter(|answer| answer.status == 202) {
        let id = serde_json::from_value(answer.json()["id"].clone()).expect("an id");
        ids.insert(id);
        playground.wait(id, RunState::Archived).await;
    }
    let prompts: HashSet<String> = vendor.bill().into_iter().map(|taken| taken.input["prompt"].to_string()).collect();
    assert_eq!((ids.len(), vendor.bill().len(), prompts.len()), (125, 125, 125));
    assert_eq!(playground.money().await, (5_000_000, 0));
    assert_eq!(playground.submit("one more", &json!({ "prompt": "a" })).await.status, 402);
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_thousand_repetitions_of_ten_clicks_are_ten_runs() {
    // Far from midnight, where another day's money would begin.
    let vendor = Vendor::scripted(fast(1), []).await;
    let playground = vendor.customer().await;
    let answers: Vec<(usize, u16, Value)> = join_all((0..CROWD).map(|n| {
        let playground = &playground;
        async move {
            let click = n % 10;
            let answer =
                playground.submit(&format!("click {click}"), &json!({ "prompt": format!("fox {click}") })).await;
            (click, answer.status, answer.json()["id"].clone())
        }
    }))
    .await;
    assert_eq!(answers.iter().filter(|(_, status, _)| *status == 202).count(), 10);
    assert_eq!(answers.iter().filter(|(_, status, _)| *status == 200).count(), CROWD - 10);
    let mut runs: HashMap<usize, Value> = HashMap::new();
    for (click, _, id) in answers {
        assert_eq!(*runs.entry(click).or_insert_with(|| id.clone()), id);
    }
    for id in runs.into_values() {
        playground.wait(serde_json::from_value(id).expect("an id"), RunState::Archived).await;
    }
    assert_eq!((vendor.bill().len(), playground.money().await), (10, (400_000, 0)));
}
