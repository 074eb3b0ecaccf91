//! Favorites: a run, or single images of one.

use imagen4_core::api::RunList;
use imagen4_core::{Run, RunId, RunState};
use imagen4_tests::{Answer, Playground, until};
use reqwest::Method;
use serde_json::{Value, json};

async fn mark(playground: &Playground, run: RunId, image: &str, body: &Value) -> Answer {
    playground.call(Method::PATCH, &format!("/api/runs/{run}/images/{image}"), body).await
}

fn favorites(run: &Run) -> Vec<bool> {
    run.images.iter().map(|image| image.favorite).collect()
}

async fn found(playground: &Playground, favorite: bool) -> Vec<RunId> {
    let list = playground.get(&format!("/api/runs?favorite={favorite}")).await.json();
    let list: RunList = serde_json::from_value(list).expect("a list");
    list.runs.iter().map(|run| run.id).collect()
}

#[tokio::test]
async fn an_image_becomes_a_favorite_and_its_run_is_found_by_it() {
    let mut playground = Playground::embedded().await;
    let fox = playground.run("1", &json!({ "prompt": "a fox", "num_images": 3 })).await;
    let hen = playground.run("2", &json!({ "prompt": "a hen" })).await;
    let fox = playground.wait(fox.id, RunState::Archived).await;
    playground.wait(hen.id, RunState::Archived).await;
    assert_eq!(favorites(&fox), [false; 3]);

    let answer = mark(&playground, fox.id, "1", &json!({ "favorite": true })).await;
    assert_eq!(answer.status, 200, "{}", answer.text());
    let marked: Run = serde_json::from_value(answer.json()).expect("the whole run");
    assert_eq!((marked.id, favorites(&marked), marked.favorite), (fox.id, vec![false, true, false], false));
    assert!(marked.revision > fox.revision);
    assert_eq!((found(&playground, true).await, found(&playground, false).await), (vec![fox.id], vec![hen.id]));

    // The run's own mark and its image's are two things.
    let patch = async |run: RunId, favorite: bool| {
        let answer =
            playground.call(Method::PATCH, &format!("/api/runs/{run}"), &json!({ "favorite": favorite })).await;
        assert_eq!(answer.status, 200);
    };
    patch(hen.id, true).await;
    assert_eq!(found(&playground, true).await, [hen.id, fox.id]);
    patch(fox.id, true).await;
    patch(fox.id, false).await;
    assert_eq!(found(&playground, true).await, [hen.id, fox.id]);

    playground.restart().await;
    assert_eq!(favorites(&playground.look(fox.id).await), [false, true, false]);
    let unmarked = mark(&playground, fox.id, "1", &json!({ "favorite": false })).await;
    assert_eq!(favorites(&serde_json::from_value(unmarked.json()).expect("a run")), [false; 3]);
    assert_eq!(found(&playground, true).await, [hen.id]);
}

#[tokio::test]
async fn a_favorite_image_is_told_to_every_open_page() {
    let playground = Playground::embedded().await;
    let run = playground.run("1", &json!({ "prompt": "a fox", "num_images": 2 })).await;
    let run = playground.wait(run.id, RunState::Archived).await;
    let is_marked = |event: &imagen4_tests::Event| event.data["images"][1]["favorite"] == true;
    let (events, answer) = tokio::join!(playground.events(None, is_marked), async {
        until("the stream is open", async || {
            playground.get("/metrics").await.text().contains("imagen4_event_streams 1")
        })
        .await;
        mark(&playground, run.id, "1", &json!({ "favorite": true })).await
    });
    let told = events.last().expect("an event");
    assert_eq!((told.name.as_str(), &told.data), ("run", &answer.json()), "the same as the answer");
}

#[tokio::test]
async fn nothing_else_of_an_image_can_be_changed() {
    let playground = Playground::embedded().await;
    let run = playground.run("1", &json!({ "prompt": "a fox" })).await;
    let run = playground.wait(run.id, RunState::Archived).await;
    for (body, field) in [
        (json!({ "nsfw": true }), "nsfw"),
        (json!({ "favorite": true, "note": "x" }), "note"),
        (json!({ "favorite": "yes" }), "favorite"),
        (json!([true]), "body"),
    ] {
        let refused = mark(&playground, run.id, "0", &body).await.json();
        assert_eq!((refused["status"].as_u64(), refused["code"].as_str()), (Some(422), Some("invalid_request")));
        assert!(refused["fields"][field].is_string(), "{refused}");
    }
    assert_eq!(playground.look(run.id).await, run);
    // What is absent stays.
    let same = mark(&playground, run.id, "0", &json!({})).await;
    assert_eq!((same.status, &same.json()["images"][0]["favorite"]), (200, &json!(false)));

    let favorite = json!({ "favorite": true });
    for image in ["1", "-1", "256", "x"] {
        let nobody = mark(&playground, run.id, image, &favorite).await;
        assert_eq!((nobody.status, nobody.json()["code"].as_str()), (404, Some("not_found")), "{image}");
    }
    assert_eq!(mark(&playground, RunId::from_bits(7), "0", &favorite).await.status, 404);
    playground.call(Method::DELETE, &format!("/api/runs/{}", run.id), &Value::Null).await;
    assert_eq!(mark(&playground, run.id, "0", &favorite).await.status, 404, "it was deleted");
}
