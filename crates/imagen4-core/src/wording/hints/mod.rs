//! What may be worth a second look in a prompt. None of it forbids sending it, and a prompt that is merely plain has none.

mod both;
#[cfg(test)]
mod tests;

use both::in_both;

use super::slots::enclosed::unquoted;
use super::variants::{expand, unbalanced};
use crate::text::{fold, is_blank, shows_nothing};

/// How much of a prompt the model reads, in tokens.
pub const MAX_TOKENS: usize = 480;

/// A negative prompt of fewer tokens is none too long.
const LONG_NEGATIVE: usize = 60;

/// Phrases about light, camera or style that name nothing to be seen. Whatever could be a subject, too, is left out:
/// `sunset`, `neon sign`, `film camera`, `oil painting`.
const NO_SUBJECTS: &str = "golden hour|blue hour|golden hour light|golden hour lighting|blue hour light|wide shot|wide angle|\
                           wide angle shot|ultra wide angle|ultra wide shot|long shot|medium shot|full shot|full body shot|\
                           close up|close up shot|extreme close up|macro shot|aerial shot|aerial view|drone shot|\
                           bird's eye view|low angle|low angle shot|low angle view|high angle|high angle shot|eye level|\
                           eye level shot|dutch angle|tilt shift|depth of field|shallow depth of field|bokeh|\
                           long exposure|rim light|rim lighting|backlit|low key|high key|photorealistic|hyperrealistic|\
                           ultra realistic|highly detailed|ultra detailed|cinematic|masterpiece|best quality|8k|4k";
/// What makes light out of `light` and `lighting`, and not a thing: `soft light`, but not `traffic light`.
const LIGHTS: &str = "soft|warm|cold|cool|harsh|hard|dramatic|cinematic|diffuse|diffused|natural|ambient|volumetric|studio|\
                      moody|low|golden|dim";
/// One thing worth a second look.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum Hint {
    /// The first part is about light, camera or style.
    #[error("Start with the subject: the beginning counts most.")]
    NoSubject,
    /// A phrase is wanted and not wanted.
    #[error("“{0}” is in both the prompt and the negative prompt.")]
    InBoth(String),
    /// More is kept out than asked for.
    #[error("The negative prompt is longer than the prompt: describe what you want instead.")]
    NegativeLonger,
    /// The model does not read that far.
    #[error("About {0} tokens: a model may read only the first few hundred.")]
    TooLong(usize),
    /// A brace stands alone.
    #[error("“{0}” has no matching brace and is sent as typed; variants look like {{dawn|noon}}.")]
    LoneBrace(char),
}

/// The hints for a prompt and its negative prompt.
pub fn hints(prompt: &str, negative: &str) -> Vec<Hint> {
    let mut hints = Vec::new();
    if is_blank(prompt) {
        return hints;
    }
    // What is quoted is to be written into the image, and says nothing of the rest.
    let unquoted = unquoted(prompt);
    if let (Some(brace), Some(_)) = (unbalanced(prompt), unbalanced(&unquoted)) {
        hints.push(Hint::LoneBrace(brace));
    }
    if begins_without_subject(&unquoted) {
        hints.push(Hint::NoSubject);
    }
    if let Some(phrase) = in_both(&unquoted, negative) {
        hints.push(Hint::InBoth(phrase));
    }
    let longest = expand(prompt).unwrap_or_default().iter().map(|variant| tokens(variant)).max();
    let kept_out = tokens(negative);
    if kept_out > LONG_NEGATIVE && longest.is_some_and(|tokens| kept_out > tokens) {
        hints.push(Hint::NegativeLonger);
    }
    if let Some(tokens) = longest.filter(|tokens| *tokens > MAX_TOKENS) {
        hints.push(Hint::TooLong(tokens));
    }
    hints
}

fn is_one_of(list: &str, word: &str) -> bool {
    list.split('|').any(|other| other == word)
}

/// Whether all that a comma sets off at the beginning is light, camera or style, and more follows.
fn begins_without_subject(prompt: &str) -> bool {
    let Some((first, rest)) = prompt.split_once([',', '\n']) else { return false };
    let phrase = fold(first).replace('-', " ").split_whitespace().collect::<Vec<_>>().join(" ");
    let is_light = || {
        let (kind, light) = phrase.split_once(' ').unwrap_or_default();
        is_one_of("light|lighting", light) && is_one_of(LIGHTS, kind)
    };
    !is_blank(rest) && (is_one_of(NO_SUBJECTS, &phrase) || is_light())
}

/// About how many tokens a text is: a short word is one, a long one a few, and so is each sign and each character of a
/// script without spaces. WaveSpeed's own count is not public.
pub fn tokens(text: &str) -> usize {
    // From here on are the scripts of East Asia.
    let is_letter = |c: char| c.is_alphanumeric() && c < '\u{2e80}';
    let mut tokens = 0;
    let mut letters = 0;
    for char in text.chars() {
        if is_letter(char) {
            letters += 1;
            // Of five letters and more, one token each five.
            tokens += usize::from(letters % 5 == 1);
        } else {
            letters = 0;
            tokens += usize::from(!shows_nothing(char));
        }
    }
    tokens
}
