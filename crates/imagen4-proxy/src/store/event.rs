//! What a commit tells the event streams.

use std::sync::Arc;

use imagen4_core::api::{Deleted, Spend};
use imagen4_core::{Run, RunId};

/// One thing that changed, with its JSON made once for all streams.
#[derive(Clone, Debug)]
pub enum StoreEvent {
    /// A run.
    Run {
        /// Whose.
        person: Arc<str>,
        /// Its revision.
        revision: u64,
        /// The run as JSON.
        json: Arc<str>,
    },
    /// A run that is there no longer.
    Deleted {
        /// Whose.
        person: Arc<str>,
        /// The revision of its end.
        revision: u64,
        /// Its id as JSON.
        json: Arc<str>,
    },
    /// The spend, as JSON.
    Spend(Arc<str>),
    /// Prices, limits or the vendor's account are no longer what they were.
    Config,
}

impl StoreEvent {
    /// A run that belongs to `person`.
    pub fn run(person: &str, run: &Run) -> Self {
        Self::run_at(run.revision, person, run)
    }

    /// The same as it was told at an earlier revision: whoever comes back asks for what is after that one.
    pub(super) fn run_at(revision: u64, person: &str, run: &Run) -> Self {
        Self::Run { person: person.into(), revision, json: json(run) }
    }

    /// A run of `person` that was deleted.
    pub fn deleted(person: &str, id: RunId, revision: u64) -> Self {
        Self::Deleted { person: person.into(), revision, json: json(&Deleted { id }) }
    }

    /// The spend.
    pub fn spend(spend: &Spend) -> Self {
        Self::Spend(json(spend))
    }
}

fn json(value: &impl serde::Serialize) -> Arc<str> {
    // Our own types have no keys or numbers that JSON lacks.
    serde_json::to_string(value).unwrap_or_default().into()
}
