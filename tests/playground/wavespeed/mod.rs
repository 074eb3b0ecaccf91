//! The vendor's own face: any program that has a WaveSpeed SDK, under the same budget and on the same board.
//!
//! # Layout
//! - `submitting`: from the POST to the pictures
//! - `refusing`: bad input, and what is not believed
//! - `ending`: failures and lost answers in the vendor's words
//! - `account`: lists, deleting, balance, models, prices

mod account;
mod ending;
mod refusing;
mod submitting;

use imagen4_tests::{Answer, Playground, answer, until};
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
