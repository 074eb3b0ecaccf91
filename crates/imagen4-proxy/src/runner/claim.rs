//! Claiming what is due, again and again.

use std::time::Duration;

use super::Runner;
use super::effects::Effects as _;
use super::steps::problems::restored;
use super::steps::submit::Submit;
use super::steps::{ScheduledStep, Step};
use crate::fence::FenceError;
use crate::store::Result;

/// A witness of what is sent may take so long: a claim is good for ten seconds.
const WITNESS: Duration = Duration::from_secs(4);
/// Look again after this long, whatever else happens: a lost wake-up must not strand a run.
const LONGEST_PAUSE: Duration = Duration::from_secs(30);

impl Runner {
    pub(super) async fn claim_forever(self) {
        while !self.shared.stop.is_cancelled() {
            let pause = match self.claim().await {
                Ok(pause) => pause.unwrap_or(LONGEST_PAUSE),
                Err(error) => {
                    tracing::error!(%error, "queued runs could not be claimed");
                    LONGEST_PAUSE
                }
            };
            tokio::select! {
                () = self.shared.due.notified() => {}
                () = self.shared.env.sleep(pause.min(LONGEST_PAUSE)) => {}
                () = self.shared.stop.cancelled() => {}
            }
        }
    }

    /// Claims what is due; how long to wait for the next one.
    async fn claim(&self) -> Result<Option<Duration>> {
        let (slots, now, claimed_ms) = (self.slots(), self.now(), self.shared.effects.elapsed_ms());
        if self.shared.stop.is_cancelled() {
            return Ok(None);
        }
        let (claim, claimed_at) =
            self.shared.store.write(move |tx| Ok((tx.claim_due(slots, tx.now())?, tx.now()))).await?;
        if !claim.runs.is_empty() {
            // What was claimed must leave soon.
            let note = self.shared.fence.note(claim.count, self.shared.env.random());
            let noted = tokio::time::timeout(WITNESS, note).await;
            match noted.unwrap_or(Err(FenceError::TooSlow)) {
                Ok(()) => {}
                // What was claimed is not sent; the next start looks what became of it. What waits may have been sent as well, and this
                // count is witnessed for the database, too, from now on: nobody else would notice.
                Err(error @ FenceError::Taken) => {
                    tracing::error!("{error}; runs that were queued in it are canceled");
                    self.close();
                    let witnessed = self.shared.fence.count().await.unwrap_or(claim.count);
                    let withdrawn = self.shared.store.write(move |tx| tx.withdraw_queued(witnessed, &restored())).await;
                    self.shared.store.fail();
                    return withdrawn.map(|()| None);
                }
                Err(error) => {
                    tracing::warn!("{error}; a backup in place of the database would not be noticed");
                }
            }
        }
        if std::mem::replace(&mut *self.hold(), claim.hold) != claim.hold {
            self.shared.store.publish_config();
        }
        for claimed in claim.runs {
            let step = Step::Submit(Submit { request: claimed.request, claimed_ms });
            self.spawn_run(ScheduledStep { run: claimed.id, attempt: claimed.attempt, at: now, step });
        }
        Ok(claim.next_at.map(|at| Duration::from_millis(at.ms_since(claimed_at))))
    }
}
