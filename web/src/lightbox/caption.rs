//! What is said of a picture.

use imagen4_core::{ModelSpec, Run};

use crate::board::card;
use crate::board::days::moment;
use crate::board::money::price_chip;
use crate::board::pictures::{expected, place};
use crate::composer::request::text;
use crate::server::Models;
use crate::spans::precise;

/// Everything that is said of a picture.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Caption {
    /// Where it is.
    pub url: String,
    /// In place of the picture.
    pub alt: String,
    /// The words it was painted from.
    pub prompt: String,
    /// The rest in one line.
    pub facts: String,
    /// The rest in full, by name.
    pub rows: Vec<(&'static str, String)>,
    /// Whether it was flagged.
    pub nsfw: bool,
    /// Whether its run is a favourite.
    pub favorite: bool,
    /// Whether its seed is known.
    pub has_seed: bool,
}

impl Caption {
    /// Of the picture of that index, if the run has it.
    pub fn of(run: &Run, index: u8, models: &Models) -> Option<Self> {
        let image = run.images.iter().find(|image| image.index == index)?;
        let request = &run.request;
        let prompt = request.prompt().to_owned();
        let place = place(index, expected(run));
        let name = models.name(&request.model);
        let alt = format!("{prompt}, {place}");
        let size = format!("{} × {}", image.width, image.height);
        let mut facts = place.clone();
        if let Some(ratio) = request.ratio() {
            facts += &format!(" · {ratio}");
        }
        facts += &format!(" · {size}");
        let seed = request.known_seed();
        if let Some(seed) = seed {
            facts += &format!(" · seed {seed}");
        }
        if run.is_sample() {
            facts += &format!(" · a sample painted locally, not {name}");
        }
        let painter = if run.is_sample() { ", a painted sample of it" } else { "" };
        let id = &request.model;
        let model = if name == *id { name } else { format!("{name} ({id})") };
        let mut rows = vec![("Model", format!("{model}{painter}"))];
        if let Some(negative) = request.negative_prompt() {
            rows.push(("Negative prompt", negative.to_owned()));
        }
        if let Some(settings) = settings(run, &models.spec(id)) {
            rows.push(("Settings", settings));
        }
        rows.push(("Size", format!("{size} pixels, {} kB", image.bytes.div_ceil(1_000))));
        rows.push(("Seed", card::seed(run, models).trim_start_matches("seed ").to_owned()));
        rows.push(("Made", moment(run.created_at)));
        rows.push(("Price of the run", price_chip(run)));
        if let Some(ms) = run.prediction.as_ref().and_then(|prediction| prediction.inference_ms) {
            rows.push((if run.is_sample() { "Time to paint" } else { "Time at the model" }, precise(ms)));
        }
        if let Some(note) = &run.note {
            rows.push(("Note", note.clone()));
        }
        let (nsfw, favorite, has_seed) = (image.nsfw, run.favorite, seed.is_some());
        Some(Self { url: image.url.clone(), alt, prompt, facts, rows, nsfw, favorite, has_seed })
    }
}

/// The model's other inputs, a line each.
fn settings(run: &Run, spec: &ModelSpec) -> Option<String> {
    let input = &run.request.input;
    let is_other = |name: &&String| spec.input(name).is_some() && !spec.concepts.has(name);
    let line = |name: &String| Some(format!("{}: {}", name.replace('_', " "), text(input.get(name)?)));
    let lines: Vec<_> = input
        .keys()
        .filter(is_other)
        .filter_map(line)
        .chain(run.request.resolution().map(|resolution| format!("resolution: {resolution}")))
        .collect();
    (!lines.is_empty()).then(|| lines.join("\n"))
}
