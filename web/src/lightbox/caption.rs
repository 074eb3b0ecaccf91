//! What is said of a picture.

use imagen4_core::Run;

use crate::board::days::moment;
use crate::board::money::price_chip;
use crate::board::pictures::place;
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
    pub fn of(run: &Run, index: u8) -> Option<Self> {
        let image = run.images.iter().find(|image| image.index == index)?;
        let request = &run.request;
        let prompt = request.prompt.as_str().to_owned();
        let place = place(index, request.num_images.get());
        let alt = format!("{prompt}, {place}");
        let size = format!("{} × {}", image.width, image.height);
        let mut facts = format!("{place} · {} · {size}", request.aspect_ratio);
        let seed = request.seed.filter(|seed| seed.is_known());
        if let Some(seed) = seed {
            facts += &format!(" · seed {seed}");
        }
        if run.is_sample() {
            facts += " · a sample painted locally, not Imagen 4";
        }
        let painter = if run.is_sample() { ", a painted sample of it" } else { "" };
        let mut rows = vec![("Model", format!("{}{painter}", request.model.id))];
        if let Some(negative) = &request.negative_prompt {
            rows.push(("Negative prompt", negative.as_str().to_owned()));
        }
        rows.push(("Size", format!("{size} pixels, {} kB", image.bytes.div_ceil(1_000))));
        rows.push(("Seed", seed.map_or("not known".to_owned(), |seed| seed.to_string())));
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
