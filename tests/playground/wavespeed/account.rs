//! Lists, deleting, balance, models, prices.

use imagen4_core::MicroUsd;
use imagen4_tests::{Playground, Vendor, until};
use serde_json::{Value, json};

use super::{MODEL, data, get, id, post, refused, submit};

#[tokio::test]
async fn own_predictions_are_listed_narrowed_and_deleted() {
    let playground = Playground::embedded().await;
    let mut ids = Vec::new();
    for prompt in ["one", "two", "three"] {
        let told = submit(&playground, &json!({ "prompt": prompt, "enable_sync_mode": true })).await;
        ids.push(id(&told));
    }
    let list = async |body: Value| data(&post(&playground, "predictions", &body).await);
    let page = list(json!({ "page": 1, "page_size": 2, "include_inputs": true })).await;
    assert_eq!((&page["total"], page["items"].as_array().map(Vec::len)), (&json!(3), Some(2)));
    assert_eq!((&page["items"][0]["id"], &page["items"][0]["input"]["prompt"]), (&json!(ids[2]), &json!("three")));
    assert_eq!(list(json!({ "page": 2, "page_size": 2 })).await["items"][0]["id"], json!(ids[0]));
    let total = async |body: Value| list(body).await["total"].as_u64();
    for (body, expected) in [
        (json!({ "page": 1, "page_size": 1, "status": "completed" }), 3),
        (json!({ "page": 1, "page_size": 1, "status": "failed" }), 0),
        (json!({ "page": 1, "page_size": 1, "status": "deleted" }), 0),
        (json!({ "page": 1, "page_size": 1, "model": MODEL }), 3),
        (json!({ "page": 1, "page_size": 1, "model": "google/imagen4" }), 0),
        (json!({ "page": 1, "page_size": 1, "created_after": "2020-01-01T00:00:00Z" }), 3),
        (json!({ "page": 1, "page_size": 1, "created_before": "2020-01-01T00:00:00Z" }), 0),
    ] {
        assert_eq!(total(body.clone()).await, Some(expected), "{body}");
    }
    for (body, words) in [
        (json!({ "page": 0 }), "page must be"),
        (json!({ "page_size": 101 }), "page_size must be a whole number from 1 to 100"),
        (json!({ "created_after": "soon" }), "created_after must be a time"),
        (json!([]), "must be an object"),
    ] {
        refused(&post(&playground, "predictions", &body).await, 400, words);
    }
    let gone = json!({ "ids": [ids[0], ids[0], "nonsense", "0".repeat(32)] });
    assert_eq!(data(&post(&playground, "predictions/delete", &gone).await), json!({ "deleted_count": 1 }));
    refused(&get(&playground, &format!("predictions/{}/result", ids[0])).await, 404, "task not found");
    refused(&playground.get(&format!("/api/v3/outputs/{}/1.jpg", ids[0])).await, 404, "no such output");
    refused(&get(&playground, "predictions/nonsense").await, 404, "task not found");
    refused(&post(&playground, "predictions/delete", &json!({ "ids": [7] })).await, 400, "ids must be");
    assert_eq!(total(json!({})).await, Some(2));
}

#[tokio::test]
async fn the_balance_is_what_the_budget_leaves_and_the_cap_holds_here_as_well() {
    let vendor = Vendor::with(|options| options.credit = MicroUsd::new(5_000_000)).await;
    let playground = vendor.customer_with(|config| config.daily_budget = MicroUsd::parse("0.10")).await;
    let balance = async || data(&get(&playground, "balance").await)["balance"].clone();
    assert_eq!(balance().await.to_string(), "0.1");
    submit(&playground, &json!({ "prompt": "a fox", "num_images": 2, "enable_sync_mode": true })).await;
    assert_eq!(balance().await.to_string(), "0.02");
    let over = post(&playground, MODEL, &json!({ "prompt": "a fox" })).await;
    refused(&over, 402, "Insufficient credits: Daily budget exceeded: needs $");
    assert_eq!(vendor.bill().len(), 1);

    let playground = vendor.customer_with(|config| config.daily_budget = None).await;
    until("the vendor's balance", async || data(&get(&playground, "balance").await)["balance"].is_number()).await;
    assert_eq!(data(&get(&playground, "balance").await)["balance"].to_string(), "4.92");
    let playground = Playground::with(|config| config.daily_budget = None).await;
    assert_eq!(data(&get(&playground, "balance").await)["balance"], Value::Null, "nothing says it");
}

#[tokio::test]
async fn models_and_prices_come_from_the_table() {
    let playground = Playground::embedded().await;
    let models = data(&get(&playground, "models").await);
    let first = &models[0];
    assert_eq!((&first["model_id"], first["base_price"].to_string()), (&json!(MODEL), "0.04".to_owned()));
    let schema = &first["api_schema"]["api_schemas"][0];
    assert_eq!(schema["api_path"], format!("/api/v3/{MODEL}"));
    assert_eq!(schema["request_schema"]["properties"]["num_images"]["maximum"], 4);
    let ultra = models.as_array().expect("a list").iter().find(|row| row["model_id"] == "google/imagen4-ultra");
    let ultra = &ultra.expect("it is served")["api_schema"]["api_schemas"][0]["request_schema"]["properties"];
    assert_eq!(ultra.get("num_images"), None);

    let price = async |body: Value| post(&playground, "model/price", &body).await;
    let told = data(&price(json!({ "model_id": MODEL, "inputs": { "prompt": "a fox", "num_images": 3 } })).await);
    assert_eq!((told["price"].to_string(), told["currency"].as_str()), ("0.12".to_owned(), Some("USD")));
    assert_eq!(data(&price(json!({ "model_id": MODEL })).await)["discounted_price"].to_string(), "0.04");
    refused(&price(json!({ "model_id": "stability-ai/sdxl" })).await, 404, "No such model");
    refused(&price(json!({ "model_id": MODEL, "inputs": { "num_images": 9 } })).await, 400, "num_images must be");
}
