//! The catalogue in every shape that it was seen in, and runs of any model that it lists.

mod stand_in;

use std::time::Duration;

use imagen4_client::{ApiError, ApiKey, Client, ModelSpec, RunRequest, SubmitError};
use imagen4_core::MicroUsd;
use imagen4_core::model::builtin;
use imagen4_engine::bill::Entry;
use imagen4_engine::faults::{Effect, On, Rule};
use imagen4_engine::{EngineOptions, Env};
use serde_json::{Value, json};
use tokio::io::{AsyncReadExt, AsyncWriteExt};
use tokio::net::TcpListener;

use stand_in::{accepted, stand_in};

/// A client of somebody who answers each call with a 200 and this body.
async fn answering(body: String) -> Client {
    let answer = format!("HTTP/1.1 200 OK\r\nContent-Length: {}\r\nConnection: close\r\n\r\n{body}", body.len());
    let listener = TcpListener::bind("127.0.0.1:0").await.expect("a port");
    let base = format!("http://{}", listener.local_addr().expect("an address"));
    tokio::spawn(async move {
        while let Ok((mut stream, _)) = listener.accept().await {
            let mut request = vec![0; 8192];
            if stream.read(&mut request).await.unwrap_or(0) > 0 {
                drop(stream.write_all(answer.as_bytes()).await);
            }
        }
    });
    let key = ApiKey::new("wsk_test").expect("a key");
    Client::builder(key).base_url(base).build().expect("a client")
}

async fn listing(data: Value) -> Client {
    answering(json!({ "code": 200, "message": "success", "data": data }).to_string()).await
}

fn options() -> EngineOptions {
    EngineOptions { latency: Duration::ZERO, ..EngineOptions::default() }
}

#[tokio::test]
async fn rows_are_read_in_every_shape() {
    let flux = builtin::rows().iter().find(|row| row["model_id"] == "wavespeed-ai/flux-dev").expect("a row").clone();
    let video = json!({ "model_id": "a/video", "type": "text-to-video", "base_price": 0.5 });
    let rows = json!([flux, video, 7, {}, { "model_id": "../b" }]);
    for data in [rows.clone(), json!({ "items": rows, "total": 5, "has_more": false }), json!({ "models": rows })] {
        let client = listing(data.clone()).await;
        assert_eq!(client.models_json().await, Ok(data), "the answer as it came");
        let [first, second] = &client.models().await.expect("models")[..] else { panic!("two of them have an id") };
        assert_eq!((&first.spec, &first.row), (&ModelSpec::from_row(&flux), &flux));
        assert_eq!((first.kind.as_deref(), first.base_price), (Some("text-to-image"), Some(MicroUsd::new(12_000))));
        assert_eq!(
            (second.id.as_str(), second.name.as_str(), second.kind.as_deref()),
            ("a/video", "a/video", Some("text-to-video"))
        );
        let error = second.spec.as_ref().expect_err("no schema");
        assert_eq!((error.id.as_deref(), error.field), (Some("a/video"), "api_schema"));
    }
    // As the documents have it.
    let documented = json!({ "items": [{ "model_uuid": "77", "name": "a/b", "base_price": 27000 }] });
    let models = listing(documented).await.models().await.expect("models");
    assert_eq!((models[0].id.as_str(), models[0].base_price), ("a/b", Some(MicroUsd::new(27_000))));
}

#[tokio::test]
async fn a_list_that_is_not_whole_is_none() {
    let row = json!({ "model_id": "a/b" });
    for data in [
        json!({}),
        json!("models"),
        json!({ "items": [row], "total": 2 }),
        json!({ "items": [row], "has_more": true }),
        json!({ "items": { "a": 1 } }),
    ] {
        let client = listing(data.clone()).await;
        assert!(matches!(client.models_json().await, Err(ApiError::Unreadable(_))), "{data}");
        assert!(matches!(client.models().await, Err(ApiError::Unreadable(_))), "{data}");
    }
    assert_eq!(listing(json!([])).await.models().await, Ok(Vec::new()), "an empty list is whole");
}

#[tokio::test]
async fn a_catalogue_of_sixteen_mebibytes_is_read_and_a_longer_one_is_not() {
    const LIMIT: usize = 16 << 20;
    let envelope = r#"{"code":200,"data":[{"model_id":"a/b"}]}"#;
    let padded = |bytes: usize| format!("{envelope}{}", " ".repeat(bytes - envelope.len()));
    let models = answering(padded(LIMIT)).await.models().await.expect("models");
    assert_eq!(models.len(), 1);
    let error = answering(padded(LIMIT + 1)).await.models_json().await.expect_err("too long");
    assert_eq!(error, ApiError::TooLong { limit: LIMIT });
    assert_eq!((error.status(), error.is_retryable()), (None, true));
}

#[tokio::test]
async fn every_model_of_the_catalogue_is_quoted_bought_and_billed_alike() {
    let (engine, client) = stand_in(options(), Env::system()).await;
    let mut quoted = MicroUsd::ZERO;
    let rows = client.models().await.expect("models");
    assert_eq!(rows.len(), builtin::rows().len());
    for row in rows {
        let input = row.spec.expect("a model").accept(&json!({ "prompt": "a fox in snow" })).expect("valid");
        let request = input.request().clone();
        let price = client.price(&request).await.expect("a price");
        assert_eq!(price.price, price.list_price);
        quoted = quoted + price.price;
        let generation = client.run(input).await.expect("pictures");
        assert_eq!(generation.model, row.id);
        let Some(Entry::Accept(taken)) = engine.entries().pop() else { panic!("no acceptance") };
        assert_eq!((taken.id, json!(request.input)), (generation.id, taken.input), "exactly that input was sent");
    }
    assert_eq!(engine.balance(), MicroUsd::new(1_000_000_000) - quoted);
}

#[tokio::test]
async fn what_is_no_models_id_is_never_sent() {
    let (engine, client) = stand_in(options(), Env::system()).await;
    // Each call would be refused, and each would be seen.
    let refuse = || Effect::Refuse { status: 400, message: "seen".to_owned() };
    for on in [On::Submit, On::Delete, On::List, On::Price] {
        engine.script(Rule::on(on).always().then(refuse()));
    }
    let input = json!({ "prompt": "a fox" }).as_object().expect("an object").clone();
    for model in [
        "",
        "/",
        "a/",
        "/a",
        "a//b",
        "../balance",
        "a/../b",
        "a/./b",
        "a?b",
        "a#b",
        "a b",
        "a%2fb",
        "ä",
        "a\\b",
        "http://a/b",
    ] {
        let request = RunRequest { model: model.to_owned(), input: input.clone() };
        let error = client.submit(&request).await.expect_err("no id");
        assert!(matches!(error, SubmitError::NeverSent { .. }), "{model}: {error:?}");
    }
    assert_eq!(engine.script_uses(), [0; 4]);
    assert!(accepted(&engine).is_empty());
}

#[tokio::test]
async fn quotes_that_are_none_are_refused_and_a_model_that_is_gone_has_none() {
    let (engine, client) = stand_in(options(), Env::system()).await;
    let input = json!({ "prompt": "a fox" }).as_object().expect("an object").clone();
    let request = RunRequest { model: "wavespeed-ai/flux-dev".to_owned(), input };
    for effect in [
        Effect::Quote { percent: 0 },
        Effect::Answer { data: json!({ "price": -0.04 }) },
        Effect::Answer { data: json!({ "price": 0.04, "currency": "EUR" }) },
    ] {
        engine.script(Rule::on(On::Price).then(effect.clone()));
        let error = client.price(&request).await.expect_err("no price");
        assert!(matches!(error, ApiError::Unreadable(_)), "{effect:?}: {error:?}");
    }
    engine.script(Rule::on(On::Price).then(Effect::Quote { percent: 150 }));
    assert_eq!(client.price(&request).await.map(|price| price.price), Ok(MicroUsd::new(18_000)));
    engine.retire(&request.model);
    assert_eq!(client.price(&request).await.expect_err("gone").status(), Some(404));
    assert!(matches!(client.submit(&request).await, Err(SubmitError::Refused { status: 404, .. })));
    assert!(client.models().await.expect("models").iter().all(|row| row.id != request.model));
}
