//! Programs that others wrote, unmodified, against a proxy: the vendor's SDKs, a checker of the OpenAPI document, and readers of
//! metadata. Run by
//! `cargo xtask test --only clients`, which installs them and says where they are.

mod metadata;

use std::path::{Path, PathBuf};
use std::process::Stdio;
use std::time::Duration;

use imagen4_engine::faults::{Ending, Failure, Fate, On, Rule};
use imagen4_tests::{Playground, Vendor, fast};
use serde_json::{Value, json};
use tokio::process::Command;

fn here() -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("clients")
}

/// The Python that has the requirements.
fn python() -> String {
    std::env::var("IMAGEN4_TEST_PYTHON").expect("`cargo xtask test --only clients` says where its Python is")
}

/// A vendor where some foxes fail, and some are slow.
async fn vendor() -> Vendor {
    let failure = Failure { code: 5000, error: "HTTP 503 timeout".to_owned(), status: Ending::Failed };
    Vendor::with(|options| {
        options.faults = vec![
            Rule::on(On::Submit).prompt("fails").always().fate(Fate { fail: Some(failure), ..Fate::default() }),
            Rule::on(On::Submit).prompt("slow").always().fate(Fate { latency_ms: Some(3_000), ..Fate::default() }),
        ];
    })
    .await
}

/// What an SDK came to in a scenario.
async fn came_to(playground: &Playground, program: &str, script: &str, scenario: &str) -> Value {
    let child = Command::new(program)
        .args([script, scenario])
        .current_dir(here())
        .env("BASE", &playground.base)
        .stderr(Stdio::inherit())
        .kill_on_drop(true)
        .output();
    let output = tokio::time::timeout(Duration::from_secs(60), child).await.expect("in time").expect("it runs");
    let said = String::from_utf8_lossy(&output.stdout);
    serde_json::from_str(said.lines().last().unwrap_or_default()).unwrap_or_else(|_| panic!("{scenario}: {said}"))
}

async fn works(program: &str, script: &str) {
    let vendor = vendor().await;
    let playground = vendor.customer_with(|config| config.slots = imagen4_proxy::store::RateLimits::default()).await;
    let came_to = async |scenario: &str| came_to(&playground, program, script, scenario).await;

    let sizes = came_to("run").await;
    assert!(
        sizes.as_array().is_some_and(|all| all.len() == 2 && all.iter().all(|size| size.as_u64() > Some(10_000))),
        "{sizes}"
    );
    let run = &playground.get("/api/runs").await.json()["runs"][0];
    assert_eq!(
        (&run["state"], &run["request"]["input"]["seed"]),
        (&json!("archived"), &json!(7)),
        "it is on the board"
    );
    assert_eq!(came_to("sync").await, json!(1));
    assert_eq!(vendor.bill().len(), 2);

    // An SDK that was told to try again does not: nothing in the words makes it believe that it should.
    let words = came_to("failure").await;
    assert!(
        words.as_str().is_some_and(|words| words.contains("status 503") && words.contains("refund expected")),
        "{words}"
    );
    assert_eq!(vendor.bills_for("a fox that fails"), 1);
    let refused = came_to("refused").await;
    let is_said = refused[1].as_str().is_some_and(|words| words.contains("steps is not an input of this model"));
    assert!(refused[0] == "failed" && is_said, "{refused}");
    assert_eq!(vendor.bill().len(), 3);

    // Three other models, each with its own inputs: what they brought, and what each was billed.
    let before = vendor.bill().len();
    assert_eq!(came_to("models").await, json!([2, 1, 4]));
    let bills: Vec<_> = vendor.bill().split_off(before).iter().map(|taken| taken.price_microusd.micros()).collect();
    assert_eq!(bills, [24_000, 140_000, 100_000]);

    assert_eq!(came_to("recover").await, json!(["completed", 1]));
    assert_eq!(vendor.bills_for("a slow fox"), 1);
    assert_eq!(came_to("listing").await, json!([200, 6]));
    let gone = came_to("gone").await;
    assert!(
        gone[0] == 1
            && gone[1].as_str().is_some_and(|words| words.contains("HTTP 404") && words.contains("task not found")),
        "{gone}"
    );
}

#[tokio::test]
async fn the_python_sdk_works_with_its_base_url_pointed_here() {
    works(&python(), "python_sdk.py").await;
}

#[tokio::test]
async fn the_javascript_sdk_works_with_its_base_url_pointed_here() {
    works("node", "javascript_sdk.mjs").await;
}

/// Whatever is sent, the answer is one that the document describes, and never a server error.
#[tokio::test(flavor = "multi_thread")]
async fn every_answer_is_as_the_openapi_document_says() {
    // Nothing ends but what the document's own examples ask for: thousands of pictures would say no more than a few.
    let examples = Rule::on(On::Submit).prompt("A heron in the reeds").always();
    let vendor = Vendor::on(fast(600), |options| {
        // One of each kind says as much as all of them.
        let kinds = ["wavespeed-ai/imagen4", "wavespeed-ai/flux-dev", "google/nano-banana-2/text-to-image"];
        options.models.retain(|row| kinds.iter().any(|kind| row["model_id"] == *kind));
        options.latency = Duration::from_secs(5 * 86_400);
        options.faults = vec![examples.fate(Fate { latency_ms: Some(0), ..Fate::default() })];
    })
    .await;
    let playground = vendor
        .customer_with(|config| {
            config.daily_budget = None;
            config.slots = imagen4_proxy::store::RateLimits::default();
        })
        .await;
    let done = playground.run("1", &json!({ "prompt": "A heron in the reeds", "num_images": 2 })).await;
    playground.wait(done.id, imagen4_core::RunState::Archived).await;
    let document = format!("{}/api/openapi.json", playground.base);
    // Python looks for modules where it is started: nothing may lie there.
    let nowhere = tempfile::tempdir().expect("a folder");
    let status = Command::new(python())
        .args(["-m", "schemathesis.cli", "run", &document, "--url", &format!("{}/api", playground.base)])
        .args(["--header", "Authorization: Bearer any-text", "--exclude-path", "/events"])
        .args(["--max-examples", "25", "--seed", "4", "--suppress-health-check", "all", "--request-timeout", "30"])
        // Any bearer will do here, and a key that comes again with another request is refused however well it is formed.
        .args(["--exclude-checks", "ignored_auth,positive_data_acceptance", "--no-color"])
        .current_dir(nowhere.path())
        .kill_on_drop(true)
        .status();
    let status = tokio::time::timeout(Duration::from_secs(600), status).await.expect("in time").expect("it runs");
    assert!(status.success());
}
