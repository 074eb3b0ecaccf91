//! Unfinished and recent runs in memory, as the feed brought them: most questions are about these, again and again.

use std::collections::{HashMap, VecDeque};
use std::sync::atomic::{AtomicU64, Ordering};
use std::sync::{Arc, PoisonError, RwLock};
use std::time::{Duration, Instant};

use imagen4_core::{Run, RunId};

/// Ended runs that are kept, the latest.
const ENDED: usize = 2_000;
/// What the feed has not confirmed for so long is asked of the database instead.
const FRESH: Duration = Duration::from_secs(3);

/// Runs in memory, and whether they are as the database has them.
#[derive(Debug, Default)]
pub(super) struct RecentRuns {
    /// The last revision that this process wrote: whoever wrote it must not read what was before.
    written: AtomicU64,
    known: RwLock<Known>,
}

#[derive(Debug, Default)]
struct Known {
    runs: HashMap<RunId, (Arc<str>, Arc<Run>)>,
    ended: VecDeque<RunId>,
    revision: u64,
    confirmed_at: Option<Instant>,
}

impl RecentRuns {
    /// This process wrote up to that revision.
    pub(super) fn wrote(&self, revision: u64) {
        self.written.fetch_max(revision, Ordering::SeqCst);
    }

    /// A run as it is since its revision.
    pub(super) fn put(&self, person: &Arc<str>, run: &Arc<Run>) {
        let mut known = self.known.write().unwrap_or_else(PoisonError::into_inner);
        let before = known.runs.insert(run.id, (person.clone(), run.clone()));
        if run.state.is_terminal() && !before.is_some_and(|(_, before)| before.state.is_terminal()) {
            known.ended.push_back(run.id);
        }
        while known.ended.len() > ENDED
            && let Some(oldest) = known.ended.pop_front()
        {
            // One that was found after all goes on.
            if known.runs.get(&oldest).is_some_and(|(_, run)| run.state.is_terminal()) {
                known.runs.remove(&oldest);
            }
        }
    }

    /// A run is there no longer.
    pub(super) fn remove(&self, id: RunId) {
        self.known.write().unwrap_or_else(PoisonError::into_inner).runs.remove(&id);
    }

    /// Everything up to that revision is here, as of that time.
    pub(super) fn confirm(&self, revision: u64, at: Instant) {
        let mut known = self.known.write().unwrap_or_else(PoisonError::into_inner);
        known.revision = revision;
        known.confirmed_at = Some(at);
    }

    /// That run of `person`; `None` when the database has to be asked.
    pub(super) fn get(&self, person: &str, id: RunId, now: Instant) -> Option<Arc<Run>> {
        let known = self.known.read().unwrap_or_else(PoisonError::into_inner);
        let is_fresh = known.confirmed_at.is_some_and(|at| now.saturating_duration_since(at) < FRESH);
        if !is_fresh || known.revision < self.written.load(Ordering::SeqCst) {
            return None;
        }
        known.runs.get(&id).filter(|(owner, _)| **owner == *person).map(|(_, run)| run.clone())
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use imagen4_core::RunState;
    use serde_json::json;

    fn run(number: u128, state: RunState) -> Arc<Run> {
        let run = json!({
            "id": RunId::from_bits(number), "state": state, "revision": 1, "created_at": "2026-11-22T18:05:00Z",
            "upstream": "embedded", "request": { "model": "m", "input": {} }, "price_microusd": 0, "billed": "no",
            "images": [], "timeline": [], "favorite": false,
        });
        Arc::new(serde_json::from_value(run).expect("a run"))
    }

    #[test]
    fn what_is_behind_or_was_not_confirmed_lately_is_asked_of_the_database() {
        let (runs, now, ann) = (RecentRuns::default(), Instant::now(), Arc::from("ann"));
        let id = RunId::from_bits(1);
        runs.put(&ann, &run(1, RunState::Running));
        assert!(runs.get("ann", id, now).is_none(), "nothing was confirmed yet");
        runs.confirm(7, now);
        assert!(runs.get("ann", id, now + FRESH / 2).is_some());
        assert!(runs.get("ben", id, now).is_none(), "another person's");
        assert!(runs.get("ann", id, now + FRESH).is_none(), "the feed is silent");
        runs.wrote(8);
        assert!(runs.get("ann", id, now).is_none(), "this process wrote what the feed has not brought");
        runs.confirm(8, now);
        assert!(runs.get("ann", id, now).is_some());
        runs.remove(id);
        assert!(runs.get("ann", id, now).is_none());
    }

    #[test]
    fn unfinished_runs_stay_however_many_ended() {
        let (runs, now, ann) = (RecentRuns::default(), Instant::now(), Arc::from("ann"));
        runs.confirm(1, now);
        runs.put(&ann, &run(0, RunState::Running));
        // One that ended, and was found after all.
        runs.put(&ann, &run(1, RunState::Rejected));
        runs.put(&ann, &run(1, RunState::Running));
        let many = ENDED as u128 + 10;
        (2..many).for_each(|number| runs.put(&ann, &run(number, RunState::Archived)));
        let has = |number| runs.get("ann", RunId::from_bits(number), now).is_some();
        assert!(has(0) && has(1) && has(many - 1) && !has(2));
        assert_eq!(runs.known.read().expect("unlocked").runs.len(), ENDED + 2);
    }
}
