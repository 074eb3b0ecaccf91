//! The vendor's list: taken over whole or not at all, kept over restarts, corrected by a file.

use imagen4_engine::faults::{Effect, On, Rule};
use imagen4_tests::{Playground, Vendor};
use reqwest::Method;
use serde_json::{Value, json};

async fn offered(playground: &Playground) -> Vec<String> {
    let list = playground.get("/api/models").await.json();
    let rows = list["models"].as_array().expect("a list").iter();
    rows.filter(|row| row["offered"] == true).map(|row| row["id"].as_str().expect("an id").to_owned()).collect()
}

fn row(id: &str, kind: &str) -> Value {
    json!({ "model_id": id, "name": id, "type": kind, "base_price": 0.02, "api_schema": { "api_schemas": [{
        "type": "model_run",
        "request_schema": { "type": "object", "properties": { "prompt": { "type": "string" } }, "required": ["prompt"] },
    }] } })
}

#[tokio::test]
async fn a_failed_or_partial_list_changes_nothing() {
    let vendor = Vendor::open().await;
    let mut playground = vendor.customer().await;
    let before = offered(&playground).await;
    assert!(before.len() > 10);
    for effect in [
        Effect::Error { status: 503 },
        Effect::Refuse { status: 401, message: "no".to_owned() },
        Effect::Drop,
        Effect::Malformed,
        Effect::Truncate,
        Effect::NotAPicture,
        Effect::Padding { bytes: 20 << 20 },
        Effect::Answer { data: json!([]) },
        Effect::Answer { data: json!(null) },
        Effect::Answer { data: json!({ "items": [row("a/b", "text-to-image")], "total": 60 }) },
        Effect::Answer { data: json!([row("a/b", "text-to-video")]) },
        Effect::Answer { data: json!([{ "model_id": "a/b", "type": "text-to-image" }]) },
    ] {
        vendor.engine.clear_script();
        vendor.engine.script(Rule::on(On::Models).always().then(effect.clone()));
        let refused = playground.call(Method::POST, "/api/models/refresh", &Value::Null).await;
        assert_eq!((refused.status, &refused.json()["retryable"]), (503, &json!(true)), "{effect:?}");
        assert_eq!(offered(&playground).await, before, "{effect:?}");
    }
    // A start while the list cannot be had knows what it was.
    playground.restart().await;
    assert_eq!(offered(&playground).await, before);
    assert_eq!(playground.submit("1", &json!({ "prompt": "a fox" })).await.status, 202);
    let metrics = playground.get("/metrics").await.text();
    assert!(metrics.contains(&format!("imagen4_models_offered {}", before.len())), "{metrics}");
}

#[tokio::test]
async fn a_first_start_without_a_list_offers_what_comes_with_the_build_unconfirmed() {
    let vendor = Vendor::scripted(
        imagen4_engine::Env::system(),
        [Rule::on(On::Models).always().then(Effect::Error { status: 503 })],
    )
    .await;
    let playground = vendor.customer().await;
    let list = playground.get("/api/models").await.json();
    assert_eq!((&list["updated_at"], &list["default_model"]), (&Value::Null, &json!("wavespeed-ai/imagen4")));
    assert!(
        list["models"]
            .as_array()
            .expect("a list")
            .iter()
            .all(|row| row["offered"] == true && row["confirmed"] == false)
    );
    // Its quote decides.
    assert_eq!(playground.submit("1", &json!({ "prompt": "a fox" })).await.status, 202);
    vendor.engine.retire("wavespeed-ai/imagen4");
    let gone = playground.submit("2", &json!({ "prompt": "a fox", "num_images": 2 })).await;
    assert_eq!(gone.status, 410, "{}", gone.text());
}

#[tokio::test]
async fn what_makes_no_image_is_left_out_and_patterns_take_others_in() {
    let rows = json!([
        row("a/photo", "text-to-image"),
        row("a/text-to-vector", "text-to-image"),
        row("a/material", "text-to-image"),
        row("a/film", "text-to-video"),
        row("ideogram-ai/ideogram-v4", "image-to-image"),
        row("../escape", "text-to-image"),
        row("a/%2e%2e/b", "text-to-image"),
    ]);
    let vendor = Vendor::open().await;
    vendor.engine.script(Rule::on(On::Models).always().then(Effect::Answer { data: rows }));
    let playground = vendor.customer_with(|config| config.models = vec!["ideogram-ai/*".to_owned()]).await;
    assert_eq!(offered(&playground).await, ["a/photo", "ideogram-ai/ideogram-v4"]);
    let list = playground.get("/api/models").await.json();
    let default = list["default_model"].as_str().expect("something is offered");
    assert_eq!(default, "a/photo", "imagen is gone, and what is closest takes its place");
}

#[tokio::test]
async fn rows_of_a_file_win_over_the_vendors() {
    let mut ours = row("wavespeed-ai/flux-dev", "text-to-image");
    ours["api_schema"]["api_schemas"][0]["request_schema"]["properties"]["prompt"]["maxLength"] = json!(20);
    let private = row("our/private", "text-to-image");
    let vendor = Vendor::with(|options| options.models.push(row("our/private", "lora-support"))).await;
    let playground = vendor
        .customer_with(|config| {
            config.model_rows = vec![ours, private];
            config.default_model = Some("our/private".to_owned());
        })
        .await;
    let long = json!({ "model": "wavespeed-ai/flux-dev", "input": { "prompt": "a fox that is too long for it" } });
    let refused = playground.submit("1", &long).await.json();
    assert_eq!(refused["fields"]["prompt"], "has 29 characters; at most 20 are allowed");
    let run = playground.run("2", &json!({ "prompt": "a fox" })).await;
    assert_eq!((run.request.model.as_str(), run.price_microusd.micros()), ("our/private", 20_000));
}

#[tokio::test]
async fn a_schema_that_changes_counts_from_the_next_list() {
    let vendor = Vendor::open().await;
    let playground = vendor.customer().await;
    let mut changed = row("wavespeed-ai/imagen4", "text-to-image");
    changed["api_schema"]["api_schemas"][0]["request_schema"]["properties"]["style"] =
        json!({ "type": "string", "enum": ["plain", "bright"], "default": "plain" });
    vendor.engine.replace_row(&changed).expect("a model");
    playground.call(Method::POST, "/api/models/refresh", &Value::Null).await;
    let refused = playground.submit("1", &json!({ "prompt": "a fox", "num_images": 2 })).await.json();
    assert!(
        refused["fields"]["num_images"].as_str().is_some_and(|text| text.contains("it takes prompt, style")),
        "{refused}"
    );
    let run = playground.run("2", &json!({ "prompt": "a fox", "style": "bright" })).await;
    assert_eq!(run.request.input["style"], "bright");
    let told = playground.request(Method::GET, "/api/v3/models").bearer_auth("any");
    let told = imagen4_tests::answer(told).await.json();
    let row =
        told["data"].as_array().and_then(|rows| rows.iter().find(|row| row["model_id"] == "wavespeed-ai/imagen4"));
    let schema = &row.expect("it is listed")["api_schema"]["api_schemas"][0]["request_schema"];
    assert_eq!(schema["properties"]["style"]["enum"], json!(["plain", "bright"]));
}
