//! What is done for a run outside of the store, and what its outcome means inside: step by step, so that a process may end
//! between any two of them.
//!
//! A [`Step`] is sent out into [`Effects`] and comes back as an [`Outcome`]: a function of the store and the time alone, which writes
//! the outcome down and names the next step. Nothing else moves a run, and a run has one step at a time. When the process ends, steps
//! are forgotten, and [`step_of`] makes them again from what the store says: in the next process, or in another one that takes the run
//! over. What comes back to whom the run was taken from is too late, and is not written down; unless WaveSpeed accepted it.
//!
//! # Layout
//! - [`submit`]: the one POST, and the look at WaveSpeed's list after a 429
//! - [`watch`]: a prediction that is asked for, and when
//! - [`poll`]: asking for it until it ends; [`lookup`]: looking it up when WaveSpeed seems to have forgotten it
//! - [`archive`]: keeping its images
//! - [`reconcile`]: looking for a prediction whose answer was lost; [`matching`]: which one it is
//! - [`problems`]: what the person is told

pub mod archive;
pub mod lookup;
pub mod matching;
pub mod poll;
pub mod problems;
pub mod reconcile;
pub mod submit;
#[cfg(test)]
mod tests;
pub mod watch;

use std::fmt;
use std::sync::Arc;

use imagen4_core::{RunId, RunState, Timestamp};

use super::effects::Effects;
use crate::store::{ReadTx, Result, RunRecord, WriteTx};
use watch::PollState;

/// What is to be done for a run outside of the store.
#[derive(Clone, Debug)]
pub enum Step {
    /// Send it, once.
    Submit(submit::Submit),
    /// Look whether a request that was turned away was accepted all the same.
    CheckNotAccepted(submit::CheckNotAccepted),
    /// Ask how far it is.
    Poll(PollState),
    /// Look up a prediction that the vendor seems to have forgotten.
    Lookup(PollState),
    /// Fetch its pictures.
    Archive(Box<archive::Archive>),
    /// Look for what came of a request whose answer was lost.
    Reconcile(reconcile::Reconcile),
}

/// A step, whose, and when.
#[derive(Clone, Debug)]
pub struct ScheduledStep {
    /// The run.
    pub run: RunId,
    /// How often it was taken up; once more, and this comes too late.
    pub attempt: u64,
    /// Not before.
    pub at: Timestamp,
    /// What.
    pub step: Step,
}

/// What comes after an outcome.
#[derive(Clone, Debug, Default)]
pub struct Next {
    /// The run's next step; none when it waits in the queue or is over.
    pub step: Option<(Timestamp, Step)>,
    /// The vendor asked for a pause.
    pub is_limited: bool,
    /// The run was taken up once more with this outcome.
    pub attempt: Option<u64>,
}

impl Next {
    /// That step, not before that time.
    pub fn at(at: Timestamp, step: Step) -> Self {
        Self { step: Some((at, step)), ..Self::default() }
    }

    /// Nothing more.
    pub fn nothing() -> Self {
        Self::default()
    }
}

/// Writes an outcome down. It can be repeated when the store was busy.
#[derive(Clone)]
pub struct Outcome {
    apply: Arc<Apply>,
    late: Option<Arc<Apply>>,
}

type Apply = dyn Fn(&mut WriteTx<'_>, Timestamp) -> Result<Next> + Send + Sync;

impl Outcome {
    /// That function.
    pub fn new(apply: impl Fn(&mut WriteTx<'_>, Timestamp) -> Result<Next> + Send + Sync + 'static) -> Self {
        Self { apply: Arc::new(apply), late: None }
    }

    /// What is written down although another process follows the run meanwhile.
    pub(super) fn or_late(
        self,
        late: impl Fn(&mut WriteTx<'_>, Timestamp) -> Result<Next> + Send + Sync + 'static,
    ) -> Self {
        Self { late: Some(Arc::new(late)), ..self }
    }

    /// Whether WaveSpeed may have accepted something with it.
    pub const fn may_be_acceptance(&self) -> bool {
        self.late.is_some()
    }

    /// Writes the outcome of a run's step down, as far as it does not come too late.
    ///
    /// # Errors
    /// When the store fails; then nothing is written.
    pub fn apply(&self, tx: &mut WriteTx<'_>, run: RunId, attempt: u64) -> Result<Next> {
        let now = tx.now();
        match (tx.read_tx().is_followed(run, attempt)?, &self.late) {
            (true, _) => (self.apply)(tx, now),
            (false, Some(late)) => late(tx, now),
            (false, None) => Ok(Next::nothing()),
        }
    }
}

impl fmt::Debug for Outcome {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("Outcome")
    }
}

impl Step {
    /// Sends it out.
    pub async fn perform(self, run: RunId, effects: &impl Effects) -> Outcome {
        match self {
            Self::Submit(submit) => submit::perform(run, submit, effects).await,
            Self::CheckNotAccepted(look) => submit::look(run, look, effects).await,
            Self::Poll(watch) => poll::perform(run, watch, effects).await,
            Self::Lookup(watch) => lookup::perform(run, watch, effects).await,
            Self::Archive(fetch) => archive::perform(run, *fetch, effects).await,
            Self::Reconcile(seek) => reconcile::perform(run, seek, effects).await,
        }
    }

    /// Whether it ends in a request that is paid for: such a step is never broken off.
    pub const fn may_bill(&self) -> bool {
        matches!(self, Self::Submit(_))
    }
}

/// The steps of runs that were taken over.
///
/// # Errors
/// When the store fails.
pub fn resume(tx: &ReadTx<'_>, runs: &[RunRecord], at: Timestamp) -> Result<Vec<ScheduledStep>> {
    let mut steps = Vec::new();
    for run in runs {
        if let Some(step) = step_of(tx, &run.upstream, run)? {
            steps.push(ScheduledStep { run: run.id, attempt: run.attempt, at, step });
        }
    }
    Ok(steps)
}

/// The step of a run that the vendor has, or may have.
///
/// # Errors
/// When the store fails.
pub fn step_of(tx: &ReadTx<'_>, upstream: &str, run: &RunRecord) -> Result<Option<Step>> {
    let watch = |prediction_id: &String| PollState::of(tx, upstream, run, prediction_id.clone());
    Ok(match (run.state, &run.prediction_id) {
        (RunState::Running, Some(id)) => Some(Step::Poll(watch(id)?)),
        (RunState::Completed, Some(id)) => Some(Step::Archive(Box::new(archive::Archive::of(&watch(id)?, None)))),
        (RunState::Unknown | RunState::Rejected, None) => Some(Step::Reconcile(reconcile::Reconcile::of(run))),
        _ => None,
    })
}
