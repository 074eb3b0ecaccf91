//! The vendor's account: its prices, its credit, and predictions that no run here explains.

use imagen4_core::{Billed, MicroUsd, RunState};
use imagen4_engine::faults::{Effect, On, Rule};
use imagen4_tests::{KEY, Vendor, fast, until};
use reqwest::Method;
use serde_json::{Value, json};

/// A prediction that somebody else made with the same key.
async fn elsewhere(vendor: &Vendor, body: &Value) -> String {
    let client = reqwest::Client::new();
    let request = client.post(format!("{}/api/v3/wavespeed-ai/imagen4", vendor.origin)).bearer_auth(KEY);
    let answer = imagen4_tests::answer(request.header("content-type", "application/json").body(body.to_string())).await;
    answer.json()["data"]["id"].as_str().expect("an id").to_owned()
}

#[tokio::test]
async fn what_no_run_explains_can_be_taken_in_once_and_then_counts() {
    imagen4_client::install_tls_provider();
    let vendor = Vendor::open().await;
    let body = json!({ "prompt": "somebody's fox", "num_images": 2, "seed": 7, "aspect_ratio": "16:9" });
    let id = elsewhere(&vendor, &body).await;
    let playground = vendor.customer_with(|config| config.daily_budget = MicroUsd::parse("0.10")).await;
    assert_eq!(playground.money().await, (0, 0));
    let found = playground.get("/api/unexplained").await.json();
    let listed = &found["predictions"][0];
    assert_eq!(
        (&listed["id"], &listed["prompt"], &listed["price_microusd"]),
        (&json!(id), &body["prompt"], &json!(80_000))
    );
    assert!(found["looked_at"].is_string());

    let path = format!("/api/unexplained/{id}/adopt");
    let adopted = playground.call(Method::POST, &path, &Value::Null).await;
    assert_eq!(adopted.status, 202, "{}", adopted.text());
    let run = serde_json::from_value(adopted.json()["id"].clone()).expect("an id");
    let run = playground.wait(run, RunState::Archived).await;
    assert_eq!((run.billed, run.images.len(), run.price_microusd.micros()), (Billed::Yes, 2, 80_000));
    assert_eq!((run.request.prompt(), run.images[0].width), ("somebody's fox", 1408));
    let again = playground.call(Method::POST, &path, &Value::Null).await;
    assert_eq!((again.status, &again.json()["id"]), (200, &json!(run.id)));
    assert_eq!(playground.get("/api/unexplained").await.json()["predictions"], json!([]));
    assert_eq!((playground.money().await, vendor.bill().len()), ((80_000, 0), 1));
    assert_eq!(playground.submit("1", &json!({ "prompt": "a" })).await.status, 402, "it blocks the budget");

    let nobody =
        playground.call(Method::POST, &format!("/api/unexplained/{}/adopt", "0".repeat(32)), &Value::Null).await;
    assert_eq!((nobody.status, &nobody.json()["code"]), (404, &json!("not_found")));
}

#[tokio::test]
async fn what_comes_later_and_no_run_explains_is_found_as_well() {
    imagen4_client::install_tls_provider();
    let vendor = Vendor::on(fast(6_000), |_| ()).await;
    let playground = vendor.customer().await;
    let found = async || playground.get("/api/unexplained").await.json()["predictions"].as_array().map_or(0, Vec::len);
    until("the first look", async || playground.get("/api/unexplained").await.json()["looked_at"].is_string()).await;
    assert_eq!(found().await, 0);
    elsewhere(&vendor, &json!({ "prompt": "somebody's fox" })).await;
    until("another look", async || found().await == 1).await;
}

#[tokio::test]
async fn runs_of_this_playground_are_never_unexplained() {
    let vendor = Vendor::open().await;
    let mut playground = vendor.customer().await;
    let run = playground.run("1", &json!({ "prompt": "a fox" })).await;
    playground.wait(run.id, RunState::Archived).await;
    let gone = playground.run("2", &json!({ "prompt": "a hen" })).await;
    playground.wait(gone.id, RunState::Archived).await;
    playground.call(Method::DELETE, &format!("/api/runs/{}", gone.id), &Value::Null).await;
    playground.restart().await;
    assert_eq!(playground.get("/api/unexplained").await.json()["predictions"], json!([]));
}

#[tokio::test]
async fn what_a_lost_run_may_be_is_not_offered_to_be_taken_in() {
    let vendor = Vendor::on(fast(60), |options| {
        options.list_without_inputs = true;
        options.faults = vec![Rule::on(On::Submit).times(2).then(Effect::AcceptAndDrop)];
    })
    .await;
    let mut playground = vendor.customer().await;
    let both = json!({ "requests": [{ "prompt": "a fox" }, { "prompt": "a hen" }] });
    playground.submit_group("both", &both).await;
    until("nobody can tell them apart", async || {
        let runs = playground.get("/api/runs").await.json();
        runs.to_string().matches("candidates").count() == 2
    })
    .await;
    playground.restart().await;
    let offered = playground.get("/api/unexplained").await.json();
    assert_eq!(offered["predictions"], json!([]), "the person settles the lost runs first");
    let id = &vendor.bill()[0].id;
    let taken = playground.call(Method::POST, &format!("/api/unexplained/{id}/adopt"), &json!({})).await;
    assert_eq!(taken.status, 404, "its money would be counted twice");
}

#[tokio::test]
async fn another_price_is_shown_held_and_spent() {
    let vendor = Vendor::on(imagen4_engine::Env::system(), |options| {
        options.prices.insert("wavespeed-ai/imagen4".to_owned(), MicroUsd::new(50_000));
    })
    .await;
    let playground = vendor.customer_with(|config| config.daily_budget = MicroUsd::parse("0.14")).await;
    let body = json!({ "prompt": "a fox", "num_images": 2 });
    let quote = playground.call(Method::POST, "/api/quote", &body).await.json();
    assert_eq!(quote["price_microusd"], 100_000);
    let run = playground.run("1", &body).await;
    assert_eq!(run.price_microusd.micros(), 100_000);
    playground.wait(run.id, RunState::Archived).await;
    assert_eq!(playground.money().await, (100_000, 0));
    // At the list price it would fit.
    let refused = playground.submit("2", &json!({ "prompt": "a" })).await;
    assert_eq!((refused.status, &refused.json()["budget"]["price_microusd"]), (402, &json!(50_000)));
}

#[tokio::test]
async fn a_bill_that_differs_from_its_quote_is_booked_as_it_is() {
    for (percent, quoted, what) in [(80, 64_000, "dearer"), (125, 100_000, "cheaper")] {
        let vendor = Vendor::scripted(fast(60), [Rule::on(On::Price).always().then(Effect::Quote { percent })]).await;
        let playground = vendor.customer().await;
        let run = playground.run("1", &json!({ "prompt": "a fox", "num_images": 2 })).await;
        assert_eq!(run.price_microusd.micros(), quoted);
        let run = playground.wait_for(run.id, |run| run.price_microusd.micros() == 80_000).await;
        assert_eq!((run.billed, playground.money().await), (Billed::Yes, (80_000, 0)), "{what}");
        playground.wait(run.id, RunState::Archived).await;
    }
}

#[tokio::test]
async fn a_price_that_is_raised_counts_from_the_first_bill_that_shows_it() {
    // The first quote is the old price.
    let old = Rule::on(On::Price).times(1).then(Effect::Quote { percent: 20 });
    let vendor = Vendor::on(fast(60), |options| {
        options.prices.insert("wavespeed-ai/imagen4".to_owned(), MicroUsd::new(200_000));
        options.faults = vec![old];
    })
    .await;
    let playground = vendor.customer_with(|config| config.daily_budget = MicroUsd::parse("0.50")).await;
    let first = playground.run("1", &json!({ "prompt": "a fox" })).await;
    assert_eq!(first.price_microusd.micros(), 40_000, "nobody has told yet");
    playground.wait_for(first.id, |run| run.price_microusd.micros() == 200_000).await;
    assert_eq!(playground.money().await, (200_000, 0));
    let second = playground.run("2", &json!({ "prompt": "a hen" })).await;
    assert_eq!(second.price_microusd.micros(), 200_000);
    assert_eq!(playground.submit("3", &json!({ "prompt": "an owl" })).await.status, 402);
}

#[tokio::test]
async fn the_balance_is_shown_and_follows_the_spending() {
    let vendor = Vendor::on(fast(60), |options| options.credit = MicroUsd::new(5_000_000)).await;
    let playground = vendor.customer().await;
    let account = async || playground.get("/api/config").await.json()["account"].clone();
    let before = account().await;
    assert_eq!((&before["balance_microusd"], &before["key_refused"]), (&json!(5_000_000), &json!(false)));
    assert!(before["asked_at"].is_string());
    let run = playground.run("1", &json!({ "prompt": "a fox", "num_images": 4 })).await;
    playground.wait(run.id, RunState::Archived).await;
    until("the balance follows", async || account().await["balance_microusd"] == json!(4_840_000)).await;
}

#[tokio::test]
async fn a_refused_key_is_told_before_anything_is_sent() {
    let vendor = Vendor::open().await;
    let paying = vendor.paying("wsk_wrong");
    let playground = vendor.customer_with(|config| config.paying = paying).await;
    let account = playground.get("/api/config").await.json()["account"].clone();
    assert_eq!((&account["key_refused"], &account["balance_microusd"]), (&json!(true), &Value::Null));
}
