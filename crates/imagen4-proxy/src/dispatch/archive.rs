//! Archiving: every picture is fetched and on disk before the run is done; what fails is tried again for seven days.

use std::time::Duration;

use futures_util::future::join_all;
use imagen4_core::prediction::Output;
use imagen4_core::{Billed, Prediction, Problem, ProblemCode, RunEvent};

use super::{Dispatcher, Watched, because, expired};
use crate::ledger::Facts;

/// Wait before what failed is tried again; doubled each time.
const FIRST_RETRY: Duration = Duration::from_secs(2);
/// The longest such wait.
const LONGEST_RETRY: Duration = Duration::from_secs(15 * 60);

impl Dispatcher {
    /// Keeps the pictures of a completed run. Addresses do not live long, so after a failure, and after a restart, the
    /// vendor is asked for new ones.
    pub(super) async fn archive(&self, run: Watched, mut known: Option<Prediction>) {
        let mut wait = FIRST_RETRY;
        loop {
            let prediction = match known.take() {
                Some(prediction) => Some(prediction),
                None => self.tools.client.result(&run.prediction_id).await.ok(),
            };
            if let Some(prediction) = prediction
                && self.keep_all(&run, &prediction).await
            {
                match run.paid.saturating_sub(prediction.readable_outputs()) {
                    0 => self.transition(run.id, RunEvent::Archived, Facts::default()).await,
                    missing => self.transition(run.id, RunEvent::Expired, incomplete(missing, run.paid)).await,
                };
                return;
            }
            if run.is_past_retention(self.now()) {
                self.transition(run.id, RunEvent::Expired, expired()).await;
                return;
            }
            if !self.nap(wait).await {
                return;
            }
            wait = (wait * 2).min(LONGEST_RETRY);
        }
    }

    /// Fetches and keeps what is missing; whether nothing is missing any more.
    async fn keep_all(&self, run: &Watched, prediction: &Prediction) -> bool {
        let id = run.id;
        let kept = match self.tools.ledger.read(move |reading| reading.pictures(id)).await {
            Ok(kept) => kept,
            Err(error) => {
                tracing::error!(run = %id, %error, "the kept pictures could not be read");
                return false;
            }
        };
        let missing = (0..prediction.outputs.len())
            .filter(|index| prediction.outputs[*index] != Output::Unreadable)
            .filter(|index| kept.iter().all(|kept| usize::from(kept.index) != *index));
        let outcomes = join_all(missing.map(|index| self.keep(run, prediction, index))).await;
        prediction.readable_outputs() > 0 && outcomes.into_iter().all(|kept| kept)
    }

    async fn keep(&self, run: &Watched, prediction: &Prediction, index: usize) -> bool {
        let id = run.id;
        let kept = async {
            let bytes = self.tools.fetcher.fetch(&prediction.outputs[index]).await?;
            let nsfw = prediction.is_nsfw(index);
            let picture = self.tools.pictures.keep(id, u8::try_from(index)?, bytes, nsfw).await?;
            anyhow::Ok(self.tools.ledger.write(move |writing| writing.keep_picture(id, &picture)).await?)
        };
        match kept.await {
            Ok(()) => true,
            Err(error) => {
                tracing::warn!(run = %id, index, "a picture could not be kept yet: {error:#}");
                false
            }
        }
    }
}

/// The vendor handed over fewer pictures than were paid for.
fn incomplete(missing: usize, paid: usize) -> Facts {
    let detail =
        format!("{missing} of {paid} pictures were not handed over. Ask the vendor's support with the prediction id.");
    because(Problem::new(ProblemCode::NoPictures).billed(Billed::Yes).detail(detail))
}
