//! The vendor's own face: any program that has a WaveSpeed SDK, under the same budget and on the same board.

use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;
use imagen4_core::prediction::Prediction;
use imagen4_core::{MicroUsd, RunState};
use imagen4_engine::faults::{Effect, Ending, Failure, Fate, On, Rule};
use imagen4_tests::{Answer, KEY, Playground, Vendor, answer, fast, until};
use reqwest::{Method, RequestBuilder};
use serde_json::{Value, json};

const MODEL: &str = "wavespeed-ai/imagen4";

fn request(playground: &Playground, method: Method, path: &str) -> RequestBuilder {
    playground.request(method, &format!("/api/v3/{path}")).header("authorization", "Bearer any-text")
}

async fn get(playground: &Playground, path: &str) -> Answer {
    answer(request(playground, Method::GET, path)).await
}

async fn post(playground: &Playground, path: &str, body: &Value) -> Answer {
    let request = request(playground, Method::POST, path).header("content-type", "application/json");
    answer(request.body(body.to_string())).await
}

/// What is inside a success.
fn data(answer: &Answer) -> Value {
    let told = answer.json();
    assert_eq!((answer.status, &told["code"], &told["message"]), (200, &json!(200), &json!("success")), "{told}");
    told["data"].clone()
}

async fn submit(playground: &Playground, body: &Value) -> Value {
    data(&post(playground, MODEL, body).await)
}

fn id(told: &Value) -> String {
    told["id"].as_str().expect("an id").to_owned()
}

/// Asks until it has ended.
async fn ended(playground: &Playground, id: &str) -> Value {
    let path = format!("predictions/{id}/result");
    let ask = async || data(&get(playground, &path).await);
    until("its end", async || !["created", "processing"].contains(&ask().await["status"].as_str().expect("a status")))
        .await;
    ask().await
}

/// A refusal in the vendor's shape.
fn refused(answer: &Answer, status: u16, words: &str) {
    let told = answer.json();
    assert_eq!((answer.status, &told["code"], &told["data"]), (status, &json!(status), &Value::Null), "{told}");
    assert!(answer.content_type.starts_with("application/json"), "{}", answer.content_type);
    assert!(told["message"].as_str().expect("words").contains(words), "{told}");
    assert_eq!(told.as_object().map(|told| told.len()), Some(3), "{told}");
}

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
    assert_eq!((run.state, run.request.seed.map(|seed| seed.get())), (RunState::Archived, Some(7)));
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

    let began = vendor.ambient.now();
    let slow = submit(&playground, &json!({ "prompt": "a slow fox", "enable_sync_mode": true })).await;
    assert!((90_000..200_000).contains(&vendor.ambient.now().ms_since(began)));
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

#[tokio::test]
async fn bad_input_is_refused_in_the_vendors_shape_and_nothing_is_billed() {
    let vendor = Vendor::open().await;
    let playground = vendor.customer().await;
    for (body, words) in [
        (json!({}), "prompt is required"),
        (json!([]), "prompt is required"),
        (json!({ "prompt": "a fox", "steps": 30 }), "steps is not a known field"),
        (json!({ "prompt": "a fox", "seed": 1.5 }), "seed must be"),
        (json!({ "prompt": "a fox", "num_images": 5 }), "num_images must be"),
        (json!({ "prompt": "a fox", "enable_sync_mode": "yes" }), "enable_sync_mode must be true or false"),
        (json!({ "prompt": "a fox", "model": MODEL }), "model belongs into the path"),
        (json!({ "prompt": "a fox", "webhook_url": "https://a.example" }), "webhook_url is not a known field"),
    ] {
        refused(&post(&playground, MODEL, &body).await, 400, words);
    }
    let fox = json!({ "prompt": "a fox" });
    refused(
        &post(&playground, &format!("{MODEL}?webhook=https://a.example"), &fox).await,
        400,
        "webhook is not served",
    );
    for path in ["stability-ai/sdxl", "media/uploads", "wavespeed-ai", "wavespeed-ai/imagen4/"] {
        refused(&post(&playground, path, &fox).await, 404, "");
    }
    refused(&get(&playground, MODEL).await, 405, "");
    refused(&get(&playground, "nothing/here").await, 405, "");
    refused(&get(&playground, "predictions/..%2Fbalance").await, 404, "");
    let send = async |bearer: Option<&str>, content_type: &str, body: &str| {
        let mut request = playground.request(Method::POST, &format!("/api/v3/{MODEL}"));
        if let Some(bearer) = bearer {
            request = request.header("authorization", bearer);
        }
        answer(request.header("content-type", content_type).body(body.to_owned())).await
    };
    let fox = fox.to_string();
    refused(&send(None, "application/json", &fox).await, 401, "Invalid API key");
    refused(&send(Some("Basic abc"), "application/json", &fox).await, 401, "Invalid API key");
    let own = send(Some(&format!("Bearer {KEY}")), "application/json", &fox).await;
    refused(&own, 401, "the vendor's own key");
    assert!(!own.text().contains(KEY));
    refused(&send(Some("Bearer x"), "application/json", "{\"prompt\":").await, 400, "not valid JSON");
    refused(&send(Some("Bearer x"), "text/plain", &fox).await, 415, "application/json");
    refused(&send(Some("Bearer x"), "application/json", &format!("\"{}\"", "x".repeat(70_000))).await, 413, "64 KiB");
    // Neither another site's page nor a foreign name.
    let foreign = request(&playground, Method::POST, MODEL).header("origin", "https://evil.example");
    refused(&answer(foreign.header("content-type", "application/json").body(fox.clone())).await, 403, "other sites");
    let foreign = request(&playground, Method::POST, MODEL).header("host", "evil.example");
    refused(&answer(foreign.header("content-type", "application/json").body(fox)).await, 403, "host name");
    assert_eq!(playground.get("/api/runs").await.json()["runs"], json!([]));
    assert!(vendor.bill().is_empty());
}

#[tokio::test]
async fn links_are_made_from_what_was_configured_and_from_nothing_that_a_client_says() {
    let playground = Playground::embedded().await;
    let forged = request(&playground, Method::POST, MODEL)
        .header("x-forwarded-host", "evil.example")
        .header("x-forwarded-proto", "https")
        .header("forwarded", "host=evil.example");
    let told = answer(forged.header("content-type", "application/json").body("{\"prompt\":\"a fox\"}")).await;
    assert!(!told.text().contains("evil"), "{}", told.text());

    let address = "https://pictures.example/imagen4";
    let playground = Playground::with(|config| config.public_url = Some(address.to_owned())).await;
    let told = submit(&playground, &json!({ "prompt": "a fox", "enable_sync_mode": true })).await;
    let url = told["outputs"][0].as_str().expect("a link");
    assert_eq!(url, format!("{address}/api/v3/outputs/{}/1.jpg", id(&told)));
    assert_eq!(playground.get(&url.replace(address, "")).await.status, 200);
    for wrong in ["0.jpg", "2.jpg", "1.png", "1", "x.jpg", "256.jpg"] {
        let answer = playground.get(&format!("/api/v3/outputs/{}/{wrong}", id(&told))).await;
        refused(&answer, 404, "no such output");
    }
}

#[tokio::test]
async fn a_failure_is_a_success_with_its_reason_and_reads_like_nothing_to_try_again() {
    let error = "HTTP 503: connection timeout (429)".to_owned();
    let failure = Failure { code: 1200, error, status: Ending::Failed };
    let fails = Rule::on(On::Submit).prompt("fox").fate(Fate { fail: Some(failure), ..Fate::default() });
    let refuses = Rule::on(On::Submit)
        .prompt("hen")
        .then(Effect::Refuse { status: 400, message: "Insufficient credits".to_owned() });
    let vendor = Vendor::scripted(fast(1), [fails, refuses]).await;
    let playground = vendor.customer().await;
    for (prompt, code, billed) in [("a fox", 1200, "to be refunded"), ("a hen", 1407, "not billed")] {
        let told = ended(&playground, &id(&submit(&playground, &json!({ "prompt": prompt })).await)).await;
        assert_eq!((&told["status"], &told["code"], &told["outputs"]), (&json!("failed"), &json!(code), &json!([])));
        let error = told["error"].as_str().expect("words");
        assert!(error.contains(billed), "{error}");
        let error = error.to_lowercase();
        assert!(!["http 5", "429", "timeout", "connection"].iter().any(|trigger| error.contains(trigger)), "{error}");
    }
}

#[tokio::test]
async fn a_lost_answer_is_processing_for_three_hours_and_then_says_that_it_may_be_billed() {
    let hide = |on| Rule::on(on).always().then(Effect::Error { status: 503 });
    let drop = Rule::on(On::Submit).then(Effect::AcceptAndDrop);
    let vendor = Vendor::scripted(fast(3_600), [drop, hide(On::List), hide(On::Billings)]).await;
    let playground = vendor.customer().await;
    let id = id(&submit(&playground, &json!({ "prompt": "a fox" })).await);
    playground.wait(id.parse().expect("an id"), RunState::Unknown).await;
    let status = async |word: &str| {
        let listed =
            data(&post(&playground, "predictions", &json!({ "page": 1, "page_size": 10, "status": word })).await);
        listed["total"].as_u64()
    };
    assert_eq!((status("processing").await, status("timeout").await), (Some(1), Some(0)));
    let told = ended(&playground, &id).await;
    assert_eq!((&told["status"], &told["code"]), (&json!("timeout"), &json!(5004)));
    assert!(told["error"].as_str().expect("words").contains("may be billed with $0.04"), "{told}");
    assert_eq!((status("processing").await, status("timeout").await), (Some(0), Some(1)));
    // It is found all the same, and then it is completed.
    vendor.engine.clear_script();
    playground.wait(id.parse().expect("an id"), RunState::Archived).await;
    assert_eq!(ended(&playground, &id).await["status"], "completed");
    assert_eq!(vendor.bill().len(), 1);
}

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
    refused(&over, 402, "Insufficient credits: Over the daily budget");
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
