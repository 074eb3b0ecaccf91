//! What is done for a run outside of the store, and what its outcome means inside: step by step, so that a process may end
//! between any two of them.
//!
//! An [`Step`] is sent out into a [`Effects`] and comes back as a [`Outcome`]: a function of the store and the time alone,
//! which writes the outcome down and names the next step. Nothing else moves a run, and a run has one step at a time. When
//! the process ends, steps are forgotten; [`resume`] makes them again from what the store says.
//!
//! # Layout
//! - [`submit`]: the one POST, and the look at the vendor's list after a 429
//! - [`ask`]: asking for a prediction until it ends; [`find`]: looking it up when the vendor seems to have forgotten it
//! - [`fetch`]: keeping its pictures
//! - [`seek`]: looking for a prediction whose answer was lost; [`matching`]: which one it is
//! - [`words`]: what the person is told

pub mod archive;
pub mod lookup;
pub mod matching;
pub mod poll;
pub mod problems;
pub mod reconcile;
pub mod submit;
#[cfg(test)]
mod tests;

use std::fmt;
use std::sync::Arc;

use imagen4_core::{RunId, RunRequest, RunState, Timestamp};

use super::effects::Effects;
use crate::store::{ReadTx, Result, RunRecord, WriteTx};
use poll::PollState;

/// What is to be done for a run outside of the store.
#[derive(Clone, Debug)]
pub enum Step {
    /// Send it, once.
    Submit(RunRequest),
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

/// An step, whose, and when.
#[derive(Clone, Debug)]
pub struct ScheduledStep {
    /// The run.
    pub run: RunId,
    /// Not before.
    pub at: Timestamp,
    /// What.
    pub step: Step,
}

/// What comes after a outcome.
#[derive(Clone, Debug, Default)]
pub struct Next {
    /// The run's next step; none when it waits in the queue or is over.
    pub step: Option<(Timestamp, Step)>,
    /// The vendor asked not to be sent anything before.
    pub limited_until: Option<Timestamp>,
}

impl Next {
    /// That step, not before that time.
    pub fn at(at: Timestamp, step: Step) -> Self {
        Self { step: Some((at, step)), limited_until: None }
    }

    /// Nothing more.
    pub fn nothing() -> Self {
        Self::default()
    }
}

/// Writes an outcome down. It can be repeated when the store was busy.
#[derive(Clone)]
pub struct Outcome(Arc<Apply>);

type Apply = dyn Fn(&mut WriteTx<'_>, Timestamp) -> Result<Next> + Send + Sync;

impl Outcome {
    /// That function.
    pub fn new(apply: impl Fn(&mut WriteTx<'_>, Timestamp) -> Result<Next> + Send + Sync + 'static) -> Self {
        Self(Arc::new(apply))
    }

    /// Writes the outcome down, as of `now`.
    ///
    /// # Errors
    /// When the store fails; then nothing is written.
    pub fn apply(&self, tx: &mut WriteTx<'_>, now: Timestamp) -> Result<Next> {
        (self.0)(tx, now)
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
            Self::Submit(request) => submit::perform(run, request, effects).await,
            Self::CheckNotAccepted(look) => submit::look(run, look, effects).await,
            Self::Poll(watch) => poll::perform(run, watch, effects).await,
            Self::Lookup(watch) => lookup::perform(run, watch, effects).await,
            Self::Archive(fetch) => archive::perform(run, *fetch, effects).await,
            Self::Reconcile(seek) => reconcile::perform(run, seek, effects).await,
        }
    }

    /// Whether it ends in a request that is paid for: such an step is never broken off.
    pub const fn may_bill(&self) -> bool {
        matches!(self, Self::Submit(_))
    }
}

/// The steps of everything that an earlier process left unfinished.
///
/// # Errors
/// When the store fails.
pub fn resume(tx: &ReadTx<'_>, upstream: &str, now: Timestamp) -> Result<Vec<ScheduledStep>> {
    let mut tasks = Vec::new();
    for run in tx.unfinished(upstream)? {
        if let Some(step) = step_of(tx, upstream, &run)? {
            tasks.push(ScheduledStep { run: run.id, at: now, step });
        }
    }
    Ok(tasks)
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
