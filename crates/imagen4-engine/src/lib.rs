//! A stand-in for WaveSpeed: it speaks the WaveSpeedAI contract, keeps its own durable bill of what it accepted, and
//! paints sample images instead of asking a model.
//!
//! It is fast, free and honest about being a stand-in, and its bill is the oracle of the safety tests: whatever a client
//! believes, the bill says what was really accepted.
//!
//! # Layout
//! - [`Engine`]: accepting, and what a prediction is at any moment; no I/O but the bill
//! - [`bill`]: the durable record, one JSON line an entry
//! - [`faults`]: scripts of what goes wrong
//! - [`http`]: the contract's routes over an engine
//! - [`paint`](fn@paint): images as a pure function of a [`Brief`]
//! - [`Env`]: time, waiting and randomness, given from outside

pub mod bill;
mod engine;
mod env;
pub mod faults;
pub mod http;
mod paint;

pub use engine::{Engine, EngineOptions, OpenError, RETENTION_MS};
pub use env::Env;
pub use paint::{Brief, paint};
