//! One run, from step to step: each is carried out at its time, and its outcome is written down.

use std::time::Duration;

use imagen4_core::{RunId, Timestamp};

use super::Runner;
use super::steps::{Next, Outcome, ScheduledStep, Step};
use crate::store::StoreError;

/// An outcome that the store did not take is written down again after this long, and so often.
const WRITE_AGAIN: (Duration, u32) = (Duration::from_secs(1), 60);

impl Runner {
    /// Sees a run through, step by step, in a task of its own: nothing that ends elsewhere ends a submission half-way.
    pub(super) fn spawn_run(&self, task: ScheduledStep) {
        let runner = self.clone();
        self.shared.tasks.spawn(async move {
            let mut next = Some(task);
            while let Some(task) = next {
                next = runner.run_step(task).await;
            }
        });
    }

    /// One step, and the one after it; none when everything stops.
    async fn run_step(&self, ScheduledStep { run, attempt, at, step }: ScheduledStep) -> Option<ScheduledStep> {
        // What was claimed is sent even when everything stops: it is `submitting` on disk.
        if !step.may_bill() && !self.wait(at, &step).await {
            return None;
        }
        let outcome = match step.may_bill() {
            true => step.perform(run, &self.shared.effects).await,
            false => tokio::select! {
                outcome = step.perform(run, &self.shared.effects) => outcome,
                () = self.shared.stop.cancelled() => return None,
            },
        };
        let next = self.persist(run, attempt, &outcome).await?;
        if next.is_limited {
            self.shared.store.publish_config();
        }
        self.notify();
        let attempt = next.attempt.unwrap_or(attempt);
        next.step.map(|(at, step)| ScheduledStep { run, attempt, at, step })
    }

    /// Waits for a step's time; `false` when everything stops.
    async fn wait(&self, at: Timestamp, step: &Step) -> bool {
        let pause = Duration::from_millis(at.ms_since(self.now()));
        match step {
            Step::Poll(_) => {
                self.sleep_or_stop(pause).await && self.sleep_or_stop(self.shared.rate.reserve(self.now())).await
            }
            _ => self.sleep_or_stop(pause).await,
        }
    }

    /// Writes an outcome down, again and again while the store is busy: it may be an acceptance, which is paid for.
    async fn persist(&self, run: RunId, attempt: u64, outcome: &Outcome) -> Option<Next> {
        let mut tries = 0;
        // It is given up only with the process: nobody else knows of it, and nobody else takes the run up.
        while tries < WRITE_AGAIN.1 || !self.shared.stop.is_cancelled() {
            tries += 1;
            let outcome = outcome.clone();
            match self.shared.store.write(move |tx| Ok((outcome.apply(tx, run, attempt)?, tx.now()))).await {
                // The time of the next step is one of the database's clock.
                Ok((next, written_at)) => {
                    let step = next.step.map(|(at, step)| (self.now() + at.ms_since(written_at), step));
                    return Some(Next { step, ..next });
                }
                Err(StoreError::Closed) => break,
                Err(error) if tries == 1 => tracing::warn!(%run, %error, "an outcome could not be written down yet"),
                Err(_) => {}
            }
            self.shared.env.sleep(WRITE_AGAIN.0).await;
        }
        // It stays as it is on disk, and the next start takes it up from there.
        tracing::error!(%run, "an outcome could not be written down");
        None
    }
}
