//! From the POST to the pictures.

use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;
use imagen4_core::RunState;
use imagen4_core::prediction::Prediction;
use imagen4_engine::faults::{Fate, On, Rule};
use imagen4_tests::{Playground, Vendor, answer, fast, until};
use reqwest::Method;
use serde_json::{Value, json};

use super::{MODEL, data, ended, get, id, refused, request, submit};

#[tokio::test]
async fn a_submission_is_a_run_like_any_other_told_in_the_vendors_words() {
    let vendor = Vendor::open().await;
    let playground = vendor.customer().await;
    let told = submit(&playground, &json!({ "prompt": "a fox", "num_images": 2, "seed": 7 })).await;
    let id = id(&told);
    assert!(id.len() == 32 && id.bytes().all(|c| c.is_ascii_hexdigit()), "{id}");
    assert_eq!((&told["status"], &told["outputs"], &told["error"]), (&json!("created"), &json!([]), &json!("")));
    assert_eq!(told["urls"]["get"], format!("{}/api/v3/predictions/{id}/result", playground.base));

    let told = ended(&playground, &id).await;
    assert_eq!((&told["status"], &told["model"]), (&json!("completed"), &json!(MODEL)));
    assert_eq!(told["has_nsfw_contents"], json!([false, false]));
    assert!(told["timings"]["inference"].is_u64() && told["created_at"].as_str().is_some_and(|at| at.ends_with('Z')));
    // What the page has, and a reader of the vendor's answers.
    let run = playground.look(id.parse().expect("an id")).await;
    assert_eq!((run.state, run.request.seed()), (RunState::Archived, Some(7)));
    assert_eq!(data(&get(&playground, &format!("predictions/{id}")).await), told);
    let read = Prediction::from_data(&told).expect("readable");
    assert_eq!((read.readable_outputs(), read.created_at), (2, Some(run.created_at)));
    // Whoever has the link has the picture, byte for byte, and may show it.
    for (index, url) in told["outputs"].as_array().expect("outputs").iter().enumerate() {
        let picture = answer(playground.http.get(url.as_str().expect("a link"))).await;
        assert_eq!((picture.status, picture.content_type.as_str()), (200, "image/jpeg"), "{url}");
        assert!(picture.headers.contains("\"cross-origin-resource-policy\": \"cross-origin\""), "{}", picture.headers);
        assert_eq!(picture.body, playground.get(&format!("/{}", run.images[index].url)).await.body);
    }
    assert_eq!((vendor.bill().len(), playground.money().await), (1, (80_000, 0)));
}

#[tokio::test]
async fn each_post_is_a_run_unless_it_repeats_an_idempotency_key() {
    let vendor = Vendor::open().await;
    let playground = vendor.customer().await;
    let body = json!({ "prompt": "a fox" });
    assert_ne!(id(&submit(&playground, &body).await), id(&submit(&playground, &body).await));
    let keyed = async |body: &Value| {
        let request = request(&playground, Method::POST, MODEL).header("idempotency-key", "mine");
        answer(request.header("content-type", "application/json").body(body.to_string())).await
    };
    let first = id(&data(&keyed(&body).await));
    assert_eq!(id(&data(&keyed(&json!({ "prompt": "a fox", "enable_base64_output": true })).await)), first);
    refused(&keyed(&json!({ "prompt": "a hen" })).await, 422, "Idempotency-Key");
    // The page's face knows that key, too.
    assert_eq!(playground.submit("mine", &body).await.json()["id"], json!(first));
    until("three bills", async || vendor.bill().len() == 3).await;
    assert_eq!(playground.get("/api/runs").await.json()["counts"]["runs"], 3);
}

#[tokio::test]
async fn sync_mode_waits_for_the_end_and_for_no_more_than_ninety_seconds() {
    let slow = Rule::on(On::Submit).prompt("slow").fate(Fate { latency_ms: Some(300_000), ..Fate::default() });
    let vendor = Vendor::scripted(fast(60), [slow]).await;
    let playground = vendor.customer().await;
    let done = submit(&playground, &json!({ "prompt": "a fox", "enable_sync_mode": true })).await;
    assert_eq!((&done["status"], done["outputs"].as_array().map(Vec::len)), (&json!("completed"), Some(1)));

    let began = vendor.env.now();
    let slow = submit(&playground, &json!({ "prompt": "a slow fox", "enable_sync_mode": true })).await;
    assert!((90_000..200_000).contains(&vendor.env.now().ms_since(began)));
    assert_eq!((&slow["status"], &slow["code"]), (&json!("processing"), &json!(5004)));
    assert!(slow["error"].as_str().expect("words").starts_with("Sync mode timed out"));
    // The run goes on, and is had by its id.
    assert_eq!(ended(&playground, &id(&slow)).await["status"], "completed");
    assert_eq!(vendor.bill().len(), 2);
}

#[tokio::test]
async fn a_sync_answer_does_not_keep_a_server_from_stopping() {
    let vendor = Vendor::with(|options| options.latency = std::time::Duration::from_secs(600)).await;
    let mut playground = vendor.customer().await;
    let body = json!({ "prompt": "a fox", "enable_sync_mode": true });
    let request = request(&playground, Method::POST, MODEL).header("content-type", "application/json");
    let waiting = tokio::spawn(answer(request.body(body.to_string())));
    until("the bill", async || vendor.bill().len() == 1).await;
    playground.stop().await;
    let told = data(&waiting.await.expect("an answer"));
    assert_eq!((&told["status"], &told["code"]), (&json!("processing"), &json!(5004)));
}

#[tokio::test]
async fn pictures_come_inside_the_answers_where_that_was_asked_for() {
    let playground = Playground::embedded().await;
    let body = json!({ "prompt": "a fox", "enable_base64_output": true, "enable_sync_mode": true });
    let told = submit(&playground, &body).await;
    let inside = |told: &Value| STANDARD.decode(told["outputs"][0].as_str().expect("text")).expect("base64");
    let picture = playground.get(&format!("/api/runs/{}/images/0", id(&told))).await.body;
    assert_eq!(inside(&told), picture);
    assert_eq!(inside(&ended(&playground, &id(&told)).await), picture);
}
