//! Seeing a prediction through: every change of its status until it ends. All waiting is done here.

use std::pin::Pin;
use std::time::Duration;

use futures_util::{Stream, stream};
use imagen4_core::prediction::Unreadable;
use imagen4_core::{Prediction, PredictionStatus};
use tokio::time::{Instant, sleep, timeout_at};

use super::Wait;
use crate::predictions::is_id;
use crate::{ApiError, Client};

/// So long WaveSpeed's answers may lag behind: an id not known yet, a completed prediction without its outputs.
const MAY_LAG: Duration = Duration::from_secs(60);

type Watching = Pin<Box<dyn Stream<Item = Result<Prediction, ApiError>> + Send>>;

impl Client {
    /// Asks for a prediction until it ends, at once and then as `wait` says, and yields it whenever its status has changed.
    ///
    /// The last item is one of: the prediction `completed`, `failed`, `cancelled`, `timeout` or `deleted`; or an error that
    /// could not be waited out. When [`Wait::timeout`] is over the stream ends without either. `completed` is held back until
    /// there are outputs, for a minute at most. It needs a Tokio runtime with its timers enabled, and dropping it is harmless.
    ///
    /// ```
    /// # include!(concat!(env!("CARGO_MANIFEST_DIR"), "/tests/stand_in/doc.rs"));
    /// # fn main() { with_client(example) }
    /// # async fn example(client: imagen4_client::Client) -> Result<(), Box<dyn std::error::Error>> {
    /// use futures_util::StreamExt;
    /// use imagen4_client::{ImagenRequest, PredictionStatus, Prompt, Wait};
    ///
    /// let accepted = client.submit(&ImagenRequest::new(Prompt::new("a fox in snow")?).into()).await?;
    /// let mut changes = client.watch(&accepted.id, Wait::new());
    /// let mut last = accepted.status;
    /// while let Some(prediction) = changes.next().await {
    ///     last = prediction?.status;
    ///     println!("{last}");
    /// }
    /// assert_eq!(last, PredictionStatus::Completed);
    /// # Ok(()) }
    /// ```
    pub fn watch(
        &self,
        id: &str,
        wait: Wait,
    ) -> impl Stream<Item = Result<Prediction, ApiError>> + Send + Unpin + use<> {
        if is_id(id) {
            return self.watch_on(id.to_owned(), None, wait);
        }
        let error = Err(Unreadable::new("not a prediction id").into());
        Box::pin(stream::once(std::future::ready(error))) as Watching
    }

    /// As [`Client::watch`], going on from what was told of the prediction already.
    pub(super) fn watch_on(&self, id: String, told: Option<Prediction>, wait: Wait) -> Watching {
        let client = self.clone();
        let ask = move || {
            let (client, id) = (client.clone(), id.clone());
            async move { client.result(&id).await }
        };
        watch(ask, told, wait)
    }
}

/// The changes of whatever `ask` tells; the first answer is `told`, if there is one.
fn watch<A, F>(ask: A, told: Option<Prediction>, wait: Wait) -> Watching
where
    A: Fn() -> F + Send + Sync + 'static,
    F: Future<Output = Result<Prediction, ApiError>> + Send + 'static,
{
    let watch = Watch::new(told, wait);
    Box::pin(stream::unfold(Some((ask, watch)), |state| async move {
        let (ask, mut watch) = state?;
        let seen = watch.next(&ask).await?;
        let goes_on = seen.as_ref().is_ok_and(|prediction| !has_ended(&prediction.status));
        Some((seen, goes_on.then_some((ask, watch))))
    }))
}

/// What is known while it is watched.
struct Watch {
    wait: Wait,
    begun: Instant,
    deadline: Option<Instant>,
    /// An answer that is there already.
    told: Option<Prediction>,
    /// From here to the next question.
    pause: Duration,
    /// The status that was yielded last.
    shown: Option<PredictionStatus>,
    /// Failures in a row, and since when.
    failures: u32,
    failing_since: Option<Instant>,
    /// Since when WaveSpeed does not know it, and since when it is completed without outputs.
    unknown_since: Option<Instant>,
    empty_since: Option<Instant>,
}

impl Watch {
    fn new(told: Option<Prediction>, wait: Wait) -> Self {
        let begun = Instant::now();
        Self {
            wait,
            begun,
            deadline: wait.timeout.and_then(|timeout| begun.checked_add(timeout)),
            told,
            pause: Duration::ZERO,
            shown: None,
            failures: 0,
            failing_since: None,
            unknown_since: None,
            empty_since: None,
        }
    }

    /// The next change, or the error that ends it; `None` when time is up.
    async fn next<F>(&mut self, ask: &impl Fn() -> F) -> Option<Result<Prediction, ApiError>>
    where
        F: Future<Output = Result<Prediction, ApiError>>,
    {
        loop {
            let answer = match (self.told.take(), self.deadline) {
                (Some(told), _) => Ok(told),
                (None, None) => self.ask(ask).await,
                (None, Some(deadline)) => timeout_at(deadline, self.ask(ask)).await.ok()?,
            };
            match answer {
                Ok(prediction) if self.is_news(&prediction) => {
                    self.shown = Some(prediction.status.clone());
                    return Some(Ok(prediction));
                }
                Ok(_) => {}
                Err(error) if self.puts_up_with(&error) => {}
                Err(error) => return Some(Err(error)),
            }
        }
    }

    async fn ask<F>(&self, ask: &impl Fn() -> F) -> F::Output
    where
        F: Future,
    {
        sleep(self.pause).await;
        ask().await
    }

    /// Whether an answer is to be yielded; sets when to ask next.
    fn is_news(&mut self, prediction: &Prediction) -> bool {
        (self.failures, self.failing_since, self.unknown_since) = (0, None, None);
        let now = Instant::now();
        self.pause = self.wait.pause(now - self.begun);
        if prediction.status == PredictionStatus::Completed && prediction.readable_outputs() == 0 {
            let left = left(&mut self.empty_since, now, self.wait.patience.min(MAY_LAG));
            self.pause = self.pause.min(left);
            return left.is_zero();
        }
        self.shown.as_ref() != Some(&prediction.status)
    }

    /// Whether it is asked again after that error; sets when.
    fn puts_up_with(&mut self, error: &ApiError) -> bool {
        let now = Instant::now();
        let left = match error.status() {
            Some(404) => left(&mut self.unknown_since, now, self.wait.patience.min(MAY_LAG)),
            _ if error.is_retryable() => left(&mut self.failing_since, now, self.wait.patience),
            _ => Duration::ZERO,
        };
        let backoff = self.wait.backoff(self.failures).max(error.retry_after().unwrap_or_default());
        self.failures += 1;
        self.pause = backoff.min(left);
        !left.is_zero()
    }
}

/// What is left of a patience that began at `since`, or begins now.
fn left(since: &mut Option<Instant>, now: Instant, patience: Duration) -> Duration {
    patience.saturating_sub(now - *since.get_or_insert(now))
}

/// Whether no other status can follow.
fn has_ended(status: &PredictionStatus) -> bool {
    *status == PredictionStatus::Completed || status.is_failure()
}

#[cfg(test)]
mod tests;
