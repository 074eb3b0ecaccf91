//! Outputs that are late, broken, fewer than paid for, or never come: what there is, is kept, and nothing broken ever is.

use imagen4_core::{Billed, ProblemCode, Run, RunState};
use imagen4_engine::faults::{Effect, Fate, On, Rule};
use imagen4_tests::{Playground, Vendor, fast};
use serde_json::json;

use super::{at, problem, said};

const SEVEN_DAYS_MS: u64 = 7 * 24 * 3_600_000;

/// Every picture of the run can be had, and is what it is said to be.
async fn is_whole(playground: &Playground, run: &Run) {
    for image in &run.images {
        let answer = playground.get(&format!("/{}", image.url)).await;
        assert_eq!((answer.status, answer.body.len() as u64), (200, image.bytes));
        let size = imagesize::blob_size(&answer.body).expect("a picture");
        assert_eq!((size.width, size.height), (image.width as usize, image.height as usize));
        // A JPEG that was cut off lacks its end.
        assert!(answer.body.ends_with(&[0xff, 0xd9]));
    }
}

#[tokio::test]
async fn completed_without_pictures_for_ever_expires_after_a_minute() {
    let fate = Fate { empty_outputs: true, ..Fate::default() };
    let vendor = Vendor::scripted(fast(60), [Rule::on(On::Submit).fate(fate)]).await;
    let playground = vendor.customer().await;
    let run = playground.run("1", &json!({ "prompt": "a fox", "num_images": 2 })).await;
    let run = playground.wait(run.id, RunState::Expired).await;
    let after = at(&run, RunState::Expired).ms_since(at(&run, RunState::Running));
    assert!(after >= 60_000, "{after} ms");
    assert_eq!((run.billed, problem(&run).code), (Billed::Yes, ProblemCode::NoPictures));
    let prediction = run.prediction.clone().expect("a prediction").id;
    assert!(
        said(&run).contains("completed, without images") && said(&run).contains("with prediction ID"),
        "{}",
        said(&run)
    );
    assert_eq!((vendor.bill()[0].id.clone(), playground.money().await), (prediction, (80_000, 0)));
}

#[tokio::test]
async fn pictures_that_are_listed_late_are_waited_for() {
    let fate = Fate { late_outputs_ms: Some(45_000), ..Fate::default() };
    let vendor = Vendor::scripted(fast(60), [Rule::on(On::Submit).fate(fate)]).await;
    let playground = vendor.customer().await;
    let run = playground.run("1", &json!({ "prompt": "a fox", "num_images": 2 })).await;
    let run = playground.wait(run.id, RunState::Archived).await;
    assert_eq!((run.images.len(), run.problem.clone()), (2, None));
    is_whole(&playground, &run).await;
}

#[tokio::test]
async fn fewer_pictures_than_paid_for_are_kept_and_the_missing_ones_are_told() {
    let fate = Fate { fewer: Some(1), ..Fate::default() };
    let vendor = Vendor::scripted(fast(60), [Rule::on(On::Submit).fate(fate)]).await;
    let playground = vendor.customer().await;
    let run = playground.run("1", &json!({ "prompt": "a fox", "num_images": 3 })).await;
    let run = playground.wait(run.id, RunState::Expired).await;
    assert_eq!((run.billed, problem(&run).code, run.images.len()), (Billed::Yes, ProblemCode::NoPictures, 1));
    assert!(said(&run).contains("2 of 3 images were not delivered"), "{}", said(&run));
    is_whole(&playground, &run).await;
    assert_eq!(playground.money().await, (120_000, 0));
}

#[tokio::test]
async fn a_picture_that_can_never_be_had_is_tried_for_seven_days_and_the_others_are_kept() {
    let fate = Fate { missing_outputs: vec![1], ..Fate::default() };
    let vendor = Vendor::scripted(fast(100_000), [Rule::on(On::Submit).fate(fate)]).await;
    let playground = vendor.customer().await;
    let run = playground.run("1", &json!({ "prompt": "a fox", "num_images": 3 })).await;
    let waiting = playground.wait_for(run.id, |run| run.problem.is_some()).await;
    assert_eq!((waiting.state, problem(&waiting).code), (RunState::Completed, ProblemCode::PicturesDelayed));
    let run = playground.wait(run.id, RunState::Expired).await;
    let after = at(&run, RunState::Expired).ms_since(at(&run, RunState::Submitting));
    assert!(after >= SEVEN_DAYS_MS, "{after} ms");
    assert_eq!((run.billed, problem(&run).code), (Billed::Yes, ProblemCode::PicturesExpired));
    assert!(said(&run).contains("after 7 days") && said(&run).contains("kept here"), "{}", said(&run));
    assert_eq!(run.images.iter().map(|image| image.index).collect::<Vec<_>>(), [0, 2]);
    is_whole(&playground, &run).await;
}

#[tokio::test]
async fn what_comes_broken_is_fetched_again_and_never_kept_broken() {
    let effects = [
        Effect::NotAPicture,
        Effect::Truncate,
        Effect::Drop,
        Effect::Error { status: 502 },
        Effect::Refuse { status: 404, message: "expired".to_owned() },
        Effect::RateLimit { retry_after_s: Some(1) },
    ];
    let rules = effects
        .iter()
        .enumerate()
        .map(|(n, effect)| Rule::on(On::Output).prompt(format!("fox {n}.")).times(2).then(effect.clone()));
    let vendor = Vendor::scripted(fast(60), rules).await;
    let playground = vendor.customer().await;
    let mut ids = Vec::new();
    for n in 0..effects.len() {
        ids.push(playground.run(&n.to_string(), &json!({ "prompt": format!("fox {n}."), "num_images": 2 })).await.id);
    }
    for (id, effect) in ids.into_iter().zip(&effects) {
        let run = playground.wait(id, RunState::Archived).await;
        assert_eq!((run.images.len(), run.problem.clone()), (2, None), "{effect:?}");
        is_whole(&playground, &run).await;
    }
    assert!(vendor.engine.script_uses().iter().all(|uses| *uses == 2), "{:?}", vendor.engine.script_uses());
    assert_eq!(vendor.bill().len(), effects.len());
}

#[tokio::test]
async fn half_a_picture_in_a_whole_answer_is_fetched_again() {
    let vendor = Vendor::scripted(fast(60), [Rule::on(On::Output).then(Effect::Malformed)]).await;
    let playground = vendor.customer().await;
    let run = playground.run("1", &json!({ "prompt": "a fox" })).await;
    let run = playground.wait(run.id, RunState::Archived).await;
    is_whole(&playground, &run).await;
}

#[tokio::test]
async fn pictures_in_base64_are_kept_like_others() {
    let fate = Fate { base64: true, ..Fate::default() };
    let vendor = Vendor::scripted(fast(10), [Rule::on(On::Submit).prompt("inline").fate(fate)]).await;
    let playground = vendor.customer().await;
    let run = playground.run("1", &json!({ "prompt": "inline", "num_images": 2 })).await;
    let run = playground.wait(run.id, RunState::Archived).await;
    assert_eq!(run.images.len(), 2);
    is_whole(&playground, &run).await;
}

#[tokio::test]
async fn each_picture_keeps_its_own_flag() {
    let fate = Fate { nsfw: vec![1, 3], ..Fate::default() };
    let vendor = Vendor::scripted(fast(10), [Rule::on(On::Submit).fate(fate)]).await;
    let playground = vendor.customer().await;
    let run = playground.run("1", &json!({ "prompt": "a fox", "num_images": 4 })).await;
    let run = playground.wait(run.id, RunState::Archived).await;
    assert_eq!(run.images.iter().map(|image| image.nsfw).collect::<Vec<_>>(), [false, true, false, true]);
    is_whole(&playground, &run).await;
}
