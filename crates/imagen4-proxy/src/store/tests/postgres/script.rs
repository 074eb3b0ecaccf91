//! Everything that can be done with a store, in a random order that a seed repeats.

use fastrand::Rng;
use imagen4_core::RunFilter;
use imagen4_core::api::{ImagePatch, RunPatch};
use imagen4_core::run::RunImage;

use super::super::*;
use super::UPSTREAM;

const PROMPTS: [&str; 6] =
    ["a fox", "Straße 100% _ !", "一只狐狸在雪地里奔跑", "Ünïcode “quotes”", "a_b\\c", "nul \u{0} inside"];
const EVENTS: [RunEvent; 9] = [
    RunEvent::Dispatched,
    RunEvent::NotSent,
    RunEvent::Accepted,
    RunEvent::Refused,
    RunEvent::AnswerLost,
    RunEvent::Found,
    RunEvent::Completed,
    RunEvent::Archived,
    RunEvent::Failed,
];

pub(super) struct Script {
    rng: Rng,
    runs: u8,
    now: Timestamp,
}

impl Script {
    pub(super) fn new(seed: u64) -> Self {
        Self { rng: Rng::with_seed(seed), runs: 0, now: NOW }
    }

    fn id(&mut self) -> RunId {
        RunId::from_bits(self.rng.u8(0..=self.runs).into())
    }

    fn new_run(&mut self) -> NewRun {
        self.runs += 1;
        let prompt = PROMPTS[self.rng.usize(0..PROMPTS.len())];
        let ratio = ["1:1", "16:9"][self.rng.usize(0..2)];
        let request = json!({ "prompt": prompt, "num_images": self.rng.u8(1..=4), "seed": self.rng.u8(0..3), "aspect_ratio": ratio });
        let request = default_model().accept(&request).expect("valid").into_request();
        NewRun { request, price: MicroUsd::new(self.rng.i64(1..90_000)), ..new_run(self.runs) }
    }

    /// One thing; what came of it, as text.
    pub(super) fn step(&mut self, store: &mut SyncStore) -> String {
        self.now = self.now + self.rng.u64(0..40_000);
        let (now, id) = (self.now, self.id());
        match self.rng.u8(0..20) {
            0..=4 => {
                let new = self.new_run();
                told(store.write(|tx| tx.accept(&new)))
            }
            5 => {
                let runs: Vec<_> = (0..self.rng.u8(1..4)).map(|_| self.new_run()).collect();
                let number = self.runs;
                let group = NewGroup {
                    id: RunId::from_bits(u128::from(number) + 1_000),
                    person: "local".to_owned(),
                    key_hash: [number; 32],
                    fingerprint: [9; 32],
                    runs,
                };
                told(store.write(|tx| tx.accept_group(&group)))
            }
            6..=7 => {
                let limits = RateLimits {
                    images_per_minute: self.rng.bool().then_some(7),
                    max_concurrent: self.rng.bool().then_some(3),
                    ..RateLimits::default()
                };
                told(store.write(|tx| tx.claim_due(limits, now)))
            }
            8..=12 => {
                let event = EVENTS[self.rng.usize(0..EVENTS.len())];
                let prediction = json!({ "id": format!("p{id}"), "status": "created", "created_at": now.to_string() });
                let facts = TransitionDetails {
                    prediction: Prediction::from_data(&prediction).ok().filter(|_| self.rng.bool()),
                    problem: self.rng.bool().then(|| Problem::new(ProblemCode::AnswerLost)),
                    not_before: self.rng.bool().then(|| now + 5_000),
                    took_ms: self.rng.bool().then_some(4_000),
                };
                told(store.write(|tx| tx.transition(id, event, facts, now)))
            }
            13 => {
                let (index, nsfw) = (self.rng.u8(0..4), self.rng.bool());
                let image = RunImage {
                    index,
                    url: RunImage::url_of(id, index),
                    thumb_url: None,
                    content_type: "image/png".to_owned(),
                    width: 8,
                    height: 9,
                    bytes: 10,
                    sha256: "00".to_owned(),
                    nsfw,
                    favorite: false,
                };
                told(store.write(|tx| tx.keep_picture(id, &image)))
            }
            14 => {
                let note = ["", "Für später", "nul \u{0}"][self.rng.usize(0..3)].to_owned();
                let patch =
                    RunPatch { favorite: self.rng.bool().then_some(true), note: self.rng.bool().then_some(note) };
                told(store.write(|tx| tx.patch("local", id, &patch)))
            }
            15 => {
                let patch = ImagePatch { favorite: Some(self.rng.bool()) };
                let index = self.rng.u8(0..4);
                told(store.write(|tx| tx.patch_image("local", id, index, &patch)))
            }
            16 => told(store.write(|tx| tx.delete("local", id))),
            17 => {
                let facts = BillFacts {
                    charged: self.rng.bool().then_some(MicroUsd::new(70_000)),
                    refunded: MicroUsd::new(self.rng.i64(0..2) * 70_000),
                };
                told(store.write(|tx| tx.note_bill(id, facts)))
            }
            18 => {
                let problem = self.rng.bool().then(|| Problem::new(ProblemCode::AnswerLost));
                let idle = self.rng.bool();
                told(store.write(|tx| {
                    tx.note_idle(id, idle)?;
                    tx.note_problem(id, problem.as_ref())
                }))
            }
            _ => {
                let adoption = Adoption {
                    id: RunId::from_bits(u128::from(self.rng.u8(200..=255))),
                    person: "local".to_owned(),
                    request: new_run(1).request,
                    price: MicroUsd::new(40_000),
                    prediction: Prediction::from_data(&json!({ "id": "stray" })).expect("readable"),
                };
                told(store.write(|tx| tx.adopt(&adoption)))
            }
        }
    }

    /// Everything that can be read.
    pub(super) fn read_all(&mut self, store: &SyncStore) -> Vec<String> {
        let (tx, now) = (store.read_tx(), self.now);
        let account = store.account();
        let filters = [
            RunFilter::default(),
            RunFilter { q: "100%".to_owned(), ..RunFilter::default() },
            RunFilter { q: "_".to_owned(), ..RunFilter::default() },
            RunFilter { q: "狐狸".to_owned(), ..RunFilter::default() },
            RunFilter { q: "b\\c".to_owned(), ..RunFilter::default() },
            RunFilter { q: "spater".to_owned(), ..RunFilter::default() },
            RunFilter { favorite: Some(true), ..RunFilter::default() },
            RunFilter { favorite: Some(false), nsfw: Some(false), ..RunFilter::default() },
            RunFilter { nsfw: Some(true), ..RunFilter::default() },
            RunFilter { seed: Some(1), ratio: "16:9".parse().ok(), ..RunFilter::default() },
            RunFilter { states: vec![RunState::Queued, RunState::Running], ..RunFilter::default() },
            RunFilter { model: Some(default_model().id.clone()), ..RunFilter::default() },
            RunFilter { group: Some(RunId::from_bits(1_002)), ..RunFilter::default() },
        ];
        let mut all = Vec::new();
        for filter in &filters {
            all.push(told(tx.runs("local", filter, None, 20)));
            all.push(told(tx.runs("local", filter, Some(9), 3)));
            all.push(told(tx.counts("local", filter)));
        }
        let narrow = PredictionFilter {
            lost: Some((now, true)),
            after: Some(NOW),
            before: Some(now),
            states: Some(vec![RunState::Unknown, RunState::Archived]),
            ..PredictionFilter::default()
        };
        all.push(told(tx.predictions("local", &PredictionFilter::default(), 2, 5)));
        all.push(told(tx.predictions("local", &narrow, 0, 5)));
        all.push(told(tx.spend_in_full(account, now)));
        all.push(told(tx.spend_csv(account)));
        all.push(told(tx.stats(account, now).map(|mut stats| {
            stats.runs.sort();
            stats
        })));
        all.push(told(tx.held_by_run(UPSTREAM)));
        all.push(told(tx.days_in_doubt()));
        all.push(told(tx.bills_due(UPSTREAM, now + 7_200_000, 50)));
        all.push(told(tx.durations(UPSTREAM, &default_model().id)));
        all.push(told(tx.rivals(UPSTREAM, Some(RunId::from_bits(1)))));
        all.push(told(tx.runs_since("local", Some(3))));
        all.push(told(tx.deleted_since("local", 0)));
        all.push(told(tx.group("local", RunId::from_bits(1_002))));
        for number in 0..=self.runs {
            let id = RunId::from_bits(number.into());
            all.push(told(tx.record(id)));
            all.push(told(tx.picture(Some("local"), id, 0)));
            all.push(told(tx.picture(Some("somebody"), id, 0)));
            all.push(told(tx.is_deleted("local", id)));
            all.push(told(tx.is_inline(id)));
            all.push(told(tx.accepted_before("local", [number; 32], [number; 32])));
        }
        all
    }
}

fn told<T: std::fmt::Debug>(outcome: Result<T>) -> String {
    match outcome {
        Ok(value) => format!("{value:?}"),
        // The words of a database are its own.
        Err(StoreError::Database(_)) => "the database refuses it".to_owned(),
        Err(error) => error.to_string(),
    }
}
