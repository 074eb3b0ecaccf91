//! From a prompt to pictures that stay.

use imagen4_core::model::builtin::default_model;
use imagen4_core::{Billed, RunState};
use imagen4_tests::Playground;
use serde_json::json;

#[tokio::test]
async fn a_run_goes_through_its_states_and_ends_with_pictures_of_the_right_size() {
    let playground = Playground::embedded().await;
    let body = json!({ "prompt": "a still mountain lake at dawn", "aspect_ratio": "16:9", "num_images": 4 });
    let accepted = playground.run("click-1", &body).await;
    assert_eq!((accepted.price_microusd.micros(), accepted.upstream.as_str()), (160_000, "embedded"));
    assert!(accepted.request.known_seed().is_some(), "a seed is rolled, so that the run can be repeated");

    let run = playground.wait(accepted.id, RunState::Archived).await;
    let states: Vec<_> = run.timeline.iter().map(|entry| entry.state).collect();
    use RunState::{Archived, Completed, Queued, Running, Submitting};
    assert_eq!(states, [Queued, Submitting, Running, Completed, Archived]);
    assert_eq!((run.billed, run.problem, run.images.len()), (Billed::Yes, None, 4));
    assert!(run.revision > accepted.revision);
    for image in &run.images {
        assert_eq!((image.width, image.height), (1408, 768));
        let answer = playground.get(&format!("/{}", image.url)).await;
        assert_eq!((answer.status, answer.content_type.as_str()), (200, "image/jpeg"));
        assert_eq!(answer.body.len() as u64, image.bytes);
        let size = imagesize::blob_size(&answer.body).expect("a picture");
        assert_eq!((size.width, size.height), (1408, 768));
        assert!(answer.headers.contains("immutable"));
    }
}

#[tokio::test]
async fn the_same_request_and_seed_give_the_same_bytes_and_another_seed_others() {
    let playground = Playground::embedded().await;
    let mut hashes = Vec::new();
    for (click, seed) in [("1", 7), ("2", 7), ("3", 8)] {
        let run = playground.run(click, &json!({ "prompt": "a fox in snow", "seed": seed, "num_images": 2 })).await;
        let run = playground.wait(run.id, RunState::Archived).await;
        hashes.push(run.images.into_iter().map(|image| image.sha256).collect::<Vec<_>>());
    }
    assert_eq!(hashes[0], hashes[1]);
    assert!(hashes[2].iter().all(|hash| !hashes[0].contains(hash)));
    assert_ne!(hashes[0][0], hashes[0][1]);
}

#[tokio::test]
async fn every_ratio_gives_the_models_own_size() {
    let playground = Playground::embedded().await;
    for ratio in default_model().shapes() {
        let run = playground.run(ratio, &json!({ "prompt": "a quiet street", "aspect_ratio": ratio })).await;
        let run = playground.wait(run.id, RunState::Archived).await;
        assert_eq!(
            (run.images[0].width, run.images[0].height),
            default_model().size_of(ratio).expect("known"),
            "{ratio}"
        );
    }
}

#[tokio::test]
async fn what_is_archived_survives_a_restart_and_what_is_under_way_goes_on() {
    let mut playground = Playground::with(|config| config.latency = std::time::Duration::from_millis(1200)).await;
    let first = playground.run("1", &json!({ "prompt": "a fox in snow" })).await;
    let first = playground.wait(first.id, RunState::Archived).await;
    let second = playground.run("2", &json!({ "prompt": "a heron in reeds", "num_images": 2 })).await;
    playground.wait(second.id, RunState::Running).await;

    playground.restart().await;

    assert_eq!(playground.look(first.id).await, first);
    let second = playground.wait(second.id, RunState::Archived).await;
    assert_eq!(second.images.len(), 2);
    let list = playground.get("/api/runs").await.json();
    assert_eq!(list["runs"].as_array().map(Vec::len), Some(2));
    assert_eq!(list["runs"][0]["id"], second.id.to_string(), "the newest first");
}

#[tokio::test]
async fn the_list_comes_in_pages() {
    let playground = Playground::embedded().await;
    for click in 0..5 {
        playground.run(&click.to_string(), &json!({ "prompt": "a fox in snow" })).await;
    }
    let mut seen = Vec::new();
    let mut cursor = String::new();
    loop {
        let page = playground.get(&format!("/api/runs?limit=2{cursor}")).await.json();
        seen.extend(page["runs"].as_array().expect("runs").iter().map(|run| run["id"].to_string()));
        match page["next_cursor"].as_str() {
            Some(next) => cursor = format!("&cursor={next}"),
            None => break,
        }
    }
    assert_eq!(seen.len(), 5);
    assert_eq!(seen.into_iter().collect::<std::collections::HashSet<_>>().len(), 5);
}

#[tokio::test]
async fn a_picture_is_downloaded_under_a_name_that_tells_what_it_is() {
    // The person's day: it is another one there, at any hour.
    let timezone = jiff::tz::TimeZone::fixed(jiff::tz::offset(14));
    let own_day = imagen4_core::Timestamp::from_ms(imagen4_engine::Env::system().now().ms() + 14 * 3_600_000);
    let own_day = own_day.to_string()[..10].to_owned();
    let playground = Playground::with(|config| config.budget_timezone = timezone).await;
    let run = playground.run("1", &json!({ "prompt": "A fox, in snow!", "seed": 7 })).await;
    let run = playground.wait(run.id, RunState::Archived).await;
    let answer = playground.get(&format!("/{}?download", run.images[0].url)).await;
    let name = format!("{own_day}-a-fox-in-snow-seed7-{}-1.jpg", &run.id.to_string()[..8]);
    let expected = format!("attachment; filename=\\\"{name}\\\"; filename*=UTF-8''{name}");
    assert!(answer.headers.contains(&expected), "{} in {}", expected, answer.headers);
    let text = String::from_utf8_lossy(&answer.body);
    assert!(text.contains("not by Imagen 4"), "a sample says in its file that it is one");
    assert!(
        text.contains(">A fox, in snow!</rdf:li>") && text.contains("<imagen4:seed>7<"),
        "and what it was made from"
    );
    let kept = playground.get(&format!("/{}", run.images[0].url)).await;
    assert_eq!(kept.body.len() as u64, run.images[0].bytes, "the kept one is as it came");
}
