//! Bad input gets a clear, typed error that names the field; nothing is recorded.

use imagen4_tests::{Answer, Playground, answer};
use reqwest::Method;
use serde_json::{Value, json};

/// Every refusal is problem details with a request id, and leaves no run behind.
async fn refused(playground: &Playground, answer: Answer, status: u16, code: &str) -> Value {
    let problem = answer.json();
    assert_eq!((answer.status, problem["code"].as_str()), (status, Some(code)), "{problem}");
    assert_eq!(answer.content_type, "application/problem+json");
    assert_eq!(problem["billed"], "no");
    assert_eq!(problem["request_id"].as_str().map(str::len), Some(32));
    assert_eq!(playground.get("/api/runs").await.json()["runs"], json!([]));
    problem
}

#[tokio::test]
async fn every_wrong_field_is_named_and_nothing_is_recorded() {
    let playground = Playground::embedded().await;
    let mut cases = vec![
        (json!({}), "prompt"),
        (json!({ "prompt": "  \n " }), "prompt"),
        (json!({ "prompt": "x".repeat(10_001) }), "prompt"),
        (json!({ "prompt": "a fox", "negative_prompt": "x".repeat(10_001) }), "negative_prompt"),
        (json!({ "prompt": "a fox", "steps": 30 }), "steps"),
        (json!({ "prompt": "a fox", "parent": "nobody" }), "parent"),
        (json!({ "prompt": "a fox", "aspect_ratio": "2:1" }), "aspect_ratio"),
    ];
    cases.extend(
        [json!(0), json!(5), json!(1.5), json!("2")]
            .map(|n| (json!({ "prompt": "a fox", "num_images": n }), "num_images")),
    );
    cases.extend(
        [json!(-2), json!(2_147_483_648_i64), json!("abc")].map(|n| (json!({ "prompt": "a fox", "seed": n }), "seed")),
    );
    for (body, field) in cases {
        let answer = playground.submit("key", &body).await;
        let problem = refused(&playground, answer, 422, "invalid_request").await;
        assert_eq!(
            problem["fields"].as_object().map(|fields| fields.keys().collect::<Vec<_>>()),
            Some(vec![&field.to_owned()])
        );
    }
    let all = json!({ "aspect_ratio": "2:1", "num_images": 9, "seed": -2, "steps": 1 });
    let answer = playground.submit("key", &all).await;
    let problem = refused(&playground, answer, 422, "invalid_request").await;
    assert_eq!(problem["fields"].as_object().map(|fields| fields.len()), Some(5));
    assert_eq!(problem["fields"]["aspect_ratio"], "must be one of 1:1, 16:9, 9:16, 3:4, 4:3");
}

#[tokio::test]
async fn only_json_of_a_sane_length_is_read() {
    let playground = Playground::embedded().await;
    let send = |content_type: &str, body: String| {
        let request = playground.request(Method::POST, "/api/runs").header("idempotency-key", "k");
        answer(request.header("content-type", content_type).body(body))
    };
    for body in ["", "{", "{\"prompt\": \"\\ud800\"}", "nonsense"] {
        refused(&playground, send("application/json", body.to_owned()).await, 400, "malformed_json").await;
    }
    let fox = json!({ "prompt": "a fox" }).to_string();
    for content_type in ["text/plain", "application/x-www-form-urlencoded", "application/jsonp", ""] {
        refused(&playground, send(content_type, fox.clone()).await, 415, "unsupported_media_type").await;
    }
    let long = json!({ "prompt": "x".repeat(3 << 20) }).to_string();
    refused(&playground, send("application/json", long).await, 413, "body_too_large").await;
    assert_eq!(send("application/json; charset=utf-8", fox).await.status, 202);
}

#[tokio::test]
async fn a_missing_key_is_asked_for() {
    let playground = Playground::embedded().await;
    for key in ["", &"k".repeat(256)] {
        let answer = playground.submit(key, &json!({ "prompt": "a fox" })).await;
        refused(&playground, answer, 400, "idempotency_key_required").await;
    }
}

#[tokio::test]
async fn other_hosts_and_other_sites_pages_are_turned_away() {
    let playground = Playground::embedded().await;
    for path in ["/", "/api/runs", "/api/archive", "/api/events", "/livez"] {
        let foreign = answer(playground.request(Method::GET, path).header("host", "evil.example")).await;
        refused(&playground, foreign, 403, "foreign_host").await;
    }
    // A browser that leaves the Origin out still says whose page asks: on every route that can change something.
    let document = playground.get("/api/openapi.json").await.json();
    let mut routes = 0;
    for (path, item) in document["paths"].as_object().expect("paths") {
        for method in item.as_object().expect("operations").keys().filter(|method| *method != "get") {
            let method: Method = method.to_uppercase().parse().expect("a method");
            let path = format!("/api{}", path.replace(['{', '}'], ""));
            for site in ["cross-site", "same-site"] {
                let request = playground.request(method.clone(), &path).header("sec-fetch-site", site);
                let answer = answer(request.header("idempotency-key", "k")).await;
                assert_eq!(
                    (answer.status, answer.text().contains("site")),
                    (403, true),
                    "{method} {path}: {}",
                    answer.text()
                );
            }
            routes += 1;
        }
    }
    assert!(routes >= 12, "{routes} routes");
    let link = playground.request(Method::GET, "/").header("sec-fetch-site", "cross-site");
    assert_eq!(answer(link).await.status, 200, "a link that leads here");
    let fox = json!({ "prompt": "a fox" }).to_string();
    for origin in ["https://evil.example", "null", "http://localhost:1"] {
        let request = playground.request(Method::POST, "/api/runs").header("origin", origin);
        let request = request.header("idempotency-key", "k").header("content-type", "application/json");
        refused(&playground, answer(request.body(fox.clone())).await, 403, "foreign_origin").await;
    }
    let own = playground.request(Method::GET, "/api/config").header("origin", &playground.base);
    assert_eq!(answer(own).await.status, 200);
}

#[tokio::test]
async fn what_is_not_there_is_said_as_json() {
    let playground = Playground::embedded().await;
    let id = "0".repeat(32);
    for path in [
        "/api/runs/nobody".to_owned(),
        format!("/api/runs/{id}"),
        format!("/api/runs/{id}/images/0"),
        format!("/api/runs/{id}/images/9999"),
        "/api/nothing".to_owned(),
        "/api/".to_owned(),
    ] {
        refused(&playground, playground.get(&path).await, 404, "not_found").await;
    }
    let wrong = answer(playground.request(Method::PUT, "/api/runs")).await;
    refused(&playground, wrong, 405, "method_not_allowed").await;
    for query in ["limit=0", "limit=101", "limit=x", "cursor=x"] {
        let answer = playground.get(&format!("/api/runs?{query}")).await;
        refused(&playground, answer, 422, "invalid_request").await;
    }
}
