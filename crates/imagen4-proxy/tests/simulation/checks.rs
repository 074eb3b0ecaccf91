//! What must hold at every moment, and when everything is over. The vendor's own record is the oracle.

use std::collections::{HashMap, HashSet};

use imagen4_core::{Billed, MicroUsd, Run, RunFilter, RunId, RunState};
use imagen4_proxy::store::Accepted;

use super::people::Click;
use super::sim::{Sim, UPSTREAM, lock};
use super::vendor::Fate;

impl Sim {
    fn all(&self) -> Vec<Run> {
        let store = lock(&self.live.store);
        let people = ["ann", "ben", "cleo"];
        let runs = people.iter().flat_map(|person| {
            store.read_tx().runs(person, &RunFilter::default(), None, 10_000).expect("the database works").0
        });
        runs.collect()
    }

    /// Whatever was just accepted did not exceed the cap, counted from the runs' states instead of from the rows of money.
    pub(crate) fn check_cap(&self, accepted: Accepted) -> Result<(), String> {
        if !matches!(accepted, Accepted::New(_)) {
            return Ok(());
        }
        let store = lock(&self.live.store);
        let (account, now) = (store.account().clone(), self.database_now());
        let cap = account.daily_cap.expect("there is a cap");
        drop(store);
        let today = account.day_of(now);
        let used: MicroUsd = self
            .all()
            .iter()
            .filter(|run| account.day_of(run.created_at) == today)
            .filter(|run| {
                !matches!(run.state, RunState::Rejected | RunState::Withdrawn) && run.billed != Billed::Refunded
            })
            .map(|run| run.price_microusd)
            .sum();
        if used > cap { Err(format!("{used} of {cap} are spent and held")) } else { Ok(()) }
    }

    pub(crate) fn check_always(&self) -> Result<(), String> {
        let vendor = lock(&self.live.vendor);
        let mut billed = HashSet::new();
        for job in &vendor.jobs {
            if !billed.insert(job.run) {
                return Err(format!("run {} was billed twice", job.run));
            }
        }
        let mut sent = HashSet::new();
        if let Some(twice) = vendor.chances.iter().find(|run| !sent.insert(**run)) {
            return Err(format!("run {twice} was sent twice where it could be accepted"));
        }
        drop(vendor);
        let store = lock(&self.live.store);
        let held = store.read_tx().held_by_run(UPSTREAM).map_err(|error| error.to_string())?;
        for (run, state, held, price) in held {
            let expected = if state.holds_money() { price } else { MicroUsd::ZERO };
            if held != expected {
                return Err(format!("{held} are held for run {run}, which is {state:?} and costs {price}"));
            }
        }
        Ok(())
    }

    pub(crate) fn check_at_the_end(&self) -> Result<(), String> {
        let doubtful = lock(&self.live.store).read_tx().days_in_doubt().map_err(|error| error.to_string())?;
        if !doubtful.is_empty() {
            return Err(format!("the sums of {doubtful:?} are not what the rows of money come to"));
        }
        let runs: HashMap<RunId, Run> = self.all().into_iter().map(|run| (run.id, run)).collect();
        let vendor = lock(&self.live.vendor);
        let mut spent = MicroUsd::ZERO;
        for job in &vendor.jobs {
            let is_refunded = job.refunded_at().is_some_and(|at| at <= vendor.now);
            let Some(run) = runs.get(&job.run) else {
                if !self.deleted.contains(&job.run) {
                    return Err(format!("prediction {} was billed, and its run is nowhere", job.id));
                }
                continue;
            };
            let its = run.prediction.as_ref().map(|prediction| prediction.id.as_str());
            let is_its_own = its == Some(job.id.as_str());
            match run.state {
                // Its money is held, and the person is told so.
                RunState::Unknown => continue,
                // Given up by the person, and nobody can tell which of several it is.
                RunState::Rejected if self.given_up.contains(&run.id) && its.is_none() => continue,
                RunState::Archived if is_its_own && job.has_all_pictures() && run.images.len() == job.pictures() => {}
                RunState::Failed if is_its_own && job.fate == Fate::Fails => {
                    if (run.billed == Billed::Refunded) != is_refunded {
                        return Err(format!("run {} is {:?}, refunded: {is_refunded}", run.id, run.billed));
                    }
                }
                RunState::Failed if is_its_own && job.fate == Fate::Vanishes && is_refunded => {}
                RunState::Expired if is_its_own && (!job.has_all_pictures() || self.given_up.contains(&run.id)) => {}
                // A clock that is wrong, and a prediction that was forgotten before it was seen.
                RunState::Rejected if its.is_none() && job.fate == Fate::Vanishes && self.is_clock_wrong => continue,
                state => {
                    return Err(format!(
                        "{:?} prediction {} is billed, its run {} is {state:?} with {its:?}",
                        job.fate, job.id, run.id
                    ));
                }
            }
            if run.billed != Billed::Refunded {
                spent = spent + job.price;
            }
        }
        for run in runs.values() {
            let is_over = run.state.is_terminal() || run.state == RunState::Unknown;
            let has_job = vendor.jobs.iter().any(|job| job.run == run.id);
            if !is_over {
                return Err(format!("run {} is still {:?}", run.id, run.state));
            }
            if run.billed == Billed::Yes && !has_job {
                return Err(format!("run {} is {:?} and was never billed", run.id, run.state));
            }
        }
        for click in &self.clicks {
            let ids = match click {
                Click::Run(_, id) => vec![*id],
                Click::Group(group, _) => group.runs.iter().map(|run| run.id).collect(),
            };
            if let Some(lost) = ids.iter().find(|id| !runs.contains_key(id) && !self.deleted.contains(id)) {
                return Err(format!("run {lost} was accepted and is gone"));
            }
        }
        if self.deleted.is_empty() {
            let (booked, _) =
                lock(&self.live.store).read_tx().money_in_all(UPSTREAM).map_err(|error| error.to_string())?;
            if booked != spent {
                return Err(format!("{booked} are booked as spent, {spent} were"));
            }
        }
        Ok(())
    }
}
