//! The commands beside serving: checking the configuration, a backup of a proxy that goes on, completions, the manual.

mod process;

use std::fs;
use std::path::Path;
use std::process::Output;
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};

use process::{Process, all_runs, ask, files, folder, proxy, submission};
use serde_json::json;

fn output(folder: &Path, arguments: &[&str], key: Option<&str>) -> Output {
    let mut command = proxy(folder);
    command.args(arguments);
    if let Some(key) = key {
        command.env("WAVESPEED_API_KEY", key);
    }
    command.output().expect("it runs")
}

fn said(output: &Output) -> String {
    assert!(output.status.success(), "{}", String::from_utf8_lossy(&output.stderr));
    String::from_utf8_lossy(&output.stdout).into_owned()
}

#[test]
fn check_config_says_what_it_comes_to_and_never_the_key() {
    let folder = folder();
    let check = |arguments: &[&str], key| output(folder.path(), &[&["check-config"], arguments].concat(), key);
    let samples = said(&check(&[], None));
    assert!(
        samples.contains("you will not be charged") && samples.contains("The configuration is valid."),
        "{samples}"
    );
    let url = "https://images.example/imagen4";
    let paid = said(&check(&["--public-url", url, "--daily-budget", "5"], Some("wsk_secret")));
    for words in [
        "Backend: https://api.wavespeed.ai; you will be charged",
        "at most $5.00 a day",
        url,
        "Other names: images.example",
    ] {
        assert!(paid.contains(words), "{words} in {paid}");
    }
    assert!(!paid.contains("wsk_secret"));
    let wrong = check(&["--daily-budget", "much"], None);
    assert_eq!(wrong.status.code(), Some(1));
    assert!(String::from_utf8_lossy(&wrong.stderr).contains("--daily-budget"));
    assert!(!folder.path().join("data").exists(), "it starts nothing");
}

#[test]
fn the_manual_and_the_completions_know_every_flag() {
    let folder = folder();
    let manual = said(&output(folder.path(), &["--help"], None));
    for words in [
        "Examples:",
        "Signals:",
        "Exit codes:",
        "check-config",
        "probe",
        "backup",
        "migrate",
        "completions",
        "--database",
    ] {
        assert!(manual.contains(words), "{words} in {manual}");
    }
    for shell in ["bash", "zsh", "fish"] {
        let script = said(&output(folder.path(), &["completions", shell], None));
        assert!(script.contains("daily-budget") && script.contains("check-config"), "{shell}");
    }
    let ask = "source <(\"$0\" completions bash); COMP_WORDS=(imagen4-proxy backup --data-); COMP_CWORD=2; \
               _imagen4__proxy imagen4-proxy --data- backup; echo \"${COMPREPLY[@]}\"";
    let bash = std::process::Command::new("bash").args(["-c", ask, env!("CARGO_BIN_EXE_imagen4-proxy")]).output();
    let completed = String::from_utf8_lossy(&bash.expect("bash runs").stdout).into_owned();
    assert!(completed.contains("--data-dir"), "behind a command, too: {completed:?}");
}

#[tokio::test]
async fn a_backup_is_one_consistent_state_of_a_proxy_that_goes_on_working() {
    let folder = folder();
    let mut command = proxy(folder.path());
    command.args(["--latency-ms", "0"]);
    let running = Process::start(command, &folder.path().join("log")).expect("it starts");
    let http = reqwest::Client::new();
    let stop = Arc::new(AtomicBool::new(false));
    let clicks = {
        let (http, base, stop) = (http.clone(), running.base.clone(), stop.clone());
        tokio::spawn(async move {
            let mut count = 0;
            while !stop.load(Ordering::SeqCst) {
                let key = format!("click {count}");
                let body = json!({ "prompt": "a fox", "num_images": 1 });
                let (status, _) = ask(submission(&http, &base, &key, &body)).await.expect("an answer");
                assert_eq!(status, 202);
                count += 1;
                tokio::time::sleep(std::time::Duration::from_millis(30)).await;
            }
            count
        })
    };
    let archived =
        async || all_runs(&http, &running.base).await.iter().filter(|run| run["state"] == "archived").count();
    while archived().await < 3 {
        tokio::time::sleep(std::time::Duration::from_millis(20)).await;
    }
    let path = folder.path().to_owned();
    let copying = tokio::task::spawn_blocking(move || said(&output(&path, &["backup", "copy"], None)));
    let words = copying.await.expect("copied");
    assert!(words.contains("Copied to copy"), "{words}");
    stop.store(true, Ordering::SeqCst);
    let clicked: usize = clicks.await.expect("clicked");
    assert!(clicked > 3);

    // Another proxy over the copy has every run and picture of that moment, and sees that it is a copy.
    let mut command = proxy(folder.path());
    command.args(["--data-dir", "copy", "--latency-ms", "0"]);
    let log = folder.path().join("log-of-the-copy");
    let restored = Process::start(command, &log).expect("it starts");
    let runs = all_runs(&http, &restored.base).await;
    assert!((3..=clicked).contains(&runs.len()), "{} of {clicked}", runs.len());
    let done: Vec<_> = runs.iter().filter(|run| run["state"] == "archived").collect();
    assert!(done.len() >= 3);
    for run in done {
        let url = format!("{}/{}", restored.base, run["images"][0]["url"].as_str().expect("an address"));
        let picture = http.get(url).send().await.expect("an answer");
        assert_eq!(picture.status(), 200);
        let bytes = picture.bytes().await.expect("a picture").len() as u64;
        assert_eq!(Some(bytes), run["images"][0]["bytes"].as_u64());
    }
    assert!(fs::read_to_string(log).expect("a log").contains("is a copy of another one"));
    assert!(!files(&folder.path().join("copy")).iter().any(|file| file.extension().is_some_and(|it| it == "part")));
    drop(restored);

    let again = output(folder.path(), &["backup", "copy"], None);
    assert_eq!(again.status.code(), Some(1));
    assert!(String::from_utf8_lossy(&again.stderr).contains("is not empty"));
    let inside = output(folder.path(), &["backup", "data/copy"], None);
    assert!(String::from_utf8_lossy(&inside.stderr).contains("is inside the data directory"));
    let nothing = output(folder.path(), &["backup", "other", "--data-dir", "nowhere"], None);
    assert!(String::from_utf8_lossy(&nothing.stderr).contains("holds no database"));
}
