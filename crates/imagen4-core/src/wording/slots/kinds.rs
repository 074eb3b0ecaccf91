//! Which slot the words of a part suggest. A guess, and never more.

use super::Slot;
use super::enclosed::unquoted;

/// Words and phrases that give a part away.
const CAMERA: &str = "shot|lens|mm|close-up|closeup|macro|wide-angle|telephoto|bokeh|depth of field|aerial|bird's-eye|\
                      low angle|high angle|eye level|exposure|drone|fisheye|tilt-shift|overhead|viewpoint|panorama|iso";
const LIGHTING: &str = "light|lit|lighting|sunlight|moonlight|candlelight|backlit|backlight|glow|glowing|golden hour|blue \
                        hour|sunset|sunrise|dusk|dawn|twilight|neon|shadows|overcast|noon|rim light|haze";
const STYLE: &str = "style|photo|photograph|photorealistic|realistic|painting|painted|watercolor|watercolour|oil|gouache|\
                     ink|illustration|drawing|sketch|engraving|woodcut|print|poster|anime|manga|cartoon|comic|render|3d|\
                     pixel art|cinematic|minimalist|surreal|impressionist|vector|collage|film|art";
const PLACES: &str = "in|on|at|under|beside|near|inside|above|behind|among|along|over|against|amid|beneath|across";

/// The slot of a part; whatever says nothing of itself is a detail, and so is what is quoted.
pub(super) fn slot_of(part: &str) -> Slot {
    let part = unquoted(part);
    if names_optics(&part) {
        return Slot::Camera;
    }
    for (words, slot) in [(CAMERA, Slot::Camera), (LIGHTING, Slot::Lighting), (STYLE, Slot::Style)] {
        if words.split('|').any(|word| has(&part, word)) {
            return slot;
        }
    }
    if begins_place(&part) { Slot::Scene } else { Slot::Details }
}

/// Whether a part begins like a place: `in the snow`.
pub(super) fn begins_place(part: &str) -> bool {
    part.split_whitespace().next().is_some_and(is_place)
}

pub(super) fn is_place(word: &str) -> bool {
    PLACES.split('|').any(|place| word.eq_ignore_ascii_case(place))
}

/// Whether `part` has that word or phrase, whatever its case.
fn has(part: &str, word: &str) -> bool {
    let (part, word) = (part.as_bytes(), word.as_bytes());
    let ends_word = |at: Option<&u8>| at.is_none_or(|byte| !byte.is_ascii_alphanumeric());
    (0..(part.len() + 1).saturating_sub(word.len())).any(|at| {
        let end = at + word.len();
        part[at..end].eq_ignore_ascii_case(word)
            && ends_word(at.checked_sub(1).and_then(|before| part.get(before)))
            && ends_word(part.get(end))
    })
}

/// Whether there is an aperture or a focal length: `f/1.8`, `85mm`.
fn names_optics(part: &str) -> bool {
    let is_number = |text: &str| {
        text.starts_with(|c: char| c.is_ascii_digit()) && text.chars().all(|c| c.is_ascii_digit() || "-.".contains(c))
    };
    part.split(|c: char| c.is_whitespace() || ",;()".contains(c)).any(|word| {
        let aperture = word.strip_prefix("f/").or_else(|| word.strip_prefix("F/"));
        let length = word.strip_suffix("mm").or_else(|| word.strip_suffix("MM"));
        [aperture, length].into_iter().flatten().any(is_number)
    })
}
