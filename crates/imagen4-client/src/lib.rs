//! A typed async client for the Imagen 4 models of the WaveSpeedAI REST API.
//!
//! ```
//! # include!(concat!(env!("CARGO_MANIFEST_DIR"), "/tests/stand_in/doc.rs"));
//! # fn main() { with_origin(example) }
//! # async fn example(origin: String) -> Result<(), Box<dyn std::error::Error>> {
//! # let key = "wsk_any";
//! use imagen4_client::{ApiKey, AspectRatio, Client, GenerationRequest, ImageCount, Prompt};
//!
//! // `Client::from_env()` reads WAVESPEED_API_KEY and WAVESPEED_BASE_URL instead.
//! let client = Client::builder(ApiKey::new(key)?).base_url(origin).build()?;
//! let request = GenerationRequest {
//!     aspect_ratio: AspectRatio::Wide,
//!     num_images: ImageCount::new(2)?,
//!     ..GenerationRequest::new(Prompt::new("a fox in snow")?)
//! };
//! assert_eq!(request.price().to_string(), "$0.08");
//!
//! let generation = client.run(&request).await?;
//! for url in generation.urls() {
//!     println!("{url}");
//! }
//! # assert_eq!(generation.urls().count(), 2);
//! # Ok(()) }
//! ```
//!
//! # Money
//! The vendor bills when it accepts a submission and knows no idempotency key, so a submission is exactly one request, which
//! is never repeated. What failed says so by type: [`SubmitError`] and [`RunError`] answer [`was_billed`](RunError::was_billed)
//! and [`is_retryable`](RunError::is_retryable). A failing question for a result never ends a wait by itself, and what was
//! accepted can be picked up by its id, in this process or another ([`Client::wait`]).
//!
//! # Features
//! - `rustls` (default): TLS by rustls on ring
//! - `native-tls`: TLS by the system's library instead
//!
//! With neither of them only http works.
//!
//! # Layout
//! - [`Client`], [`ClientBuilder`]: where to, with which key
//! - [`ApiKey`]: the key, which no log can show
//! - `run`: [`Client::run`], [`Client::wait`], [`Client::watch`] with [`Generation`], [`Wait`] and [`RunError`]
//! - [`Client::submit`] in `submit`; [`Client::result`], [`Client::list`], [`Client::delete`] in `predictions`
//! - [`Client::balance`], [`Client::models`], [`Client::price`] in `account`; [`Client::billings`] in `billings`
//! - `call`: what all of them but `submit` have in common; `transport`: how bytes go out and come back
//! - `money`: the vendor's JSON numbers as micro-dollars
//! - [`SubmitError`], [`ApiError`] in `error`
//! - [`imagen4_core`]: requests, predictions and money, of which the everyday names are repeated here

mod account;
mod billings;
mod call;
mod client;
mod error;
mod key;
mod money;
mod predictions;
mod run;
mod submit;
mod transport;

pub use account::{ModelRow, Price};
pub use billings::{BillKind, BillRow, BillingPage, BillingQuery};
pub use client::{BuildError, Client, ClientBuilder, DEFAULT_BASE_URL};
pub use error::{ApiError, SubmitError};
pub use imagen4_core;
pub use imagen4_core::prediction::Output;
pub use imagen4_core::{
    AspectRatio, Billed, GenerationRequest, ImageCount, MicroUsd, Model, NegativePrompt, Prediction, PredictionStatus,
    Prompt, Seed, Timestamp,
};
pub use key::{ApiKey, BadKey};
pub use predictions::{ListPage, ListQuery};
pub use run::{Generation, RunError, Wait};
pub use transport::{install_tls_provider, proxied, read_capped};

/// The README's example compiles.
#[cfg(doctest)]
#[doc = include_str!("../README.md")]
struct Readme;
