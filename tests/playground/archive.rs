//! A selection of runs is downloaded as one ZIP archive.

use std::io::{Cursor, Read};
use std::path::PathBuf;

use imagen4_core::api::MAX_ARCHIVE_RUNS;
use imagen4_core::{Run, RunId, RunState};
use imagen4_engine::faults::{Effect, On, Rule};
use imagen4_tests::{Answer, Playground, Vendor, answer, fast, until};
use reqwest::Method;
use serde_json::{Value, json};
use sha2::{Digest, Sha256};
use zip::{CompressionMethod, ZipArchive};

fn address(ids: impl IntoIterator<Item = RunId>) -> String {
    let ids: Vec<_> = ids.into_iter().map(|id| format!("run={id}")).collect();
    format!("/api/archive?{}", ids.join("&"))
}

/// What an archive holds: its files by name, in their order, and its manifest.
struct Archive {
    files: Vec<(String, Vec<u8>)>,
    manifest: Value,
}

impl Archive {
    fn of(answer: &Answer) -> Self {
        assert_eq!((answer.status, answer.content_type.as_str()), (200, "application/zip"), "{}", answer.text());
        let mut zip = ZipArchive::new(Cursor::new(&answer.body)).expect("an archive");
        let mut files = Vec::new();
        for place in 0..zip.len() {
            let mut file = zip.by_index(place).expect("a file");
            assert_eq!(file.compression(), CompressionMethod::Stored);
            let mut content = Vec::new();
            file.read_to_end(&mut content).expect("whole, by its checksum");
            files.push((file.name().expect("UTF-8").into_owned(), content));
        }
        let (name, manifest) = files.pop().expect("a manifest");
        assert_eq!(name, "manifest.json");
        Self { files, manifest: serde_json::from_slice(&manifest).expect("JSON") }
    }

    async fn download(playground: &Playground, ids: impl IntoIterator<Item = RunId>) -> Self {
        Self::of(&playground.get(&address(ids)).await)
    }

    fn names(&self) -> Vec<&str> {
        self.files.iter().map(|(name, _)| name.as_str()).collect()
    }
}

/// The file name that a header says.
fn named(answer: &Answer) -> String {
    let encoded = answer.headers.split("filename*=UTF-8''").nth(1).and_then(|rest| rest.split('"').next());
    // It is escaped as a query is.
    let url = reqwest::Url::parse(&format!("http://host/?name={}", encoded.expect("a name"))).expect("an address");
    url.query_pairs().next().expect("a name").1.into_owned()
}

/// A run of so many images that is done.
async fn done(playground: &Playground, prompt: &str, images: usize) -> Run {
    let run = playground.run(prompt, &json!({ "prompt": prompt, "num_images": images, "seed": 7 })).await;
    playground.wait(run.id, RunState::Archived).await
}

fn file(playground: &Playground, run: &Run, index: u8) -> PathBuf {
    let id = run.id.to_string();
    playground.data_dir().join("pictures").join(&id[..2]).join(id).join(index.to_string())
}

async fn figure(playground: &Playground, name: &str) -> u64 {
    let text = playground.get("/metrics").await.text();
    let line = text.lines().find_map(|line| line.strip_prefix(&format!("imagen4_{name} ")));
    line.and_then(|figure| figure.parse().ok()).unwrap_or_else(|| panic!("no {name} in {text}"))
}

#[tokio::test]
async fn an_archive_holds_every_image_as_its_own_download_gives_it() {
    // The person's day: at noon UTC it is the next one there.
    let timezone = jiff::tz::TimeZone::fixed(jiff::tz::offset(14));
    let own_day = "2026-11-23";
    let playground = Playground::on(fast(1), |config| config.budget_timezone = timezone).await;
    let runs = [done(&playground, "雪の狐 Café", 2).await, done(&playground, "a hen", 1).await];
    let answer = playground.get(&address(runs.iter().map(|run| run.id))).await;
    assert_eq!(named(&answer), format!("images-{own_day}.zip"));
    assert!(
        answer.headers.contains(&format!("attachment; filename=\\\"images-{own_day}.zip\\\"; ")),
        "{}",
        answer.headers
    );
    assert!(answer.headers.contains("\"cache-control\": \"no-store\""), "{}", answer.headers);

    let archive = Archive::of(&answer);
    assert_eq!(archive.files.len(), 3);
    let mut files = archive.files.iter();
    for image in runs.iter().flat_map(|run| &run.images) {
        let alone = playground.get(&format!("/{}?download", image.url)).await;
        let (name, content) = files.next().expect("a file");
        assert_eq!((name, content == &alone.body), (&named(&alone), true));
        assert!(name.starts_with(own_day) && content.len() as u64 > image.bytes, "with metadata: {name}");
    }
    assert!(archive.names()[0].contains("雪の狐-café"), "{:?}", archive.names());
    let mut zip = ZipArchive::new(Cursor::new(&answer.body)).expect("an archive");
    let modified = zip.by_index(0).expect("a file").last_modified().expect("a time");
    assert_eq!(format!("{:04}-{:02}-{:02}", modified.year(), modified.month(), modified.day()), own_day);
}

#[tokio::test]
async fn the_manifest_says_what_each_file_is() {
    let playground = Playground::embedded().await;
    let body = json!({ "requests": [{ "prompt": "a fox", "num_images": 2, "seed": 7 }] });
    let group = playground.submit_group("press", &body).await.json();
    let id: RunId = serde_json::from_value(group["runs"][0]["id"].clone()).expect("an id");
    playground.wait(id, RunState::Archived).await;
    let favorite = json!({ "favorite": true });
    playground.call(Method::PATCH, &format!("/api/runs/{id}/images/1"), &favorite).await;
    playground.call(Method::PATCH, &format!("/api/runs/{id}"), &json!({ "favorite": true, "note": "best" })).await;
    let run = playground.get(&format!("/api/runs/{id}")).await.json();

    let archive = Archive::download(&playground, [id]).await;
    let manifest = &archive.manifest;
    assert_eq!((&manifest["version"], &manifest["missing"]), (&json!(1), &json!([])));
    assert!(manifest["created_at"].as_str() > run["created_at"].as_str(), "{manifest}");
    let mut entry = manifest["runs"][0].clone();
    let files = entry["files"].take();
    let expected = json!({
        "id": id, "created_at": run["created_at"], "model": "wavespeed-ai/imagen4", "input": run["request"]["input"],
        "seed": 7, "price_microusd": 80_000, "billed": "yes", "group": group["id"], "favorite": true, "note": "best",
        "files": null,
    });
    assert_eq!(entry, expected);
    for (index, (name, content)) in archive.files.iter().enumerate() {
        let sha256: String = Sha256::digest(content).iter().map(|byte| format!("{byte:02x}")).collect();
        let expected = json!({
            "name": name, "index": index, "width": 1024, "height": 1024, "content_type": "image/jpeg",
            "bytes": content.len(), "sha256": sha256, "favorite": index == 1, "nsfw": false,
        });
        assert_eq!(files[index], expected);
    }
    assert_eq!(files.as_array().map(Vec::len), Some(2));
}

#[tokio::test]
async fn what_is_missing_is_listed_and_the_rest_is_there() {
    let rules = [Rule::on(On::Submit).prompt("no").then(Effect::Refuse { status: 400, message: "no".into() })];
    let vendor = Vendor::scripted(fast(60), rules).await;
    let playground = vendor.customer().await;
    let (fox, gone) = (done(&playground, "a fox", 4).await, done(&playground, "soon deleted", 1).await);
    let refused = playground.run("no", &json!({ "prompt": "no" })).await;
    playground.wait(refused.id, RunState::Rejected).await;
    let deleted = playground.call(Method::DELETE, &format!("/api/runs/{}", gone.id), &Value::Null).await;
    assert_eq!(deleted.status, 204);
    for index in [1, 2] {
        std::fs::remove_file(file(&playground, &fox, index)).expect("it was there");
    }
    std::fs::create_dir(file(&playground, &fox, 2)).expect("what cannot be read");
    let nobody = RunId::from_bits(7);

    // A run that is asked for twice is there once.
    let archive = Archive::download(&playground, [gone.id, fox.id, nobody, refused.id, fox.id]).await;
    let digits = &fox.id.to_string()[..8];
    let endings: Vec<_> = archive.names().iter().map(|name| name.split_once(digits).expect("its id").1).collect();
    assert_eq!(endings, ["-1.jpg", "-4.jpg"]);
    let missing = json!([
        { "run": gone.id, "reason": "deleted" },
        { "run": nobody, "reason": "not_found" },
        { "run": refused.id, "reason": "no_images" },
        { "run": fox.id, "index": 1, "reason": "file_missing" },
        { "run": fox.id, "index": 2, "reason": "file_unreadable" },
    ]);
    assert_eq!(archive.manifest["missing"], missing);
    let runs = archive.manifest["runs"].as_array().expect("runs");
    let indices: Vec<_> = runs[0]["files"].as_array().expect("files").iter().map(|file| &file["index"]).collect();
    assert_eq!((runs.len(), indices), (1, vec![&json!(0), &json!(3)]));

    let nothing = playground.get(&address([gone.id, nobody, refused.id])).await;
    assert_eq!((nothing.status, nothing.json()["code"].as_str()), (404, Some("not_found")));
    assert_eq!(nothing.content_type, "application/problem+json");
}

#[tokio::test]
async fn a_selection_that_cannot_be_is_refused_by_name() {
    let playground = Playground::embedded().await;
    let id = RunId::from_bits(7);
    let too_many = address((0..=MAX_ARCHIVE_RUNS).map(|number| RunId::from_bits(number as u128)));
    for (path, field) in [
        ("/api/archive".to_owned(), "run"),
        ("/api/archive?run=".to_owned(), "run"),
        (format!("/api/archive?run={id}&run=..%2F1"), "run"),
        (format!("/api/archive?run={id}&format=tar"), "format"),
        (too_many, "run"),
    ] {
        let refused = playground.get(&path).await;
        assert_eq!((refused.status, refused.json()["code"].as_str()), (422, Some("invalid_request")), "{path}");
        assert!(refused.json()["fields"][field].is_string(), "{}", refused.text());
    }
}

#[tokio::test]
async fn five_hundred_runs_fit_into_one_address() {
    let playground = Playground::embedded().await;
    let run = done(&playground, "a fox", 1).await;
    let others = (1..MAX_ARCHIVE_RUNS).map(|number| RunId::from_bits(number as u128));
    let path = address(others.chain([run.id]));
    assert!(path.len() > 18_000);
    let archive = Archive::of(&playground.get(&path).await);
    assert_eq!(
        (archive.files.len(), archive.manifest["missing"].as_array().map(Vec::len)),
        (1, Some(MAX_ARCHIVE_RUNS - 1))
    );
}

#[tokio::test]
async fn whoever_goes_away_half_way_ends_the_work() {
    let playground = Playground::embedded().await;
    let runs = [
        done(&playground, "a fox", 4).await,
        done(&playground, "a hen", 4).await,
        done(&playground, "an owl", 4).await,
    ];
    // So large that what is on the way holds but a few of them.
    for run in &runs {
        (0..4).for_each(|index| std::fs::write(file(&playground, run, index), vec![0; 8 << 20]).expect("written"));
    }
    let request = playground.request(Method::GET, &address(runs.iter().map(|run| run.id)));
    let mut response = request.send().await.expect("an answer");
    assert!(response.chunk().await.expect("bytes").is_some());
    assert_eq!(figure(&playground, "archive_downloads").await, 1);
    drop(response);
    until("nobody downloads", async || figure(&playground, "archive_downloads").await == 0).await;
    let sent = figure(&playground, "archive_images").await;
    assert!((1..12).contains(&sent), "{sent} of 12 images were read for nobody");
    // And whoever stays gets all of them.
    let whole = answer(playground.request(Method::GET, &address([runs[0].id]))).await;
    assert_eq!((Archive::of(&whole).files.len(), figure(&playground, "archive_images").await), (4, sent + 4));
}
