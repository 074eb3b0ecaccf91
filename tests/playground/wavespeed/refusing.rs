//! Bad input is refused in the vendor's shape, and nothing that a client makes up is believed.

use imagen4_tests::{KEY, Playground, Vendor, answer};
use reqwest::Method;
use serde_json::json;

use super::{MODEL, get, id, post, refused, request, submit};

#[tokio::test]
async fn bad_input_is_refused_in_the_vendors_shape_and_nothing_is_billed() {
    let vendor = Vendor::open().await;
    let playground = vendor.customer().await;
    for (body, words) in [
        (json!({}), "prompt is required"),
        (json!([]), "prompt is required"),
        (
            json!({ "prompt": "a fox", "steps": 30 }),
            "steps is not an input of this model; it takes prompt, negative_prompt, aspect_ratio, num_images, seed",
        ),
        (json!({ "prompt": "a fox", "seed": 1.5 }), "seed must be"),
        (json!({ "prompt": "a fox", "num_images": 5 }), "num_images must be"),
        (json!({ "prompt": "a fox", "enable_sync_mode": "yes" }), "enable_sync_mode must be true or false"),
        (json!({ "prompt": "a fox", "model": MODEL }), "model belongs in the path"),
        (json!({ "prompt": "a fox", "webhook_url": "https://a.example" }), "webhook_url is not an input of this model"),
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
    refused(&own, 401, "this is the WaveSpeed key");
    assert!(!own.text().contains(KEY));
    refused(&send(Some("Bearer x"), "application/json", "{\"prompt\":").await, 400, "not valid JSON");
    refused(&send(Some("Bearer x"), "text/plain", &fox).await, 415, "application/json");
    refused(&send(Some("Bearer x"), "application/json", &format!("\"{}\"", "x".repeat(3 << 20))).await, 413, "2.5 MiB");
    // Neither another site's page nor a foreign name.
    let foreign = request(&playground, Method::POST, MODEL).header("origin", "https://evil.example");
    refused(&answer(foreign.header("content-type", "application/json").body(fox.clone())).await, 403, "other sites");
    let foreign = request(&playground, Method::POST, MODEL).header("host", "evil.example");
    refused(&answer(foreign.header("content-type", "application/json").body(fox)).await, 403, "Host name");
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
