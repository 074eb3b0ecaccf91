//! The vendor's key is in no byte that a browser receives, and in no file of the data directory.

use std::fs;
use std::path::Path;

use imagen4_core::RunState;
use imagen4_tests::{Answer, KEY, Playground, Vendor};
use serde_json::json;

fn holds(bytes: &[u8], secret: &str) -> bool {
    bytes.windows(secret.len()).any(|window| window == secret.as_bytes())
}

fn files(folder: &Path, found: &mut Vec<Vec<u8>>) {
    for entry in fs::read_dir(folder).expect("a folder") {
        let path = entry.expect("an entry").path();
        if path.is_dir() { files(&path, found) } else { found.push(fs::read(path).expect("a file")) }
    }
}

#[tokio::test]
async fn the_key_stays_on_the_server() {
    let vendor = Vendor::open().await;
    let playground = Playground::with(|config| config.paying = vendor.paying(KEY)).await;
    let mut answers: Vec<Answer> = vec![playground.submit("1", &json!({ "prompt": "a fox in snow" })).await];
    let id = serde_json::from_value(answers[0].json()["id"].clone()).expect("an id");
    playground.wait(id, RunState::Archived).await;
    answers.push(playground.submit("2", &json!({ "prompt": "" })).await);
    for path in ["/", "/index.html", "/api/config", "/api/spend", "/api/runs", "/api/nothing", "/livez", "/readyz"] {
        answers.push(playground.get(path).await);
    }
    answers.push(playground.get(&format!("/api/runs/{id}")).await);
    answers.push(playground.get(&format!("/api/runs/{id}/images/0")).await);
    let events = playground.events(Some("0"), |event| event.name == "spend").await;
    assert!(events.iter().any(|event| event.name == "run") && !holds(format!("{events:?}").as_bytes(), KEY));
    for answer in &answers {
        assert!(!holds(&answer.body, KEY) && !holds(answer.headers.as_bytes(), KEY));
        for header in ["content-security-policy", "nosniff", "no-referrer", "frame-ancestors 'none'"] {
            assert!(answer.headers.contains(header), "{header} is missing: {}", answer.headers);
        }
    }
    let mut found = Vec::new();
    files(&playground.data_dir(), &mut found);
    assert!(found.len() >= 3 && found.iter().all(|file| !holds(file, KEY)));
    assert!(!format!("{:?}", playground.config).contains(KEY));
}
