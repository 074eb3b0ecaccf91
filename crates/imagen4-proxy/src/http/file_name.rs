//! What a downloaded image is called, alone or among others.

use std::collections::HashSet;

use axum::http::HeaderValue;
use imagen4_core::RunId;
use imagen4_core::text::{fold, words};
use percent_encoding::{AsciiSet, NON_ALPHANUMERIC, utf8_percent_encode};

use crate::images::extension;
use crate::store::PictureRow;

/// The most of a prompt that its name repeats, in characters and in bytes: file systems allow 255 bytes in all.
const MOST: (usize, usize) = (60, 120);
/// So much of the run's id, in hex digits, tells apart what is else the same.
const ID_DIGITS: usize = 8;

/// What RFC 8187 lets stand as it is.
const VERBATIM: AsciiSet = NON_ALPHANUMERIC.remove(b'-').remove(b'.').remove(b'_').remove(b'~');

/// `2026-11-22-a-fox-in-snow-seed7-0123abcd-1.jpg`: sorts by the person's day, keeps the words in any script, differs from every
/// other, and is safe on every file system.
pub(super) fn file_name(id: RunId, index: u8, row: &PictureRow, day: &str) -> String {
    let mut name = day.to_owned();
    let (mut chars, mut bytes) = (0, 0);
    'words: for word in words(row.request.prompt()) {
        name.push('-');
        for c in word.chars().flat_map(char::to_lowercase) {
            (chars, bytes) = (chars + 1, bytes + c.len_utf8());
            if chars > MOST.0 || bytes > MOST.1 {
                break 'words;
            }
            name.push(c);
        }
    }
    let mut name = name.trim_end_matches('-').to_owned();
    if let Some(seed) = row.request.known_seed() {
        name += &format!("-seed{seed}");
    }
    format!("{name}-{}-{}.{}", &id.to_string()[..ID_DIGITS], index + 1, extension(&row.content_type))
}

/// Names that are taken in a folder or an archive.
#[derive(Debug, Default)]
pub(super) struct TakenNames(HashSet<String>);

impl TakenNames {
    /// The name, or the first free one like it: `…-1.jpg`, `…-1-2.jpg`. Names that some file system takes for the same are the same.
    pub(super) fn take(&mut self, name: String) -> String {
        let (stem, extension) = name.rsplit_once('.').unwrap_or((&name, ""));
        let numbered = (2..).map(|number| format!("{stem}-{number}.{extension}"));
        let mut candidates = std::iter::once(name.clone()).chain(numbered);
        candidates.find(|candidate| self.0.insert(fold(candidate))).unwrap_or(name)
    }
}

/// A `Content-Disposition` that saves under that name: as it is, and in ASCII for programs that know no better.
pub(super) fn attachment(name: &str) -> HeaderValue {
    let plain: String = fold(name).chars().filter(|c| c.is_ascii_alphanumeric() || matches!(c, '-' | '.')).collect();
    let plain: Vec<_> = plain.split('-').filter(|part| !part.is_empty()).collect();
    let value = format!(
        "attachment; filename=\"{}\"; filename*=UTF-8''{}",
        plain.join("-"),
        utf8_percent_encode(name, &VERBATIM)
    );
    HeaderValue::from_str(&value).unwrap_or(HeaderValue::from_static("attachment"))
}

#[cfg(test)]
mod tests {
    use imagen4_core::Timestamp;
    use imagen4_core::model::builtin::default_model;
    use percent_encoding::percent_decode_str;
    use serde_json::json;

    use super::*;

    fn name(prompt: &str, id: u128) -> String {
        let request = default_model().accept(&json!({ "prompt": prompt, "seed": 7 })).expect("valid").into_request();
        let row = PictureRow {
            has_thumb: false,
            content_type: "image/png".to_owned(),
            sha256: String::new(),
            bytes: 0,
            created_at: Timestamp::from_ms(1_795_370_000_000),
            upstream: String::new(),
            request,
        };
        file_name(RunId::from_bits(id << 96), 0, &row, "2026-11-22")
    }

    #[test]
    fn a_name_keeps_the_words_in_any_script_and_differs_by_run() {
        for (prompt, expected) in [
            ("A fox, in \"snow\"\r\n../../etc", "2026-11-22-a-fox-in-snow-etc-seed7-0000000a-1.png"),
            ("一只狐狸在雪地里奔跑", "2026-11-22-一只狐狸在雪地里奔跑-seed7-0000000a-1.png"),
            ("雪の狐", "2026-11-22-雪の狐-seed7-0000000a-1.png"),
            ("Café Éclair", "2026-11-22-café-éclair-seed7-0000000a-1.png"),
            ("हिन्दी में क्या", "2026-11-22-हिन्दी-में-क्या-seed7-0000000a-1.png"),
            ("🦊🌧 \u{202e}", "2026-11-22-seed7-0000000a-1.png"),
            ("CON / NUL: a|b*?", "2026-11-22-con-nul-a-b-seed7-0000000a-1.png"),
        ] {
            assert_eq!(name(prompt, 10), expected);
        }
        assert_ne!(name("狐狸", 10), name("狐狸", 11));
        for long in ["word ".repeat(500), "狐".repeat(500), "x".repeat(500), "\u{1d400}".repeat(500)] {
            let name = name(&long, 10);
            assert!((60..200).contains(&name.len()) && name.ends_with("-seed7-0000000a-1.png"), "{name}");
        }
    }

    #[test]
    fn a_name_is_taken_once_on_any_file_system() {
        let mut taken = TakenNames::default();
        for (name, expected) in [
            ("a-1.jpg", "a-1.jpg"),
            ("a-1.jpg", "a-1-2.jpg"),
            ("a-1-2.jpg", "a-1-2-2.jpg"),
            ("A-1.JPG", "A-1-3.JPG"),
            ("a-1.png", "a-1.png"),
            ("caf\u{e9}-1.jpg", "caf\u{e9}-1.jpg"),
            ("cafe\u{301}-1.jpg", "cafe\u{301}-1-2.jpg"),
        ] {
            assert_eq!(taken.take(name.to_owned()), expected);
        }
    }

    #[test]
    fn the_header_says_the_name_as_it_is_and_in_ascii() {
        for (name, plain) in [
            ("2026-11-22-一只狐狸-seed7-0000000a-1.png", "2026-11-22-seed7-0000000a-1.png"),
            ("2026-11-22-café-éclair-0000000a-1.jpg", "2026-11-22-cafe-eclair-0000000a-1.jpg"),
            ("2026-11-22-a-fox-0000000a-1.webp", "2026-11-22-a-fox-0000000a-1.webp"),
        ] {
            let header = attachment(name);
            let header = header.to_str().expect("ASCII");
            let encoded = header.rsplit("filename*=UTF-8''").next().expect("a name");
            assert_eq!(percent_decode_str(encoded).decode_utf8().expect("UTF-8"), name);
            assert!(header.starts_with(&format!("attachment; filename=\"{plain}\"; ")), "{header}");
        }
    }
}
