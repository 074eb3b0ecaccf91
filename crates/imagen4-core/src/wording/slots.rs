//! A prompt in six parts, and back: what people build a prompt from, and where the parts of a pasted one belong.
//!
//! Splitting is a guess and never more: it may put a part into the wrong slot, but it neither loses nor invents a word.

/// A part of a prompt.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Slot {
    /// What is to be seen.
    Subject,
    /// Where it is.
    Scene,
    /// What else there is to see of it.
    Details,
    /// The light.
    Lighting,
    /// From where, and through which lens.
    Camera,
    /// How it is painted.
    Style,
}

impl Slot {
    /// Every slot, in the order of the sentence.
    pub const ALL: [Self; 6] = [Self::Subject, Self::Scene, Self::Details, Self::Lighting, Self::Camera, Self::Style];
}

/// Words and phrases that give a part away.
const CAMERA: &str = "shot|lens|mm|close-up|closeup|macro|wide-angle|telephoto|bokeh|depth of field|aerial|bird's-eye|\
                      low angle|high angle|eye level|exposure|drone|fisheye|tilt-shift|overhead|viewpoint|panorama";
const LIGHTING: &str = "light|lit|lighting|sunlight|moonlight|candlelight|backlit|backlight|glow|glowing|golden hour|blue \
                        hour|sunset|sunrise|dusk|dawn|twilight|neon|shadows|overcast|noon|rim light|haze";
const STYLE: &str = "style|photo|photograph|photorealistic|realistic|painting|painted|watercolor|watercolour|oil|gouache|\
                     ink|illustration|drawing|sketch|engraving|woodcut|print|poster|anime|manga|cartoon|comic|render|3d|\
                     pixel art|cinematic|minimalist|surreal|impressionist|vector|collage|film|art";
const PLACES: &str = "in|on|at|under|beside|near|inside|above|behind|among|along|over|against|amid|beneath|across";

/// The texts of the six slots.
///
/// ```
/// use imagen4_core::wording::slots::{Slot, Slots};
/// let slots = Slots::split("A lighthouse in a storm, waves on the rocks, deep blue dusk, wide shot, photorealistic");
/// assert_eq!(slots.get(Slot::Scene), "in a storm");
/// assert_eq!(slots.get(Slot::Lighting), "deep blue dusk");
/// assert_eq!(slots.compose(), "A lighthouse in a storm, waves on the rocks, deep blue dusk, wide shot, photorealistic");
/// ```
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Slots([String; 6]);

impl Slots {
    /// The text of a slot.
    pub fn get(&self, slot: Slot) -> &str {
        &self.0[slot as usize]
    }

    /// Changes the text of a slot.
    pub fn set(&mut self, slot: Slot, text: &str) {
        text.clone_into(&mut self.0[slot as usize]);
    }

    /// One sentence of all that is filled in: the parts in their order, with commas between them; a scene that begins like
    /// one (`in`, `under`) follows its subject without.
    pub fn compose(&self) -> String {
        let mut sentence = String::new();
        for slot in Slot::ALL {
            let part = self.get(slot).trim_matches(|c: char| c.is_whitespace() || c == ',');
            if part.is_empty() {
                continue;
            }
            let joins = slot == Slot::Scene && begins_a_place(part);
            if !sentence.is_empty() {
                sentence += if joins { " " } else { ", " };
            }
            sentence += part;
        }
        sentence
    }

    /// The parts of a prompt, each in the slot that its words suggest; the first is the subject.
    pub fn split(prompt: &str) -> Self {
        let mut slots = Self::default();
        for (index, part) in parts(prompt).into_iter().enumerate() {
            if index == 0 {
                let (subject, scene) = part.split_at(place_in(part).unwrap_or(part.len()));
                slots.add(Slot::Subject, subject.trim_end());
                slots.add(Slot::Scene, scene);
            } else {
                slots.add(slot_of(part), part);
            }
        }
        slots
    }

    fn add(&mut self, slot: Slot, part: &str) {
        let text = &mut self.0[slot as usize];
        if !text.is_empty() && !part.is_empty() {
            text.push_str(", ");
        }
        text.push_str(part);
    }
}

/// The slot that the words of a part suggest; whatever says nothing of itself is a detail.
pub fn slot_of(part: &str) -> Slot {
    for (words, slot) in [(CAMERA, Slot::Camera), (LIGHTING, Slot::Lighting), (STYLE, Slot::Style)] {
        if words.split('|').any(|word| has(part, word)) {
            return slot;
        }
    }
    if begins_a_place(part) { Slot::Scene } else { Slot::Details }
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

fn is_place(word: &str) -> bool {
    PLACES.split('|').any(|place| word.eq_ignore_ascii_case(place))
}

fn begins_a_place(part: &str) -> bool {
    part.split_whitespace().next().is_some_and(is_place)
}

/// Where a place begins in a subject: `A fox |in the snow`.
fn place_in(subject: &str) -> Option<usize> {
    let mut depth = 0_usize;
    let mut word_begins = 0;
    for (at, char) in subject.char_indices().chain([(subject.len(), ' ')]) {
        match char {
            '{' => depth += 1,
            '}' => depth = depth.saturating_sub(1),
            _ if char.is_whitespace() => {
                let word = &subject[word_begins..at];
                // Composing puts one space there, and going to and fro must not change what is between the words.
                let before = subject[..word_begins].strip_suffix(' ').unwrap_or_default();
                let is_apart = before.ends_with(|c: char| !c.is_whitespace());
                if is_apart && depth == 0 && at < subject.len() && is_place(word) {
                    return Some(word_begins);
                }
                word_begins = at + char.len_utf8();
            }
            _ => {}
        }
    }
    None
}

/// What commas and lines divide, but not inside braces.
fn parts(prompt: &str) -> Vec<&str> {
    let mut depth = 0_usize;
    let divides = move |char: char| {
        match char {
            '{' => depth += 1,
            '}' => depth = depth.saturating_sub(1),
            _ => {}
        }
        depth == 0 && matches!(char, ',' | '\n')
    };
    prompt.split(divides).map(str::trim).filter(|part| !part.is_empty()).collect()
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    fn split(prompt: &str) -> [String; 6] {
        Slots::split(prompt).0
    }

    #[test]
    fn the_parts_of_a_prompt_find_their_slots() {
        assert_eq!(
            split("A red fox in fresh snow, thick winter fur, golden hour, 85 mm lens, watercolor on paper"),
            ["A red fox", "in fresh snow", "thick winter fur", "golden hour", "85 mm lens", "watercolor on paper"]
        );
        assert_eq!(
            split("portrait of an old sailor\nunder a torn flag,\n deep shadows, wrinkled hands, film grain"),
            ["portrait of an old sailor", "under a torn flag", "wrinkled hands", "deep shadows", "", "film grain"]
        );
        // What is between the words stays as it is.
        assert_eq!(split("a\u{a0}fox in\nat dusk").map(|part| part.len()), ["a\u{a0}fox in".len(), 0, 0, 7, 0, 0]);
        assert_eq!(split("a split-light delight"), ["a split-light delight", "", "", "", "", ""]);
    }

    #[test]
    fn wordings_stay_whole() {
        assert_eq!(
            split("a {fox, in snow|owl} in {rain|fog, at noon}, {dusk, red|dawn}"),
            ["a {fox, in snow|owl}", "in {rain|fog, at noon}", "", "{dusk, red|dawn}", "", ""]
        );
    }

    #[test]
    fn what_is_left_out_leaves_no_comma() {
        let mut slots = Slots::default();
        assert_eq!(slots.compose(), "");
        slots.set(Slot::Style, " ink drawing, ");
        slots.set(Slot::Scene, "a harbour");
        assert_eq!(slots.compose(), "a harbour, ink drawing");
        slots.set(Slot::Subject, "a heron");
        assert_eq!(slots.compose(), "a heron, a harbour, ink drawing");
        slots.set(Slot::Scene, "At a harbour");
        assert_eq!(slots.compose(), "a heron At a harbour, ink drawing");
    }

    fn words(text: &str) -> Vec<&str> {
        let mut words: Vec<_> =
            text.split(|c: char| c.is_whitespace() || c == ',').filter(|word| !word.is_empty()).collect();
        words.sort_unstable();
        words
    }

    fn is_balanced(text: &str) -> bool {
        let depths: Vec<i32> = text
            .chars()
            .scan(0, |depth, char| {
                *depth += i32::from(char == '{') - i32::from(char == '}');
                Some(*depth)
            })
            .collect();
        depths.iter().all(|depth| *depth >= 0) && depths.last().is_none_or(|depth| *depth == 0)
    }

    /// Words that mean something here, separators, braces, and anything else.
    fn prompts() -> impl Strategy<Value = String> {
        let token = prop_oneof![
            Just("in"),
            Just("at "),
            Just(", "),
            Just(","),
            Just(" "),
            Just("\n"),
            Just("{"),
            Just("|"),
            Just("}"),
            Just("fox"),
            Just("golden hour"),
            Just("85 mm"),
            Just("oil"),
            Just("é"),
            Just("雪"),
            Just("\u{a0}"),
            Just("\\"),
        ];
        prop_oneof![prop::collection::vec(token, 0..24).prop_map(|tokens| tokens.concat()), ".{0,60}"]
    }

    proptest! {
        #[test]
        fn splitting_and_composing_neither_lose_nor_invent_words(prompt in prompts()) {
            let slots = Slots::split(&prompt);
            let sentence = slots.compose();
            prop_assert_eq!(words(&sentence), words(&prompt));
            let again = Slots::split(&sentence).compose();
            prop_assert_eq!(words(&again), words(&prompt));
            // Going to and fro changes nothing more, unless a brace without a partner holds other parts together each time.
            if is_balanced(&prompt) {
                prop_assert_eq!(again, sentence);
            }
        }

        #[test]
        fn composing_keeps_what_was_written_into_the_slots(texts in prop::array::uniform6(prompts())) {
            let slots = Slots(texts.clone());
            let (composed, all) = (slots.compose(), texts.join(" "));
            prop_assert_eq!(words(&composed), words(&all));
        }
    }
}
