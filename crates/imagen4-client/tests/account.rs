//! Balance, prices, bill and deletion: in every shape that answers were seen in, and against the stand-in.

use std::sync::Arc;
use std::time::Duration;

use imagen4_client::{
    ApiError, ApiKey, BillKind, BillRow, BillingQuery, Client, ImageCount, ImagenRequest, ListQuery, MicroUsd, Price,
    Prompt, RunRequest, Timestamp,
};
use imagen4_engine::faults::{Effect, Fate, On, Rule};
use imagen4_engine::{Engine, EngineOptions, Env, http};
use tokio::io::{AsyncReadExt, AsyncWriteExt};
use tokio::net::TcpListener;

/// A client of somebody who answers each call with a 200 and those bytes as the envelope's data.
async fn answering(data: &str) -> Client {
    let body = format!(r#"{{"code":200,"message":"success","data":{data}}}"#);
    let answer = format!("HTTP/1.1 200 OK\r\nContent-Length: {}\r\nConnection: close\r\n\r\n{body}", body.len());
    let listener = TcpListener::bind("127.0.0.1:0").await.expect("a port");
    let address = listener.local_addr().expect("an address");
    tokio::spawn(async move {
        while let Ok((mut stream, _)) = listener.accept().await {
            let mut request = vec![0; 8192];
            if stream.read(&mut request).await.unwrap_or(0) > 0 {
                drop(stream.write_all(answer.as_bytes()).await);
            }
        }
    });
    client(&format!("http://{address}"))
}

fn client(base: &str) -> Client {
    Client::builder(ApiKey::new("wsk_test").expect("a key")).base_url(base).build().expect("a client")
}

/// The stand-in behind a port, and a client of it.
async fn stand_in(options: EngineOptions) -> (Arc<Engine>, Client) {
    let engine = Arc::new(Engine::open(options, Env::system()).expect("an engine"));
    let listener = TcpListener::bind("127.0.0.1:0").await.expect("a port");
    let base = format!("http://{}", listener.local_addr().expect("an address"));
    tokio::spawn(http::serve(engine.clone(), listener, std::future::pending()));
    (engine, client(&base))
}

fn four_foxes() -> RunRequest {
    let prompt = Prompt::new("a fox in snow").expect("a prompt");
    ImagenRequest { num_images: ImageCount::MAX, ..ImagenRequest::new(prompt) }.into()
}

fn row(id: Option<&str>, kind: BillKind, micros: i64, at: Option<i64>) -> BillRow {
    BillRow {
        prediction_id: id.map(str::to_owned),
        kind,
        price: MicroUsd::new(micros),
        created_at: at.map(Timestamp::from_ms),
    }
}

#[tokio::test]
async fn a_balance_is_dollars_in_every_shape() {
    for (data, micros) in [
        (r#"{"balance":999.88}"#, 999_880_000),
        (r#"{"balance":5000,"currency":"USD"}"#, 5_000_000_000),
        (r#"{"balance":-0.04}"#, -40_000),
        (r#"{"balance":"12.5"}"#, 12_500_000),
        ("1", 1_000_000),
    ] {
        assert_eq!(answering(data).await.balance().await, Ok(MicroUsd::new(micros)), "{data}");
    }
    for data in ["{}", r#"{"balance":null}"#, r#"{"balance":"much"}"#, "[]"] {
        assert!(matches!(answering(data).await.balance().await, Err(ApiError::Unreadable(_))), "{data}");
    }
}

#[tokio::test]
async fn what_is_billed_is_the_discounted_price() {
    let price = |price, list_price| Ok(Price { price: MicroUsd::new(price), list_price: MicroUsd::new(list_price) });
    for (data, expected) in [
        (r#"{"price":0.16,"discounted_price":0.12,"discount_rate":75}"#, price(120_000, 160_000)),
        (r#"{"price":0.16,"discounted_price":null}"#, price(160_000, 160_000)),
        (r#"{"price":160000}"#, price(160_000, 160_000)),
        (r#"{"price":27000,"currency":"usd"}"#, price(27_000, 27_000)),
        (r#"{"price":0.0035,"discounted_price":0.003325,"currency":null}"#, price(3325, 3500)),
    ] {
        assert_eq!(answering(data).await.price(&four_foxes()).await, expected, "{data}");
    }
}

#[tokio::test]
async fn what_is_no_price_is_none() {
    for data in [
        "{}",
        r#"{"price":null}"#,
        r#"{"price":"?"}"#,
        r#"{"price":[0.04]}"#,
        r#"{"price":0}"#,
        r#"{"price":-0.04}"#,
        r#"{"price":0.0000001}"#,
        r#"{"price":0.16,"discounted_price":0}"#,
        r#"{"price":0.16,"discounted_price":-0.12}"#,
        r#"{"price":0,"discounted_price":0.12}"#,
        r#"{"price":0.16,"currency":"EUR"}"#,
        r#"{"price":0.16,"currency":""}"#,
        r#"{"price":0.16,"currency":7}"#,
        "0.16",
    ] {
        let price = answering(data).await.price(&four_foxes()).await;
        assert!(matches!(price, Err(ApiError::Unreadable(_))), "{data}: {price:?}");
    }
}

#[tokio::test]
async fn a_bill_is_read_in_every_shape_and_never_in_part() {
    let whole = r#"{"page":1,"total":101,"items":[
        {"billing_type":"deduct","price":0.04,"created_at":"2026-11-22T10:00:00Z","prediction":{"uuid":"a1"}},
        {"billing_type":"refund","price":-27000,"created_at":1800000000000,"prediction":{"id":"b2"}},
        {"billing_type":"bonus","price":1,"created_at":null,"prediction":null}]}"#;
    let page = answering(whole).await.billings(&BillingQuery::default()).await.expect("a page");
    assert!(page.has_more, "101 lines are more than one page");
    let at: Timestamp = "2026-11-22T10:00:00Z".parse().expect("a time");
    let expected = [
        row(Some("a1"), BillKind::Deduct, 40_000, Some(at.ms())),
        row(Some("b2"), BillKind::Refund, 27_000, Some(1_800_000_000_000)),
        row(None, BillKind::Other("bonus".to_owned()), 1_000_000, None),
    ];
    assert_eq!(page.items, expected);

    let second = BillingQuery { page: 2, ..BillingQuery::default() };
    assert!(!answering(whole).await.billings(&second).await.expect("a page").has_more);
    for (data, has_more) in [(r#"{"has_more":true,"items":[]}"#, true), (r#"{"items":[]}"#, false), ("[]", false)] {
        let page = answering(data).await.billings(&BillingQuery::default()).await.expect("a page");
        assert_eq!(page.has_more, has_more, "{data}");
    }
    for data in [
        "{}",
        r#"{"items":[{"billing_type":"deduct","prediction":{"uuid":"a1"}}]}"#,
        r#"{"items":[{"price":0.04}]}"#,
        r#"{"items":[7]}"#,
    ] {
        let page = answering(data).await.billings(&BillingQuery::default()).await;
        assert!(matches!(page, Err(ApiError::Unreadable(_))), "{data}");
    }
}

#[tokio::test]
async fn the_stand_in_and_the_client_agree_on_money() {
    let options = EngineOptions { latency: Duration::ZERO, refund_after: Duration::ZERO, ..EngineOptions::default() };
    let (engine, client) = stand_in(options).await;
    engine.script(Rule::on(On::Submit).skip(1).fate(Fate::failed(1200)));
    let four = MicroUsd::new(160_000);
    assert_eq!(client.price(&four_foxes()).await, Ok(Price { price: four, list_price: four }));
    let good = client.submit(&four_foxes()).await.expect("accepted");
    let bad = client.submit(&four_foxes()).await.expect("accepted");

    assert_eq!(client.balance().await, Ok(engine.balance()));
    assert_eq!(engine.balance(), MicroUsd::new(999_840_000));
    let query = BillingQuery { prediction_ids: vec![bad.id.clone()], oldest_first: true, ..BillingQuery::default() };
    let page = client.billings(&query).await.expect("a page");
    let lines: Vec<_> = page.items.iter().map(|line| (line.prediction_id.as_deref(), &line.kind, line.price)).collect();
    let bad = Some(bad.id.as_str());
    assert_eq!(lines, [(bad, &BillKind::Deduct, four), (bad, &BillKind::Refund, four)]);
    assert!(page.items.iter().all(|line| line.created_at.is_some()) && !page.has_more);

    let until = good.created_at.expect("a time") - 1;
    let none = client.billings(&BillingQuery { end: Some(until), ..BillingQuery::default() }).await;
    assert_eq!(none.map(|page| page.items.len()), Ok(0));
    let refunds = BillingQuery { kind: Some(BillKind::Refund), start: Some(until), ..BillingQuery::default() };
    assert_eq!(client.billings(&refunds).await.map(|page| page.items.len()), Ok(1));
}

#[tokio::test]
async fn the_list_repeats_inputs_and_deleting_twice_is_harmless() {
    let (engine, client) = stand_in(EngineOptions::default()).await;
    let id = client.submit(&four_foxes()).await.expect("accepted").id;
    let listed = client.list(&ListQuery::default()).await.expect("a page").items;
    assert_eq!(listed[0].input.as_ref().map(|input| input["prompt"].clone()), Some("a fox in snow".into()));
    assert!(listed[0].created_at.is_some());
    assert_eq!(client.delete(&[&id, "nobody"]).await, Ok(1));
    assert_eq!(client.delete(&[&id]).await, Ok(0));
    assert_eq!(client.delete(&[]).await, Ok(0));
    assert!(matches!(client.delete(&["../balance"]).await, Err(ApiError::Unreadable(_))));
    assert_eq!(engine.balance(), MicroUsd::new(999_840_000), "what was charged stays charged");
}

#[tokio::test]
async fn an_error_tells_its_status_and_how_long_to_wait() {
    let (engine, client) = stand_in(EngineOptions::default()).await;
    for (effect, status, seconds) in [
        (Effect::RateLimit { retry_after_s: Some(7) }, Some(429), Some(7)),
        (Effect::RateLimit { retry_after_s: None }, Some(429), None),
        (Effect::Refuse { status: 401, message: "no".to_owned() }, Some(401), None),
        (Effect::Error { status: 503 }, None, None),
        (Effect::Malformed, None, None),
        (Effect::AcceptAndCode { code: 500 }, Some(500), None),
    ] {
        engine.clear_script();
        engine.script(Rule::on(On::Balance).then(effect.clone()));
        let error = client.balance().await.expect_err("a fault");
        assert_eq!((error.status(), error.retry_after()), (status, seconds.map(Duration::from_secs)), "{effect:?}");
    }
}
