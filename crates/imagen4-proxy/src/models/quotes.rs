//! What requests cost now. The vendor's quote is free and is the truth: a list price or a formula is only an estimate.
//!
//! Inputs that agree in everything that can move a price share a quote, and whoever asks while it is on its way waits for the same
//! answer.

use std::collections::HashMap;
use std::sync::atomic::{AtomicU64, Ordering};
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use std::time::Duration;

use imagen4_client::{ApiError, Client};
use imagen4_core::api::Quote;
use imagen4_core::{ModelInput, Problem, ProblemCode, Timestamp};
use imagen4_engine::Env;

/// A quote is asked for again after a minute.
const FRESH_MS: u64 = 60_000;
/// So many quotes are kept at most.
const MOST: usize = 1_000;
/// For forms the vendor is asked so often a minute at most; a click always asks.
const A_MINUTE: u32 = 120;
/// A vendor that is slower than that has no price.
const PATIENCE: Duration = Duration::from_secs(10);

/// For whom it is asked.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Urgency {
    /// A form that shows it.
    Form,
    /// A click that holds it.
    Click,
}

/// Why there is no price.
#[derive(Debug, thiserror::Error)]
pub enum QuoteError {
    /// The vendor did not say one.
    #[error("WaveSpeed returned no price: {0}")]
    Vendor(#[from] ApiError),
    /// It took too long.
    #[error("WaveSpeed did not return a price in time")]
    Slow,
    /// It was asked often enough for now.
    #[error("too many price requests within a minute")]
    TooOften,
}

impl QuoteError {
    /// What is said to whoever wants to know.
    pub fn problem(&self) -> Problem {
        match self {
            Self::Vendor(ApiError::Refused { status: 401 | 403, .. }) => Problem::new(ProblemCode::KeyRefused)
                .detail("WaveSpeed does not accept the key, so nothing was sent. Check WAVESPEED_API_KEY."),
            Self::Vendor(ApiError::Refused { status: 400 | 413 | 422, message }) => {
                let detail = format!("WaveSpeed has no price for this. It says: {message} Nothing was sent.");
                Problem::new(ProblemCode::Refused).detail(detail)
            }
            Self::Vendor(_) | Self::Slow => Problem::new(ProblemCode::PriceUnknown)
                .detail("WaveSpeed can't say what this costs right now. Nothing was sent; try again."),
            Self::TooOften => Problem::new(ProblemCode::PriceUnknown)
                .detail("Too many price requests within a minute. Nothing was sent; try again in a moment."),
        }
    }
}

/// The model, and everything in the input that can move its price.
type Key = (String, String);

/// One price, or nothing yet; locked while it is asked for.
type Slot = Arc<tokio::sync::Mutex<Option<Quote>>>;

/// Prices of requests.
#[derive(Debug)]
pub struct Quotes {
    client: Client,
    env: Env,
    slots: Mutex<HashMap<Key, Slot>>,
    /// Since when is counted, and how many were asked for.
    minute: Mutex<(Timestamp, u32)>,
    asked: AtomicU64,
    failed: AtomicU64,
}

impl Quotes {
    pub(super) fn new(client: Client, env: Env) -> Self {
        Self {
            client,
            env,
            slots: Mutex::default(),
            minute: Mutex::default(),
            asked: AtomicU64::default(),
            failed: AtomicU64::default(),
        }
    }

    /// How often the vendor was asked since the start, and how often it named no price.
    pub fn asked(&self) -> (u64, u64) {
        (self.asked.load(Ordering::Relaxed), self.failed.load(Ordering::Relaxed))
    }

    /// Forgets what is known: the bill showed another price than the quote.
    pub fn forget(&self) {
        lock(&self.slots).clear();
    }

    /// What an input costs now.
    ///
    /// # Errors
    /// See [`QuoteError`].
    pub async fn of(&self, input: &ModelInput, urgency: Urgency) -> Result<Quote, QuoteError> {
        let slot = self.slot(input);
        let mut known = slot.lock().await;
        let now = self.env.now();
        // A clock that was set back makes a quote none from the future.
        if let Some(quote) = known.filter(|quote| now.ms_since(quote.quoted_at) < FRESH_MS && quote.quoted_at <= now) {
            return Ok(quote);
        }
        if !self.may_ask(now) && urgency == Urgency::Form {
            return Err(QuoteError::TooOften);
        }
        self.asked.fetch_add(1, Ordering::Relaxed);
        let asking = tokio::time::timeout(PATIENCE, self.client.price(input.request()));
        let price = asking.await.map_err(|_| QuoteError::Slow).and_then(|price| Ok(price?));
        *known = None;
        let price = price.inspect_err(|error| {
            self.failed.fetch_add(1, Ordering::Relaxed);
            // The vendor's words may repeat the prompt.
            let status = match error {
                QuoteError::Vendor(error) => error.status(),
                QuoteError::Slow | QuoteError::TooOften => None,
            };
            tracing::warn!(model = input.request().model, ?status, "no price");
        })?;
        let quote =
            Quote { price_microusd: price.price, list_price_microusd: price.list_price, quoted_at: self.env.now() };
        *known = Some(quote);
        Ok(quote)
    }

    fn slot(&self, input: &ModelInput) -> Slot {
        let priced = serde_json::to_string(input.priced()).unwrap_or_default();
        let key = (input.request().model.clone(), priced);
        let mut slots = lock(&self.slots);
        if slots.len() >= MOST && !slots.contains_key(&key) {
            let now = self.env.now();
            let is_fresh = |slot: &Slot| match slot.try_lock() {
                Ok(quote) => quote.is_some_and(|quote| now.ms_since(quote.quoted_at) < FRESH_MS),
                Err(_) => true,
            };
            slots.retain(|_, slot| is_fresh(slot));
            if slots.len() >= MOST {
                slots.clear();
            }
        }
        slots.entry(key).or_default().clone()
    }

    /// Counts a question; whether it is within what a minute allows.
    fn may_ask(&self, now: Timestamp) -> bool {
        let mut minute = lock(&self.minute);
        if now.ms_since(minute.0) >= FRESH_MS || minute.0 > now {
            *minute = (now, 0);
        }
        minute.1 = minute.1.saturating_add(1);
        minute.1 <= A_MINUTE
    }
}

fn lock<T>(mutex: &Mutex<T>) -> MutexGuard<'_, T> {
    mutex.lock().unwrap_or_else(PoisonError::into_inner)
}
