//! A typed async client for the Imagen 4 models of the WaveSpeedAI REST API.
//!
//! The vendor bills when it accepts a submission and knows no idempotency key, so a submission is exactly one request,
//! and its errors say what is known of the money: *refused*, *never sent*, or *maybe accepted*.
//!
//! # Layout
//! - [`Client`], [`ClientBuilder`]: where to, with which key
//! - [`ApiKey`]: the key, which no log can show
//! - [`Client::submit`] in `submit`; [`Client::result`], [`Client::list`], [`Client::delete`] in `predictions`
//! - [`Client::balance`], [`Client::models`], [`Client::price`] in `account`; [`Client::billings`] in `billings`
//! - `call`: what all of them but `submit` have in common; `transport`: how bytes go out and come back
//! - `money`: the vendor's JSON numbers as micro-dollars
//! - [`SubmitError`], [`ApiError`] in `error`
//!
//! ```no_run
//! # async fn example() -> Result<(), Box<dyn std::error::Error>> {
//! use imagen4_client::{ApiKey, Client};
//! use imagen4_core::{GenerationRequest, Prompt};
//!
//! let client = Client::builder(ApiKey::new(std::env::var("WAVESPEED_API_KEY")?)?).build()?;
//! let prediction = client.submit(&GenerationRequest::new(Prompt::new("a fox in snow")?)).await?;
//! let later = client.result(&prediction.id).await?;
//! println!("{}", later.status);
//! # Ok(()) }
//! ```

mod account;
mod billings;
mod call;
mod client;
mod error;
mod key;
mod money;
mod predictions;
mod submit;
mod transport;

pub use account::{ModelRow, Price};
pub use billings::{BillKind, BillRow, BillingPage, BillingQuery};
pub use client::{BuildError, Client, ClientBuilder, DEFAULT_BASE_URL};
pub use error::{ApiError, SubmitError};
pub use key::{ApiKey, BadKey};
pub use predictions::{ListPage, ListQuery};
pub use transport::{install_tls_provider, proxied, read_capped};
