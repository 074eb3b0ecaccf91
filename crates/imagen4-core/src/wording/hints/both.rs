//! What a prompt asks for, and its negative prompt keeps out.

use super::is_one_of;
use crate::text::fold;

/// Words after which nothing more is said of the one before.
const FUNCTION_WORDS: &str = "a|an|the|and|or|but|with|without|of|in|on|at|to|by|for|from|into|over|under|beside|near|\
                              inside|above|behind|among|along|against|beneath|across|around|through|is|are|that|which|who";
/// Words that say of the next one that it is not to be seen.
const NEGATIONS: &str = "no|not|non|without|avoid|never|zero|free|minus|don't|exclude|excluding|except|lacks|lacking";
/// Words that are kept out of an image whatever they are said of: `a blurry fox`.
const FLAWS: &str = "blurry|blurred|grainy|noisy|pixelated|distorted|deformed|cropped|overexposed|underexposed";

/// The first phrase of the negative prompt that the prompt asks for. `snow` is asked for in `a fox in snow at dusk`, but not
/// in `a snow leopard`, `no snow` or `snow-white`.
pub(super) fn in_both(prompt: &str, negative: &str) -> Option<String> {
    let wanted = terms(prompt);
    let is_wanted = |phrase: &&str| {
        let unwanted = terms(phrase);
        let is_plain = |term: &String| term != "," && !is_one_of(NEGATIONS, term);
        let is_flaw = matches!(&unwanted[..], [word] if is_one_of(FLAWS, word));
        let ends_there =
            |next: Option<&String>| is_flaw || next.is_none_or(|next| next == "," || is_one_of(FUNCTION_WORDS, next));
        let is_negated = |at: usize| {
            let part = wanted[..at].iter().rev().take_while(|term| *term != ",");
            part.take(3).any(|term| is_one_of(NEGATIONS, term))
        };
        !unwanted.is_empty()
            && unwanted.iter().all(is_plain)
            && wanted.windows(unwanted.len()).enumerate().any(|(at, words)| {
                words == &unwanted[..] && ends_there(wanted.get(at + unwanted.len())) && !is_negated(at)
            })
    };
    negative.split([',', '\n', ';', '.']).map(str::trim).find(is_wanted).map(str::to_owned)
}

/// The words of a text, folded, with what joins their halves; and a comma for whatever parts them otherwise.
fn terms(text: &str) -> Vec<String> {
    let mut terms = Vec::new();
    let is_in_word = |c: char| c.is_alphanumeric() || matches!(c, '\'' | '-' | '_' | '/');
    let folded = fold(text);
    for token in folded.split_inclusive(|c: char| !is_in_word(c)) {
        let word = token.trim_end_matches(|c: char| !is_in_word(c));
        terms.extend((!word.is_empty()).then(|| word.to_owned()));
        if token[word.len()..].contains(|c: char| !c.is_whitespace()) {
            terms.push(",".to_owned());
        }
    }
    terms
}
