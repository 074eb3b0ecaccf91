//! Each fault as the client sees it, and what the bill says of it, over real connections.

use std::sync::Arc;
use std::sync::atomic::{AtomicI64, AtomicU64, Ordering};
use std::time::{Duration, Instant};

use imagen4_core::{MicroUsd, Timestamp};
use imagen4_engine::bill::Entry;
use imagen4_engine::faults::{Effect, Ending, Fate, OddStatus, On, Rule};
use imagen4_engine::{Engine, EngineOptions, Env, http};
use serde_json::{Value, json};
use tokio::io::{AsyncReadExt, AsyncWriteExt};
use tokio::net::{TcpListener, TcpStream};

/// An engine behind a port, with a clock that stands still until it is moved.
struct Vendor {
    engine: Arc<Engine>,
    clock: Arc<AtomicI64>,
    port: u16,
}

/// Everything that came over the connection until its end.
#[derive(Debug)]
struct Answer {
    status: u16,
    head: String,
    body: Vec<u8>,
}

impl Answer {
    fn json(&self) -> Value {
        serde_json::from_slice(&self.body).expect("JSON")
    }

    fn text(&self) -> String {
        String::from_utf8_lossy(&self.body).into_owned()
    }

    /// Whether the body is as long as the head says.
    fn is_whole(&self) -> bool {
        let length =
            self.head.lines().find_map(|line| line.to_ascii_lowercase().strip_prefix("content-length: ")?.parse().ok());
        length == Some(self.body.len())
    }
}

impl Vendor {
    async fn with(change: impl FnOnce(&mut EngineOptions)) -> Self {
        let clock = Arc::new(AtomicI64::new(1_800_000_000_000));
        let (hands, ids) = (clock.clone(), AtomicU64::new(1));
        let now = move || Timestamp::from_ms(hands.load(Ordering::SeqCst));
        let random = move || u128::from(ids.fetch_add(1, Ordering::SeqCst));
        let mut options = EngineOptions { latency: Duration::ZERO, ..EngineOptions::default() };
        change(&mut options);
        let engine = Arc::new(Engine::open(options, Env::new(now, random)).expect("an engine"));
        let listener = TcpListener::bind("127.0.0.1:0").await.expect("a port");
        let port = listener.local_addr().expect("an address").port();
        tokio::spawn(http::serve(engine.clone(), listener, std::future::pending()));
        Self { engine, clock, port }
    }

    async fn scripted(rules: impl IntoIterator<Item = Rule>) -> Self {
        Self::with(|options| options.faults = rules.into_iter().collect()).await
    }

    fn later(&self, ms: i64) {
        self.clock.fetch_add(ms, Ordering::SeqCst);
    }

    /// The bytes that come back on a fresh connection.
    async fn raw(&self, method: &str, path: &str, body: &str) -> Vec<u8> {
        let request = format!(
            "{method} {path} HTTP/1.1\r\nHost: vendor.test\r\nAuthorization: Bearer k\r\nConnection: close\r\n\
             Content-Type: application/json\r\nContent-Length: {}\r\n\r\n{body}",
            body.len()
        );
        let mut stream = TcpStream::connect(("127.0.0.1", self.port)).await.expect("a connection");
        stream.write_all(request.as_bytes()).await.expect("sent");
        let mut bytes = Vec::new();
        // A reset ends the answer as well as a close does.
        drop(stream.read_to_end(&mut bytes).await);
        bytes
    }

    async fn send(&self, method: &str, path: &str, body: Value) -> Answer {
        let bytes = self.raw(method, path, &body.to_string()).await;
        let end = bytes.windows(4).position(|four| four == b"\r\n\r\n").expect("a head") + 4;
        let head = String::from_utf8_lossy(&bytes[..end]).into_owned();
        let status = head.split(' ').nth(1).and_then(|status| status.parse().ok()).expect("a status");
        Answer { status, head, body: bytes[end..].to_vec() }
    }

    async fn submit(&self, prompt: &str) -> Answer {
        self.send("POST", SUBMIT, json!({ "prompt": prompt, "num_images": 4 })).await
    }

    /// Submits and tells the prediction's id.
    async fn accepted(&self) -> String {
        let answer = self.submit("a fox").await;
        assert_eq!(answer.status, 200, "{answer:?}");
        answer.json()["data"]["id"].as_str().expect("an id").to_owned()
    }

    async fn result(&self, id: &str) -> Value {
        let answer = self.send("GET", &format!("/api/v3/predictions/{id}/result"), Value::Null).await;
        if answer.status == 200 { answer.json()["data"].clone() } else { json!(answer.status) }
    }

    fn billed(&self) -> usize {
        self.engine.entries().iter().filter(|entry| matches!(entry, Entry::Accept(_))).count()
    }
}

const SUBMIT: &str = "/api/v3/wavespeed-ai/imagen4";

fn submit(effect: Effect) -> Rule {
    Rule::on(On::Submit).then(effect)
}

/// What becomes of the first prediction.
async fn fated(fate: Fate) -> (Vendor, String) {
    let vendor = Vendor::scripted([Rule::on(On::Submit).fate(fate)]).await;
    let id = vendor.accepted().await;
    (vendor, id)
}

#[tokio::test]
async fn an_answer_that_is_dropped_is_not_a_single_byte() {
    for (effect, billed) in [(Effect::Drop, 0), (Effect::AcceptAndDrop, 1)] {
        let vendor = Vendor::scripted([submit(effect.clone())]).await;
        let bytes = vendor.raw("POST", SUBMIT, r#"{"prompt":"a fox"}"#).await;
        assert!(bytes.is_empty(), "{effect:?}: {}", String::from_utf8_lossy(&bytes));
        assert_eq!(vendor.billed(), billed, "{effect:?}");
        assert_eq!(vendor.submit("a fox").await.status, 200, "the next connection is fine");
    }
}

#[tokio::test]
async fn a_refusal_is_the_vendors_json_and_is_not_billed() {
    let refuse = Effect::Refuse { status: 400, message: "Insufficient credits".to_owned() };
    let vendor = Vendor::scripted([submit(refuse)]).await;
    let answer = vendor.submit("a fox").await;
    assert_eq!(answer.status, 400);
    assert_eq!(answer.json(), json!({ "code": 400, "message": "Insufficient credits", "data": null }));
    assert_eq!(vendor.billed(), 0);
}

#[tokio::test]
async fn a_429_has_a_retry_after_if_it_says_so_and_may_lie() {
    for (effect, retry_after, billed) in [
        (Effect::RateLimit { retry_after_s: Some(7) }, true, 0),
        (Effect::RateLimit { retry_after_s: None }, false, 0),
        (Effect::AcceptAndRateLimit { retry_after_s: Some(7) }, true, 1),
        (Effect::AcceptAndRateLimit { retry_after_s: None }, false, 1),
    ] {
        let vendor = Vendor::scripted([submit(effect.clone())]).await;
        let answer = vendor.submit("a fox").await;
        assert_eq!((answer.status, &answer.json()["code"]), (429, &json!(429)), "{effect:?}");
        assert_eq!(answer.head.contains("retry-after: 7\r\n"), retry_after, "{}", answer.head);
        assert_eq!(vendor.billed(), billed, "{effect:?}");
    }
}

#[tokio::test]
async fn a_gateways_error_is_a_page_before_or_after_accepting() {
    for (effect, billed) in [(Effect::Error { status: 502 }, 0), (Effect::AcceptAndError { status: 502 }, 1)] {
        let vendor = Vendor::scripted([submit(effect.clone())]).await;
        let answer = vendor.submit("a fox").await;
        assert!(answer.status == 502 && answer.text().starts_with("<html>"), "{effect:?}: {answer:?}");
        assert_eq!(vendor.billed(), billed, "{effect:?}");
    }
}

#[tokio::test]
async fn a_200_without_a_prediction_is_billed_all_the_same() {
    let vendor = Vendor::scripted([submit(Effect::Malformed), submit(Effect::AcceptAndCode { code: 500 })]).await;
    let broken = vendor.submit("a fox").await;
    assert!(broken.status == 200 && broken.is_whole() && broken.text().starts_with('{'), "{broken:?}");
    assert!(serde_json::from_slice::<Value>(&broken.body).is_err());
    let odd = vendor.submit("a fox").await;
    assert_eq!((odd.status, &odd.json()["code"], &odd.json()["data"]), (200, &json!(500), &Value::Null));
    assert_eq!(vendor.billed(), 2);
}

#[tokio::test]
async fn a_delay_comes_before_or_after_accepting() {
    let vendor = Vendor::scripted([submit(Effect::Delay { ms: 400 }), submit(Effect::DelayAnswer { ms: 400 })]).await;
    for billed_meanwhile in [0, 2] {
        let begun = Instant::now();
        let submission = vendor.submit("a fox");
        tokio::pin!(submission);
        let halfway = tokio::time::timeout(Duration::from_millis(200), &mut submission).await;
        assert!(halfway.is_err(), "answered too early");
        assert_eq!(vendor.billed(), billed_meanwhile);
        assert_eq!(submission.await.status, 200);
        assert!(begun.elapsed() >= Duration::from_millis(400));
    }
}

#[tokio::test]
async fn a_prediction_that_fails_says_why_and_is_refunded_later() {
    for (ending, status) in [(Ending::Failed, "failed"), (Ending::Cancelled, "cancelled"), (Ending::Timeout, "timeout")]
    {
        let mut fate = Fate { latency_ms: Some(5000), ..Fate::failed(1200) };
        fate.fail.as_mut().expect("a failure").status = ending;
        let (vendor, id) = fated(fate).await;
        assert_eq!(vendor.result(&id).await["status"], "created");
        vendor.later(5000);
        let told = vendor.result(&id).await;
        assert_eq!((&told["status"], &told["code"], &told["outputs"]), (&json!(status), &json!(1200), &json!([])));
        assert!(told["error"].as_str().is_some_and(|error| !error.is_empty()));
        assert_eq!(vendor.engine.balance(), MicroUsd::new(999_840_000));
        vendor.later(3 * 3_600_000);
        let balance = vendor.send("GET", "/api/v3/balance", Value::Null).await.json();
        assert_eq!(balance["data"]["balance"], json!(1000.0));
    }
}

#[tokio::test]
async fn outputs_may_be_null_for_ever_or_for_a_while() {
    let (vendor, id) = fated(Fate { empty_outputs: true, ..Fate::default() }).await;
    vendor.later(86_400_000);
    let told = vendor.result(&id).await;
    assert_eq!((&told["status"], &told["outputs"]), (&json!("completed"), &Value::Null));

    let (vendor, id) = fated(Fate { late_outputs_ms: Some(3000), ..Fate::default() }).await;
    vendor.later(2999);
    assert_eq!(vendor.result(&id).await["outputs"], Value::Null);
    vendor.later(1);
    assert_eq!(vendor.result(&id).await["outputs"].as_array().map(Vec::len), Some(4));
}

#[tokio::test]
async fn pictures_may_be_flagged_missing_or_fewer() {
    let fate = Fate { nsfw: vec![0, 2], missing_outputs: vec![1], fewer: Some(3), ..Fate::default() };
    let (vendor, id) = fated(fate).await;
    let told = vendor.result(&id).await;
    assert_eq!(told["has_nsfw_contents"], json!([true, false, true]));
    assert_eq!(told["outputs"].as_array().map(Vec::len), Some(3));
    for (number, status) in [(1, 200), (2, 404), (3, 200), (4, 404)] {
        let answer = vendor.send("GET", &format!("/outputs/{id}/{number}.jpeg"), Value::Null).await;
        assert_eq!(answer.status, status, "picture {number}");
    }
}

#[tokio::test]
async fn an_unknown_status_lasts_for_ever_or_for_a_while() {
    let odd = |ms| Fate { status: Some(OddStatus { name: "dreaming".to_owned(), ms }), ..Fate::default() };
    let (vendor, id) = fated(odd(Some(1000))).await;
    assert_eq!(vendor.result(&id).await["status"], "dreaming");
    vendor.later(1000);
    assert_eq!(vendor.result(&id).await["status"], "completed");
    let (vendor, id) = fated(odd(None)).await;
    vendor.later(86_400_000);
    assert_eq!(vendor.result(&id).await["status"], "dreaming");
}

#[tokio::test]
async fn outputs_may_be_bare_base64_though_nobody_asked() {
    let (vendor, id) = fated(Fate { base64: true, fewer: Some(1), ..Fate::default() }).await;
    assert!(vendor.result(&id).await["outputs"][0].as_str().is_some_and(|text| text.starts_with("/9j/")));
}

#[tokio::test]
async fn a_prediction_that_vanishes_stays_on_the_bill() {
    let (vendor, id) = fated(Fate { vanish_after_ms: Some(1000), ..Fate::default() }).await;
    let listed = async || {
        let list = vendor.send("POST", "/api/v3/predictions", json!({ "page": 1, "page_size": 10 })).await;
        list.json()["data"]["total"].clone()
    };
    assert_eq!(listed().await, 1);
    vendor.later(1000);
    assert_eq!((vendor.result(&id).await, listed().await), (json!(404), json!(0)));
    let search = json!({ "page": 1, "page_size": 10, "prediction_uuids": [id] });
    let bills = vendor.send("POST", "/api/v3/billings/search", search).await.json();
    assert_eq!((&bills["data"]["total"], vendor.billed()), (&json!(1), 1));
}

#[tokio::test]
async fn every_other_call_can_fail_in_every_way() {
    let vendor = Vendor::scripted([]).await;
    let id = vendor.accepted().await;
    let page = json!({ "page": 1, "page_size": 10 });
    let calls = [
        (On::Result, "GET", format!("/api/v3/predictions/{id}/result"), Value::Null),
        (On::Result, "GET", format!("/api/v3/predictions/{id}"), Value::Null),
        (On::List, "POST", "/api/v3/predictions".to_owned(), page.clone()),
        (On::Billings, "POST", "/api/v3/billings/search".to_owned(), page),
        (On::Output, "GET", format!("/outputs/{id}/1.jpeg"), Value::Null),
        (On::Balance, "GET", "/api/v3/balance".to_owned(), Value::Null),
        (On::Models, "GET", "/api/v3/models".to_owned(), Value::Null),
        (On::Price, "POST", "/api/v3/model/price".to_owned(), json!({ "model_id": "wavespeed-ai/imagen4" })),
        (On::Delete, "POST", "/api/v3/predictions/delete".to_owned(), json!({ "ids": ["nobody"] })),
    ];
    for (on, method, path, body) in calls {
        for (effect, status) in [
            (Effect::Error { status: 503 }, 503),
            (Effect::Refuse { status: 401, message: "Invalid API key".to_owned() }, 401),
            (Effect::RateLimit { retry_after_s: Some(1) }, 429),
            (Effect::Delay { ms: 1 }, 200),
            (Effect::Malformed, 200),
            (Effect::Truncate, 200),
            (Effect::NotAPicture, 200),
        ] {
            vendor.engine.clear_script();
            vendor.engine.script(Rule::on(on).then(effect.clone()));
            let answer = vendor.send(method, &path, body.clone()).await;
            assert_eq!((answer.status, vendor.engine.script_uses()), (status, vec![1]), "{path}: {effect:?}");
            assert_eq!(answer.is_whole(), effect != Effect::Truncate, "{path}: {effect:?}");
            let is_json = serde_json::from_slice::<Value>(&answer.body).is_ok();
            match effect {
                Effect::NotAPicture => assert!(answer.text().starts_with("<!doctype html>"), "{path}"),
                Effect::Malformed | Effect::Truncate => {
                    assert!(!is_json && !answer.body.is_empty(), "{path}: {effect:?}")
                }
                _ => {}
            }
            assert_eq!(vendor.send(method, &path, body.clone()).await.status, 200, "{path} is well again");
        }
        vendor.engine.clear_script();
        vendor.engine.script(Rule::on(on).then(Effect::Drop));
        assert!(vendor.raw(method, &path, &body.to_string()).await.is_empty(), "{path}");
    }
}

#[tokio::test]
async fn a_truncated_picture_ends_in_the_middle() {
    let vendor = Vendor::scripted([Rule::on(On::Output).prompt("fox").then(Effect::Truncate)]).await;
    let path = format!("/outputs/{}/1.jpeg", vendor.accepted().await);
    let (half, whole) = (vendor.send("GET", &path, Value::Null).await, vendor.send("GET", &path, Value::Null).await);
    assert!(whole.is_whole() && !half.is_whole());
    assert!(half.body.len() > whole.body.len() / 3 && half.body.len() < whole.body.len() * 2 / 3);
    assert!(whole.body.starts_with(&half.body));
}

#[tokio::test]
async fn a_rule_is_met_by_the_prompt_of_the_prediction_and_by_the_model() {
    let gone = |rule: Rule| rule.always().then(Effect::Error { status: 503 });
    let vendor = Vendor::scripted([
        gone(Rule::on(On::Result).prompt("hen")),
        gone(Rule::on(On::Submit).model("google/imagen4")),
    ])
    .await;
    let fox = vendor.accepted().await;
    let hen = vendor.submit("a hen").await.json()["data"]["id"].as_str().expect("an id").to_owned();
    assert_eq!(vendor.result(&fox).await["status"], "completed");
    assert_eq!(vendor.result(&hen).await, json!(503));
    assert_eq!(vendor.send("POST", "/api/v3/google/imagen4", json!({ "prompt": "a fox" })).await.status, 503);
}

#[tokio::test]
async fn a_lost_answer_may_hide_a_failure() {
    let rule = submit(Effect::AcceptAndDrop).fate(Fate::failed(5000));
    let vendor = Vendor::scripted([rule]).await;
    assert!(vendor.raw("POST", SUBMIT, r#"{"prompt":"a fox"}"#).await.is_empty());
    let [Entry::Accept(taken)] = &vendor.engine.entries()[..] else { panic!("{:?}", vendor.engine.entries()) };
    assert_eq!(vendor.result(&taken.id).await["status"], "failed");
}
