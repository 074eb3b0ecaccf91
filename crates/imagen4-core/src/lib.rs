//! The types and rules of the Imagen 4 playground.
//!
//! Shared by the page (wasm) and the servers (native): no I/O, no async, no clock. Values that would be refused
//! cannot be built, so both sides say the same about the same input.
//!
//! # Layout
//! - [`model`]: models as WaveSpeed publishes them, and inputs that are valid for one
//! - [`fields`]: everything that is wrong with an input at once
//! - [`money`]: [`MicroUsd`], integer micro-dollars
//! - [`prediction`]: WaveSpeed's object, read tolerantly from any bytes
//! - [`run`]: our object; its states and what moves it from one to the next
//! - [`problem`]: what went wrong, as RFC 9457 problem details
//! - [`filter`]: what a list of runs is narrowed to
//! - [`text`]: what a text shows, and how texts are compared
//! - [`wording`]: what a prompt's text alone tells: its variants
//! - [`api`]: the other shapes of the playground's HTTP face
//! - `openapi` (a feature): schemas of what goes over the wire
//! - [`json`]: integers as JSON Schema means them
//! - [`time`]: [`Timestamp`], milliseconds that read and write RFC 3339

pub mod api;
pub mod fields;
pub mod filter;
pub mod json;
pub mod model;
pub mod money;
#[cfg(feature = "openapi")]
pub mod openapi;
pub mod prediction;
pub mod problem;
pub mod run;
pub mod text;
pub mod time;
pub mod wording;

pub use fields::{FieldErrors, Refusal};
pub use filter::RunFilter;
pub use model::{Catalogue, ModelInput, ModelSpec, Ratio};
pub use money::MicroUsd;
pub use prediction::{Prediction, PredictionStatus};
pub use problem::{Problem, ProblemCode};
pub use run::{Billed, Run, RunEvent, RunId, RunRequest, RunState};
pub use time::Timestamp;

/// The README's example works.
#[cfg(doctest)]
#[doc = include_str!("../README.md")]
struct Readme;
