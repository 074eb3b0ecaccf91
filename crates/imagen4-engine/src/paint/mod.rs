//! Paints sample pictures: a deterministic function of words, size, seed and index, with no model behind it.
//!
//! Words choose what is seen; the seed and the index choose how it is composed. From the words to the bytes:
//!
//! - `meaning`: what can be asked for; `words`, `lexicon`: read it from the prompt and the negative prompt
//! - `mood`, `palette`, `color`: settle what the words leave open, and its colours
//! - `stage`, `canvas`, `noise`, `approx`: what scenes paint on and with
//! - `light`, `sky`, `clouds`, `stars`, `ridge`, `water`, `weather`, `trees`, `figures`, `outline`: parts that scenes share
//! - `scenes`: lake, coast, city, forest, desert, room, portrait
//! - `style`, `small`, `finish`: the look of a photograph, a watercolour, a film; then tone, grain and JPEG

mod approx;
mod canvas;
mod clouds;
mod color;
mod figures;
mod finish;
mod lexicon;
mod light;
mod meaning;
mod mood;
mod noise;
mod outline;
mod palette;
mod ridge;
mod scenes;
mod sky;
mod small;
mod stage;
mod stars;
mod style;
mod trees;
mod water;
mod weather;
mod words;

#[cfg(test)]
mod tests;

/// What to paint: a pure description; the same brief gives the same bytes.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub struct Brief<'a> {
    /// What the picture should show, in English.
    pub prompt: &'a str,
    /// What it should not show.
    pub negative_prompt: Option<&'a str>,
    /// Width in pixels, `16..=8192`; other values are brought into that range.
    pub width: u32,
    /// Height in pixels, `16..=8192`; other values are brought into that range.
    pub height: u32,
    /// Chooses the composition.
    pub seed: u32,
    /// Which of the pictures of one request this is, from 0; each has its own composition.
    pub index: u32,
}

/// Paints the brief and encodes it as a JPEG with a comment that says what it is.
///
/// Takes 60 to 170 ms, by scene and style, for a million pixels in an optimised build.
pub fn paint(brief: &Brief<'_>) -> Vec<u8> {
    let width = brief.width.clamp(16, 8192) as usize;
    let height = brief.height.clamp(16, 8192) as usize;
    let negative = brief.negative_prompt.unwrap_or("");
    let reading = words::read(brief.prompt, negative);

    // The composition does not know the words, so that one changed word changes one aspect of the same picture.
    let lot = u64::from(brief.seed) << 32 | u64::from(brief.index);
    let key = noise::hash(lot, &[reading.scene as u8]);
    let turn = noise::mix64(u64::from(brief.seed)) ^ u64::from(brief.index);
    let key = key & !1 | turn & 1;
    // The words drift the hues by a few degrees and seed the grain: no two prompts give the same bytes.
    let text = noise::hash(noise::hash(lot, brief.prompt.as_bytes()), negative.as_bytes());
    let drift = (text >> 40) as f32 / 8_388_608.0 - 1.0;

    let mood = mood::Mood::new(&reading, noise::Dice::new(noise::hash(key, b"mood")), drift);
    let mut stage = stage::Stage::new(width, height, &mood, key);
    scenes::paint(reading.scene, &mut stage);
    finish::develop(&stage, text as u32)
}
