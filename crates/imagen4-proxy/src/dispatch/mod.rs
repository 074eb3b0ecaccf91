//! The dispatcher: it owns every run from the moment it is accepted until its pictures are kept. No browser tab and no
//! HTTP handler can end one.
//!
//! # Layout
//! - [`Dispatcher`]: claims what is due, and sees each run through in a task of its own
//! - `verdict`: what an answer of the vendor means for a run; pure
//! - `watch`: asks for a prediction until it ends
//! - `archive`: fetches and keeps the pictures
//! - [`fetch`]: which hosts pictures may come from, and how much of them
//! - [`pictures`]: the kept files

mod archive;
pub mod fetch;
pub mod pictures;
mod verdict;
mod watch;

use std::sync::Arc;
use std::time::Duration;

use imagen4_client::{Client, ListQuery, SubmitError};
use imagen4_core::{GenerationRequest, Prediction, Problem, ProblemCode, RunEvent, RunId, RunState, Timestamp};
use imagen4_engine::Ambient;
use serde_json::Value;
use tokio::sync::Notify;
use tokio_util::sync::CancellationToken;
use tokio_util::task::TaskTracker;

use crate::ledger::{Claimed, Facts, Ledger, Result, Slots};
use fetch::Fetcher;
use pictures::PictureStore;

/// What the dispatcher works with.
#[derive(Debug)]
pub struct Tools {
    /// Runs and money.
    pub ledger: Ledger,
    /// The upstream of every run that is dispatched here.
    pub client: Client,
    /// Where pictures are fetched from.
    pub fetcher: Fetcher,
    /// Where pictures are kept.
    pub pictures: PictureStore,
    /// What the account allows.
    pub slots: Slots,
    /// The time.
    pub ambient: Ambient,
}

/// Sees runs through. Cheap to clone.
#[derive(Clone, Debug)]
pub struct Dispatcher {
    tools: Arc<Tools>,
    wake: Arc<Notify>,
    stop: CancellationToken,
    tasks: TaskTracker,
}

/// Look again after this long, whatever else happens: a lost wake-up must not strand a run.
const LONGEST_NAP: Duration = Duration::from_secs(30);

impl Dispatcher {
    /// Begins to work, first on what an earlier process left unfinished.
    ///
    /// # Errors
    /// When the ledger fails.
    pub async fn start(tools: Tools) -> Result<Self> {
        let dispatcher = Self {
            tools: Arc::new(tools),
            wake: Arc::default(),
            stop: CancellationToken::new(),
            tasks: TaskTracker::new(),
        };
        let now = dispatcher.now();
        let lost = Problem::from(verdict::Lost::Restart);
        dispatcher.tools.ledger.write(move |writing| writing.recover(&lost, now)).await?;
        let upstream = dispatcher.tools.ledger.account().upstream.clone();
        for run in dispatcher.tools.ledger.read(move |reading| reading.unfinished(&upstream)).await? {
            let its = dispatcher.clone();
            dispatcher.tasks.spawn(async move {
                match run.state {
                    RunState::Completed => its.archive(run.into(), None).await,
                    _ => its.watch(run.into()).await,
                }
            });
        }
        let claiming = dispatcher.clone();
        dispatcher.tasks.spawn(async move { claiming.claim_forever().await });
        Ok(dispatcher)
    }

    /// Something may be due: a run was accepted, or one ended.
    pub fn wake(&self) {
        self.wake.notify_one();
    }

    /// What the account allows.
    pub fn slots(&self) -> Slots {
        self.tools.slots
    }

    /// Where the pictures are.
    pub fn pictures(&self) -> &PictureStore {
        &self.tools.pictures
    }

    /// Stops claiming and asking: nothing new leaves any more.
    pub fn close(&self) {
        self.stop.cancel();
    }

    /// Waits until requests under way have their answer on disk.
    pub async fn closed(&self) {
        self.close();
        self.tasks.close();
        self.tasks.wait().await;
    }

    async fn claim_forever(self) {
        while !self.stop.is_cancelled() {
            let nap = match self.claim().await {
                Ok(next_at) => next_at.map_or(LONGEST_NAP, |at| Duration::from_millis(at.ms_since(self.now()))),
                Err(error) => {
                    tracing::error!(%error, "queued runs could not be claimed");
                    LONGEST_NAP
                }
            };
            tokio::select! {
                () = self.wake.notified() => {}
                () = tokio::time::sleep(nap.min(LONGEST_NAP)) => {}
                () = self.stop.cancelled() => {}
            }
        }
    }

    async fn claim(&self) -> Result<Option<Timestamp>> {
        let (slots, now) = (self.tools.slots, self.now());
        if self.stop.is_cancelled() {
            return Ok(None);
        }
        let claim = self.tools.ledger.write(move |writing| writing.claim_due(slots, now)).await?;
        for claimed in claim.runs {
            let its = self.clone();
            // A task of its own: nothing that ends elsewhere ends a submission half-way.
            self.tasks.spawn(async move { its.see_through(claimed).await });
        }
        Ok(claim.next_at)
    }

    /// From the one POST to the kept pictures.
    async fn see_through(self, claimed: Claimed) {
        let sent_at = self.now();
        let mut answer = self.tools.client.submit(&claimed.request).await;
        if let Err(SubmitError::RateLimited { .. }) = answer
            && let Some(prediction) = self.look_for(&claimed.request, sent_at).await
        {
            answer = Ok(prediction);
        }
        let prediction = answer.as_ref().ok().cloned();
        let (event, facts) = verdict::of_submission(answer, claimed.created_at, self.now());
        let state = self.transition(claimed.id, event, facts).await;
        self.wake();
        match (state, prediction) {
            (Some(RunState::Running), Some(prediction)) => {
                let paid = usize::from(claimed.request.num_images.get());
                self.watch(Watched { id: claimed.id, prediction_id: prediction.id, sent_at, paid }).await;
            }
            (None, Some(prediction)) => {
                // It is paid for, and the ledger does not know it: the log is the last place left.
                tracing::error!(run = %claimed.id, prediction = prediction.id, "an accepted prediction could not be written down");
            }
            _ => {}
        }
    }

    /// One look at the vendor's list before a request that was turned away is sent again: whoever answered 429 may stand
    /// behind somebody who had accepted it. The seed tells our request from all others.
    async fn look_for(&self, request: &GenerationRequest, sent_at: Timestamp) -> Option<Prediction> {
        let query = ListQuery {
            model: Some(request.model.id.to_owned()),
            // Clocks differ.
            created_after: Some(sent_at - 60_000),
            ..ListQuery::default()
        };
        let wanted = request.vendor_input();
        let listed = self.tools.client.list(&query).await.ok()?;
        let is_ours = |input: &Value| input["seed"] == wanted["seed"] && input["prompt"] == wanted["prompt"];
        listed.items.into_iter().find(|item| item.input.as_ref().is_some_and(is_ours))
    }

    /// Moves a run on; `None` when it could not be moved.
    async fn transition(&self, id: RunId, event: RunEvent, facts: Facts) -> Option<RunState> {
        let now = self.now();
        let problem = facts.problem.as_ref().map(|problem| problem.code);
        match self.tools.ledger.write(move |writing| writing.transition(id, event, facts, now)).await {
            Ok(Some(state)) => {
                tracing::info!(run = %id, state = state.as_str(), ?problem, "run");
                Some(state)
            }
            Ok(None) => None,
            Err(error) => {
                // It stays as it is on disk, and the next start takes it up from there.
                tracing::error!(run = %id, ?event, %error, "a run could not be moved on");
                None
            }
        }
    }

    fn now(&self) -> Timestamp {
        self.tools.ambient.now()
    }

    /// Waits, unless everything stops: `false` then.
    async fn nap(&self, time: Duration) -> bool {
        tokio::select! {
            () = tokio::time::sleep(time) => true,
            () = self.stop.cancelled() => false,
        }
    }
}

/// A run that the vendor has.
#[derive(Clone, Debug)]
struct Watched {
    id: RunId,
    prediction_id: String,
    /// When it was sent: the vendor keeps it from then on.
    sent_at: Timestamp,
    /// How many pictures were paid for.
    paid: usize,
}

impl Watched {
    /// Whether the vendor keeps nothing of it any longer.
    fn is_past_retention(&self, now: Timestamp) -> bool {
        now.ms_since(self.sent_at) > imagen4_engine::RETENTION_MS
    }
}

impl From<crate::ledger::Unfinished> for Watched {
    fn from(run: crate::ledger::Unfinished) -> Self {
        Self { id: run.id, prediction_id: run.prediction_id, sent_at: run.sent_at, paid: usize::from(run.num_images) }
    }
}

/// The facts of a problem alone.
fn because(problem: Problem) -> Facts {
    Facts { problem: Some(problem), ..Facts::default() }
}

/// The pictures are gone at the vendor.
fn expired() -> Facts {
    because(
        Problem::new(ProblemCode::PicturesExpired)
            .billed(imagen4_core::Billed::Yes)
            .detail("The vendor deletes pictures after 7 days. What could be fetched before is kept here."),
    )
}
