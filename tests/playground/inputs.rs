//! Inputs as people, keyboards and programs really make them.

use imagen4_core::RunState;
use imagen4_core::api::MAX_NOTE_CHARS;
use imagen4_tests::{Answer, Playground, answer};
use reqwest::Method;
use serde_json::{Value, json};

/// Texts of characters that show nothing.
const BLANK: [&str; 9] = [
    "\u{200b}",
    "\u{feff}",
    " \u{2060}\n",
    "\u{ad}\u{200d}",
    "\u{3164}",
    "\u{2800}",
    "\u{2066}\u{2069}",
    "\u{fe0f}",
    "\u{e0041}",
];

/// As a program with a WaveSpeed SDK asks.
async fn sdk(playground: &Playground, path: &str, body: &Value) -> Answer {
    let request =
        playground.request(Method::POST, &format!("/api/v3/{path}")).header("authorization", "Bearer any-text");
    answer(request.header("content-type", "application/json").body(body.to_string())).await
}

#[tokio::test]
async fn what_shows_nothing_is_no_prompt_no_negative_prompt_and_no_note() {
    let playground = Playground::embedded().await;
    for (place, blank) in BLANK.into_iter().enumerate() {
        let said = blank.escape_unicode();
        let body = json!({ "prompt": blank });
        let answer = playground.submit(&format!("single {place}"), &body).await;
        assert_eq!(answer.status, 422, "{said}");
        assert_eq!(answer.json()["fields"]["prompt"], "is required: describe the image", "{said}");
        let group = json!({ "requests": [{ "prompt": "a fox" }, { "prompt": blank }] });
        let answer = playground.submit_group(&format!("group {place}"), &group).await;
        assert_eq!((answer.status, answer.json()["fields"]["requests[1].prompt"].is_string()), (422, true), "{said}");
        let answer = sdk(&playground, "wavespeed-ai/imagen4", &body).await;
        assert_eq!((answer.status, answer.text().contains("prompt is required")), (400, true), "{said}");
    }
    assert_eq!(playground.get("/api/runs").await.json()["runs"], json!([]));

    let run = playground.run("fox", &json!({ "prompt": "a fox", "negative_prompt": "\u{200b}\u{feff}" })).await;
    assert_eq!(run.request.negative_prompt(), None);
    let path = format!("/api/runs/{}", run.id);
    for blank in BLANK {
        playground.call(Method::PATCH, &path, &json!({ "note": "something" })).await;
        let noted = playground.call(Method::PATCH, &path, &json!({ "note": blank })).await.json();
        assert_eq!(noted["note"], Value::Null, "{}", blank.escape_unicode());
    }
}

/// JSON with every character beyond ASCII escaped, as Python's `json.dumps` writes it.
fn escaped(value: &Value) -> String {
    let escape = |c: char| {
        let units = c.encode_utf16(&mut [0; 2]).iter().map(|unit| format!("\\u{unit:04x}")).collect::<String>();
        if c.is_ascii() { c.to_string() } else { units }
    };
    value.to_string().chars().map(escape).collect()
}

#[tokio::test]
async fn whatever_is_within_the_limits_in_characters_fits() {
    let playground = Playground::embedded().await;
    let post = async |path: &str, key: &str, body: String| {
        let request = playground.request(Method::POST, path).header("idempotency-key", key);
        let request = request.header("authorization", "Bearer any-text");
        answer(request.header("content-type", "application/json").body(body)).await
    };
    for (place, (prompt, negative, count)) in
        [("🦊", "🌧", 9_500), ("🦊", "🌧", 10_000), ("狐", "雨", 10_000), ("\u{1}", "\"", 9_999)].into_iter().enumerate()
    {
        let prompt = format!("a{}", prompt.repeat(count - 1));
        let body = json!({ "prompt": prompt, "negative_prompt": negative.repeat(count) });
        for (form, text) in [("plain", body.to_string()), ("escaped", escaped(&body))] {
            for path in ["/api/runs", "/api/v3/wavespeed-ai/imagen4"] {
                let answer = post(path, &format!("{place} {form} {path}"), text.clone()).await;
                assert!(matches!(answer.status, 200 | 202), "{path} {form} {place}: {}", answer.status);
            }
        }
    }
    let long = json!({ "prompt": "🦊".repeat(10_001) });
    let answer = post("/api/runs", "long", escaped(&long)).await;
    assert_eq!(answer.json()["fields"]["prompt"], "has 10001 characters; at most 10000 are allowed");

    // A group has a limit of its own, in characters again.
    let group = |runs: usize, chars: usize| json!({ "requests": vec![json!({ "prompt": "🦊".repeat(chars) }); runs] });
    let answer = post("/api/groups", "fits", escaped(&group(100, 2_000))).await;
    assert_eq!((answer.status, answer.json()["runs"].as_array().map(Vec::len)), (202, Some(100)));
    let answer = post("/api/groups", "does not", escaped(&group(21, 9_999))).await;
    assert_eq!(answer.status, 422);
    let said = "have 209979 characters of texts together; at most 200000 are allowed";
    assert_eq!(answer.json()["fields"]["requests"], said);

    let run = playground.run("noted", &json!({ "prompt": "a fox" })).await;
    let note = json!({ "note": "🦊".repeat(MAX_NOTE_CHARS) });
    let patch =
        playground.request(Method::PATCH, &format!("/api/runs/{}", run.id)).header("content-type", "application/json");
    assert_eq!(imagen4_tests::answer(patch.body(escaped(&note))).await.json()["note"], note["note"]);
}

#[tokio::test]
async fn a_whole_number_may_be_written_with_a_point() {
    let playground = Playground::embedded().await;
    let whole = json!({ "prompt": "a fox", "num_images": 4, "seed": 42 });
    let points = json!({ "prompt": "a fox", "num_images": 4.0, "seed": 42.0 });
    let first = playground.run("click", &whole).await;
    let again = playground.submit("click", &points).await;
    assert_eq!(
        (again.status, again.json()["id"].as_str()),
        (200, Some(first.id.to_string().as_str())),
        "the same request"
    );
    playground.wait(first.id, RunState::Archived).await;

    let bought = sdk(&playground, "wavespeed-ai/imagen4", &points).await;
    assert_eq!(bought.status, 200, "{}", bought.text());
    let price = json!({ "model_id": "wavespeed-ai/imagen4", "inputs": { "num_images": 4.0 } });
    let price = sdk(&playground, "model/price", &price).await;
    assert_eq!(price.json()["data"]["price"], 0.16, "{}", price.text());
    let list = sdk(&playground, "predictions", &json!({ "page": 1.0, "page_size": 2e0 })).await;
    assert_eq!((list.status, list.json()["data"]["items"].as_array().map(Vec::len)), (200, Some(2)), "{}", list.text());

    for (field, value) in
        [("num_images", json!(4.5)), ("num_images", json!("4")), ("seed", json!(1e300)), ("seed", json!(0.5))]
    {
        let mut body = json!({ "prompt": "a fox" });
        body[field] = value.clone();
        let refused = playground.submit("refused", &body).await;
        assert_eq!((refused.status, refused.json()["fields"][field].is_string()), (422, true), "{field} {value}");
    }
}
