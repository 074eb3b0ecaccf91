//! Variants: `{dawn|noon}` in a prompt stands for two variants of it.
//!
//! Groups can be nested. Braces around a text that has no `|` of their own are text, and so is a brace that has no partner:
//! people paste JSON. A backslash before `{`, `|` or `}` makes it text; any other backslash is one.

use crate::Refusal;
use crate::api::MAX_GROUP_RUNS;

/// A prompt that stands for more than [`MAX_GROUP_RUNS`] variants.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
#[error("makes {count} variants; at most {MAX_GROUP_RUNS} are allowed")]
pub struct TooMany {
    /// How many they would be.
    pub count: usize,
}

impl From<TooMany> for Refusal {
    fn from(too_many: TooMany) -> Self {
        Self::new(too_many.to_string())
    }
}

/// The variants of a prompt, the leftmost group varying slowest; equal ones are kept once.
///
/// ```
/// use imagen4_core::wording::variants::expand;
/// let variants = expand("a {red|blue} {fox|owl}")?;
/// assert_eq!(variants, ["a red fox", "a red owl", "a blue fox", "a blue owl"]);
/// assert_eq!(expand(r#"{"a": "fox"}"#)?, [r#"{"a": "fox"}"#]);
/// # Ok::<(), imagen4_core::wording::variants::TooMany>(())
/// ```
pub fn expand(prompt: &str) -> Result<Vec<String>, TooMany> {
    let (tokens, _) = read(prompt);
    let count = count(&tokens);
    if count > MAX_GROUP_RUNS {
        return Err(TooMany { count });
    }
    // The finished alternatives of each open group, and the variants of what follows its last `|`.
    let mut open: Vec<[Vec<String>; 2]> = Vec::new();
    let mut now = vec![String::new()];
    for token in tokens {
        match token {
            Token::Text(text) => now.iter_mut().for_each(|variant| variant.push_str(text)),
            Token::Open => open.push([std::mem::replace(&mut now, vec![String::new()]), Vec::new()]),
            Token::Or => {
                if let Some([_, done]) = open.last_mut() {
                    done.append(&mut now);
                    now.push(String::new());
                }
            }
            Token::Close => {
                if let Some([before, mut done]) = open.pop() {
                    done.append(&mut now);
                    for start in &before {
                        now.extend(done.iter().map(|end| format!("{start}{end}")));
                    }
                }
            }
        }
    }
    let mut variants = Vec::with_capacity(now.len());
    for variant in now {
        if !variants.contains(&variant) {
            variants.push(variant);
        }
    }
    Ok(variants)
}

/// The prompt that stands for `text` alone.
pub fn escape(text: &str) -> String {
    if expand(text).is_ok_and(|variants| variants == [text]) {
        return text.to_owned();
    }
    let mut escaped = String::with_capacity(text.len() + 8);
    for char in text.chars() {
        if is_mark(char) {
            escaped.push('\\');
        }
        escaped.push(char);
    }
    escaped
}

/// The first brace without a partner.
pub fn unbalanced(prompt: &str) -> Option<char> {
    read(prompt).1
}

/// Where the variants begin to differ, and how long the end is that they share again; in bytes, at the edges of words.
pub fn difference(variants: &[String]) -> (usize, usize) {
    let Some(first) = variants.first() else { return (0, 0) };
    let (mut start, mut end) = (first.len(), first.len());
    for other in variants {
        start = first.bytes().zip(other.bytes()).take(start).take_while(|(a, b)| a == b).count();
        end = first.bytes().rev().zip(other.bytes().rev()).take(end).take_while(|(a, b)| a == b).count();
    }
    let start = first[..first.floor_char_boundary(start)].rfind(' ').map_or(0, |at| at + 1);
    let tail = &first[first.ceil_char_boundary(first.len() - end)..];
    let end = tail.find(' ').map_or(0, |at| tail.len() - at);
    // What repeats itself can be in both.
    let shortest = variants.iter().map(String::len).min().unwrap_or_default();
    (start, end.min(shortest.saturating_sub(start)))
}

enum Token<'a> {
    Text(&'a str),
    Open,
    Or,
    Close,
}

const fn is_mark(char: char) -> bool {
    matches!(char, '{' | '|' | '}')
}

/// The prompt in tokens, of which only true groups have marks, and the first brace without a partner.
fn read(prompt: &str) -> (Vec<Token<'_>>, Option<char>) {
    let bytes = prompt.as_bytes();
    let mut tokens = Vec::new();
    // The open braces: their place among the tokens, and those of their bars.
    let mut open: Vec<(usize, Vec<usize>)> = Vec::new();
    let mut groups: Vec<usize> = Vec::new();
    let mut stray = None;
    let mut from = 0;
    for (at, char) in prompt.char_indices().filter(|(_, char)| is_mark(*char)) {
        if at > from && bytes[at - 1] == b'\\' {
            tokens.push(Token::Text(&prompt[from..at - 1]));
            from = at;
            continue;
        }
        tokens.push(Token::Text(&prompt[from..at]));
        from = at + 1;
        let place = tokens.len();
        match char {
            '{' => open.push((place, Vec::new())),
            '|' => {
                if let Some((_, bars)) = open.last_mut() {
                    bars.push(place);
                }
            }
            _ => match open.pop() {
                Some((_, bars)) if bars.is_empty() => {}
                Some((start, bars)) => {
                    groups.push(start);
                    groups.extend(bars);
                    groups.push(place);
                }
                None => stray = stray.or(Some('}')),
            },
        }
        tokens.push(Token::Text(&prompt[at..from]));
    }
    tokens.push(Token::Text(&prompt[from..]));
    for place in groups {
        tokens[place] = match tokens[place] {
            Token::Text("{") => Token::Open,
            Token::Text("|") => Token::Or,
            _ => Token::Close,
        };
    }
    (tokens, stray.or_else(|| (!open.is_empty()).then_some('{')))
}

/// How many variants there are, equal ones counted each.
fn count(tokens: &[Token<'_>]) -> usize {
    // Of each open group: the count before it, and that of its finished alternatives.
    let mut open: Vec<(usize, usize)> = Vec::new();
    let mut now: usize = 1;
    for token in tokens {
        match token {
            Token::Text(_) => {}
            Token::Open => open.push((std::mem::replace(&mut now, 1), 0)),
            Token::Or => {
                if let Some((_, done)) = open.last_mut() {
                    *done = done.saturating_add(std::mem::replace(&mut now, 1));
                }
            }
            Token::Close => {
                if let Some((before, done)) = open.pop() {
                    now = done.saturating_add(now).saturating_mul(before);
                }
            }
        }
    }
    now
}

#[cfg(test)]
mod tests;
