//! Each answer of the vendor, and what it makes of a run.

use std::sync::atomic::{AtomicI64, AtomicU64, Ordering};
use std::sync::{Arc, Mutex, MutexGuard};
use std::time::Duration;

use futures_util::FutureExt;
use imagen4_client::{ApiError, BillKind, BillRow, SubmitError};
use imagen4_core::model::builtin::default_model;
use imagen4_core::prediction::Output;
use imagen4_core::run::RunImage;
use imagen4_core::{Billed, MicroUsd, Prediction, Problem, ProblemCode, RunId, RunRequest, RunState, Timestamp};
use jiff::tz::TimeZone;
use serde_json::{Value, json};

use super::submit::Submit;
use super::{Next, Step};
use crate::runner::effects::{Bills, Effects, Window};
use crate::store::sql::counted::Counted;
use crate::store::sql::sqlite::SqliteConnection;
use crate::store::{Account, NewRun, RateLimits, Replica, SyncStore};

mod patience;

const NOW: Timestamp = Timestamp::from_ms(1_800_000_000_000);
const UPSTREAM: &str = "https://vendor.test";

/// As a process begins.
fn begun(mut store: SyncStore) -> SyncStore {
    store.write(|tx| tx.renew_lease()).expect("written");
    store
}

/// A vendor that answers what it is told to, and a store.
struct Scene {
    store: Mutex<SyncStore>,
    statements: Arc<AtomicU64>,
    /// The database's.
    clock: Arc<AtomicI64>,
    limits: RateLimits,
    submit: Result<Prediction, SubmitError>,
    result: Result<Prediction, ApiError>,
    list: Result<Vec<Prediction>, ApiError>,
    bills: Result<Vec<BillRow>, ApiError>,
    fetches: bool,
    offers: bool,
    now: Timestamp,
}

impl Effects for Scene {
    fn now(&self) -> Timestamp {
        self.now
    }
    fn elapsed_ms(&self) -> u64 {
        self.now.ms_since(NOW)
    }
    fn offers(&self, _: &str) -> bool {
        self.offers
    }
    async fn submit(&self, _: &RunRequest) -> Result<Prediction, SubmitError> {
        self.submit.clone()
    }
    async fn result(&self, _: &str) -> Result<Prediction, ApiError> {
        self.result.clone()
    }
    async fn list(&self, _: Option<Window>) -> Result<Vec<Prediction>, ApiError> {
        self.list.clone()
    }
    async fn bills(&self, _: &Bills) -> Result<Vec<BillRow>, ApiError> {
        self.bills.clone()
    }
    async fn store(&self, run: RunId, index: u8, _: &Output, nsfw: bool) -> bool {
        let picture = RunImage {
            index,
            url: String::new(),
            thumb_url: None,
            width: 1,
            height: 1,
            content_type: "image/png".to_owned(),
            bytes: 1,
            sha256: String::new(),
            nsfw,
            favorite: false,
        };
        let mut store = self.store.lock().expect("unlocked");
        self.fetches && store.write(|tx| tx.keep_picture(run, &picture)).is_ok()
    }
}

fn gone() -> ApiError {
    ApiError::Refused { status: 404, message: "no".to_owned() }
}

fn prediction(id: &str, status: &str, outputs: Value) -> Prediction {
    let data = json!({ "id": id, "status": status, "outputs": outputs, "error": "boom", "created_at": NOW });
    Prediction::from_data(&data).expect("readable")
}

fn ready(outputs: Value) -> Result<Prediction, ApiError> {
    Ok(prediction("p1", "completed", outputs))
}

impl Scene {
    fn new() -> Self {
        let account =
            Account { upstream: UPSTREAM.to_owned(), daily_cap: MicroUsd::parse("1000"), timezone: TimeZone::UTC };
        let clock = Arc::new(AtomicI64::new(NOW.ms()));
        let time = clock.clone();
        let time = Arc::new(move || Timestamp::from_ms(time.load(Ordering::Relaxed)));
        let sql = Counted(SqliteConnection::in_memory(time).expect("memory"), Arc::default());
        Self {
            statements: sql.1.clone(),
            clock,
            limits: RateLimits::default(),
            store: Mutex::new(begun(SyncStore::sqlite(sql, account).expect("a store"))),
            submit: Ok(prediction("p1", "created", json!([]))),
            result: Err(gone()),
            list: Ok(Vec::new()),
            bills: Ok(Vec::new()),
            fetches: true,
            offers: true,
            now: NOW,
        }
    }

    /// Accepts and claims a run of two pictures.
    fn claim(&self, number: u8, seed: i64) -> (RunId, Step) {
        let request = json!({ "prompt": "a fox", "num_images": 2, "seed": seed });
        let new = NewRun {
            id: RunId::from_bits(number.into()),
            person: "local".to_owned(),
            key_hash: [number; 32],
            fingerprint: [number; 32],
            request: default_model().accept(&request).expect("valid").into_request(),
            price: MicroUsd::new(80_000),
            parent: None,
        };
        let mut store = self.store();
        store.write(|tx| tx.accept(&new)).expect("accepted");
        let claim = store.write(|tx| tx.claim_due(self.limits, self.now)).expect("claimed");
        let submit = Submit { request: claim.runs[0].request.clone(), claimed_ms: self.elapsed_ms() };
        (new.id, Step::Submit(submit))
    }

    fn go(&self, run: RunId, step: Step) -> Next {
        let outcome = step.perform(run, self).now_or_never().expect("nothing here waits");
        let mut store = self.store();
        let counted = self.statements.load(Ordering::Relaxed);
        let attempt = store.read_tx().record(run).expect("read").map_or(0, |run| run.attempt);
        self.statements.store(counted, Ordering::Relaxed);
        store.write(|tx| outcome.apply(tx, run, attempt)).expect("settled")
    }

    /// The store, at the time that it is now.
    fn store(&self) -> MutexGuard<'_, SyncStore> {
        self.clock.store(self.now.ms(), Ordering::Relaxed);
        self.store.lock().expect("unlocked")
    }

    /// The next step, at its time.
    fn go_on(&mut self, run: RunId, next: Next) -> Next {
        let (at, step) = next.step.expect("it goes on");
        self.now = at;
        self.go(run, step)
    }

    /// Goes on until there is nothing more to do, or `most` steps were done.
    fn go_far(&mut self, run: RunId, mut next: Next, most: usize) -> Next {
        for _ in 0..most {
            if next.step.is_none() {
                break;
            }
            next = self.go_on(run, next);
        }
        next
    }

    fn look(&self, run: RunId) -> (RunState, Billed, Option<Problem>) {
        let store = self.store.lock().expect("unlocked");
        let run = store.read_tx().run("local", run).expect("read").expect("it is there");
        (run.state, run.billed, run.problem)
    }

    fn state(&self, run: RunId) -> (RunState, Option<ProblemCode>) {
        let (state, _, problem) = self.look(run);
        (state, problem.map(|problem| problem.code))
    }

    /// The state after a submission that is answered like this.
    fn submitted(submit: Result<Prediction, SubmitError>) -> (Self, RunId, Next) {
        let scene = Self { submit, ..Self::new() };
        let (run, step) = scene.claim(1, 7);
        let next = scene.go(run, step);
        (scene, run, next)
    }

    /// A run that the vendor has.
    fn running() -> (Self, RunId, Next) {
        Self::submitted(Ok(prediction("p1", "created", json!([]))))
    }

    /// A run whose answer is lost.
    fn lost() -> (Self, RunId, Next) {
        Self::submitted(Err(SubmitError::MaybeAccepted { reason: "reset".to_owned() }))
    }
}

#[test]
fn a_refusal_is_not_billed_and_says_what_to_do() {
    for (status, message, code) in [
        (401, "Invalid API key", ProblemCode::KeyRefused),
        (403, "suspended", ProblemCode::KeyRefused),
        (400, "Insufficient credits. Please top up.", ProblemCode::InsufficientCredits),
        (402, "no", ProblemCode::InsufficientCredits),
        (404, "model not found", ProblemCode::ModelRetired),
        (422, "bad", ProblemCode::Refused),
    ] {
        let (scene, run, next) = Scene::submitted(Err(SubmitError::Refused { status, message: message.to_owned() }));
        assert!(next.step.is_none());
        let (state, billed, problem) = scene.look(run);
        let problem = problem.expect("a problem");
        assert_eq!((state, billed, problem.code), (RunState::Rejected, Billed::No, code));
        assert!(problem.detail.is_some_and(|detail| detail.contains(message)), "{status}");
    }
}

#[test]
fn a_model_that_is_gone_is_not_asked_for() {
    let mut scene = Scene { submit: Err(SubmitError::MaybeAccepted { reason: "sent".to_owned() }), ..Scene::new() };
    scene.offers = false;
    let (run, step) = scene.claim(1, 7);
    assert!(scene.go(run, step).step.is_none());
    let (state, billed, problem) = scene.look(run);
    assert_eq!((state, billed), (RunState::Rejected, Billed::No));
    assert_eq!(problem.map(|problem| problem.code), Some(ProblemCode::ModelRetired));
}

#[test]
fn what_was_claimed_too_long_ago_is_not_sent() {
    for (late_ms, state) in [(10_000, RunState::Running), (10_001, RunState::Queued)] {
        let mut scene = Scene::new();
        let (run, step) = scene.claim(1, 7);
        // The machine slept: by now others may have proven that it never arrived.
        scene.now = NOW + late_ms;
        scene.go(run, step);
        assert_eq!(scene.state(run).0, state, "{late_ms}");
    }
}

#[test]
fn what_comes_back_after_a_take_over_is_too_late_unless_it_was_accepted() {
    for (answer, state) in [
        (Ok(prediction("p1", "created", json!([]))), RunState::Running),
        (Err(SubmitError::NeverSent { reason: String::new() }), RunState::Unknown),
        (Err(SubmitError::Refused { status: 400, message: "no".to_owned() }), RunState::Unknown),
    ] {
        let scene = Scene { submit: answer, ..Scene::new() };
        let (run, step) = scene.claim(1, 7);
        let outcome = step.perform(run, &scene).now_or_never().expect("nothing here waits");
        let mut store = scene.store();
        let attempt = store.read_tx().record(run).expect("read").expect("it is there").attempt;
        store.write(|tx| tx.end_lease()).expect("written");
        store.set_replica(Replica { name: "another".to_owned(), is_alone: false });
        let taken = store.write(|tx| tx.take_over(&Problem::new(ProblemCode::AnswerLost))).expect("written");
        assert_eq!(taken.len(), 1);
        store.set_replica(Replica { name: "it".to_owned(), is_alone: false });
        store.write(|tx| outcome.apply(tx, run, attempt)).expect("settled");
        let record = store.read_tx().record(run).expect("read").expect("it is there");
        // Whoever has the acceptance follows it again; nobody else does.
        let followed = if state == RunState::Running { attempt + 2 } else { attempt + 1 };
        assert_eq!((record.state, record.attempt), (state, followed));
    }
}

#[test]
fn what_promised_no_number_takes_what_comes() {
    for (outputs, promised, state) in [
        (1, None, RunState::Archived),
        (4, None, RunState::Archived),
        (20, None, RunState::Archived),
        (2, Some(2), RunState::Archived),
        (3, Some(2), RunState::Archived),
        (1, Some(2), RunState::Expired),
    ] {
        let mut scene = Scene::new();
        let (run, _) = scene.claim(1, 7);
        if promised.is_none() {
            let other = "UPDATE runs SET request = '{\"model\":\"a/b\",\"input\":{\"prompt\":\"a fox\"}}'";
            scene.store.lock().expect("unlocked").sql.execute(other, &[]).expect("changed");
        }
        let step = Step::Submit(Submit { request: RunRequest::default(), claimed_ms: 0 });
        let next = scene.go(run, step);
        let urls: Vec<_> = (0..outputs).map(|n| format!("https://a/{n}.jpeg")).collect();
        scene.result = ready(json!(urls));
        scene.go_far(run, next, 40);
        let store = scene.store.lock().expect("unlocked");
        let told = store.read_tx().run("local", run).expect("read").expect("it is there");
        assert_eq!((told.state, told.images.len()), (state, outputs.min(16)), "{outputs} {promised:?}");
    }
}

#[test]
fn what_was_not_sent_waits_the_longer_the_longer_it_waits() {
    let (scene, run, next) = Scene::submitted(Err(SubmitError::NeverSent { reason: String::new() }));
    assert!(next.step.is_none());
    assert_eq!(scene.state(run), (RunState::Queued, Some(ProblemCode::VendorUnreachable)));
    let due = |at| {
        let claim = scene.store.lock().expect("unlocked").write(|tx| tx.claim_due(RateLimits::default(), at));
        claim.expect("claimed").runs.len()
    };
    assert_eq!((due(NOW + 4_999), due(NOW + 5_000)), (0, 1));
}

#[test]
fn a_429_waits_as_long_as_it_asks_after_a_look_at_the_list() {
    for (asked, granted) in [(None, 20_000), (Some(7), 7_000), (Some(0), 1_000), (Some(999_999_999), 900_000)] {
        let limited = SubmitError::RateLimited { message: String::new(), retry_after: asked.map(Duration::from_secs) };
        let (mut scene, run, next) = Scene::submitted(Err(limited));
        let limits = scene.store().read_tx().limits(RateLimits::default(), NOW).expect("read");
        assert_eq!((next.is_limited, limits.paused_until), (true, Some(NOW + granted)));
        assert_eq!(scene.state(run).0, RunState::Submitting);
        assert!(scene.go_on(run, next).step.is_none());
        assert_eq!(scene.state(run), (RunState::Queued, Some(ProblemCode::RateLimited)));
    }
}

#[test]
fn a_429_whose_list_does_not_answer_is_not_known() {
    let limited = SubmitError::RateLimited { message: String::new(), retry_after: None };
    let (mut scene, run, next) = Scene::submitted(Err(limited));
    scene.list = Err(ApiError::Unavailable { reason: String::new() });
    scene.go_far(run, next, 5);
    assert_eq!(scene.look(run).1, Billed::Unknown);
    assert_eq!(scene.state(run), (RunState::Unknown, Some(ProblemCode::AnswerLost)));
}

#[test]
fn a_prediction_that_another_run_has_is_not_taken() {
    let (scene, _, _) = Scene::running();
    let (other, step) = scene.claim(2, 8);
    scene.go(other, step);
    assert_eq!(scene.state(other), (RunState::Unknown, Some(ProblemCode::AnswerLost)));
}

#[test]
fn every_terminal_status_ends_it() {
    for status in ["failed", "cancelled", "timeout", "deleted"] {
        let words = match status {
            "failed" => "WaveSpeed says: boom".to_owned(),
            _ => format!("Status on WaveSpeed: {status}. WaveSpeed says: boom"),
        };
        let (mut scene, run, next) = Scene::running();
        scene.result = Ok(prediction("p1", status, json!(null)));
        assert!(scene.go_on(run, next).step.is_none());
        let (state, billed, problem) = scene.look(run);
        assert_eq!((state, billed), (RunState::Failed, Billed::RefundExpected));
        assert_eq!(problem.and_then(|it| it.detail), Some(words));
    }
}

#[test]
fn no_failing_question_and_no_new_status_ends_a_run() {
    for answer in [
        Err(ApiError::Refused { status: 401, message: String::new() }),
        Err(ApiError::Refused { status: 500, message: String::new() }),
        Err(ApiError::RateLimited { message: String::new(), retry_after: None }),
        Err(ApiError::Unavailable { reason: String::new() }),
        Ok(prediction("p1", "dreaming", json!([]))),
    ] {
        let (mut scene, run, next) = Scene::running();
        scene.result = answer;
        let next = scene.go_far(run, next, 30);
        assert_eq!(scene.state(run).0, RunState::Running);
        scene.result = ready(json!(["https://a/1.jpeg", "https://a/2.jpeg"]));
        scene.go_far(run, next, 3);
        assert_eq!(scene.state(run), (RunState::Archived, None), "and a notice goes with its cause");
    }
}

/// What the budget for questions says, in time that only passes when it is told to.
#[test]
fn runs_of_two_to_twenty_seconds_take_at_most_four_questions_in_the_mean() {
    const RUNS: u8 = 200;
    let (mut scene, mut asked) = (Scene::new(), 0);
    for number in 0..RUNS {
        let id = format!("p{number}");
        let took = 2_000 + u64::from(number) * 7_919 % 18_001;
        scene.submit = Ok(prediction(&id, "created", json!([])));
        let (run, step) = scene.claim(number, 7);
        let sent = scene.now;
        let mut next = scene.go(run, step);
        while scene.state(run).0 == RunState::Running {
            let at = next.step.as_ref().expect("it is asked for").0;
            let is_done = at.ms_since(sent) >= took;
            let outputs = if is_done { json!(["https://a/1.jpeg", "https://a/2.jpeg"]) } else { json!([]) };
            scene.result = Ok(prediction(&id, if is_done { "completed" } else { "processing" }, outputs));
            next = scene.go_on(run, next);
            asked += 1;
        }
        scene.go_far(run, next, 3);
        assert_eq!(scene.state(run), (RunState::Archived, None));
    }
    let mean = f64::from(asked) / f64::from(RUNS);
    assert!(mean <= 4.0, "{mean} questions a run");
}

#[test]
fn fewer_pictures_than_were_paid_for_are_asked_for_again_and_then_taken() {
    let (mut scene, run, next) = Scene::running();
    scene.result = ready(json!(["https://a/1.jpeg", null]));
    let next = scene.go_on(run, next);
    assert_eq!(scene.state(run).0, RunState::Running, "they may come a minute late");
    scene.go_far(run, next, 40);
    assert_eq!(scene.state(run), (RunState::Expired, Some(ProblemCode::NoPictures)));
    assert!(scene.now.ms_since(NOW) >= 60_000);
}

#[test]
fn completed_without_pictures_is_paid_and_says_so() {
    let (mut scene, run, next) = Scene::running();
    scene.result = ready(json!(null));
    scene.go_far(run, next, 40);
    assert_eq!(scene.state(run), (RunState::Expired, Some(ProblemCode::NoPictures)));
    assert_eq!(scene.look(run).1, Billed::Yes);
}

#[test]
fn pictures_that_do_not_come_are_fetched_for_seven_days() {
    let (mut scene, run, next) = Scene::running();
    scene.result = ready(json!(["https://a/1.jpeg", "https://a/2.jpeg"]));
    scene.fetches = false;
    let next = scene.go_far(run, next, 5);
    assert_eq!(scene.state(run), (RunState::Completed, Some(ProblemCode::PicturesDelayed)));
    scene.go_far(run, next, 2_000);
    assert_eq!(scene.state(run), (RunState::Expired, Some(ProblemCode::PicturesExpired)));
    assert!(scene.now.ms_since(NOW) >= imagen4_engine::RETENTION_MS);
}

#[test]
fn what_the_vendor_forgets_is_looked_up_in_its_bill() {
    let row = |kind| BillRow {
        prediction_id: Some("p1".to_owned()),
        kind,
        price: MicroUsd::new(80_000),
        created_at: Some(NOW),
    };
    let others = BillRow { prediction_id: Some("p2".to_owned()), ..row(BillKind::Refund) };
    for (bills, expected, billed) in [
        (vec![row(BillKind::Deduct)], RunState::Expired, Billed::Yes),
        (vec![row(BillKind::Deduct), row(BillKind::Refund)], RunState::Failed, Billed::Refunded),
        // A vendor that shows more than it was asked for.
        (vec![others.clone(), row(BillKind::Deduct), row(BillKind::Refund)], RunState::Failed, Billed::Refunded),
        (vec![], RunState::Running, Billed::Yes),
    ] {
        let (mut scene, run, next) = Scene::running();
        scene.bills = Ok(bills);
        scene.go_far(run, next, 80);
        assert_eq!((scene.look(run).0, scene.look(run).1), (expected, billed));
        let spent = scene.store.lock().expect("unlocked").read_tx().money_in_all(UPSTREAM).expect("read").0;
        let paid = if billed == Billed::Refunded { 0 } else { 80_000 };
        assert_eq!(spent, MicroUsd::new(paid));
        assert!(scene.now.ms_since(NOW) >= 600_000, "a 404 is tolerated for ten minutes");
        assert!(
            expected != RunState::Expired || scene.now.ms_since(NOW) >= 3 * 3_600_000,
            "and refunds for three hours"
        );
    }
}

/// Everything that the vendor's list can say of a lost run.
#[test]
fn a_lost_run_is_found_by_its_inputs() {
    let listed = |id: &str, seed: i64| {
        let input = json!({ "prompt": "a fox", "num_images": 2, "seed": seed, "aspect_ratio": "1:1" });
        Prediction { input: Some(input), ..prediction(id, "processing", json!([])) }
    };
    let (mut scene, run, next) = Scene::lost();
    assert_eq!(scene.state(run).0, RunState::Unknown);
    scene.list = Ok(vec![listed("other", 8)]);
    let next = scene.go_on(run, next);
    assert_eq!(scene.state(run).0, RunState::Unknown, "another seed is another run");
    scene.list = Ok(vec![listed("other", 8), listed("p9", 7)]);
    scene.go_on(run, next);
    let store = scene.store.lock().expect("unlocked");
    let found = store.read_tx().run("local", run).expect("read").expect("it is there");
    assert_eq!((found.state, found.prediction.map(|it| it.id).as_deref()), (RunState::Running, Some("p9")));
}

#[test]
fn without_inputs_only_a_single_open_question_is_answered() {
    let (mut scene, run, next) = Scene::lost();
    scene.list = Ok(vec![prediction("p9", "processing", json!([]))]);
    let (other, step) = scene.claim(2, 8);
    scene.submit = Err(SubmitError::MaybeAccepted { reason: String::new() });
    let others = scene.go(other, step);
    let next = scene.go_on(run, next);
    let (state, _, problem) = scene.look(run);
    assert_eq!((state, problem.map(|it| it.candidates)), (RunState::Unknown, Some(vec!["p9".to_owned()])));
    // The other one is settled: now it can only be this one's.
    scene.list = Ok(vec![
        prediction("p9", "processing", json!([])),
        Prediction {
            input: Some(json!({ "prompt": "a fox", "seed": 8 })),
            ..prediction("p8", "processing", json!([]))
        },
    ]);
    scene.go_on(other, others);
    assert_eq!(scene.state(other).0, RunState::Running);
    scene.go_on(run, next);
    assert_eq!(scene.state(run).0, RunState::Running);
}

#[test]
fn list_and_bills_clean_twice_a_quarter_of_an_hour_apart_prove_that_it_never_arrived() {
    let (mut scene, run, next) = Scene::lost();
    let next = scene.go_on(run, next);
    scene.bills = Err(ApiError::Unavailable { reason: String::new() });
    let next = scene.go_far(run, next, 8);
    assert_eq!(scene.state(run).0, RunState::Unknown, "what cannot be seen is not clean");
    scene.bills = Ok(Vec::new());
    let first_clean = NOW + 5_000;
    scene.go_on(run, next);
    assert_eq!(scene.state(run), (RunState::Rejected, Some(ProblemCode::NeverArrived)));
    assert!(scene.now.ms_since(first_clean) >= 15 * 60_000);
    assert_eq!(scene.look(run).1, Billed::No);
}

#[test]
fn what_stands_on_the_bill_alone_is_taken_up() {
    let (mut scene, run, next) = Scene::lost();
    let row = |id: &str, micros| BillRow {
        prediction_id: Some(id.to_owned()),
        kind: BillKind::Deduct,
        price: MicroUsd::new(micros),
        created_at: Some(NOW),
    };
    scene.bills = Ok(vec![row("dear", 500_000)]);
    let next = scene.go_on(run, next);
    assert_eq!(scene.state(run).0, RunState::Unknown, "another price is another run");
    scene.bills = Ok(vec![row("dear", 500_000), row("p9", 80_000)]);
    scene.go_on(run, next);
    assert_eq!(scene.state(run).0, RunState::Running);
}

#[test]
fn a_run_takes_few_statements_from_its_click_to_its_images() {
    let mut scene = Scene { result: ready(json!(["https://cdn.test/1", "https://cdn.test/2"])), ..Scene::new() };
    scene.limits = RateLimits { images_per_minute: Some(10), max_concurrent: Some(3), ..RateLimits::default() };
    scene.statements.store(0, Ordering::Relaxed);
    let (run, step) = scene.claim(1, 7);
    let next = scene.go(run, step);
    scene.go_far(run, next, 9);
    let statements = scene.statements.load(Ordering::Relaxed);
    assert_eq!(scene.state(run).0, RunState::Archived);
    // All other writers wait meanwhile.
    assert!(statements <= 34, "{statements} statements");
}
