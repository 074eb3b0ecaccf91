//! What was painted is found again: by words, by what was asked for, by what became of it.

use imagen4_core::api::{Counts, RunList};
use imagen4_core::{Run, RunFilter, RunState};
use imagen4_engine::faults::{Effect, On, Rule};
use imagen4_tests::{Playground, Vendor, fast, until};
use reqwest::Method;
use serde_json::{Value, json};

/// The prompts that the list holds with that query, the newest first.
async fn prompts(playground: &Playground, query: &str) -> Vec<String> {
    list(playground, query).await.runs.iter().map(|run| run.request.prompt().to_owned()).collect()
}

async fn list(playground: &Playground, query: &str) -> RunList {
    let answer = playground.get(&format!("/api/runs?{query}")).await;
    assert_eq!(answer.status, 200, "{query}: {}", answer.text());
    serde_json::from_value(answer.json()).expect("a list")
}

async fn patch(playground: &Playground, run: &Run, change: &Value) {
    let path = format!("/api/runs/{}", run.id);
    assert_eq!(playground.call(Method::PATCH, &path, change).await.status, 200);
}

#[tokio::test]
async fn runs_are_found_by_words_of_their_prompts_and_notes() {
    let mut playground = Playground::embedded().await;
    let cafe = playground.run("1", &json!({ "prompt": "A Café at night, {neon}" })).await;
    let fox = playground.run("2", &json!({ "prompt": "a red fox in deep snow" })).await;
    patch(&playground, &fox, &json!({ "note": "for the calendar" })).await;
    assert_eq!(prompts(&playground, "q=cafe").await, ["A Café at night, {neon}"]);
    assert_eq!(prompts(&playground, "q=SNO+red").await, ["a red fox in deep snow"], "in any order");
    assert_eq!(prompts(&playground, "q=calend").await, ["a red fox in deep snow"]);
    assert_eq!(prompts(&playground, "q=owl").await, [""; 0]);
    assert_eq!(prompts(&playground, "q=ox").await, ["a red fox in deep snow"], "anywhere in a word");
    assert_eq!(prompts(&playground, "q=CAF%C3%89+%EF%BC%AEight").await, ["A Café at night, {neon}"], "accents, width");
    // Whatever is typed is a search.
    for hostile in ["%22", "fox%22+OR+%22", "NEAR(", "*", "prompt%3A", "-", "a+AND", "%00", "%F0%9F%A6%8A", "%27%3B--"]
    {
        list(&playground, &format!("q={hostile}")).await;
    }
    assert_eq!(prompts(&playground, "q=%E2%80%8B+%EF%BB%BF").await.len(), 2, "what shows nothing narrows nothing");
    assert_eq!(prompts(&playground, "q=%27").await, [""; 0]);
    assert_eq!(prompts(&playground, "q=%25").await, [""; 0], "a sign is looked for as it is");

    patch(&playground, &fox, &json!({ "note": null })).await;
    assert_eq!(prompts(&playground, "q=calend").await, [""; 0]);
    playground.wait(cafe.id, RunState::Archived).await;
    playground.call(Method::DELETE, &format!("/api/runs/{}", cafe.id), &Value::Null).await;
    assert_eq!(prompts(&playground, "q=cafe").await, [""; 0]);
    playground.restart().await;
    assert_eq!(prompts(&playground, "q=fox").await, ["a red fox in deep snow"]);
}

#[tokio::test]
async fn words_are_found_in_any_script_and_the_page_finds_the_same() {
    let playground = Playground::embedded().await;
    let prompts = [
        "一只狐狸在雪地里奔跑",
        "雪の中の赤いｷﾂﾈ",
        "눈 속의 붉은여우",
        "“Quokka” on a beach",
        "ΛΕΥΚΌΣ Σίσυφος",
        "Лиса в СНЕГУ, ёлка",
        "Die Straße",
        "a fox\u{ad}es\u{200b}keep",
        "ثعلب في الثَّلج",
    ];
    let mut runs = Vec::new();
    for prompt in prompts {
        runs.push(playground.run(prompt, &json!({ "prompt": prompt })).await);
    }
    for (q, expected) in [
        ("狐狸", 0),
        ("雪地 一只", 0),
        ("キツネ", 1),
        ("여우", 2),
        ("quokka", 3),
        ("\"QUOKKA\"", 3),
        ("σισυφοσ λευκος", 4),
        ("елка снегу", 5),
        ("STRASSE", 6),
        ("foxeskeep", 7),
        ("الثلج", 8),
    ] {
        let filter = RunFilter { q: q.to_owned(), ..RunFilter::default() };
        let url = reqwest::Url::parse_with_params("http://host/", [("q", q)]).expect("a query");
        let found = list(&playground, url.query().expect("a query")).await;
        let ids: Vec<_> = found.runs.iter().map(|run| run.id).collect();
        assert_eq!(ids, [runs[expected].id], "{q}");
        assert_eq!(found.counts.map(|counts| counts.runs), Some(1), "{q}");
        // The page asks the same of runs that arrive while it is open.
        let live: Vec<_> = runs.iter().filter(|run| filter.matches(run)).map(|run| run.id).collect();
        assert_eq!(live, ids, "{q}");
    }
}

#[tokio::test]
async fn runs_are_narrowed_by_what_they_are_and_counted() {
    let rules = [Rule::on(On::Submit).prompt("no").then(Effect::Refuse { status: 400, message: "no".into() })];
    let vendor = Vendor::scripted(fast(60), rules).await;
    let playground = vendor.customer().await;
    let wide =
        playground.run("1", &json!({ "prompt": "wide", "aspect_ratio": "16:9", "seed": 7, "num_images": 2 })).await;
    let square = playground.run("2", &json!({ "prompt": "square", "seed": 7 })).await;
    let no = playground.run("3", &json!({ "prompt": "no", "seed": 8 })).await;
    let group = json!({ "requests": [{ "prompt": "first" }, { "prompt": "second" }] });
    let group = playground.submit_group("4", &group).await.json()["id"].as_str().expect("an id").to_owned();
    for run in [&wide, &square] {
        playground.wait(run.id, RunState::Archived).await;
    }
    playground.wait(no.id, RunState::Rejected).await;
    until("the group is done", async || list(&playground, "state=archived").await.runs.len() == 4).await;
    patch(&playground, &square, &json!({ "favorite": true })).await;

    for (query, expected) in [
        ("ratio=16:9", vec!["wide"]),
        ("seed=7", vec!["square", "wide"]),
        ("seed=7&ratio=1:1", vec!["square"]),
        ("state=rejected,failed", vec!["no"]),
        ("favorite=true", vec!["square"]),
        ("favorite=false&seed=7", vec!["wide"]),
        ("nsfw=true", vec![]),
        ("nsfw=false&q=squ", vec!["square"]),
        (&format!("group={group}"), vec!["second", "first"]),
        ("q=&state=&seed=", vec!["second", "first", "no", "square", "wide"]),
    ] {
        assert_eq!(prompts(&playground, query).await, expected, "{query}");
    }
    assert_eq!(list(&playground, "").await.counts, Some(Counts { runs: 5, pictures: 5 }));
    assert_eq!(list(&playground, "seed=7").await.counts, Some(Counts { runs: 2, pictures: 3 }));

    // Page by page, and counted once.
    let first = list(&playground, "seed=7&limit=1").await;
    let cursor = first.next_cursor.expect("there is more");
    let second = list(&playground, &format!("seed=7&limit=1&cursor={cursor}")).await;
    assert_eq!((second.runs.len(), second.runs[0].id, second.next_cursor, second.counts), (1, wide.id, None, None));
}

#[tokio::test]
async fn a_query_that_cannot_be_is_refused_by_name() {
    let playground = Playground::embedded().await;
    for (query, field) in [
        ("state=happy", "state"),
        ("ratio=wide", "ratio"),
        ("seed=x", "seed"),
        ("nsfw=1", "nsfw"),
        ("group=7", "group"),
        ("colour=red", "colour"),
        ("limit=0", "limit"),
        ("cursor=x", "cursor"),
    ] {
        let answer = playground.get(&format!("/api/runs?{query}")).await;
        assert_eq!(
            (answer.status, answer.json()["fields"].get(field).is_some()),
            (422, true),
            "{query}: {}",
            answer.text()
        );
    }
}

#[tokio::test]
async fn the_money_is_told_by_day_by_model_and_as_a_table() {
    let vendor = Vendor::scripted(fast(60), [Rule::on(On::Submit).prompt("lost").then(Effect::AcceptAndDrop)]).await;
    let playground = vendor.customer().await;
    let fox = playground.run("1", &json!({ "prompt": "=a private fox", "num_images": 2 })).await;
    playground.wait(fox.id, RunState::Archived).await;
    let spend = playground.spend().await;
    assert_eq!((spend.days[0].pictures, spend.models.len(), spend.models[0].pictures), (2, 1, 2));
    assert_eq!(
        (spend.models[0].model.as_str(), spend.models[0].spent_microusd.micros()),
        ("wavespeed-ai/imagen4", 80_000)
    );

    let answer = playground.get("/api/spend?format=csv").await;
    assert_eq!((answer.status, answer.content_type.as_str()), (200, "text/csv; charset=utf-8"));
    let text = answer.text();
    let lines: Vec<_> = text.split("\r\n").collect();
    assert_eq!(lines[0], "day,run,model,state,price_microusd,held_microusd,spent_microusd,refunded_microusd");
    assert_eq!(lines[1], format!("{},{},wavespeed-ai/imagen4,archived,80000,0,80000,0", spend.day, fox.id));
    assert!(!text.contains("fox"), "a table of money tells nothing of what was painted");
    assert_eq!(playground.get("/api/spend?format=xls").await.status, 422);

    let model = playground.get("/api/models/wavespeed-ai/imagen4").await.json();
    let typical = model["typical_ms"].as_u64();
    assert!(typical.is_some_and(|ms| ms > 0), "{typical:?}");
}
