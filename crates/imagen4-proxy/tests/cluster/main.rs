//! Two replicas, as they are run: processes on one PostgreSQL database and one bucket.
//!
//! `cargo xtask test --only postgres` starts both servers and names them in `IMAGEN4_TEST_POSTGRES` and `IMAGEN4_TEST_S3`.
//!
//! # Layout
//! - [`cluster`]: replicas, their vendor and what they share; [`wire`]: what connects them with the database
//! - [`chaos`]: killed, frozen and cut off at random; [`crowd`]: a thousand submissions; [`together`]: what one does, the other tells
//! - [`moved`]: from one machine to servers and back; [`restored`]: a backup under replicas that go on
//! - [`refused`]: what does not belong together does not start
#![cfg(unix)]

mod chaos;
mod cluster;
mod crowd;
mod moved;
#[path = "../process/mod.rs"]
mod process;
mod refused;
mod restored;
mod together;
mod wire;
