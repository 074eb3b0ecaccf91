//! The playground's proxy: it keeps WaveSpeed's key on the server, never bills a click twice, keeps every paid image,
//! and serves the page.
//!
//! # Layout
//! - [`store`]: runs and money, durable; [`images`]: what they became
//! - [`models`]: what WaveSpeed offers, and what a request costs now
//! - [`runner`]: sees each run through, from the one POST to the kept images
//! - [`http`]: the playground's face, and the page
//! - [`config`]: flags, environment and file
//! - [`upstream`]: WaveSpeed, or the embedded engine in its place
//! - [`backup`]: a copy of a data directory, also while it is used; [`transfer`]: everything in another place
//! - [`data_dir`]: where everything is kept on one machine, by one process at a time
//! - [`fence`]: a witness of what was sent, outside of the database
//! - [`start`]: puts the parts together and runs them until told to stop
//!
//! Imports point one way: `store ← runner ← http`, and `images`, `models ← runner`.

pub mod backup;
pub mod config;
pub mod data_dir;
pub mod fence;
pub mod http;
pub mod images;
pub mod models;
pub mod runner;
mod server;
pub mod store;
pub mod transfer;
pub mod upstream;

pub use server::{RunningServer, open_bucket, start};
