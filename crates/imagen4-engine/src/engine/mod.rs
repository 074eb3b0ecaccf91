//! The stand-in behind its routes.
//!
//! # Layout
//! - [`EngineOptions`]: how it behaves
//! - `models`: what is served, and at which prices
//! - `submit`: accepting and charging, and what that would cost
//! - `size`: how large an image is
//! - `view`: what a prediction is at any moment, and its images
//! - `refunds`: giving back what failed predictions cost

mod models;
mod options;
mod refunds;
mod size;
mod submit;
#[cfg(test)]
mod tests;
mod view;

pub use options::EngineOptions;
pub(crate) use submit::Refusal;
pub(crate) use view::{Outputs, View};

use std::sync::{Mutex, MutexGuard, PoisonError};
use std::time::Duration;

use imagen4_core::MicroUsd;
use imagen4_core::model::RowError;
use rayon::{ThreadPool, ThreadPoolBuildError, ThreadPoolBuilder};
use serde_json::Value;

use crate::Env;
use crate::bill::{Bill, BillError, Entry};
use crate::faults::{Call, Rule, Script};
use models::Models;

/// WaveSpeed forgets predictions and their outputs after that long.
pub const RETENTION_MS: u64 = 7 * 24 * 3_600_000;

/// The engine cannot start.
#[derive(Debug, thiserror::Error)]
pub enum OpenError {
    /// Its bill cannot be used.
    #[error(transparent)]
    Bill(#[from] BillError),
    /// There are no threads to paint on.
    #[error("cannot start the threads that paint: {0}")]
    Painters(#[from] ThreadPoolBuildError),
}

/// The stand-in for WaveSpeed.
#[derive(Debug)]
pub struct Engine {
    options: EngineOptions,
    env: Env,
    bill: Mutex<Bill>,
    script: Mutex<Script>,
    models: Mutex<Models>,
    /// Paint, one image each: what is asked for beyond that waits, and so the memory that painting takes has a bound.
    painters: ThreadPool,
}

impl Engine {
    /// Opens the bill and goes on where it ends.
    ///
    /// # Errors
    /// When the bill cannot be used.
    pub fn open(options: EngineOptions, env: Env) -> Result<Self, OpenError> {
        let bill = match &options.state_dir {
            Some(dir) => Bill::open(dir)?,
            None => Bill::in_memory(),
        };
        let mut script = Script::default();
        options.faults.iter().for_each(|rule| script.add(rule.clone()));
        let models = Mutex::new(Models::new(&options.models, &options.retired, &options.prices));
        // As many as there are cores. A panic ends one picture, and not the engine.
        let painters =
            ThreadPoolBuilder::new().thread_name(|index| format!("painter {index}")).panic_handler(drop).build()?;
        Ok(Self { options, env, bill: Mutex::new(bill), script: Mutex::new(script), models, painters })
    }

    /// Everything that was accepted, refunded and deleted: the oracle. Refunds that are due are booked first.
    pub fn entries(&self) -> Vec<Entry> {
        self.settled().entries().to_vec()
    }

    /// Credit minus what was charged, plus what was refunded.
    pub fn balance(&self) -> MicroUsd {
        self.options.credit - self.settled().net()
    }

    /// From now on an image of that model costs so much, whatever else its row says of prices: told, and charged.
    pub fn set_price(&self, model: &str, price: MicroUsd) {
        lock(&self.models).set_price(model, price);
    }

    /// From now on that model is gone: it is not listed, and can neither be quoted nor bought. What was accepted goes on.
    pub fn retire(&self, model: &str) {
        lock(&self.models).retire(model);
    }

    /// From now on that model is there again.
    pub fn restore(&self, model: &str) {
        lock(&self.models).restore(model);
    }

    /// From now on this row stands for its model: other inputs, another price. A model that was not there is added.
    ///
    /// # Errors
    /// When the row has no id. One whose inputs cannot be read is listed, and nothing can be submitted to it.
    pub fn replace_row(&self, row: &Value) -> Result<(), RowError> {
        lock(&self.models).replace(row)
    }

    /// The rows that are listed now, as they are told.
    pub fn rows(&self) -> Vec<Value> {
        lock(&self.models).rows()
    }

    /// Adds a rule at the end of the fault script.
    pub fn script(&self, rule: Rule) {
        lock(&self.script).add(rule);
    }

    /// Forgets the fault script: from now on nothing goes wrong. Fates that were decided stay.
    pub fn clear_script(&self) {
        lock(&self.script).clear();
    }

    /// How often each rule of the script was used, in its order: whether what was to go wrong did.
    pub fn script_uses(&self) -> Vec<u64> {
        lock(&self.script).uses()
    }

    pub(crate) fn has_script(&self) -> bool {
        !lock(&self.script).is_empty()
    }

    /// The rule of the script for that call.
    pub(crate) fn fault(&self, call: &Call) -> Option<Rule> {
        lock(&self.script).take(call, || (self.env.random() % 100) as u8)
    }

    /// Time and randomness as this engine has them.
    pub(crate) fn env(&self) -> &Env {
        &self.env
    }

    pub(crate) fn options(&self) -> &EngineOptions {
        &self.options
    }

    pub(crate) fn accepts_key(&self, bearer: &str) -> bool {
        !bearer.is_empty() && self.options.api_key.as_deref().is_none_or(|key| key == bearer)
    }

    fn lock(&self) -> MutexGuard<'_, Bill> {
        lock(&self.bill)
    }
}

fn lock<T>(mutex: &Mutex<T>) -> MutexGuard<'_, T> {
    // A panic elsewhere cannot have left anything half-changed.
    mutex.lock().unwrap_or_else(PoisonError::into_inner)
}

/// Whole milliseconds.
fn millis(time: Duration) -> u64 {
    u64::try_from(time.as_millis()).unwrap_or(u64::MAX)
}
