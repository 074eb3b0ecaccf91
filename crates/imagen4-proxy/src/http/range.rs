//! Which part of a file is asked for.

use std::ops::{Bound, Range};

use axum::http::{HeaderMap, header};
use headers::HeaderMapExt;

/// What of a file is asked for.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) enum Asked {
    /// All of it, or several parts: all of it is a fair answer to that.
    All,
    /// These bytes.
    Part(Range<u64>),
    /// Nothing that it has.
    Beyond,
}

/// What is asked of a file of `len` bytes under that tag.
pub(super) fn asked(headers: &HeaderMap, etag: &str, len: u64) -> Asked {
    // Whoever has a part of another version needs all of this one.
    if headers.get(header::IF_RANGE).is_some_and(|known| known.as_bytes() != etag.as_bytes()) {
        return Asked::All;
    }
    let Some(range) = headers.typed_get::<headers::Range>() else { return Asked::All };
    let parts: Vec<_> = range.satisfiable_ranges(len).collect();
    match parts.as_slice() {
        [(from, to)] => {
            let from = match from {
                Bound::Included(from) => *from,
                Bound::Excluded(from) => from + 1,
                Bound::Unbounded => 0,
            };
            let to = match to {
                Bound::Included(to) => to.saturating_add(1).min(len),
                Bound::Excluded(to) => (*to).min(len),
                Bound::Unbounded => len,
            };
            if from < to { Asked::Part(from..to) } else { Asked::Beyond }
        }
        // More of its end than there is, is all of it.
        [] if is_suffix(headers) && len > 0 => Asked::All,
        [] => Asked::Beyond,
        _ => Asked::All,
    }
}

/// Whether the last so many bytes are asked for, more than none.
fn is_suffix(headers: &HeaderMap) -> bool {
    let suffix = headers.get(header::RANGE).and_then(|range| range.to_str().ok()?.strip_prefix("bytes=-"));
    suffix.and_then(|count| count.trim().parse::<u64>().ok()).is_some_and(|count| count > 0)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn of(range: &str, if_range: Option<&'static str>) -> Asked {
        let mut headers = HeaderMap::new();
        headers.insert(header::RANGE, range.parse().expect("a header"));
        if let Some(tag) = if_range {
            headers.insert(header::IF_RANGE, tag.parse().expect("a header"));
        }
        asked(&headers, "\"aa\"", 10)
    }

    #[test]
    fn a_part_is_what_the_standard_says() {
        assert_eq!(asked(&HeaderMap::new(), "\"aa\"", 10), Asked::All);
        for (range, part) in [
            ("bytes=0-0", 0..1),
            ("bytes=2-", 2..10),
            ("bytes=-3", 7..10),
            ("bytes=4-99", 4..10),
            ("bytes=0-18446744073709551615", 0..10),
        ] {
            assert_eq!(of(range, None), Asked::Part(part), "{range}");
        }
        assert_eq!(of("bytes=0-1,4-5", None), Asked::All, "several parts");
        assert_eq!(of("bytes=-500", None), Asked::All, "more of its end than there is");
        assert_eq!(of("bytes=-0", None), Asked::Beyond);
        for nothing in ["bytes=10-", "bytes=99-100", "bytes=a-b"] {
            assert_eq!(of(nothing, None), Asked::Beyond, "{nothing}");
        }
        for not_understood in ["lines=1-2", "bytes"] {
            assert_eq!(of(not_understood, None), Asked::All, "{not_understood}");
        }
        assert_eq!(of("bytes=0-0", Some("\"aa\"")), Asked::Part(0..1));
        assert_eq!(of("bytes=0-0", Some("\"bb\"")), Asked::All, "a part of another version");
    }
}
