//! The playground's proxy: it keeps WaveSpeed's key on the server, never bills a click twice, keeps every paid image,
//! and serves the page.
//!
//! # Layout
//! - [`ledger`]: runs and money, durable
//! - [`models`]: what WaveSpeed offers, and what a request costs now
//! - [`dispatch`]: sees each run through, from the one POST to the kept images
//! - [`http`]: the playground's face, and the page
//! - [`config`]: flags, environment and file
//! - [`upstream`]: WaveSpeed, or the embedded engine in its place
//! - [`backup`]: a copy of it all, also while it is used
//! - [`data_dir`]: where everything is kept, by one process at a time
//! - [`start`]: puts the parts together and runs them until told to stop
//!
//! Imports point one way: `ledger ← dispatch ← http`, and `models ← dispatch`.

pub mod backup;
pub mod config;
pub mod data_dir;
pub mod dispatch;
pub mod http;
pub mod ledger;
pub mod models;
mod server;
pub mod upstream;

pub use server::{Started, start};
