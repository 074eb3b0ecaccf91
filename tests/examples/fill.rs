//! Fills a fresh data directory with a long history, to see how the page bears it: runs of many days, four pictures each. The
//! pictures of a few are painted, the others have the same ones.
//!
//! `cargo xtask fill DIR [RUNS]`, and then `cargo xtask run -- --data-dir DIR`
#![expect(clippy::print_stdout, reason = "it says how far it is")]

use std::error::Error;
use std::fs;
use std::path::Path;
use std::sync::Arc;
use std::sync::atomic::{AtomicI64, Ordering};

use imagen4_core::api::RunPatch;
use imagen4_core::model::builtin::default_model;
use imagen4_core::run::{EMBEDDED, RunImage};
use imagen4_core::{RunEvent, RunId, RunRequest, Timestamp};
use imagen4_engine::{Brief, Env, paint};
use imagen4_proxy::data_dir::DataDir;
use imagen4_proxy::images::ImageStore;
use imagen4_proxy::store::{Account, Database, NewRun, Replica, TransitionDetails};
use jiff::tz::TimeZone;
use serde_json::json;

/// Runs whose pictures are painted.
const PAINTED: u64 = 15;
/// From one run to the one before it: 2,500 of them are half a year.
const APART_MS: u64 = 6_200_000;
/// Runs that are told of in one go.
const AT_ONCE: u64 = 100;

const WHAT: [&str; 10] = [
    "A lighthouse",
    "A red fox",
    "An old sailor",
    "A night market",
    "A mountain lake",
    "A heron",
    "A bakery",
    "A glass bell",
    "A tram",
    "A garden gate",
];
const WHERE: [&str; 6] = [
    "in fresh snow",
    "after rain",
    "at the edge of a wood",
    "under a starry sky",
    "beside a quiet river",
    "in morning mist",
];
const HOW: [&str; 5] = [
    "golden hour, wide shot",
    "neon glow, close-up",
    "ink drawing",
    "watercolor on rough paper",
    "film grain, 35 mm lens",
];

#[tokio::main]
async fn main() -> Result<(), Box<dyn Error>> {
    let mut args = std::env::args().skip(1);
    let dir = args.next().ok_or("name a data directory")?;
    let runs: u64 = args.next().map_or(Ok(2_500), |runs| runs.parse())?;
    let data = DataDir::open(Path::new(&dir))?;
    let (pictures, store) = (data.pictures(), ImageStore::local(&data.pictures()));
    let account = Account { upstream: EMBEDDED.to_owned(), daily_cap: None, timezone: TimeZone::UTC };
    let now = Env::system().now();
    // The store's clock, set to when each run was accepted.
    let clock = Arc::new(AtomicI64::new(now.ms()));
    let time = clock.clone();
    let time = Arc::new(move || Timestamp::from_ms(time.load(Ordering::Relaxed)));
    let mut book = Database::Sqlite(data.store()).open(account, Replica::alone(0), time)?;

    let mut painted: Vec<Vec<RunImage>> = Vec::new();
    for first in (0..runs).step_by(usize::try_from(AT_ONCE)?) {
        let mut history = Vec::new();
        for n in first..runs.min(first + AT_ONCE) {
            // The ids are far apart, as random ones are.
            let id = RunId::from_bits(u128::from(n + 1) * 0x0001_3579_bdf0_2468_ace1_3579_bdf1);
            let request = request(n)?;
            let images = match painted.get(usize::try_from(n % PAINTED)?) {
                Some(images) => copies(&pictures, id, images)?,
                None => {
                    let images = paint_all(&store, id, &request).await?;
                    painted.push(images.clone());
                    images
                }
            };
            history.push((n, id, request, images));
        }
        for (n, id, request, images) in &history {
            let at = now - (runs - n) * APART_MS;
            clock.store(at.ms(), Ordering::Relaxed);
            book.write(|writing| {
                let key = [&n.to_be_bytes()[..], &[0; 24]].concat().try_into().unwrap_or([0; 32]);
                let price = default_model().estimate(&request.input).unwrap_or_default();
                let new = NewRun {
                    id: *id,
                    person: "local".to_owned(),
                    key_hash: key,
                    fingerprint: key,
                    request: request.clone(),
                    price,
                    parent: None,
                };
                writing.accept(&new)?;
                for (event, after_ms) in
                    [(RunEvent::Dispatched, 5), (RunEvent::Accepted, 90), (RunEvent::Completed, 5_200)]
                {
                    let took_ms = (event == RunEvent::Completed).then_some(5_110);
                    writing.transition(
                        *id,
                        event,
                        TransitionDetails { took_ms, ..TransitionDetails::default() },
                        at + after_ms,
                    )?;
                }
                for image in images {
                    writing.keep_picture(*id, image)?;
                }
                writing.transition(*id, RunEvent::Archived, TransitionDetails::default(), at + 5_600)?;
                if n % 9 == 0 {
                    writing.patch("local", *id, &RunPatch { favorite: Some(true), note: None })?;
                }
                Ok(())
            })?;
        }
        println!("{} of {runs} runs", runs.min(first + AT_ONCE));
    }
    Ok(())
}

fn request(n: u64) -> Result<RunRequest, Box<dyn Error>> {
    let pick = |words: &[&'static str], n: u64| words[(n % words.len() as u64) as usize];
    let prompt = format!("{} {}, {}", pick(&WHAT, n), pick(&WHERE, n / 3), pick(&HOW, n / 7));
    let shape = default_model().shapes()[(n % PAINTED % 5) as usize];
    let input = json!({ "prompt": prompt, "aspect_ratio": shape, "num_images": 4, "seed": n * 7_919 % 100_000 });
    Ok(default_model().accept(&input)?.into_request())
}

async fn paint_all(store: &ImageStore, id: RunId, request: &RunRequest) -> Result<Vec<RunImage>, Box<dyn Error>> {
    let mut images = Vec::new();
    let shape = request.shape().unwrap_or_default();
    let (width, height) = default_model().size_of(&shape).ok_or("a shape without a size")?;
    for index in 0..request.images() {
        let bytes = paint(&Brief {
            prompt: request.prompt(),
            negative_prompt: None,
            width,
            height,
            seed: request.seed().and_then(|seed| u32::try_from(seed).ok()).unwrap_or_default(),
            index,
        });
        images.push(store.store(id, u8::try_from(index)?, bytes, false).await?);
    }
    Ok(images)
}

/// The pictures of another run, under this one's name: links, so that the disk holds each once.
fn copies(pictures: &Path, id: RunId, images: &[RunImage]) -> Result<Vec<RunImage>, Box<dyn Error>> {
    let folder_of = |run: RunId| {
        let run = run.to_string();
        pictures.join(&run[..2]).join(run)
    };
    let folder = folder_of(id);
    fs::create_dir_all(&folder)?;
    let mut copies = Vec::new();
    for image in images {
        let from: RunId = image.url.split('/').nth(2).unwrap_or_default().parse()?;
        let index = image.index;
        for name in [index.to_string(), format!("{index}.small")] {
            fs::hard_link(folder_of(from).join(&name), folder.join(&name))?;
        }
        copies.push(RunImage {
            url: RunImage::url_of(id, index),
            thumb_url: Some(RunImage::thumb_url_of(id, index)),
            ..image.clone()
        });
    }
    Ok(copies)
}
