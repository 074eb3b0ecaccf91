//! Starts real proxies and engines on free ports for the tests beside it.
//!
//! # Layout
//! - [`Playground`]: a proxy over a data directory, stopped and started at will
//! - [`Vendor`]: an engine that stands in for the vendor, with a key and a bill
//! - [`Event`]: what an event stream tells
//! - [`Answer`]: an HTTP answer, read whole
//! - [`is_on_server`]: whether its database is PostgreSQL
//! - [`fast`], [`Hands`]: clocks that make hours short

mod answer;
mod clock;
mod database;
mod events;
mod playground;
mod vendor;

use std::time::Duration;

pub use answer::{Answer, answer};
pub use clock::{Hands, NOON, fast};
pub use database::is_on_server;
pub use events::Event;
pub use playground::Playground;
pub use vendor::{KEY, Vendor};

/// What every test may wait for at most; a wait ends as soon as what it waits for is there.
pub const PATIENCE: Duration = Duration::from_secs(120);
/// How often is looked whether it is there.
const LOOK_EVERY: Duration = Duration::from_millis(10);

/// Waits until something is so.
///
/// # Panics
/// When it does not become so.
pub async fn until(what: &str, is_so: impl AsyncFn() -> bool) {
    let until = tokio::time::Instant::now() + PATIENCE;
    while !is_so().await {
        assert!(tokio::time::Instant::now() < until, "still waiting: {what}");
        tokio::time::sleep(LOOK_EVERY).await;
    }
}
