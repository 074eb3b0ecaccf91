//! What a real process writes: neither the key nor what people ask for, whatever goes wrong and however much it is to tell.

mod process;

use std::fs;
use std::time::{Duration, Instant};

use process::{KEY, PATIENCE, Process, all_runs, ask, engine, files, folder, proxy, submission};
use serde_json::json;

const WORDS: &str = "a recognizable and very private heron";

const FAULTS: &str = r#"
rule = [
    { on = "submit", prompt = "0", then = { refuse = { status = 400, message = "no" } } },
    { on = "submit", prompt = "1", then = "accept_and_drop" },
    { on = "submit", prompt = "2", then = { rate_limit = { retry_after_s = 1 } } },
    { on = "submit", prompt = "3", then = "malformed" },
    { on = "submit", prompt = "4", fate = { fail = { code = 1200 } } },
    { on = "result", prompt = "5", times = 2, then = { refuse = { status = 401, message = "no" } } },
    { on = "output", prompt = "6", times = 2, then = "not_a_picture" },
    { on = "output", prompt = "7", times = 1, then = "truncate" },
    { on = "list", times = 1, then = { error = { status = 503 } } },
    { on = "balance", times = 1, then = "drop" },
]
"#;

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn neither_key_nor_prompt_is_ever_logged() {
    let folder = folder();
    fs::write(folder.path().join("faults.toml"), FAULTS).expect("written");
    let mut command = engine();
    command.args(["--listen", "127.0.0.1:0", "--api-key", KEY, "--latency-ms", "0", "--faults", "faults.toml"]);
    command.current_dir(folder.path());
    let vendor = Process::start(command, &folder.path().join("engine.log")).expect("it starts");
    let log = folder.path().join("proxy.log");
    let mut command = proxy(folder.path());
    command.env("WAVESPEED_API_KEY", KEY).env("RUST_LOG", "trace").args(["--upstream", &vendor.base]);
    command.args(["--images-per-minute", "1000", "--max-concurrent", "1000"]);
    let process = Process::start(command, &log).expect("it starts");

    let http = reqwest::Client::new();
    for click in 0..9 {
        let body = json!({ "prompt": format!("{WORDS} {click}"), "negative_prompt": WORDS });
        let answer = ask(submission(&http, &process.base, &click.to_string(), &body)).await;
        assert_eq!(answer.map(|(status, _)| status), Some(202));
    }
    for body in [json!({ "prompt": WORDS, "steps": 3 }), json!({ "prompt": [WORDS] })] {
        let answer = ask(submission(&http, &process.base, "wrong", &body)).await;
        assert_eq!(answer.map(|(status, _)| status), Some(422));
    }
    let begun = Instant::now();
    loop {
        let runs = all_runs(&http, &process.base).await;
        let is_over = |state: &str| matches!(state, "archived" | "failed" | "rejected");
        // A refused key is asked about again after a minute: long enough that its notice is in the log.
        let over = runs.iter().filter(|run| run["state"].as_str().is_some_and(is_over)).count();
        if over >= 8 {
            break;
        }
        assert!(begun.elapsed() < PATIENCE, "{over} are over");
        tokio::time::sleep(Duration::from_millis(50)).await;
    }
    let said = fs::read_to_string(&log).expect("a log");
    assert!(said.lines().count() > 20, "it was to tell everything: {said}");
    for (secret, what) in [(KEY, "the key"), (WORDS, "a prompt")] {
        let line = said.lines().find(|line| line.contains(secret));
        assert_eq!(line, None, "{what} is in the log");
    }
    for file in files(&folder.path().join("data")) {
        let bytes = fs::read(&file).expect("a file");
        assert!(!bytes.windows(KEY.len()).any(|bytes| bytes == KEY.as_bytes()), "the key is in {}", file.display());
    }
}
