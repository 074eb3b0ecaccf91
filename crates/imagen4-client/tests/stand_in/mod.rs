//! The stand-in for the vendor behind a port of its own, and a client of it.

use std::sync::Arc;

use imagen4_client::{ApiKey, Client};
use imagen4_engine::bill::Entry;
use imagen4_engine::{Engine, EngineOptions, Env, http};
use tokio::net::TcpListener;

pub(crate) async fn stand_in(options: EngineOptions, env: Env) -> (Arc<Engine>, Client) {
    let engine = Arc::new(Engine::open(options, env).expect("an engine"));
    let listener = TcpListener::bind("127.0.0.1:0").await.expect("a port");
    let base = format!("http://{}", listener.local_addr().expect("an address"));
    tokio::spawn(http::serve(engine.clone(), listener, std::future::pending()));
    let key = ApiKey::new("wsk_test").expect("a key");
    (engine, Client::builder(key).base_url(base).build().expect("a client"))
}

/// The ids of everything that was accepted, and so billed.
pub(crate) fn accepted(engine: &Engine) -> Vec<String> {
    let accepted = engine.entries().into_iter().filter_map(|entry| match entry {
        Entry::Accept(acceptance) => Some(acceptance.id),
        Entry::Refund { .. } | Entry::Delete { .. } => None,
    });
    accepted.collect()
}
