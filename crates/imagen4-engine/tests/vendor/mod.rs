//! The engine's routes, called without a port.
#![allow(dead_code, reason = "no test uses all of it")]

use std::sync::Arc;
use std::sync::atomic::{AtomicI64, AtomicU64, Ordering};

use axum::body::Body;
use axum::http::{Request, header};
use http_body_util::BodyExt;
use imagen4_core::Timestamp;
use imagen4_engine::{Engine, EngineOptions, Env, http};
use serde_json::Value;
use tower::ServiceExt;

/// An engine with a clock that stands still until it is moved, and ids that count from 1.
pub(crate) struct Vendor {
    pub(crate) engine: Arc<Engine>,
    clock: Arc<AtomicI64>,
}

impl Vendor {
    pub(crate) fn open() -> Self {
        Self::with(|_| ())
    }

    pub(crate) fn with(change: impl FnOnce(&mut EngineOptions)) -> Self {
        let clock = Arc::new(AtomicI64::new(1_800_000_000_000));
        let (hands, ids) = (clock.clone(), AtomicU64::new(1));
        let now = move || Timestamp::from_ms(hands.load(Ordering::SeqCst));
        let random = move || u128::from(ids.fetch_add(1, Ordering::SeqCst));
        let mut options = EngineOptions { api_key: Some("k".to_owned()), ..EngineOptions::default() };
        change(&mut options);
        Self { engine: Arc::new(Engine::open(options, Env::new(now, random)).expect("an engine")), clock }
    }

    pub(crate) fn later(&self, ms: i64) {
        self.clock.fetch_add(ms, Ordering::SeqCst);
    }

    pub(crate) async fn send(&self, method: &str, path: &str, body: &str) -> (u16, Vec<u8>) {
        let request = Request::builder().method(method).uri(path).header(header::HOST, "vendor.test");
        let request =
            request.header(header::AUTHORIZATION, "Bearer k").header(header::CONTENT_TYPE, "application/json");
        let response =
            http::router(self.engine.clone()).oneshot(request.body(Body::from(body.to_owned())).expect("a request"));
        let response = response.await.expect("an answer");
        let status = response.status().as_u16();
        (status, response.into_body().collect().await.expect("a body").to_bytes().to_vec())
    }

    /// An answer in the envelope; its code always repeats the status.
    pub(crate) async fn call(&self, method: &str, path: &str, body: Value) -> (u16, Value) {
        let (status, bytes) = self.send(method, path, &body.to_string()).await;
        let envelope: Value = serde_json::from_slice(&bytes).expect("JSON");
        assert_eq!(envelope["code"], status, "{envelope}");
        (status, if status == 200 { envelope["data"].clone() } else { envelope["message"].clone() })
    }

    pub(crate) async fn submit(&self, input: Value) -> Value {
        self.submit_to("wavespeed-ai/imagen4", input).await
    }

    pub(crate) async fn submit_to(&self, model: &str, input: Value) -> Value {
        let (status, data) = self.call("POST", &format!("/api/v3/{model}"), input).await;
        assert_eq!(status, 200, "{data}");
        data
    }
}
