//! What is done for a run outside of the ledger, and what its outcome means inside: step by step, so that a process may end
//! between any two of them.
//!
//! An [`Errand`] is sent out into a [`World`] and comes back as a [`Settlement`]: a function of the ledger and the time alone,
//! which writes the outcome down and names the next errand. Nothing else moves a run, and a run has one errand at a time. When
//! the process ends, errands are forgotten; [`resume`] makes them again from what the ledger says.
//!
//! # Layout
//! - [`submit`]: the one POST, and the look at the vendor's list after a 429
//! - [`ask`]: asking for a prediction until it ends; [`find`]: looking it up when the vendor seems to have forgotten it
//! - [`fetch`]: keeping its pictures
//! - [`seek`]: looking for a prediction whose answer was lost; [`matching`]: which one it is
//! - [`words`]: what the person is told

pub mod ask;
pub mod fetch;
pub mod find;
pub mod matching;
pub mod seek;
pub mod submit;
#[cfg(test)]
mod tests;
pub mod words;

use std::fmt;
use std::sync::Arc;

use imagen4_core::{RunId, RunRequest, RunState, Timestamp};

use super::world::World;
use crate::ledger::{Reading, Result, Standing, Writing};
use ask::Watch;

/// What is to be done for a run outside of the ledger.
#[derive(Clone, Debug)]
pub enum Errand {
    /// Send it, once.
    Submit(RunRequest),
    /// Look whether a request that was turned away was accepted all the same.
    Look(submit::Look),
    /// Ask how far it is.
    Ask(Watch),
    /// Look up a prediction that the vendor seems to have forgotten.
    Find(Watch),
    /// Fetch its pictures.
    Fetch(Box<fetch::Fetch>),
    /// Look for what came of a request whose answer was lost.
    Seek(seek::Seek),
}

/// An errand, whose, and when.
#[derive(Clone, Debug)]
pub struct Task {
    /// The run.
    pub run: RunId,
    /// Not before.
    pub at: Timestamp,
    /// What.
    pub errand: Errand,
}

/// What comes after a settlement.
#[derive(Clone, Debug, Default)]
pub struct Next {
    /// The run's next errand; none when it waits in the queue or is over.
    pub errand: Option<(Timestamp, Errand)>,
    /// The vendor asked not to be sent anything before.
    pub limited_until: Option<Timestamp>,
}

impl Next {
    /// That errand, not before that time.
    pub fn at(at: Timestamp, errand: Errand) -> Self {
        Self { errand: Some((at, errand)), limited_until: None }
    }

    /// Nothing more.
    pub fn nothing() -> Self {
        Self::default()
    }
}

/// Writes an outcome down. It can be repeated when the ledger was busy.
#[derive(Clone)]
pub struct Settlement(Arc<Settle>);

type Settle = dyn Fn(&mut Writing<'_>, Timestamp) -> Result<Next> + Send + Sync;

impl Settlement {
    /// That function.
    pub fn new(settle: impl Fn(&mut Writing<'_>, Timestamp) -> Result<Next> + Send + Sync + 'static) -> Self {
        Self(Arc::new(settle))
    }

    /// Writes the outcome down, as of `now`.
    ///
    /// # Errors
    /// When the ledger fails; then nothing is written.
    pub fn settle(&self, writing: &mut Writing<'_>, now: Timestamp) -> Result<Next> {
        (self.0)(writing, now)
    }
}

impl fmt::Debug for Settlement {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("Settlement")
    }
}

impl Errand {
    /// Sends it out.
    pub async fn perform(self, run: RunId, world: &impl World) -> Settlement {
        match self {
            Self::Submit(request) => submit::perform(run, request, world).await,
            Self::Look(look) => submit::look(run, look, world).await,
            Self::Ask(watch) => ask::perform(run, watch, world).await,
            Self::Find(watch) => find::perform(run, watch, world).await,
            Self::Fetch(fetch) => fetch::perform(run, *fetch, world).await,
            Self::Seek(seek) => seek::perform(run, seek, world).await,
        }
    }

    /// Whether it ends in a request that is paid for: such an errand is never broken off.
    pub const fn may_bill(&self) -> bool {
        matches!(self, Self::Submit(_))
    }
}

/// The errands of everything that an earlier process left unfinished.
///
/// # Errors
/// When the ledger fails.
pub fn resume(reading: &Reading<'_>, upstream: &str, now: Timestamp) -> Result<Vec<Task>> {
    let mut tasks = Vec::new();
    for run in reading.unfinished(upstream)? {
        if let Some(errand) = errand_of(reading, upstream, &run)? {
            tasks.push(Task { run: run.id, at: now, errand });
        }
    }
    Ok(tasks)
}

/// The errand of a run that the vendor has, or may have.
///
/// # Errors
/// When the ledger fails.
pub fn errand_of(reading: &Reading<'_>, upstream: &str, run: &Standing) -> Result<Option<Errand>> {
    let watch = |prediction_id: &String| Watch::of(reading, upstream, run, prediction_id.clone());
    Ok(match (run.state, &run.prediction_id) {
        (RunState::Running, Some(id)) => Some(Errand::Ask(watch(id)?)),
        (RunState::Completed, Some(id)) => Some(Errand::Fetch(Box::new(fetch::Fetch::of(&watch(id)?, None)))),
        (RunState::Unknown | RunState::Rejected, None) => Some(Errand::Seek(seek::Seek::of(run))),
        _ => None,
    })
}
