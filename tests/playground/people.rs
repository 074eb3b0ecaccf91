//! What a person decides about runs: several with one press, taking back, giving up, marking, deleting.

use imagen4_core::{Billed, MicroUsd, ProblemCode, Run, RunId, RunState};
use imagen4_engine::faults::{Effect, On, Rule};
use imagen4_proxy::store::RateLimits;
use imagen4_tests::{Answer, Playground, Vendor, fast, until};
use reqwest::Method;
use serde_json::{Value, json};

/// One prediction at a time: what comes second waits.
const ONE_AT_A_TIME: RateLimits =
    RateLimits { images_per_minute: None, max_concurrent: Some(1), paused_until: None, slow_until: None };

async fn post(playground: &Playground, path: &str) -> Answer {
    playground.call(Method::POST, path, &Value::Null).await
}

async fn resolve(playground: &Playground, run: RunId, action: &str) -> Answer {
    playground.call(Method::POST, &format!("/api/runs/{run}/resolve"), &json!({ "action": action })).await
}

fn code(answer: &Answer) -> (u16, String) {
    (answer.status, answer.json()["code"].as_str().unwrap_or_default().to_owned())
}

fn run_of(answer: &Answer) -> Run {
    serde_json::from_value(answer.json()).unwrap_or_else(|_| panic!("no run: {}", answer.text()))
}

/// A vendor that takes its time and a proxy that sends one at a time: one run that runs, and one that waits.
async fn running_and_queued() -> (Vendor, Playground, Run, Run) {
    let vendor = Vendor::on(fast(60), |options| options.latency = std::time::Duration::from_secs(3600)).await;
    let playground = vendor.customer_with(|config| config.slots = ONE_AT_A_TIME).await;
    let first = playground.run("1", &json!({ "prompt": "a fox" })).await;
    let first = playground.wait(first.id, RunState::Running).await;
    let second = playground.run("2", &json!({ "prompt": "a hen", "num_images": 2 })).await;
    (vendor, playground, first, second)
}

#[tokio::test]
async fn a_group_is_bought_whole_and_once_however_often_it_is_sent() {
    let vendor = Vendor::open().await;
    let playground = vendor.customer().await;
    let body =
        json!({ "requests": [{ "prompt": "a fox", "num_images": 2 }, { "prompt": "a hen" }, { "prompt": "a fox" }] });
    let first = playground.submit_group("press", &body).await;
    assert_eq!(first.status, 202, "{}", first.text());
    let group = first.json();
    let runs: Vec<Run> = serde_json::from_value(group["runs"].clone()).expect("runs");
    let prompts: Vec<_> = runs.iter().map(|run| run.request.prompt()).collect();
    assert_eq!(prompts, ["a fox", "a hen", "a fox"], "in the order in which they were asked for");
    assert!(runs.iter().all(|run| run.group.as_deref() == group["id"].as_str()));
    let places: Vec<_> = runs.iter().map(|run| run.group_index).collect();
    assert_eq!(places, [Some(0), Some(1), Some(2)]);
    let again = playground.submit_group("press", &body).await;
    assert_eq!((again.status, &again.json()["id"]), (200, &group["id"]));
    let other = json!({ "requests": [{ "prompt": "a fox", "num_images": 2 }, { "prompt": "a hen" }] });
    assert_eq!(code(&playground.submit_group("press", &other).await), (422, "idempotency_key_reused".to_owned()));
    for run in runs {
        playground.wait(run.id, RunState::Archived).await;
    }
    assert_eq!(playground.submit_group("press", &body).await.status, 200);
    assert_eq!((vendor.bill().len(), playground.money().await), (3, (160_000, 0)));
}

#[tokio::test]
async fn every_answer_tells_a_runs_place_in_its_group_and_it_stays() {
    let mut playground = Playground::embedded().await;
    let body = json!({ "requests": [{ "prompt": "a fox" }, { "prompt": "a hen" }, { "prompt": "an owl" }] });
    let group = playground.submit_group("press", &body).await.json();
    let runs: Vec<Run> = serde_json::from_value(group["runs"].clone()).expect("runs");
    let single = playground.run("single", &json!({ "prompt": "a cat" })).await;
    for run in &runs {
        playground.wait(run.id, RunState::Archived).await;
    }
    let single = playground.wait(single.id, RunState::Archived).await;
    let json = playground.get(&format!("/api/runs/{}", single.id)).await.json();
    assert!(single.group_index.is_none() && json.get("group_index").is_none(), "{json}");
    let first = format!("/api/runs/{}", runs[0].id);
    assert_eq!(playground.call(Method::DELETE, &first, &Value::Null).await.status, 204);
    playground.restart().await;
    assert_eq!(playground.look(runs[1].id).await.group_index, Some(1));
    let query = format!("/api/runs?group={}", group["id"].as_str().expect("an id"));
    let list = playground.get(&query).await.json();
    assert_eq!((&list["runs"][0]["group_index"], &list["runs"][1]["group_index"]), (&json!(2), &json!(1)));
    let missed = playground.events(Some("0"), |event| event.name == "spend").await;
    let told = missed.iter().find(|event| event.data["id"] == json!(runs[2].id)).expect("an event");
    assert_eq!(told.data["group_index"], 2);
}

#[tokio::test]
async fn a_key_is_one_click_be_it_a_runs_or_a_groups() {
    let vendor = Vendor::open().await;
    let playground = vendor.customer().await;
    let (run, group) = (json!({ "prompt": "a fox" }), json!({ "requests": [{ "prompt": "a fox" }] }));
    assert_eq!(playground.submit("run", &run).await.status, 202);
    assert_eq!(code(&playground.submit_group("run", &group).await), (422, "idempotency_key_reused".to_owned()));
    assert_eq!(playground.submit_group("group", &group).await.status, 202);
    assert_eq!(code(&playground.submit("group", &run).await), (422, "idempotency_key_reused".to_owned()));
    until("both are archived", async || playground.money().await == (80_000, 0)).await;
    assert_eq!(vendor.bill().len(), 2);
}

#[tokio::test]
async fn a_group_over_the_cap_buys_nothing_and_says_where_the_budget_stands() {
    let vendor = Vendor::open().await;
    let playground = vendor.customer_with(|config| config.daily_budget = MicroUsd::parse("0.20")).await;
    let run = playground.run("1", &json!({ "prompt": "a fox", "num_images": 2 })).await;
    playground.wait(run.id, RunState::Archived).await;
    let three = json!({ "requests": [{ "prompt": "a" }, { "prompt": "b" }, { "prompt": "c", "num_images": 2 }] });
    let refused = playground.submit_group("group", &three).await;
    assert_eq!(code(&refused), (402, "over_budget".to_owned()));
    let budget =
        json!({ "cap_microusd": 200_000, "spent_microusd": 80_000, "held_microusd": 0, "price_microusd": 160_000 });
    assert_eq!(refused.json()["budget"], budget);
    assert_eq!(playground.get("/api/runs").await.json()["runs"].as_array().map(Vec::len), Some(1));
    // The key is free, and exactly what is left can be bought with it.
    let fits = json!({ "requests": [{ "prompt": "a" }, { "prompt": "b", "num_images": 2 }] });
    assert_eq!(playground.submit_group("group", &fits).await.status, 202);
    until("all are archived", async || playground.money().await == (200_000, 0)).await;
    assert_eq!(vendor.bill().len(), 3);
}

#[tokio::test]
async fn every_wrong_request_of_a_group_is_named_by_its_place() {
    let playground = Playground::embedded().await;
    let body = json!({ "requests": [{ "prompt": "a" }, { "prompt": "b", "seed": -2 }, { "prompt": " " }], "steps": 3 });
    let refused = playground.submit_group("press", &body).await;
    assert_eq!(code(&refused), (422, "invalid_request".to_owned()));
    let problem = refused.json();
    let fields: Vec<&String> = problem["fields"].as_object().expect("fields").keys().collect();
    assert_eq!(fields, ["requests[1].seed", "requests[2].prompt", "steps"]);
    let many: Vec<_> = (0..101).map(|_| json!({ "prompt": "a" })).collect();
    for requests in [json!([]), json!({}), json!(many)] {
        let refused = playground.submit_group("press", &json!({ "requests": requests })).await;
        assert_eq!(code(&refused), (422, "invalid_request".to_owned()));
        assert!(refused.json()["fields"]["requests"].is_string());
    }
    assert_eq!(playground.get("/api/runs").await.json()["runs"], json!([]));
}

#[tokio::test]
async fn only_a_queued_run_can_be_taken_back_and_its_money_is_free() {
    let (vendor, playground, running, queued) = running_and_queued().await;
    assert_eq!(playground.money().await, (40_000, 80_000));
    let refused = post(&playground, &format!("/api/runs/{}/withdraw", running.id)).await;
    assert_eq!(code(&refused), (409, "wrong_state".to_owned()));
    assert!(refused.json()["detail"].as_str().is_some_and(|detail| detail.starts_with("This run is in progress.")));
    let answer = post(&playground, &format!("/api/runs/{}/withdraw", queued.id)).await;
    let run = run_of(&answer);
    assert_eq!((answer.status, run.state, run.billed), (200, RunState::Withdrawn, Billed::No));
    assert_eq!(playground.money().await, (40_000, 0));
    assert_eq!(code(&post(&playground, &format!("/api/runs/{}/withdraw", queued.id)).await).0, 409);
    assert_eq!(code(&post(&playground, &format!("/api/runs/{}/withdraw", RunId::from_bits(7))).await).0, 404);
    // The click stays what it was: repeated, it is the withdrawn run and not a new one.
    let again = playground.submit("2", &json!({ "prompt": "a hen", "num_images": 2 })).await;
    assert_eq!((again.status, run_of(&again).state), (200, RunState::Withdrawn));
    assert_eq!(vendor.bill().len(), 1);
}

/// A run whose answer was lost, at a vendor that accepted it and does not show its list.
async fn unknown(factor: u32) -> (Vendor, Playground, Run) {
    let rules = [
        Rule::on(On::Submit).then(Effect::AcceptAndDrop),
        Rule::on(On::List).always().then(Effect::Error { status: 503 }),
    ];
    let vendor = Vendor::scripted(fast(factor), rules).await;
    let playground = vendor.customer_with(|config| config.daily_budget = MicroUsd::parse("0.10")).await;
    let run = playground.run("1", &json!({ "prompt": "a fox", "num_images": 2 })).await;
    let run = playground.wait(run.id, RunState::Unknown).await;
    (vendor, playground, run)
}

#[tokio::test]
async fn a_run_that_was_given_up_frees_its_money_and_is_taken_up_when_it_turns_up() {
    let (vendor, playground, run) = unknown(3000).await;
    let dear = json!({ "prompt": "a hen", "num_images": 2 });
    assert_eq!(playground.submit("2", &dear).await.status, 402, "its hold counts");
    let answer = resolve(&playground, run.id, "release").await;
    let given_up = run_of(&answer);
    assert_eq!((answer.status, given_up.state, given_up.billed), (200, RunState::Rejected, Billed::No));
    assert_eq!(given_up.problem.map(|problem| problem.code), Some(ProblemCode::GivenUp));
    assert_eq!(playground.money().await, (0, 0));

    vendor.engine.clear_script();
    let found = playground.wait(run.id, RunState::Archived).await;
    assert_eq!((found.billed, found.images.len(), found.problem), (Billed::Yes, 2, None));
    assert_eq!((vendor.bill().len(), playground.spend().await.days[0].spent_microusd.micros()), (1, 80_000));
}

#[tokio::test]
async fn what_turns_up_late_is_booked_even_over_the_cap_and_then_blocks() {
    let (vendor, playground, run) = unknown(3000).await;
    assert_eq!(resolve(&playground, run.id, "release").await.status, 200);
    let other = playground.run("2", &json!({ "prompt": "a hen", "num_images": 2 })).await;
    playground.wait(other.id, RunState::Archived).await;
    vendor.engine.clear_script();
    playground.wait(run.id, RunState::Archived).await;
    let spend = playground.spend().await;
    assert_eq!((spend.days[0].spent_microusd.micros(), vendor.bill().len()), (160_000, 2), "the cap is $0.10");
    if spend.day == spend.days[0].day {
        assert_eq!(playground.submit("3", &json!({ "prompt": "a" })).await.status, 402);
    }
}

#[tokio::test]
async fn asking_to_look_again_looks_at_once() {
    // So slow that the next look by itself is ten seconds away.
    let (vendor, playground, run) = unknown(2).await;
    until("the first look", async || vendor.engine.script_uses()[1] >= 1).await;
    vendor.engine.clear_script();
    let asked_at = vendor.env.now();
    let answer = resolve(&playground, run.id, "wait").await;
    assert_eq!((answer.status, run_of(&answer).id), (200, run.id));
    let found = playground.wait(run.id, RunState::Archived).await;
    let running = found.timeline.iter().find(|entry| entry.state == RunState::Running).expect("found").at;
    assert!(running.ms_since(asked_at) < 15_000, "{} ms", running.ms_since(asked_at));
}

#[tokio::test]
async fn asking_again_and_again_proves_no_sooner_that_it_never_arrived() {
    let rules =
        [Rule::on(On::Submit).then(Effect::Drop), Rule::on(On::List).always().then(Effect::DelayAnswer { ms: 1 })];
    let vendor = Vendor::scripted(fast(300), rules).await;
    let playground = vendor.customer().await;
    let run = playground.run("1", &json!({ "prompt": "a fox" })).await;
    playground.wait(run.id, RunState::Unknown).await;
    for _ in 0..20 {
        let before = vendor.engine.script_uses()[1];
        if resolve(&playground, run.id, "wait").await.status != 200 {
            break;
        }
        until("a look", async || vendor.engine.script_uses()[1] > before).await;
    }
    let absent = playground.wait(run.id, RunState::Rejected).await;
    let at = |state| absent.timeline.iter().find(|entry| entry.state == state).expect("it was in it").at;
    let (lost, proven) = (at(RunState::Unknown), at(RunState::Rejected));
    assert!(proven.ms_since(lost) >= 15 * 60_000, "after {} s", proven.ms_since(lost) / 1_000);
    assert_eq!((absent.billed, vendor.bill().len()), (Billed::No, 0));
}

#[tokio::test]
async fn only_an_unknown_run_can_be_resolved_and_only_in_known_ways() {
    let (_vendor, playground, running, queued) = running_and_queued().await;
    for (run, state) in [(running.id, "in progress"), (queued.id, "queued")] {
        for action in ["release", "wait"] {
            let refused = resolve(&playground, run, action).await;
            assert_eq!(code(&refused), (409, "wrong_state".to_owned()));
            assert!(refused.json()["detail"].as_str().is_some_and(|detail| detail.contains(state)));
        }
    }
    for body in [json!({}), json!({ "action": "resend" }), json!({ "action": "adopt" }), json!(3)] {
        let path = format!("/api/runs/{}/resolve", running.id);
        let refused = playground.call(Method::POST, &path, &body).await;
        assert_eq!(code(&refused), (422, "invalid_request".to_owned()), "{body}");
        assert!(refused.json()["fields"]["action"].is_string());
    }
}

#[tokio::test]
async fn a_run_can_be_marked_and_noted_and_nothing_else() {
    let playground = Playground::embedded().await;
    let run = playground.run("1", &json!({ "prompt": "a fox" })).await;
    let run = playground.wait(run.id, RunState::Archived).await;
    let path = format!("/api/runs/{}", run.id);
    let patch = async |body: Value| playground.call(Method::PATCH, &path, &body).await;
    let marked = run_of(&patch(json!({ "favorite": true, "note": "  for the cover " })).await);
    assert_eq!((marked.favorite, marked.note.as_deref()), (true, Some("for the cover")));
    assert!(marked.revision > run.revision);
    let noted = run_of(&patch(json!({ "favorite": false })).await);
    assert_eq!((noted.favorite, noted.note.as_deref()), (false, Some("for the cover")), "what is absent stays");
    assert_eq!(run_of(&patch(json!({ "note": null })).await).note, None);
    for (body, field) in [
        (json!({ "prompt": "a hen" }), "prompt"),
        (json!({ "state": "failed" }), "state"),
        (json!({ "favorite": "yes" }), "favorite"),
        (json!({ "note": 3 }), "note"),
        (json!({ "note": "x".repeat(2_001) }), "note"),
    ] {
        let refused = patch(body).await;
        assert_eq!(code(&refused), (422, "invalid_request".to_owned()));
        assert!(refused.json()["fields"][field].is_string(), "{}", refused.text());
    }
    let after = playground.look(run.id).await;
    assert_eq!((after.request, after.state, after.favorite, after.note), (run.request, run.state, false, None));
    let nobody = playground.call(Method::PATCH, &format!("/api/runs/{}", RunId::from_bits(7)), &json!({})).await;
    assert_eq!(code(&nobody), (404, "not_found".to_owned()));
}

#[tokio::test]
async fn a_run_under_way_cannot_be_deleted() {
    let (_vendor, playground, running, queued) = running_and_queued().await;
    for run in [running, queued] {
        let refused = playground.call(Method::DELETE, &format!("/api/runs/{}", run.id), &Value::Null).await;
        assert_eq!(code(&refused), (409, "wrong_state".to_owned()));
        assert_eq!(playground.look(run.id).await.request.prompt(), run.request.prompt());
    }
    let (_vendor, playground, unknown) = unknown(60).await;
    let refused = playground.call(Method::DELETE, &format!("/api/runs/{}", unknown.id), &Value::Null).await;
    assert_eq!(code(&refused).0, 409, "its money is not settled");
}

#[tokio::test]
async fn a_deleted_run_is_gone_for_the_person_and_stays_for_the_money() {
    let vendor = Vendor::open().await;
    let mut playground = vendor.customer().await;
    let body = json!({ "prompt": "a very private fox", "num_images": 2 });
    let run = playground.run("1", &body).await;
    let run = playground.wait(run.id, RunState::Archived).await;
    let folder = playground.data_dir().join("pictures").join(&run.id.to_string()[..2]).join(run.id.to_string());
    assert_eq!(std::fs::read_dir(&folder).expect("pictures").count(), 4, "two pictures, each with a small one");
    let path = format!("/api/runs/{}", run.id);

    let (events, gone) = tokio::join!(playground.events(None, |event| event.name == "deleted"), async {
        until("the stream is open", async || {
            playground.get("/metrics").await.text().contains("imagen4_event_streams 1")
        })
        .await;
        playground.call(Method::DELETE, &path, &Value::Null).await
    });
    assert_eq!((gone.status, gone.body.len()), (204, 0));
    let told = events.last().expect("an event");
    assert_eq!(told.data, json!({ "id": run.id }));
    assert!(told.id.is_some_and(|id| id > run.revision), "{told:?}");
    let seen = run.revision.to_string();
    let missed = playground.events(Some(&seen), |event| event.name == "spend").await;
    let missed: Vec<_> = missed.iter().filter(|event| event.name == "deleted").map(|event| event.id).collect();
    assert_eq!(missed, [told.id], "whoever comes back is told as well");

    assert_eq!(code(&playground.get(&path).await), (404, "not_found".to_owned()));
    for picture in ["images/0", "images/1?thumb"] {
        assert_eq!(playground.get(&format!("{path}/{picture}")).await.status, 404);
    }
    assert_eq!(playground.get("/api/runs").await.json()["runs"], json!([]));
    assert_eq!(code(&playground.submit("1", &body).await), (410, "run_deleted".to_owned()));
    assert_eq!(playground.call(Method::DELETE, &path, &Value::Null).await.status, 404);
    until("its pictures are gone", async || !folder.exists()).await;
    assert_eq!((playground.money().await, vendor.bill().len()), ((80_000, 0), 1));

    playground.restart().await;
    assert_eq!(code(&playground.submit("1", &body).await), (410, "run_deleted".to_owned()));
    assert_eq!((playground.money().await, vendor.bill().len()), ((80_000, 0), 1));
}

#[tokio::test]
async fn the_words_of_a_deleted_run_leave_the_disk() {
    let mut playground = Playground::embedded().await;
    let run = playground.run("1", &json!({ "prompt": "a quixotically private fox" })).await;
    playground.wait(run.id, RunState::Archived).await;
    playground.call(Method::DELETE, &format!("/api/runs/{}", run.id), &Value::Null).await;
    playground.stop().await;
    for name in ["ledger.sqlite", "ledger.sqlite-wal"] {
        let bytes = std::fs::read(playground.data_dir().join(name)).unwrap_or_default();
        // The index of words holds each by itself.
        assert!(!bytes.windows(12).any(|bytes| bytes == b"quixotically"), "they are still in {name}");
    }
}

#[tokio::test]
async fn small_pictures_are_small_and_kept_for_ever() {
    let playground = Playground::embedded().await;
    let run = playground.run("1", &json!({ "prompt": "a fox", "aspect_ratio": "16:9" })).await;
    let run = playground.wait(run.id, RunState::Archived).await;
    let image = &run.images[0];
    let url = format!("/{}", image.thumb_url.as_deref().expect("a small one"));
    let (full, small) = (playground.get(&format!("/{}", image.url)).await, playground.get(&url).await);
    let (whole, size) =
        (imagesize::blob_size(&full.body).expect("one"), imagesize::blob_size(&small.body).expect("one"));
    assert_eq!((whole.width, whole.height), (1408, 768));
    assert_eq!((size.width, size.height), (640, 349));
    assert!(small.body.len() * 3 < full.body.len(), "{} of {} bytes", small.body.len(), full.body.len());
    assert!(small.headers.contains("max-age=31536000, immutable") && small.content_type == "image/jpeg");
    let etag = small.headers.split("\"etag\": \"").nth(1).and_then(|rest| rest.split("\", ").next()).expect("a tag");
    let again = playground.request(Method::GET, &url).header("if-none-match", etag.replace('\\', ""));
    assert_eq!(imagen4_tests::answer(again).await.status, 304);
}
