//! A typed async client for the text-to-image models of the WaveSpeedAI REST API.
//!
//! ```
//! # include!(concat!(env!("CARGO_MANIFEST_DIR"), "/tests/stand_in/doc.rs"));
//! # fn main() { with_origin(example) }
//! # async fn example(origin: String) -> Result<(), Box<dyn std::error::Error>> {
//! # let key = "wsk_any";
//! use imagen4_client::{ApiKey, AspectRatio, Client, ImageCount, ImagenRequest, Prompt, RunRequest};
//!
//! // `Client::from_env()` reads WAVESPEED_API_KEY and WAVESPEED_BASE_URL instead.
//! let client = Client::builder(ApiKey::new(key)?).base_url(origin).build()?;
//! let request = RunRequest::from(ImagenRequest {
//!     aspect_ratio: AspectRatio::Wide,
//!     num_images: ImageCount::new(2)?,
//!     ..ImagenRequest::new(Prompt::new("a fox in snow")?)
//! });
//! assert_eq!(client.price(&request).await?.price.to_string(), "$0.08");
//!
//! let generation = client.run(request).await?;
//! for url in generation.urls() {
//!     println!("{url}");
//! }
//! # assert_eq!(generation.urls().count(), 2);
//! # Ok(()) }
//! ```
//!
//! # Requests
//! A request is a model's id and that model's own input: a [`RunRequest`], whatever the model. A [`ModelSpec`], as
//! [`Client::models`] reads it from WaveSpeed's catalogue, checks an input against the model's schema before anything is
//! sent; WaveSpeed itself drops inputs that it does not know and bills all the same. [`ImagenRequest`] is the same for Imagen
//! 4's five inputs, as types. What any of them costs is told by [`Client::price`].
//!
//! # Money
//! WaveSpeed bills when it accepts a submission and knows no idempotency key, so a submission is exactly one request, which
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
//! - [`Client::balance`], [`Client::price`] in `account`; [`Client::billings`] in `billings`
//! - [`Client::models`] and [`ModelRow`] in `models`
//! - `imagen`: [`ImagenRequest`] and its parts
//! - `call`: what all of them but `submit` have in common; `transport`: how bytes go out and come back
//! - `money`: WaveSpeed's JSON numbers as micro-dollars
//! - [`SubmitError`], [`ApiError`] in `error`
//! - [`imagen4_core`]: requests, predictions and money, of which the everyday names are repeated here

mod account;
mod billings;
mod call;
mod client;
mod error;
mod imagen;
mod key;
mod models;
mod money;
mod predictions;
mod run;
mod submit;
mod transport;

pub use account::Price;
pub use billings::{BillKind, BillRow, BillingPage, BillingQuery};
pub use client::{BuildError, Client, ClientBuilder, DEFAULT_BASE_URL};
pub use error::{ApiError, SubmitError};
pub use imagen::{AspectRatio, ImageCount, ImagenRequest, NegativePrompt, Prompt, Seed};
pub use imagen4_core;
pub use imagen4_core::prediction::Output;
pub use imagen4_core::{
    Billed, FieldErrors, MicroUsd, ModelInput, ModelSpec, Prediction, PredictionStatus, Refusal, RunRequest, Timestamp,
};
pub use key::{ApiKey, BadKey};
pub use models::ModelRow;
pub use predictions::{ListPage, ListQuery};
pub use run::{Generation, RunError, Wait};
pub use transport::{install_tls_provider, proxied, read_capped};

/// The README's example compiles.
#[cfg(doctest)]
#[doc = include_str!("../README.md")]
struct Readme;
