//! What a text shows, and how texts are compared: which are blank, and which hold the words of a search.
//!
//! One function decides each, for the page and for the servers. Facts about characters come from Unicode, through ICU4X.

use icu_normalizer::properties::CanonicalCombiningClassMapBorrowed;
use icu_normalizer::{ComposingNormalizerBorrowed, DecomposingNormalizerBorrowed};
use icu_properties::props::{DefaultIgnorableCodePoint, GeneralCategory, GeneralCategoryGroup};
use icu_properties::{CodePointMapData, CodePointSetData};

/// Letters and symbols that are drawn as nothing, beside those that Unicode calls ignorable.
const BLANK_LETTERS: [char; 5] = [
    '\u{2800}',  // Braille pattern blank
    '\u{13441}', // Egyptian hieroglyph full blank
    '\u{13442}', // Egyptian hieroglyph half blank
    '\u{16fe4}', // Khitan small script filler
    '\u{1d159}', // musical symbol null notehead
];

/// Whether a text shows nothing: it is empty, or has only white space, controls, format characters and blank letters.
///
/// ```
/// use imagen4_core::text::is_blank;
/// assert!(is_blank(" \n\u{200b}\u{feff}\u{3164}"));
/// assert!(!is_blank("\u{200b}fox"));
/// ```
pub fn is_blank(text: &str) -> bool {
    text.chars().all(shows_nothing)
}

/// A regular expression that finds a character which shows something, for JSON Schema. ECMA 262 has no one way to name the
/// characters beyond the Basic Multilingual Plane, so it takes those that show nothing, too.
pub fn visible_pattern() -> String {
    let is_in_set = |c: u32| char::from_u32(c).is_some_and(shows_nothing);
    let mut pattern = "[^".to_owned();
    for first in (0..=0xffff).filter(|c| is_in_set(*c) && (*c == 0 || !is_in_set(c - 1))) {
        let last = (first..=0xffff).take_while(|c| is_in_set(*c)).last().unwrap_or(first);
        pattern += &format!("\\u{first:04x}-\\u{last:04x}");
    }
    pattern + "]"
}

/// Whether a character is drawn as nothing: white space, a control, a format character, or a blank letter.
pub fn shows_nothing(c: char) -> bool {
    !c.is_ascii_graphic()
        && (c.is_whitespace()
            || c.is_control()
            || CodePointSetData::new::<DefaultIgnorableCodePoint>().contains(c)
            || CodePointMapData::<GeneralCategory>::new().get(c) == GeneralCategory::Format
            || BLANK_LETTERS.contains(&c))
}

/// A text as it is searched: without the differences of case, accents, width and quotes, and without characters that show
/// nothing. White space of any kind is a space. Folding twice is folding once.
///
/// ```
/// use imagen4_core::text::fold;
/// assert_eq!(fold("“Café”\u{a0}Ｑuokka’s"), "\"cafe\" quokka's");
/// assert_eq!(fold("straße"), fold("STRASSE"));
/// ```
pub fn fold(text: &str) -> String {
    let classes = CanonicalCombiningClassMapBorrowed::new();
    let visible = text.chars().filter_map(|c| match c {
        _ if c.is_whitespace() => Some(' '),
        _ if shows_nothing(c) => None,
        // It would be taken apart into a space and an accent.
        '´' | '\u{1ffd}' => Some('\''),
        _ => Some(c),
    });
    let folded = DecomposingNormalizerBorrowed::new_nfkd()
        .normalize_iter(visible)
        .map(plain_punctuation)
        .filter(|c| !is_accent(classes.get_u8(*c)))
        // By way of upper case, where `ß` is `SS` and a final sigma is any sigma.
        .flat_map(char::to_lowercase)
        .flat_map(char::to_uppercase)
        .flat_map(char::to_lowercase)
        .flat_map(base_letters);
    // What was taken apart and is no accent, such as a syllable of Hangul, becomes one character again.
    ComposingNormalizerBorrowed::new_nfc().normalize_iter(folded).collect()
}

/// Quotes and dashes in the one form that every keyboard has.
const fn plain_punctuation(c: char) -> char {
    match c {
        '\u{201c}'..='\u{201f}' | '«' | '»' | '〝'..='〟' => '"',
        '\u{2018}'..='\u{201b}' | '‹' | '›' | '`' | '′' | '‵' | 'ʹ' | '\u{2bb}'..='\u{2bd}' => '\'',
        '\u{2010}'..='\u{2015}' | '−' => '-',
        _ => c,
    }
}

/// Marks above, below and through a letter, Hebrew points and Arabic vowel signs. A voiced kana and an Indic vowel are other
/// letters, not accented ones. The numbers are Unicode's canonical combining classes.
const fn is_accent(class: u8) -> bool {
    matches!(class, 1 | 10..=36 | 200..=240)
}

/// Letters whose stroke or ligature Unicode does not take apart.
fn base_letters(c: char) -> impl Iterator<Item = char> {
    let (first, second) = match c {
        'æ' => ('a', Some('e')),
        'œ' => ('o', Some('e')),
        'þ' => ('t', Some('h')),
        'ø' => ('o', None),
        'ł' => ('l', None),
        'đ' | 'ð' => ('d', None),
        'ħ' => ('h', None),
        'ŧ' => ('t', None),
        _ => (c, None),
    };
    std::iter::once(first).chain(second)
}

/// The words of a text, verbatim: letters, digits and the marks on them, in any script.
pub fn words(text: &str) -> impl Iterator<Item = &str> {
    let categories = CodePointMapData::<GeneralCategory>::new();
    let is_in_word = move |c: char| c.is_alphanumeric() || GeneralCategoryGroup::Mark.contains(categories.get(c));
    text.split(move |c| !is_in_word(c)).filter(|word| !is_blank(word))
}

/// What a search looks for, folded: its words, without punctuation around them unless a word is nothing else.
pub fn search_terms(search: &str) -> Vec<String> {
    let is_punctuation = |c: char| c.is_ascii_punctuation() || ('\u{3001}'..='\u{303f}').contains(&c);
    let folded = fold(search);
    let words = folded.split_whitespace().map(|word| match word.trim_matches(is_punctuation) {
        "" => word,
        bare => bare,
    });
    words.map(str::to_owned).collect()
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    #[test]
    fn what_shows_nothing_is_blank() {
        let blank = [
            "",
            " ",
            "\n\t\u{3000}",
            "\u{200b}",
            "\u{feff}",
            "\u{200b}\u{200c}\u{200d}",
            "\u{ad}",
            "\u{34f}",
            "\u{61c}",
            "\u{115f}\u{1160}",
            "\u{17b4}",
            "\u{180b}\u{180e}",
            "\u{2060}\u{2063}",
            "\u{2066}\u{2069}",
            "\u{2800}",
            "\u{3164}",
            "\u{ffa0}",
            "\u{fe0f}",
            "\u{fff9}\u{fffb}",
            "\u{e0041}",
            "\u{e0100}",
            "\0\u{1b}\u{7f}\u{85}",
            "\u{13441}",
            "\u{2028} \u{200e}",
        ];
        for text in blank {
            assert!(is_blank(text), "{}", text.escape_unicode());
            assert!(search_terms(text).is_empty(), "{}", text.escape_unicode());
            assert!(!is_blank(&format!("{text}x")));
        }
        for text in ["a", ".", "狐", "🦊", "☺\u{fe0f}", "\u{301}", "…", "\u{25cc}", "\u{fffd}", "ㅤ·"] {
            assert!(!is_blank(text), "{}", text.escape_unicode());
        }
    }

    #[test]
    fn the_pattern_names_what_shows_nothing() {
        let pattern = visible_pattern();
        assert!(pattern.starts_with("[^\\u0000-\\u0020\\u007f-\\u00a0\\u00ad-\\u00ad\\u034f-\\u034f"), "{pattern}");
        assert!(pattern.ends_with("\\u2800-\\u2800\\u3000-\\u3000\\u3164-\\u3164\\ufe00-\\ufe0f\\ufeff-\\ufeff\\uffa0-\\uffa0\\ufff0-\\ufffb]"), "{pattern}");
    }

    #[test]
    fn differences_that_nobody_searches_for_are_folded_away() {
        for (text, folded) in [
            ("A Fox", "a fox"),
            ("ÉCLAIR e\u{301}clair", "eclair eclair"),
            ("ΣΊΣΥΦΟΣ Σίσυφος", "σισυφοσ σισυφοσ"),
            ("Straße STRASSE ﬁn", "strasse strasse fin"),
            ("İstanbul ISPARTA ısı", "istanbul isparta isi"),
            ("Smørrebrød Łódź Þór cæsar", "smorrebrod lodz thor caesar"),
            ("ёлка й", "елка и"),
            ("Ｆｏｘ　１２ ﾈｺ", "fox 12 ネコ"),
            ("“a” ‘b’ «c» ‹d› „e‟ ＂f＂", "\"a\" 'b' \"c\" 'd' \"e\" \"f\""),
            ("snow–white — x‑y", "snow-white - x-y"),
            ("so\u{ad}ft zero\u{200b}width \u{feff}bom", "soft zerowidth bom"),
            ("tab\tline\nno\u{a0}break", "tab line no break"),
            ("שָׁלוֹם مُحَمَّد", "שלום محمد"),
            ("한국어 がぎ कि ไทย", "한국어 がぎ कि ไทย"),
        ] {
            assert_eq!(fold(text), folded);
        }
    }

    #[test]
    fn a_search_is_its_words_without_the_punctuation_around_them() {
        let terms = |search: &str| search_terms(search);
        assert_eq!(terms("  “Quokka”, on\ta (BEACH)… "), ["quokka", "on", "a", "beach"]);
        assert_eq!(terms("don’t f/2.8 :)"), ["don't", "f/2.8", ":)"]);
        assert_eq!(terms("「狐狸」。"), ["狐狸"]);
        assert_eq!(terms("🦊"), ["🦊"]);
    }

    #[test]
    fn every_character_folds_to_what_stays() {
        for c in ('\0'..='\u{1ffff}').map(String::from) {
            let once = fold(&c);
            assert_eq!(fold(&once), once, "{}", c.escape_unicode());
        }
    }

    proptest! {
        #[test]
        fn folding_twice_is_folding_once(text in any::<String>()) {
            let once = fold(&text);
            prop_assert_eq!(fold(&once), once);
        }

        #[test]
        fn case_and_composition_make_no_difference(text in any::<String>()) {
            let nfd: String = DecomposingNormalizerBorrowed::new_nfd().normalize(&text).into_owned();
            prop_assert_eq!(fold(&nfd), fold(&text));
        }
    }
}
