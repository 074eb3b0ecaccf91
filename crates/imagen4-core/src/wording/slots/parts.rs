//! Where a prompt can be divided without tearing anything apart.

use std::ops::Range;

use super::Slot;
use super::enclosed::Enclosed;
use super::kinds::{is_place, slot_of};

/// A part of a prompt: its bytes, without the space and the commas around it, and its slot.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) struct Piece {
    pub(super) at: Range<usize>,
    pub(super) slot: Slot,
}

/// The parts of a prompt, each in the slot that its words suggest; the first is the subject and where that is.
pub(super) fn pieces(prompt: &str) -> Vec<Piece> {
    let enclosed = Enclosed::of(prompt);
    let mut pieces = Vec::new();
    for (index, at) in divide(prompt, &enclosed).into_iter().enumerate() {
        if index > 0 {
            let slot = slot_of(&prompt[at.clone()]);
            pieces.push(Piece { at, slot });
        } else if let Some((end, place)) = place_in(prompt, &at, &enclosed) {
            pieces.push(Piece { at: at.start..end, slot: Slot::Subject });
            pieces.push(Piece { at: place..at.end, slot: Slot::Scene });
        } else {
            pieces.push(Piece { at, slot: Slot::Subject });
        }
    }
    pieces
}

/// The parts of a text: its lines, and what commas divide in the first of them. Nothing is divided that quotes or brackets
/// hold together, nor a number (`1,000`) or a list of them (`f/1.8, 85 mm`), nor a later line.
pub(super) fn parts(text: &str) -> Vec<Range<usize>> {
    divide(text, &Enclosed::of(text))
}

fn divide(text: &str, enclosed: &Enclosed) -> Vec<Range<usize>> {
    let mut parts = Vec::new();
    let mut is_first_line = true;
    let mut start = 0;
    let marks = text.char_indices().filter(|(at, char)| matches!(char, ',' | '\n') && !enclosed.has(*at));
    for (at, char) in marks.chain([(text.len(), '\n')]) {
        if char == ',' && (!is_first_line || is_in_numbers(text, at)) {
            continue;
        }
        parts.extend(trimmed(text, start..at));
        is_first_line &= char == ',' || parts.is_empty();
        start = at + 1;
    }
    parts
}

/// A range without the space and the commas at its ends, unless there is nothing else.
fn trimmed(text: &str, range: Range<usize>) -> Option<Range<usize>> {
    let part = trim(&text[range.clone()]);
    let start = range.start + text[range].find(part)?;
    (!part.is_empty()).then(|| start..start + part.len())
}

pub(super) fn trim(text: &str) -> &str {
    text.trim_matches(|char: char| char.is_whitespace() || char == ',')
}

fn is_in_numbers(text: &str, comma: usize) -> bool {
    let is_digit = |char: Option<char>| char.is_some_and(char::is_numeric);
    let after = text[comma + 1..].trim_start_matches(|char: char| char.is_whitespace() && char != '\n');
    is_digit(text[..comma].chars().next_back()) && is_digit(after.chars().next())
}

/// Where a subject ends and its place begins: `A fox| |in the snow`.
fn place_in(prompt: &str, subject: &Range<usize>, enclosed: &Enclosed) -> Option<(usize, usize)> {
    let mut word_begins = subject.start;
    for (at, char) in prompt[subject.clone()].char_indices() {
        let at = subject.start + at;
        if !char.is_whitespace() || enclosed.has(at) {
            continue;
        }
        let before = prompt[subject.start..word_begins].trim_end();
        if !before.is_empty() && is_place(&prompt[word_begins..at]) {
            return Some((subject.start + before.len(), word_begins));
        }
        word_begins = at + char.len_utf8();
    }
    None
}

#[cfg(test)]
mod tests {
    use super::*;

    fn divided(text: &str) -> Vec<&str> {
        parts(text).into_iter().map(|part| &text[part]).collect()
    }

    #[test]
    fn commas_divide_the_first_line_and_lines_the_rest() {
        assert_eq!(divided("a fox, golden hour,, oil ,"), ["a fox", "golden hour", "oil"]);
        assert_eq!(divided("\n a, b\r\nc, d,\n\n,\ne"), ["a", "b", "c, d", "e"]);
        assert_eq!(divided(" ,\n, "), [""; 0]);
    }

    #[test]
    fn what_belongs_together_is_not_divided() {
        for whole in [
            "1,000 paper cranes",
            "shot at f/1.8, 85 mm",
            "at 10, 12 and 14",
            "a sign: \"Good night, golden hour, sleep well\"",
            "a {fox, red|owl} (tall, thin) [a\nb]",
            "„Gute Nacht, Mond“",
        ] {
            assert_eq!(divided(whole), [whole]);
        }
        assert_eq!(divided("route 66, a car, 3 dogs"), ["route 66", "a car", "3 dogs"]);
    }
}
