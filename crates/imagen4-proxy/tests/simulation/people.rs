//! People: they click, repeat clicks whose answer they did not see, buy groups, and decide about their runs.

use std::sync::LazyLock;

use imagen4_core::model::builtin;
use imagen4_core::{ModelSpec, RunEvent, RunId, RunState};
use imagen4_proxy::runner::steps::problems::given_up;
use imagen4_proxy::store::{Accepted, NewGroup, NewRun, TransitionDetails};
use serde_json::json;

use super::sim::{Sim, lock};

const PEOPLE: [&str; 3] = ["ann", "ben", "cleo"];
/// The models of this build.
static SPECS: LazyLock<Vec<ModelSpec>> =
    LazyLock::new(|| builtin::rows().iter().map(|row| ModelSpec::from_row(row).expect("a model")).collect());
const PROMPTS: [&str; 2] = ["a fox in snow", "a heron"];

/// A click that was made before, and what it brought.
#[derive(Clone, Debug)]
pub(crate) enum Click {
    Run(NewRun, RunId),
    Group(NewGroup, RunId),
}

impl Sim {
    /// Somebody does something.
    pub(crate) fn somebody_acts(&mut self) -> Result<(), String> {
        match self.rng.u8(0..20) {
            0..=8 => self.click(),
            9 | 10 => self.click_group(),
            11..=14 => self.click_again(),
            15 | 16 => self.decide(RunEvent::Withdrawn, RunState::Queued),
            17 => self.decide(RunEvent::Released, RunState::Unknown),
            _ => self.delete(),
        }
    }

    fn new_run(&mut self, person: &str) -> NewRun {
        let spec = self.offered_spec();
        let images = spec.counts().map(|(min, max, _)| self.rng.i64(min..=max.min(4)));
        // Some ask for the same seed, and some for none that is known.
        let seed: i64 = match self.rng.u8(0..12) {
            0 => -1,
            1 => 7,
            _ => i64::from(self.rng.i32(0..i32::MAX)),
        };
        let prompt = PROMPTS[self.rng.usize(0..PROMPTS.len())];
        let mut input = json!({ "prompt": prompt });
        for (name, value) in [(&spec.concepts.count, images), (&spec.concepts.seed, Some(seed))] {
            if let (Some(name), Some(value)) = (name, value) {
                input[name] = json!(value);
            }
        }
        let request = spec.accept(&input).expect("valid").into_request();
        // Most clicks come with a fresh quote, some with one of a moment ago.
        let price = lock(&self.live.vendor).quote(&request);
        if self.rng.u8(0..8) == 0 {
            lock(&self.live.vendor).change_models();
        }
        let mut hash = [0; 32];
        self.rng.fill(&mut hash);
        NewRun {
            id: RunId::from_bits(self.rng.u128(..)),
            person: person.to_owned(),
            key_hash: hash,
            fingerprint: hash,
            price,
            request,
            parent: None,
        }
    }

    /// A model that the process takes to be offered.
    fn offered_spec(&mut self) -> ModelSpec {
        let gone = lock(&self.live.known_gone).clone();
        let offered: Vec<&ModelSpec> = SPECS.iter().filter(|spec| !gone.contains(&spec.id)).collect();
        match offered.len() {
            0 => builtin::default_model().clone(),
            // Half of them ask for the same one, so that lost runs contest predictions.
            _ if self.rng.bool() => offered[0].clone(),
            count => offered[self.rng.usize(0..count)].clone(),
        }
    }

    fn click(&mut self) -> Result<(), String> {
        let person = PEOPLE[self.rng.usize(0..PEOPLE.len())];
        let new = self.new_run(person);
        let clicked = new.clone();
        let Some(accepted) = self.commit(move |tx, _| tx.accept(&clicked)) else { return Ok(()) };
        self.tell(|| format!("{person} clicks {}: {accepted:?}", new.id));
        self.check_cap(accepted)?;
        if let Accepted::New(id) = accepted {
            self.clicks.push(Click::Run(new, id));
        }
        Ok(())
    }

    fn click_group(&mut self) -> Result<(), String> {
        let person = PEOPLE[self.rng.usize(0..PEOPLE.len())];
        let runs: Vec<NewRun> = (0..self.rng.usize(2..5)).map(|_| self.new_run(person)).collect();
        let hash = runs[0].id.to_string();
        let hash = std::array::from_fn(|place| hash.as_bytes()[place]);
        let id = RunId::from_bits(self.rng.u128(..));
        let new = NewGroup { id, person: person.to_owned(), key_hash: hash, fingerprint: hash, runs };
        let clicked = new.clone();
        let Some(accepted) = self.commit(move |tx, _| tx.accept_group(&clicked)) else { return Ok(()) };
        self.tell(|| format!("{person} buys a group of {}: {accepted:?}", new.runs.len()));
        self.check_cap(accepted)?;
        let there = new.runs.iter().filter(|run| self.state(run.id).is_some()).count();
        let expected = if matches!(accepted, Accepted::New(_)) { new.runs.len() } else { 0 };
        if there != expected {
            return Err(format!("{there} runs of a group of {} were accepted", new.runs.len()));
        }
        if let Accepted::New(id) = accepted {
            self.clicks.push(Click::Group(new, id));
        }
        Ok(())
    }

    /// The same click again is the same run, whatever became of it.
    fn click_again(&mut self) -> Result<(), String> {
        if self.clicks.is_empty() {
            return Ok(());
        }
        let click = self.clicks[self.rng.usize(0..self.clicks.len())].clone();
        let other = RunId::from_bits(self.rng.u128(..));
        let (answer, first) = match click {
            Click::Run(new, first) => {
                (self.commit(move |tx, _| tx.accept(&NewRun { id: other, ..new.clone() })), first)
            }
            Click::Group(new, first) => {
                (self.commit(move |tx, _| tx.accept_group(&NewGroup { id: other, ..new.clone() })), first)
            }
        };
        match answer {
            None | Some(Accepted::Deleted) => Ok(()),
            Some(Accepted::Before(same)) if same == first => Ok(()),
            Some(answer) => Err(format!("a repeated click of {first} brought {answer:?}")),
        }
    }

    fn decide(&mut self, event: RunEvent, state: RunState) -> Result<(), String> {
        let ids = self.ids_in(state);
        if ids.is_empty() {
            return Ok(());
        }
        let id = ids[self.rng.usize(0..ids.len())];
        let facts = if event == RunEvent::Released {
            TransitionDetails::from(given_up())
        } else {
            TransitionDetails::default()
        };
        let moved = self.commit(move |tx, now| tx.transition(id, event, facts.clone(), now));
        self.tell(|| format!("somebody decides {event:?} for {id}: {moved:?}"));
        // Also when the process ended before it could say so.
        if event == RunEvent::Released && self.state(id) == Some(RunState::Rejected) {
            self.given_up.push(id);
        }
        Ok(())
    }

    fn delete(&mut self) -> Result<(), String> {
        let over = [RunState::Archived, RunState::Failed, RunState::Rejected, RunState::Withdrawn, RunState::Expired];
        let state = over[self.rng.usize(0..over.len())];
        let ids = self.ids_in(state);
        if ids.is_empty() {
            return Ok(());
        }
        let id = ids[self.rng.usize(0..ids.len())];
        for person in PEOPLE {
            self.commit(move |tx, _| tx.delete(person, id));
        }
        self.tell(|| format!("somebody deletes {id}"));
        if self.state(id).is_none() {
            self.deleted.push(id);
        }
        Ok(())
    }
}
