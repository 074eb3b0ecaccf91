//! What may be worth a second look in a prompt. None of it forbids sending it.

use super::slots::{Slot, slot_of};
use super::variants::{expand, unbalanced};
use crate::text::is_blank;

/// How much of a prompt the model reads, in tokens.
pub const MAX_TOKENS: usize = 480;

/// Shorter words are mostly about the others.
const MEANINGFUL: usize = 4;
/// Longer ones that are, too.
const FILLERS: &str = "with|from|into|over|under|that|this|very|without|avoid|image|picture";

/// One thing worth a second look.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum Hint {
    /// The first part is about light, camera or style.
    #[error("Say first what is to be seen: the beginning counts most.")]
    NoSubject,
    /// A word is wanted and not wanted.
    #[error("“{0}” stands in the prompt and in the negative prompt.")]
    InBoth(String),
    /// More is kept out than asked for.
    #[error("The negative prompt is longer than the prompt: say what you want instead.")]
    NegativeLonger,
    /// The model does not read that far.
    #[error("About {0} tokens: a model may read only the first few hundred.")]
    TooLong(usize),
    /// A brace stands alone.
    #[error("“{0}” has no partner and is sent as it is; wordings are {{dawn|noon}}.")]
    LoneBrace(char),
}

/// The hints for a prompt and its negative prompt.
pub fn hints(prompt: &str, negative: &str) -> Vec<Hint> {
    let mut hints = Vec::new();
    if is_blank(prompt) {
        return hints;
    }
    if let Some(brace) = unbalanced(prompt) {
        hints.push(Hint::LoneBrace(brace));
    }
    let first = prompt.trim_start().split([',', '.', '\n', '{']).next().unwrap_or_default();
    // A long beginning has its subject somewhere.
    if first.split_whitespace().count() <= 3 && matches!(slot_of(first), Slot::Camera | Slot::Lighting) {
        hints.push(Hint::NoSubject);
    }
    if let Some(word) = in_both(prompt, negative) {
        hints.push(Hint::InBoth(word));
    }
    if negative.trim().chars().count() > prompt.trim().chars().count() {
        hints.push(Hint::NegativeLonger);
    }
    let longest = expand(prompt).unwrap_or_default().iter().map(|wording| tokens(wording)).max();
    if let Some(tokens) = longest.filter(|tokens| *tokens > MAX_TOKENS) {
        hints.push(Hint::TooLong(tokens));
    }
    hints
}

fn in_both(prompt: &str, negative: &str) -> Option<String> {
    let words = |text| -> Vec<&str> { str::split(text, |c: char| !c.is_alphanumeric()).collect() };
    let wanted = words(prompt);
    let is_said = |word: &&str| {
        word.len() >= MEANINGFUL
            && !FILLERS.split('|').any(|filler| word.eq_ignore_ascii_case(filler))
            && wanted.iter().any(|other| word.eq_ignore_ascii_case(other))
    };
    words(negative).into_iter().find(is_said).map(str::to_owned)
}

/// About how many tokens a text is: a short word is one, a long one a few, and so is each sign and each character of a
/// script without spaces. The vendor's own count is not public.
pub fn tokens(text: &str) -> usize {
    let mut tokens = 0;
    let mut letters = 0;
    for char in text.chars() {
        if char.is_ascii_alphanumeric() {
            letters += 1;
            // Of five letters and more, one token each five.
            tokens += usize::from(letters % 5 == 1);
        } else {
            letters = 0;
            tokens += usize::from(!char.is_whitespace());
        }
    }
    tokens
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_good_prompt_needs_no_hint() {
        assert_eq!(hints("a fox in fresh snow, golden hour, wide shot", "blurry, text"), []);
        assert_eq!(hints("neon signs over a street in the rain, wide shot", ""), []);
        assert_eq!(hints("  ", "much to keep out"), []);
    }

    #[test]
    fn what_is_worth_a_second_look_is_said_once() {
        assert_eq!(hints("golden hour, a fox", ""), [Hint::NoSubject]);
        assert_eq!(hints("a fox in snow, clear sky", "Snow, sky"), [Hint::InBoth("Snow".into())]);
        assert_eq!(hints("a fox", "blurry, text"), [Hint::NegativeLonger]);
        assert_eq!(hints("a {red fox", ""), [Hint::LoneBrace('{')]);
        let long = "a quiet town by the sea ".repeat(100);
        assert_eq!(hints(&long, ""), [Hint::TooLong(600)]);
        assert_eq!(Hint::TooLong(600).to_string(), "About 600 tokens: a model may read only the first few hundred.");
    }

    #[test]
    fn tokens_are_counted_for_the_longest_wording_not_for_all() {
        let words = |count: usize| "word ".repeat(count);
        assert_eq!(hints(&format!("a fox, {{{}|{}}}", words(300), words(400)), ""), []);
        assert_eq!(tokens("A lighthouse, 雪国"), 1 + 2 + 1 + 2);
    }
}
