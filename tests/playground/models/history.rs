//! A data directory as the build before models were data left it: it opens, and its runs are shown, found and used again.

use std::fs;

use imagen4_core::RunState;
use imagen4_tests::Playground;
use reqwest::Method;
use rusqlite::Connection;
use serde_json::{Value, json};

/// What that build wrote: runs of three models, a group, a favorite with a note, and a run that was deleted.
const LEDGER: &str = include_str!("fixtures/ledger_6.sql");
const BILL: &str = include_str!("fixtures/bill_6.jsonl");

async fn old() -> Playground {
    Playground::with(|config| {
        fs::create_dir_all(config.data_dir.join("engine")).expect("a folder");
        let store = Connection::open(config.data_dir.join("ledger.sqlite")).expect("a file");
        store.execute_batch(LEDGER).expect("the older database");
        fs::write(config.data_dir.join("engine/bill.jsonl"), BILL).expect("the older bill");
    })
    .await
}

async fn found(playground: &Playground, query: &str) -> Vec<String> {
    let list = playground.get(&format!("/api/runs?{query}")).await.json();
    let runs = list["runs"].as_array().unwrap_or_else(|| panic!("{query}: {list}")).iter();
    runs.map(|run| run["request"]["input"]["prompt"].as_str().expect("a prompt").to_owned()).collect()
}

#[tokio::test]
async fn older_runs_are_shown_and_found_by_model_and_concept() {
    let playground = old().await;
    let fox = "a fox in snow";
    assert_eq!(found(&playground, "").await, ["ein Café in Wien", "a red {tram|bus}", "a heron at dawn", fox]);
    for (query, expected) in [
        ("model=google/imagen4-ultra", vec!["a heron at dawn"]),
        ("ratio=16:9", vec![fox]),
        ("ratio=9:16", vec!["a heron at dawn"]),
        ("ratio=1:1", vec!["ein Café in Wien", "a red {tram|bus}"]),
        ("seed=11", vec!["ein Café in Wien", "a red {tram|bus}"]),
        ("seed=-1", vec!["a heron at dawn"]),
        ("q=cafe", vec!["ein Café in Wien"]),
        ("q=best&favorite=true", vec![fox]),
        ("model=wavespeed-ai/flux-dev", vec![]),
    ] {
        assert_eq!(found(&playground, query).await, expected, "{query}");
    }
    let list = playground.get("/api/runs").await.json();
    let of = |prompt: &str| {
        let runs = list["runs"].as_array().expect("a list");
        let run = runs.iter().find(|run| run["request"]["input"]["prompt"] == prompt).expect("it is there");
        run["request"].clone()
    };
    // What was sent: nothing that was absent, and no count where the model has none.
    let input = json!({ "prompt": fox, "negative_prompt": "blur", "aspect_ratio": "16:9", "num_images": 2, "seed": 7 });
    assert_eq!(of(fox), json!({ "model": "wavespeed-ai/imagen4", "input": input }));
    let input = json!({ "prompt": "a heron at dawn", "aspect_ratio": "9:16", "seed": -1 });
    assert_eq!(of("a heron at dawn"), json!({ "model": "google/imagen4-ultra", "input": input }));
    let program = playground.request(Method::POST, "/api/v3/predictions").bearer_auth("any");
    let body = json!({ "page": 1, "page_size": 10, "model": "google/imagen4-fast", "include_inputs": true });
    let program = program.header("content-type", "application/json").body(body.to_string());
    let listed = imagen4_tests::answer(program).await.json();
    assert_eq!((&listed["data"]["total"], &listed["data"]["items"][0]["input"]["seed"]), (&json!(1), &json!(11)));
}

#[tokio::test]
async fn older_runs_are_used_again_noted_and_deleted_and_their_clicks_buy_nothing_twice() {
    let mut playground = old().await;
    let list = playground.get("/api/runs").await.json();
    for run in list["runs"].as_array().expect("a list") {
        let id = run["id"].as_str().expect("an id");
        let again = playground.submit(&format!("again {id}"), &run["request"]).await;
        assert_eq!(again.status, 202, "{}", again.text());
        let again = serde_json::from_value(again.json()["id"].clone()).expect("an id");
        playground.wait(again, RunState::Archived).await;
        let noted = playground.call(Method::PATCH, &format!("/api/runs/{id}"), &json!({ "note": "Älter" })).await;
        assert_eq!(noted.json()["note"], "Älter");
    }
    assert_eq!(found(&playground, "q=alter").await.len(), 4);
    // Their images become favorites like any other, and a group has its order.
    let [cafe, tram] = [&list["runs"][0], &list["runs"][1]];
    let path = format!("/{}", tram["images"][0]["url"].as_str().expect("an address"));
    let favorite = playground.call(Method::PATCH, &path, &json!({ "favorite": true })).await.json();
    assert_eq!(favorite["images"][0]["favorite"], true, "{favorite}");
    assert_eq!((&tram["group_index"], &cafe["group_index"]), (&json!(0), &json!(1)));
    // A click that was made before the upgrade is never bought a second time, however it is repeated.
    let body = json!({ "prompt": "a fox in snow", "negative_prompt": "blur", "aspect_ratio": "16:9", "num_images": 2, "seed": 7 });
    let repeated = playground.submit("k1", &body).await;
    assert!([200, 422].contains(&repeated.status), "{}", repeated.text());
    let deleted = playground.submit("k4", &json!({ "prompt": "soon deleted" })).await;
    assert!([410, 422].contains(&deleted.status), "{}", deleted.text());
    playground.restart().await;
    let counts = playground.get("/api/runs").await.json()["counts"].clone();
    assert_eq!(counts["runs"], 8);
    let id = list["runs"][0]["id"].as_str().expect("an id");
    assert_eq!(playground.call(Method::DELETE, &format!("/api/runs/{id}"), &Value::Null).await.status, 204);
}
