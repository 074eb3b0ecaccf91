//! What proves nothing: no answer, an answer heard once, a clock that is wrong.

use super::*;
use crate::runner::steps::resume;

const DAY_MS: u64 = 24 * 3_600_000;
const IMAGES: [&str; 2] = ["https://a/1.jpeg", "https://a/2.jpeg"];

fn away<T>() -> Result<T, ApiError> {
    Err(ApiError::Unavailable { reason: String::new() })
}

/// As another process goes on with it, days later.
fn taken_over(scene: &mut Scene, run: RunId, days: u64) -> Next {
    scene.now = scene.now + days * DAY_MS;
    let at = scene.now;
    let mut store = scene.store();
    store.write(|tx| tx.end_lease()).expect("written");
    store.set_replica(Replica { name: "another".to_owned(), is_alone: false });
    let lost = Problem::new(ProblemCode::AnswerLost);
    let taken = store.write(|tx| tx.take_over(&lost)).expect("written");
    let taken: Vec<_> = taken.into_iter().filter(|taken| taken.id == run).collect();
    let steps = resume(&store.read_tx(), &taken, at).expect("read");
    let next = steps.into_iter().next().expect("it goes on");
    Next::at(next.at, next.step)
}

#[test]
fn a_429_is_looked_into_when_a_list_had_time_to_show_it() {
    let limited = SubmitError::RateLimited { message: String::new(), retry_after: Some(Duration::from_secs(1)) };
    let (_, _, next) = Scene::submitted(Err(limited));
    assert_eq!(next.step.expect("a look").0, NOW + 5_000);
}

#[test]
fn what_is_not_answered_is_no_time_without_outputs() {
    let (mut scene, run, next) = Scene::running();
    scene.result = ready(json!(null));
    let next = scene.go_on(run, next);
    scene.result = away();
    let next = scene.go_far(run, next, 30);
    scene.result = ready(json!(null));
    let next = scene.go_on(run, next);
    assert_eq!(scene.state(run).0, RunState::Running, "it was heard twice");
    scene.result = ready(json!(IMAGES));
    scene.go_far(run, next, 3);
    assert_eq!(scene.state(run).0, RunState::Archived);
}

#[test]
fn an_outage_is_no_time_in_which_the_vendor_does_not_know_it() {
    let (mut scene, run, next) = Scene::running();
    let next = scene.go_on(run, next);
    scene.result = away();
    let next = scene.go_far(run, next, 30);
    scene.result = Err(gone());
    let next = scene.go_on(run, next);
    assert!(matches!(next.step, Some((_, Step::Poll(_)))), "not looked up yet: {next:?}");
}

#[test]
fn a_charge_is_not_kept_while_its_refund_may_come() {
    let row = |kind| BillRow {
        prediction_id: Some("p1".to_owned()),
        kind,
        price: MicroUsd::new(80_000),
        created_at: Some(NOW),
    };
    let (mut scene, run, mut next) = Scene::running();
    scene.bills = Ok(vec![row(BillKind::Deduct)]);
    while scene.now.ms_since(NOW) < 2 * 3_600_000 {
        next = scene.go_on(run, next);
    }
    assert_eq!(scene.state(run).0, RunState::Running);
    scene.bills = Ok(vec![row(BillKind::Deduct), row(BillKind::Refund)]);
    scene.go_far(run, next, 3);
    assert_eq!((scene.look(run).0, scene.look(run).1), (RunState::Failed, Billed::Refunded));
}

#[test]
fn a_list_that_lacks_an_image_once_is_asked_for_again() {
    let (mut scene, run, next) = Scene::running();
    (scene.result, scene.fetches) = (ready(json!(IMAGES)), false);
    let next = scene.go_far(run, next, 2);
    (scene.result, scene.fetches) = (ready(json!([IMAGES[0]])), true);
    let next = scene.go_far(run, next, 2);
    assert_eq!(scene.state(run).0, RunState::Completed);
    scene.result = ready(json!(IMAGES));
    scene.go_on(run, next);
    assert_eq!(scene.state(run).0, RunState::Archived);

    let (mut scene, run, next) = Scene::running();
    (scene.result, scene.fetches) = (ready(json!(IMAGES)), false);
    let next = scene.go_far(run, next, 2);
    (scene.result, scene.fetches) = (ready(json!([IMAGES[0]])), true);
    scene.go_far(run, next, 9);
    assert_eq!(scene.state(run), (RunState::Expired, Some(ProblemCode::NoPictures)), "and believed in the end");
}

#[test]
fn a_clock_that_is_ahead_and_a_network_that_is_late_give_no_image_up() {
    let (mut scene, run, next) = Scene::running();
    scene.result = ready(json!(IMAGES));
    scene.fetches = false;
    scene.go_far(run, next, 2);
    let next = taken_over(&mut scene, run, 8);
    scene.result = away();
    let next = scene.go_far(run, next, 50);
    assert_eq!(scene.state(run).0, RunState::Completed, "nobody said anything of it");
    (scene.result, scene.fetches) = (ready(json!(IMAGES)), true);
    scene.go_on(run, next);
    assert_eq!(scene.state(run).0, RunState::Archived);

    let (mut scene, run, _) = Scene::running();
    let next = taken_over(&mut scene, run, 8);
    let begun = scene.now;
    scene.go_far(run, next, 9);
    assert_eq!(scene.state(run), (RunState::Expired, Some(ProblemCode::PicturesExpired)));
    assert!(scene.now.ms_since(begun) >= 30 * 60_000, "three answers, apart from each other");
}

#[test]
fn a_lost_run_is_looked_for_until_something_could_be_seen() {
    let (mut scene, run, _) = Scene::lost();
    let next = taken_over(&mut scene, run, 8);
    scene.list = away();
    let next = scene.go_far(run, next, 20);
    assert!(next.step.is_some(), "nothing was seen yet");
    scene.list = Ok(Vec::new());
    let next = scene.go_far(run, next, 20);
    assert!(next.step.is_none());
    assert_eq!(scene.state(run), (RunState::Unknown, Some(ProblemCode::AnswerLost)));
}

#[test]
fn what_was_sent_days_ago_is_not_proven_absent_because_it_was_missed_today() {
    let mut scene = Scene::new();
    let (run, _) = scene.claim(1, 7);
    let next = taken_over(&mut scene, run, 8);
    assert_eq!(scene.state(run).0, RunState::Unknown);
    scene.go_far(run, next, 30);
    assert_eq!(scene.state(run).0, RunState::Unknown, "the vendor keeps it for seven days");
}

#[test]
fn an_input_is_recognized_in_other_blanks_and_fewer_bits() {
    let (mut scene, run, next) = Scene::lost();
    let input = json!({ "prompt": " a  fox\n", "num_images": 2.0, "seed": 7 });
    scene.list = Ok(vec![Prediction { input: Some(input), ..prediction("p9", "processing", json!([])) }]);
    scene.go_on(run, next);
    assert_eq!(scene.state(run).0, RunState::Running);
}
