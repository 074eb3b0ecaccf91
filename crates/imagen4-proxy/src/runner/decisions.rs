//! What a person has done about predictions that runs here do not explain, and about runs whose answer was lost: whichever process is
//! asked does it, and follows the run from then on.

use std::collections::HashSet;
use std::sync::{MutexGuard, PoisonError};

use imagen4_client::ApiError;
use imagen4_core::{RunEvent, RunId};

use super::effects::Effects as _;
use super::steps::reconcile;
use super::{Runner, steps};
use crate::store::{Result, RunRecord, StoreError, TransitionDetails, WriteTx};

/// What became of an adoption.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Adopted {
    /// It is a run now.
    New(RunId),
    /// It was one before.
    Before(RunId),
    /// The vendor's list did not show it.
    NotThere,
}

/// What became of a person's choice among several predictions.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Chosen {
    /// The run has that prediction now.
    Found,
    /// Another run has it.
    Taken,
    /// The vendor does not know it.
    NotThere,
    /// The vendor did not answer.
    NotNow,
}

impl Runner {
    /// Looks for a run now whose answer was lost, once. Its own looks go on in their time.
    pub fn look_now(&self, run: RunId) {
        if !self.looked_for().insert(run) {
            return;
        }
        let runner = self.clone();
        self.shared.tasks.spawn(async move {
            tokio::select! {
                looked = runner.look(run) => {
                    if let Err(error) = looked {
                        tracing::warn!(%run, %error, "a look out of turn could not be written down");
                    }
                }
                () = runner.shared.stop.cancelled() => {}
            }
            runner.looked_for().remove(&run);
        });
    }

    async fn look(&self, run: RunId) -> Result<()> {
        let Some(record) = self.shared.store.read(move |tx| reconcile::lost(tx, run)).await? else { return Ok(()) };
        let Some(findings) = reconcile::look_now(&record, &self.shared.effects).await else { return Ok(()) };
        self.take_up(move |tx| Ok(((), reconcile::apply_now(tx, run, &findings)?))).await
    }

    fn looked_for(&self) -> MutexGuard<'_, HashSet<RunId>> {
        self.shared.looked_for.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// Makes a run of a prediction that no run explains, and sees it through.
    ///
    /// # Errors
    /// When the store fails.
    pub async fn adopt(&self, prediction: &str, person: &str) -> Result<Adopted> {
        let (upstream, id) = (self.upstream().to_owned(), prediction.to_owned());
        if let Some(run) = self.shared.store.read(move |tx| tx.explains(&upstream, &id)).await? {
            return Ok(Adopted::Before(run));
        }
        // What a lost run may be is not to be taken in: its money would be counted twice.
        let is_offered = self.unexplained().await?.predictions.iter().any(|offered| offered.id == prediction);
        let stray = self.seen().strays.find(prediction).filter(|_| is_offered).cloned();
        let Some(stray) = stray else { return Ok(Adopted::NotThere) };
        let id = RunId::from_bits(self.shared.env.random());
        let adoption = stray.adoption(id, person, &self.shared.effects.models.catalogue());
        let taken = self.take_up(move |tx| {
            let run = tx.adopt(&adoption)?;
            Ok((run, (run == id).then_some(run)))
        });
        let run = taken.await?;
        Ok(if run == id { Adopted::New(run) } else { Adopted::Before(run) })
    }

    /// A person says which prediction a run is whose answer was lost.
    ///
    /// # Errors
    /// When the store fails.
    pub async fn choose(&self, run: RunId, prediction: &str) -> Result<Chosen> {
        let prediction = match self.shared.effects.result(prediction).await {
            Ok(prediction) => prediction,
            Err(ApiError::Refused { status: 404, .. } | ApiError::Unreadable(_)) => return Ok(Chosen::NotThere),
            Err(_) => return Ok(Chosen::NotNow),
        };
        let upstream = self.upstream().to_owned();
        let found = self.take_up(move |tx| {
            if tx.read_tx().explains(&upstream, &prediction.id)?.is_some() {
                return Ok((false, None));
            }
            let facts = TransitionDetails { prediction: Some(prediction), ..TransitionDetails::default() };
            let is_found = tx.transition(run, RunEvent::Found, facts, tx.now())?.is_some();
            Ok((is_found, is_found.then_some(run)))
        });
        Ok(if found.await? { Chosen::Found } else { Chosen::Taken })
    }

    /// Writes down that the vendor has a run, and follows it from there: both or neither, also when whoever asked is gone meanwhile.
    ///
    /// # Errors
    /// When the store fails.
    async fn take_up<T: Send + 'static>(
        &self,
        found: impl FnOnce(&mut WriteTx<'_>) -> Result<(T, Option<RunId>)> + Send + 'static,
    ) -> Result<T> {
        let (runner, at) = (self.clone(), self.now());
        let task = self.shared.tasks.spawn(async move {
            let written = runner.shared.store.write(move |tx| {
                let (told, run) = found(tx)?;
                let record = run.map(|run| tx.read_tx().record(run)).transpose()?.flatten();
                let Some(record) = record else { return Ok((told, Vec::new())) };
                let attempt = tx.follow(record.id)?;
                Ok((told, steps::resume(&tx.read_tx(), &[RunRecord { attempt, ..record }], at)?))
            });
            let (told, steps) = written.await?;
            steps.into_iter().for_each(|step| runner.spawn_run(step));
            Ok(told)
        });
        task.await.map_err(|_| StoreError::Closed)?
    }
}
