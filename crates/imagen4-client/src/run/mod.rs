//! A whole run in one call: submitted once, waited for, and told with its outputs.
//!
//! # Layout
//! - [`Client::run`], [`Client::run_with`], [`Client::wait`]: here
//! - [`Generation`]: what a run brought
//! - [`Wait`]: how to wait
//! - [`RunError`]: what a run did not bring, and what that says of the money
//! - `watch`: [`Client::watch`], which all of them wait by

mod error;
mod generation;
mod wait;
mod watch;

pub use error::RunError;
pub use generation::Generation;
pub use wait::Wait;

use futures_util::{Stream, StreamExt};
use imagen4_core::{Prediction, PredictionStatus, RunRequest};
use tokio::time::Instant;

use crate::{ApiError, Client};

impl Client {
    /// Submits the request once, waits for it as [`Wait`] does by default, and returns its outputs. It takes a [`RunRequest`],
    /// the input of a model that accepted it ([`ModelInput`](crate::ModelInput)), or an [`ImagenRequest`](crate::ImagenRequest).
    ///
    /// Once WaveSpeed has accepted it, every error carries the prediction's id ([`RunError::id`]): [`Client::wait`] picks it
    /// up again. The future must not be dropped half-way by whoever cares about the money: run it in a task of its own.
    ///
    /// ```
    /// # include!(concat!(env!("CARGO_MANIFEST_DIR"), "/tests/stand_in/doc.rs"));
    /// # fn main() { with_client(example) }
    /// # async fn example(client: imagen4_client::Client) -> Result<(), Box<dyn std::error::Error>> {
    /// use imagen4_client::{ImagenRequest, Prompt};
    ///
    /// let request = ImagenRequest::new(Prompt::new("a fox in snow")?);
    /// match client.run(&request).await {
    ///     Ok(generation) => generation.urls().for_each(|url| println!("{url}")),
    ///     Err(error) => eprintln!("{error}; billed: {:?}, id: {:?}", error.was_billed(), error.id()),
    /// }
    /// # Ok(()) }
    /// ```
    ///
    /// # Errors
    /// See [`RunError`]; only [`RunError::is_retryable`] ones may be submitted again.
    pub async fn run(&self, request: impl Into<RunRequest>) -> Result<Generation, RunError> {
        self.run_with(request, Wait::new()).await
    }

    /// As [`Client::run`], waiting in another way.
    ///
    /// # Errors
    /// See [`RunError`].
    pub async fn run_with(&self, request: impl Into<RunRequest>, wait: Wait) -> Result<Generation, RunError> {
        let begun = Instant::now();
        let accepted = self.submit(&request.into()).await?;
        let id = accepted.id.clone();
        let seen = self.watch_on(id.clone(), Some(accepted), wait);
        outcome(id, begun, seen).await
    }

    /// Waits for a prediction that was accepted earlier, by its id: after a wait that timed out or was lost, or in another
    /// process. To wait costs nothing, and it may be repeated at will until WaveSpeed deletes the prediction, after seven
    /// days.
    ///
    /// ```
    /// # include!(concat!(env!("CARGO_MANIFEST_DIR"), "/tests/stand_in/doc.rs"));
    /// # fn main() { with_client(example) }
    /// # async fn example(client: imagen4_client::Client) -> Result<(), Box<dyn std::error::Error>> {
    /// use std::time::Duration;
    /// use imagen4_client::{ImagenRequest, Prompt, RunError, Wait};
    ///
    /// let request = ImagenRequest::new(Prompt::new("a fox in snow")?);
    /// let hasty = Wait::new().timeout(Duration::from_millis(1));
    /// let Err(RunError::TimedOut { id }) = client.run_with(&request, hasty).await else { panic!("that was quick") };
    /// let generation = client.wait(&id, Wait::new()).await?;
    /// assert_eq!((generation.id, generation.outputs.len()), (id, 1));
    /// # Ok(()) }
    /// ```
    ///
    /// # Errors
    /// See [`RunError`]; never [`RunError::Submit`].
    pub async fn wait(&self, id: &str, wait: Wait) -> Result<Generation, RunError> {
        outcome(id.to_owned(), Instant::now(), self.watch(id, wait)).await
    }
}

/// What the last thing seen of a prediction means for whoever waited for it since `begun`.
async fn outcome(
    id: String,
    begun: Instant,
    mut seen: impl Stream<Item = Result<Prediction, ApiError>> + Unpin,
) -> Result<Generation, RunError> {
    let mut last = None;
    while let Some(seen) = seen.next().await {
        match seen {
            Ok(prediction) => last = Some(prediction),
            Err(source) => return Err(RunError::Lost { id, source }),
        }
    }
    match last {
        Some(failed) if failed.status.is_failure() => Err(RunError::Failed { prediction: Box::new(failed) }),
        Some(done) if done.status == PredictionStatus::Completed => match done.readable_outputs() {
            0 => Err(RunError::NoPictures { id }),
            _ => Ok(Generation::of(done, begun.elapsed())),
        },
        _ => Err(RunError::TimedOut { id }),
    }
}
