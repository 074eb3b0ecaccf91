//! The OpenAPI document: served, whole, and of both faces. That answers are as it says is tested with `clients`.

use imagen4_core::api::MAX_ARCHIVE_RUNS;
use imagen4_tests::Playground;
use serde_json::{Value, json};

fn references<'a>(value: &'a Value, found: &mut Vec<&'a str>) {
    match value {
        Value::Object(fields) => {
            found.extend(fields.get("$ref").and_then(Value::as_str));
            fields.values().for_each(|value| references(value, found));
        }
        Value::Array(items) => items.iter().for_each(|item| references(item, found)),
        _ => {}
    }
}

#[tokio::test]
async fn the_document_names_every_route_and_every_schema_that_it_uses() {
    let playground = Playground::embedded().await;
    let document = playground.get("/api/openapi.json").await.json();
    assert_eq!((document["openapi"].as_str(), document["servers"][0]["url"].as_str()), (Some("3.1.0"), Some(".")));
    for (path, methods) in [
        ("/runs", &["get", "post"][..]),
        ("/runs/{id}", &["delete", "get", "patch"]),
        ("/runs/{id}/images/{n}", &["get", "patch"]),
        ("/runs/{id}/withdraw", &["post"]),
        ("/runs/{id}/resolve", &["post"]),
        ("/groups", &["post"]),
        ("/archive", &["get"]),
        ("/unexplained", &["get"]),
        ("/unexplained/{prediction}/adopt", &["post"]),
        ("/events", &["get"]),
        ("/spend", &["get"]),
        ("/config", &["get"]),
        ("/models", &["get"]),
        ("/models/refresh", &["post"]),
        ("/models/{id}", &["get"]),
        ("/quote", &["post"]),
        ("/v3/wavespeed-ai/flux-dev", &["post"]),
        ("/v3/wavespeed-ai/imagen4", &["post"]),
        ("/v3/google/imagen4-ultra", &["post"]),
        ("/v3/predictions", &["post"]),
        ("/v3/predictions/delete", &["post"]),
        ("/v3/predictions/{id}", &["get"]),
        ("/v3/predictions/{id}/result", &["get"]),
        ("/v3/outputs/{id}/{file}", &["get"]),
        ("/v3/balance", &["get"]),
        ("/v3/models", &["get"]),
        ("/v3/model/price", &["post"]),
    ] {
        let operations = document["paths"][path].as_object().unwrap_or_else(|| panic!("no {path}"));
        let mut known: Vec<_> = operations.keys().map(String::as_str).filter(|key| *key != "parameters").collect();
        known.sort_unstable();
        assert_eq!(known, methods, "{path}");
        for operation in operations.values() {
            let words = |key: &str| operation[key].as_str().is_some_and(|words| !words.is_empty());
            assert!(words("operationId") && (words("summary") || words("description")), "{path}: {operation}");
            assert!(operation["responses"].get("4XX").is_some(), "{path}");
            let asks = operation.get("security").is_some();
            assert_eq!(asks, path.starts_with("/v3/") && !path.contains("outputs"), "{path}");
        }
    }
    let runs = &document["paths"]["/archive"]["get"]["parameters"][0]["schema"];
    assert_eq!((&runs["minItems"], &runs["maxItems"]), (&json!(1), &json!(MAX_ARCHIVE_RUNS)), "{runs}");
    let mut ids: Vec<_> = document["paths"]
        .as_object()
        .expect("paths")
        .values()
        .flat_map(|it| it.as_object().expect("operations").values())
        .map(|it| it["operationId"].to_string())
        .collect();
    let all = ids.len();
    ids.sort_unstable();
    ids.dedup();
    assert_eq!(ids.len(), all, "each operation has a name of its own");
    let mut used = Vec::new();
    references(&document, &mut used);
    assert!(used.len() > 20);
    for reference in used {
        let pointer = reference.strip_prefix('#').expect("inside the document");
        assert!(document.pointer(pointer).is_some(), "{reference}");
    }
}

#[tokio::test]
async fn an_address_that_is_no_text_is_answered_as_any_other() {
    let playground = Playground::embedded().await;
    let page = playground.get("/api/runs/%FF").await;
    assert_eq!((page.status, page.content_type.as_str()), (404, "application/problem+json"));
    let vendors = playground.get("/api/v3/outputs/%FF/1.jpg").await;
    assert_eq!((vendors.status, vendors.json()["code"].as_u64()), (404, Some(404)));
    let twice = playground.get("/api/spend?format=json&format=csv").await;
    assert_eq!((twice.status, twice.content_type.as_str()), (200, "text/csv; charset=utf-8"));
}
