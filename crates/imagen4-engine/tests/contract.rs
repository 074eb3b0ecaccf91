//! The engine answers as the vendor's documents say, field by field.

mod vendor;

use std::time::Duration;

use axum::body::Body;
use axum::http::Request;
use imagen4_core::{MicroUsd, Timestamp};
use imagen4_engine::faults::{Fate, On, Rule};
use imagen4_engine::http;
use serde_json::{Value, json};
use tower::ServiceExt;

use vendor::Vendor;

#[tokio::test]
async fn a_prediction_from_created_to_completed() {
    let vendor = Vendor::open();
    let created = vendor.submit(json!({ "prompt": "a fox", "num_images": 2, "unknown_key": 1 })).await;
    let id = "00000000000000000000000000000001";
    assert_eq!((created["id"].as_str(), created["status"].as_str()), (Some(id), Some("created")));
    assert_eq!((&created["outputs"], &created["error"]), (&json!([]), &json!("")));
    assert_eq!(created["urls"]["get"], format!("http://vendor.test/api/v3/predictions/{id}/result"));
    for path in [format!("/api/v3/predictions/{id}/result"), format!("/api/v3/predictions/{id}")] {
        assert_eq!(vendor.call("GET", &path, Value::Null).await, (200, created.clone()));
    }
    assert_eq!(vendor.send("GET", &format!("/outputs/{id}/1.jpeg"), "").await.0, 404, "not before it is completed");

    vendor.later(2000);
    let (_, done) = vendor.call("GET", &format!("/api/v3/predictions/{id}/result"), Value::Null).await;
    assert_eq!((done["status"].as_str(), &done["timings"]["inference"]), (Some("completed"), &json!(1500)));
    assert_eq!(done["outputs"], json!([1, 2].map(|n| format!("http://vendor.test/outputs/{id}/{n}.jpeg"))));
    assert_eq!(done["has_nsfw_contents"], json!([false, false]));
    let (status, jpeg) = vendor.send("GET", &format!("/outputs/{id}/2.jpeg"), "").await;
    assert!(status == 200 && jpeg.starts_with(&[0xff, 0xd8]));
    for file in ["0.jpeg", "3.jpeg", "1.png", "x.jpeg"] {
        assert_eq!(vendor.send("GET", &format!("/outputs/{id}/{file}"), "").await.0, 404, "{file}");
    }
}

#[tokio::test]
async fn refusals_are_not_billed() {
    let vendor = Vendor::open();
    for (path, body, status) in [
        ("/api/v3/wavespeed-ai/imagen4", json!({}), 400),
        ("/api/v3/wavespeed-ai/imagen4", json!({ "prompt": "a", "aspect_ratio": "2:1" }), 400),
        ("/api/v3/stability-ai/sdxl", json!({ "prompt": "a" }), 404),
        ("/api/v3/wavespeed-ai/imagen4?webhook=https://a", json!({ "prompt": "a" }), 400),
        ("/api/v4/x", json!({}), 404),
    ] {
        assert_eq!(vendor.call("POST", path, body).await.0, status, "{path}");
    }
    assert_eq!(vendor.send("POST", "/api/v3/wavespeed-ai/imagen4", "nonsense").await.0, 400);
    let anonymous = Request::post("/api/v3/wavespeed-ai/imagen4").body(Body::from("{}")).expect("a request");
    let answer = http::router(vendor.engine.clone()).oneshot(anonymous).await.expect("an answer");
    assert_eq!(answer.status(), 401);
    assert!(vendor.engine.entries().is_empty());
}

#[tokio::test]
async fn the_list_is_newest_first_and_has_inputs_only_when_asked() {
    let vendor = Vendor::open();
    for prompt in ["first", "second", "third"] {
        vendor.submit(json!({ "prompt": prompt })).await;
        vendor.later(1000);
    }
    let page = json!({ "page": 1, "page_size": 2 });
    let (_, listed) = vendor.call("POST", "/api/v3/predictions", page).await;
    assert_eq!((&listed["total"], listed["items"].as_array().map(Vec::len)), (&json!(3), Some(2)));
    assert!(listed["items"][0].get("input").is_none());
    let query = json!({ "page": 2, "page_size": 2, "include_inputs": true, "created_after": "2020-01-01T00:00:00Z" });
    let (_, listed) = vendor.call("POST", "/api/v3/predictions", query).await;
    assert_eq!(listed["items"][0]["input"]["prompt"], "first");
    let done = json!({ "page": 1, "page_size": 9, "status": "completed", "model": "wavespeed-ai/imagen4" });
    assert_eq!(vendor.call("POST", "/api/v3/predictions", done).await.1["total"], 2);
    assert_eq!(vendor.call("POST", "/api/v3/predictions", json!({ "page": 0, "page_size": 2 })).await.0, 400);
}

#[tokio::test]
async fn money_is_told_as_the_vendor_tells_it() {
    let vendor = Vendor::open();
    let id = vendor.submit(json!({ "prompt": "a fox", "num_images": 3 })).await["id"].clone();
    let (_, balance) = vendor.call("GET", "/api/v3/balance", Value::Null).await;
    assert_eq!(balance["balance"].to_string(), "999.88");
    let ask = json!({ "model_id": "wavespeed-ai/imagen4", "inputs": { "num_images": 4 } });
    let (_, price) = vendor.call("POST", "/api/v3/model/price", ask).await;
    assert_eq!((price["price"].to_string(), &price["currency"]), ("0.16".to_owned(), &json!("USD")));
    let search = json!({ "page": 1, "page_size": 10, "billing_type": "deduct", "prediction_uuids": [id] });
    let (_, bills) = vendor.call("POST", "/api/v3/billings/search", search).await;
    assert_eq!((&bills["total"], bills["items"][0]["price"].to_string()), (&json!(1), "0.12".to_owned()));
    let (_, models) = vendor.call("GET", "/api/v3/models", Value::Null).await;
    assert_eq!(models[0]["model_id"], "wavespeed-ai/imagen4");
    let (_, deleted) = vendor.call("POST", "/api/v3/predictions/delete", json!({ "ids": [id, "nobody"] })).await;
    assert_eq!(deleted["deleted_count"], 1);
    assert_eq!(
        vendor.call("GET", &format!("/api/v3/predictions/{}", id.as_str().expect("an id")), Value::Null).await.0,
        404
    );
}

#[tokio::test(start_paused = true)]
async fn synchronous_mode_and_base64_are_served() {
    let vendor = Vendor::open();
    let input = json!({ "prompt": "a fox", "enable_base64_output": true, "enable_sync_mode": true });
    // The engine's clock stands still, so the wait runs out without a picture, as after 90 s at the vendor.
    let late = vendor.submit(input).await;
    assert_eq!((&late["code"], late["status"].as_str()), (&json!(5004), Some("processing")));
    vendor.later(2000);
    let path = format!("/api/v3/predictions/{}/result", late["id"].as_str().expect("an id"));
    let (_, done) = vendor.call("GET", &path, Value::Null).await;
    assert!(done["outputs"][0].as_str().is_some_and(|text| text.starts_with("/9j/")), "a naked JPEG in base64");
}

#[tokio::test]
async fn billings_have_the_documented_rows_and_filters() {
    let vendor = Vendor::open();
    let first = vendor.submit(json!({ "prompt": "a fox", "num_images": 3 })).await["id"].clone();
    vendor.later(60_000);
    vendor.engine.script(Rule::on(On::Submit).fate(Fate::failed(1200)));
    let second = vendor.submit(json!({ "prompt": "a hen" })).await["id"].clone();
    vendor.later(3 * 3_600_000 + 2000);
    let search = async |more: Value| {
        let mut body = json!({ "page": 1, "page_size": 10 });
        body.as_object_mut().expect("an object").extend(more.as_object().expect("an object").clone());
        vendor.call("POST", "/api/v3/billings/search", body).await.1
    };
    let kinds = |found: &Value| -> Vec<String> {
        let items = found["items"].as_array().expect("rows");
        items.iter().map(|row| row["billing_type"].as_str().expect("a kind").to_owned()).collect()
    };

    let all = search(json!({})).await;
    assert_eq!(kinds(&all), ["refund", "deduct", "deduct"], "newest first");
    let row = &all["items"][2];
    assert_eq!((row["price"].as_f64(), &row["prediction"]["uuid"]), (Some(0.12), &first));
    assert_eq!((&row["prediction"]["status"], &row["order"]["price"]), (&json!("completed"), &row["price"]));
    assert_eq!((&all["items"][0]["prediction"]["uuid"], all["items"][0]["price"].as_f64()), (&second, Some(0.04)));

    let start = 1_800_000_030_000_i64;
    let iso = Timestamp::from_ms(start).to_string();
    for start in [json!(start), json!(start.to_string()), json!(iso)] {
        assert_eq!(kinds(&search(json!({ "start_time": start })).await), ["refund", "deduct"], "{start}");
        assert_eq!(search(json!({ "end_time": start })).await["items"][0]["prediction"]["uuid"], first, "{start}");
    }
    assert_eq!(kinds(&search(json!({ "sort": "created_at ASC" })).await), ["deduct", "deduct", "refund"]);
    assert_eq!(kinds(&search(json!({ "prediction_uuids": [second] })).await), ["refund", "deduct"]);
    assert_eq!(kinds(&search(json!({ "billing_type": "refund" })).await), ["refund"]);
    let page = search(json!({ "page_size": 2 })).await;
    assert_eq!((&page["total"], &page["has_more"]), (&json!(3), &json!(true)));
    for wrong in [json!({ "page": 0 }), json!({ "page_size": 101 }), json!({ "sort": "price" })] {
        let mut body = json!({ "page": 1, "page_size": 10 });
        body.as_object_mut().expect("an object").extend(wrong.as_object().expect("an object").clone());
        assert_eq!(vendor.call("POST", "/api/v3/billings/search", body).await.0, 400, "{wrong}");
    }
}

#[tokio::test]
async fn prices_lag_and_the_lists_inputs_can_differ() {
    let vendor = Vendor::with(|options| {
        options.prices.insert("wavespeed-ai/imagen4".to_owned(), MicroUsd::new(50_000));
        options.billing_lag = Duration::from_secs(60);
        options.list_without_inputs = true;
    });
    vendor.submit(json!({ "prompt": "a fox", "num_images": 2 })).await;
    let ask = json!({ "model_id": "wavespeed-ai/imagen4", "inputs": { "num_images": 2 } });
    assert_eq!(vendor.call("POST", "/api/v3/model/price", ask).await.1["price"], json!(0.1));
    assert_eq!(vendor.call("GET", "/api/v3/models", Value::Null).await.1[0]["base_price"], json!(0.05));
    assert_eq!(vendor.call("GET", "/api/v3/balance", Value::Null).await.1["balance"], json!(999.9));

    let page = json!({ "page": 1, "page_size": 10, "include_inputs": true });
    let list = vendor.call("POST", "/api/v3/predictions", page.clone()).await.1;
    assert!(list["total"] == 1 && list["items"][0].get("input").is_none(), "{list}");
    for (later, total) in [(59_999, 0), (1, 1)] {
        vendor.later(later);
        assert_eq!(vendor.call("POST", "/api/v3/billings/search", page.clone()).await.1["total"], total);
    }
}
