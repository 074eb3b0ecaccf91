//! A prompt in six slots: what people build a prompt from, and where the parts of a pasted one belong.
//!
//! The slots are a view of the prompt's own text. Which part is in which slot is a guess; but whatever it is, only the
//! slots that somebody edits change the prompt, and everything else stays in its place, to the byte.
//!
//! # Layout
//! - `parts`: where a prompt can be divided
//! - `enclosed`: what quotes and brackets hold together
//! - `kinds`: which slot the words of a part suggest
//! - `align`: what an edit says about the pieces of a slot

mod align;
pub(super) mod enclosed;
mod kinds;
mod parts;
#[cfg(test)]
mod tests;

use align::{JOINT, align};
use kinds::begins_place;
use parts::{Piece, pieces, trim};

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

/// A prompt, and the texts of its six slots.
///
/// ```
/// use imagen4_core::wording::slots::{Slot, Slots};
/// let mut slots = Slots::split("A lighthouse in a storm,  “Keep out, dusk” on its door, blue dusk, oil on canvas");
/// assert_eq!(slots.get(Slot::Scene), "in a storm");
/// assert_eq!(slots.get(Slot::Lighting), "blue dusk");
/// slots.set(Slot::Lighting, "golden hour");
/// slots.set(Slot::Camera, "wide shot");
/// assert_eq!(
///     slots.compose(),
///     "A lighthouse in a storm,  “Keep out, dusk” on its door, golden hour, wide shot, oil on canvas"
/// );
/// ```
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Slots {
    prompt: String,
    pieces: Vec<Piece>,
    texts: [String; 6],
}

impl Slots {
    /// Finds the slots of a prompt. [`Slots::compose`] gives that very prompt back.
    pub fn split(prompt: &str) -> Self {
        let mut slots = Self { prompt: prompt.to_owned(), pieces: pieces(prompt), texts: Default::default() };
        slots.texts = Slot::ALL.map(|slot| slots.original(slot));
        slots
    }

    /// The text of a slot: as it was set, or its parts of the prompt with `, ` between them. It has line breaks only where
    /// quotes or brackets hold them.
    pub fn get(&self, slot: Slot) -> &str {
        &self.texts[slot as usize]
    }

    /// Changes the text of a slot. The text that it had at first restores what the prompt had there, to the byte, whatever a
    /// text box does to line breaks: one for a single line has none.
    pub fn set(&mut self, slot: Slot, text: &str) {
        let original = self.original(slot);
        self.texts[slot as usize] =
            if without_breaks(text) == without_breaks(&original) { original } else { text.to_owned() };
    }

    /// The prompt with the edited slots in it. A slot that had nothing goes behind those that come before it in the
    /// sentence. What is left empty leaves no comma.
    pub fn compose(&self) -> String {
        let Some(first) = self.pieces.first() else {
            let mut sentence = Sentence::default();
            self.insert_behind(None, &mut sentence);
            return if sentence.is_begun { sentence.text } else { self.prompt.clone() };
        };
        let mut end = first.at.start;
        let mut sentence = Sentence { text: self.prompt[..end].to_owned(), ..Sentence::default() };
        let mut edits = Slot::ALL.map(|slot| self.edited(slot).into_iter());
        for (index, piece) in self.pieces.iter().enumerate() {
            sentence.gap(&self.prompt[end..piece.at.start]);
            end = piece.at.end;
            match edits[piece.slot as usize].next() {
                None => sentence.push(&self.prompt[piece.at.clone()]),
                Some(text) => sentence.replace(trim(&text), piece.slot),
            }
            self.insert_behind(Some(index), &mut sentence);
        }
        if sentence.is_begun { sentence.text + &self.prompt[end..] } else { String::new() }
    }

    /// What the prompt has in a slot.
    fn original(&self, slot: Slot) -> String {
        self.pieces_of(slot).join(JOINT)
    }

    fn pieces_of(&self, slot: Slot) -> Vec<&str> {
        self.pieces.iter().filter(|piece| piece.slot == slot).map(|piece| &self.prompt[piece.at.clone()]).collect()
    }

    /// The new texts of a slot's pieces, if it was edited.
    fn edited(&self, slot: Slot) -> Vec<String> {
        let pieces = self.pieces_of(slot);
        if self.get(slot) == pieces.join(JOINT) { Vec::new() } else { align(&pieces, self.get(slot)) }
    }

    /// Adds the slots that had nothing before, and belong behind that piece.
    fn insert_behind(&self, piece: Option<usize>, sentence: &mut Sentence<'_>) {
        for slot in Slot::ALL {
            let is_new = self.pieces.iter().all(|piece| piece.slot != slot);
            let place = self.pieces.iter().rposition(|piece| (piece.slot as usize) < slot as usize);
            if is_new && place == piece {
                sentence.insert(trim(self.get(slot)), slot);
            }
        }
    }
}

/// A prompt while it is put together.
#[derive(Default)]
struct Sentence<'a> {
    text: String,
    /// What the prompt has between the last piece that stayed and the next.
    gap: &'a str,
    is_begun: bool,
    /// The last piece began a line, and keeps it to itself.
    has_line: bool,
}

impl<'a> Sentence<'a> {
    /// Of the gaps on both sides of a piece that is gone one stays, and lines stay apart.
    fn gap(&mut self, gap: &'a str) {
        let lines = |gap: &str| gap.matches('\n').count();
        if lines(gap) >= lines(self.gap) {
            self.gap = gap;
        }
    }

    fn push(&mut self, piece: &str) {
        if self.is_begun {
            self.text += self.gap;
            self.has_line = self.gap.contains('\n');
        }
        self.text += piece;
        self.gap = "";
        self.is_begun = true;
    }

    fn replace(&mut self, text: &str, slot: Slot) {
        if text.is_empty() {
            return;
        }
        let is_space = self.gap.chars().all(|char| char.is_whitespace() && char != '\n');
        if slot == Slot::Scene && is_space && !begins_place(text) {
            self.gap = JOINT;
        }
        self.push(text);
    }

    fn insert(&mut self, text: &str, slot: Slot) {
        if text.is_empty() {
            return;
        }
        if self.is_begun {
            let ends_sentence = self.text.ends_with(['.', '!', '?', ':', ';', '…', '。', '！', '？']);
            self.text += match slot {
                _ if self.has_line => "\n",
                Slot::Scene if begins_place(text) => " ",
                _ if ends_sentence => " ",
                _ => JOINT,
            };
        }
        self.text += text;
        self.is_begun = true;
    }
}

fn without_breaks(text: &str) -> String {
    text.replace(['\r', '\n'], "")
}
