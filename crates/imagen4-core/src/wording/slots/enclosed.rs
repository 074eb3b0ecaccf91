//! What quotes and brackets hold together.

use std::ops::Range;

/// Quotes and brackets: what opens, and all that closes it.
const PAIRS: [(char, &str); 27] = [
    ('(', ")"),
    ('[', "]"),
    ('{', "}"),
    ('（', "）"),
    ('［', "］"),
    ('｛', "｝"),
    ('〔', "〕"),
    ('【', "】"),
    ('〖', "〗"),
    ('"', "\""),
    ('＂', "＂"),
    ('“', "”"),
    ('”', "”"),
    ('„', "“”"),
    ('‟', "”"),
    ('〝', "〞〟"),
    ('«', "»"),
    ('»', "«»"),
    ('‹', "›"),
    ('›', "‹›"),
    ('「', "」"),
    ('『', "』"),
    ('《', "》"),
    ('〈', "〉"),
    ('`', "`"),
    ('\'', "'"),
    ('‘', "’"),
];
/// How many of them are brackets; the others are quotes.
const BRACKETS: usize = 9;
/// From which on they are apostrophes, too.
const SINGLE: usize = 25;

/// The quoted and bracketed parts of a text, with their marks: the outermost of each, in their order, in bytes. A mark
/// without a partner is a character like others.
#[derive(Debug, Default)]
pub(in crate::wording) struct Enclosed {
    all: Vec<Range<usize>>,
    quoted: Vec<Range<usize>>,
}

impl Enclosed {
    /// Reads a text once, however deep it is.
    pub(in crate::wording) fn of(text: &str) -> Self {
        let mut enclosed = Self::default();
        // What is open: its pair, and where it began; and how many there are of each pair.
        let mut open: Vec<(usize, usize)> = Vec::new();
        let mut counts = [0_usize; PAIRS.len()];
        let mut before = None;
        let mut chars = text.char_indices().peekable();
        while let Some((at, char)) = chars.next() {
            let after = chars.peek().map(|(_, after)| *after);
            if char == '\n' {
                // An apostrophe finds no partner on another line.
                open.retain(|(pair, _)| *pair < SINGLE);
                counts[SINGLE..].fill(0);
            }
            let can_close = |pair: usize| PAIRS[pair].1.contains(char) && (pair < SINGLE || ends_quote(before, after));
            if (0..PAIRS.len()).any(|pair| counts[pair] > 0 && can_close(pair)) {
                while let Some((pair, start)) = open.pop() {
                    counts[pair] -= 1;
                    if can_close(pair) {
                        enclosed.add(pair, start..at + char.len_utf8());
                        break;
                    }
                }
            } else if let Some(pair) = PAIRS.iter().position(|(opening, _)| *opening == char)
                && begins_quote(pair, before, after)
            {
                open.push((pair, at));
                counts[pair] += 1;
            }
            before = Some(char);
        }
        enclosed
    }

    /// What is inside comes first, and gives way.
    fn add(&mut self, pair: usize, range: Range<usize>) {
        let lists = [Some(&mut self.all), (pair >= BRACKETS).then_some(&mut self.quoted)];
        for list in lists.into_iter().flatten() {
            let outside = list.partition_point(|inner| inner.start < range.start);
            list.truncate(outside);
            list.push(range.clone());
        }
    }

    /// Whether the byte at that place is part of it.
    pub(super) fn has(&self, at: usize) -> bool {
        let after = self.all.partition_point(|range| range.end <= at);
        self.all.get(after).is_some_and(|range| range.start <= at)
    }
}

/// A text without what it quotes: empty quotes are left.
pub(in crate::wording) fn unquoted(text: &str) -> String {
    let mut kept = String::with_capacity(text.len());
    let mut from = 0;
    for range in Enclosed::of(text).quoted {
        kept += &text[from..range.start];
        kept += "\"\"";
        from = range.end;
    }
    kept + &text[from..]
}

/// Letters between which an apostrophe can be: East Asian ones have quotes right beside them.
fn is_in_word(char: Option<char>) -> bool {
    char.is_some_and(|char| char.is_alphanumeric() && char < '\u{2e80}')
}

/// `5" x 7"` are inches, and `cats' eyes` and `the '90s` have apostrophes.
fn begins_quote(pair: usize, before: Option<char>, after: Option<char>) -> bool {
    match PAIRS[pair].0 {
        '"' => !before.is_some_and(|char| char.is_ascii_digit()),
        _ if pair >= SINGLE => {
            !is_in_word(before) && !after.is_none_or(|char| char.is_whitespace() || char.is_ascii_digit())
        }
        _ => true,
    }
}

fn ends_quote(before: Option<char>, after: Option<char>) -> bool {
    !before.is_none_or(char::is_whitespace) && !is_in_word(after)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn enclosed(text: &str) -> Vec<&str> {
        Enclosed::of(text).all.into_iter().map(|range| &text[range]).collect()
    }

    #[test]
    fn quotes_and_brackets_of_many_languages_are_found() {
        for quoted in [
            "\"a, b\"",
            "“a, b”",
            "'a, b'",
            "‘a, b’",
            "«a, b»",
            "« a, b »",
            "»a, b«",
            "„a, b“",
            "„a, b”",
            "”a, b”",
            "‹a, b›",
            "「a, b」",
            "『a, b』",
            "《a, b》",
            "`a, b`",
            "＂a, b＂",
            "〝a, b〟",
            "\"it's, a\"",
            "“don’t, a”",
            "‘don’t, a’",
            "'don't, a'",
            "\"a (b, c\"",
            "“a “b, c” d”",
            "\"a\nb\"",
        ] {
            let text = format!("x, {quoted}, y");
            assert_eq!(enclosed(&text), [quoted]);
            assert_eq!(unquoted(&text), "x, \"\", y");
        }
        for bracketed in ["(a, b)", "[a, b]", "{a, b|c}", "（a, b）", "【a, b】", "(a, (b, c), d)", "([a, b), c"] {
            let text = format!("x, {bracketed}, y");
            assert_eq!(enclosed(&text), [bracketed.trim_end_matches(", c")]);
            assert_eq!(unquoted(&text), text);
        }
        assert_eq!(enclosed("写着'你好, 世界'的牌子, 写着\"你好\""), ["'你好, 世界'", "\"你好\""]);
        assert_eq!(unquoted("(a \"b\" c) \"d\""), "(a \"\" c) \"\"");
    }

    #[test]
    fn apostrophes_inches_and_lonely_marks_hold_nothing() {
        for text in [
            "cats' eyes, dogs' ears",
            "it's a fox, isn't it",
            "the '90s, rock and roll, the '80s",
            "a 5\" disc, a 7\" disc",
            "don’t, won’t",
            "(a, b",
            "a), b",
            "a \"b, c",
            "a }{ b",
            "'tis a fox,\nthe dogs' den",
            ":( and :[",
        ] {
            assert_eq!(enclosed(text), [""; 0], "{text}");
        }
    }

    #[test]
    fn depth_costs_no_more_than_length() {
        for text in ["(".repeat(50_000) + &"]".repeat(50_000), "('\n".repeat(30_000), "(\"".repeat(50_000)] {
            Enclosed::of(&text);
        }
        assert_eq!(enclosed(&("(".repeat(50_000) + &")".repeat(50_000))).len(), 1);
    }
}
