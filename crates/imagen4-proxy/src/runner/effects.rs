//! What the runner does outside of the store, as a trait: the vendor and the disk, or a simulation of both.

use std::future::Future;

use imagen4_client::{ApiError, BillRow, SubmitError};
use imagen4_core::prediction::Output;
use imagen4_core::{Prediction, RunId, RunRequest, Timestamp};

/// A span of the vendor's time.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Window {
    /// Its begin.
    pub from: Timestamp,
    /// Its end.
    pub to: Timestamp,
}

impl Window {
    /// Whether a point in time lies in it; what is not known may.
    pub fn may_hold(&self, at: Option<Timestamp>) -> bool {
        at.is_none_or(|at| self.from <= at && at <= self.to)
    }

    /// Whether two spans have something in common.
    pub fn meets(&self, other: &Self) -> bool {
        self.from <= other.to && other.from <= self.to
    }
}

/// Which rows of the vendor's bill.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Bills {
    /// Of these predictions.
    Of(Vec<String>),
    /// Of a span.
    In(Window),
}

/// The vendor and the disk.
pub trait Effects: Send + Sync {
    /// The time.
    fn now(&self) -> Timestamp;

    /// How much time has passed since some moment, however the clock was set and also while the machine slept.
    fn elapsed_ms(&self) -> u64;

    /// Whether the vendor still offers a model, as far as is known here.
    fn offers(&self, model: &str) -> bool;

    /// Sends a request, once.
    fn submit(&self, request: &RunRequest) -> impl Future<Output = Result<Prediction, SubmitError>> + Send;

    /// Asks for a prediction.
    fn result(&self, prediction: &str) -> impl Future<Output = Result<Prediction, ApiError>> + Send;

    /// The predictions of a span, with their inputs where the vendor repeats them; or the newest ones.
    fn list(&self, window: Option<Window>) -> impl Future<Output = Result<Vec<Prediction>, ApiError>> + Send;

    /// Rows of the vendor's bill.
    fn bills(&self, which: &Bills) -> impl Future<Output = Result<Vec<BillRow>, ApiError>> + Send;

    /// Fetches a picture, and keeps it on the disk and then in the store; `false` when that did not succeed. A picture that
    /// is kept already stays as it is.
    fn store(&self, run: RunId, index: u8, output: &Output, nsfw: bool) -> impl Future<Output = bool> + Send;
}
