//! Pictures that come inside an answer, in base64.

use std::borrow::Cow;

use base64::Engine as _;
use base64::alphabet::STANDARD;
use base64::engine::{DecodePaddingMode, GeneralPurpose, GeneralPurposeConfig};
use percent_encoding::percent_decode_str;

use super::{FetchError, MAX_PICTURE_BYTES};

/// Takes texts with and without padding, and does not mind what the last bits are.
const FORGIVING: GeneralPurpose = GeneralPurpose::new(
    &STANDARD,
    GeneralPurposeConfig::new()
        .with_decode_padding_mode(DecodePaddingMode::Indifferent)
        .with_decode_allow_trailing_bits(true),
);

/// The bytes of a text in base64, bare or as a `data:` URL. White space is left out, and both alphabets are understood.
pub(super) fn decode(text: &str) -> Result<Vec<u8>, FetchError> {
    let text = text.trim_ascii();
    let base64 = match text.get(..5) {
        Some(scheme) if scheme.eq_ignore_ascii_case("data:") => {
            let (head, data) = text.split_once(',').ok_or(FetchError::NotBase64)?;
            if !head.to_ascii_lowercase().ends_with(";base64") {
                return Err(FetchError::NotBase64);
            }
            percent_decode_str(data).decode_utf8().map_err(|_| FetchError::NotBase64)?
        }
        _ => Cow::Borrowed(text),
    };
    let plain: Vec<u8> = base64
        .bytes()
        .filter(|byte| !byte.is_ascii_whitespace())
        .map(|byte| match byte {
            b'-' => b'+',
            b'_' => b'/',
            other => other,
        })
        .collect();
    if plain.len() / 4 * 3 > MAX_PICTURE_BYTES {
        return Err(FetchError::TooLarge);
    }
    match FORGIVING.decode(plain) {
        Ok(bytes) if !bytes.is_empty() => Ok(bytes),
        _ => Err(FetchError::NotBase64),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    /// Every value of a byte, so that each character of the alphabet is used.
    fn bytes() -> Vec<u8> {
        (0..=255).cycle().take(1_000).collect()
    }

    #[test]
    fn base64_is_taken_as_encoders_really_write_it() {
        let plain = base64::engine::general_purpose::STANDARD.encode(bytes());
        let bare = plain.trim_end_matches('=');
        let url_safe = base64::engine::general_purpose::URL_SAFE.encode(bytes());
        let lines = |length: usize, end: &str| {
            plain
                .as_bytes()
                .chunks(length)
                .map(|line| str::from_utf8(line).expect("ASCII").to_owned() + end)
                .collect::<String>()
        };
        assert!(plain.ends_with("==") && url_safe.contains(['-', '_']));
        for text in [
            plain.clone(),
            bare.to_owned(),
            url_safe.clone(),
            url_safe.trim_end_matches('=').to_owned(),
            format!("{bare}="),
            lines(76, "\r\n"),
            lines(64, "\n"),
            lines(60, "\t "),
            format!("  {plain}\n"),
            format!("data:image/png;base64,{plain}"),
            format!("data:image/png;name=a.png;base64,{}", lines(76, "\n")),
            format!("DATA:image/jpeg;BASE64,{bare}"),
            format!("data:;base64,{url_safe}"),
            format!("data:image/png;base64,{}", plain.replace('+', "%2B").replace('/', "%2f").replace('=', "%3D")),
        ] {
            assert_eq!(decode(&text).ok(), Some(bytes()), "{}", &text[..60]);
        }
    }

    #[test]
    fn what_is_no_base64_is_refused() {
        for text in [
            "",
            "  ",
            "not base64!",
            "aGk=x",
            "a",
            "data:image/png,aGk=",
            "data:image/png;base64",
            "data:;base64,",
            "aG.k",
        ] {
            assert!(matches!(decode(text), Err(FetchError::NotBase64)), "{text}");
        }
        assert!(matches!(decode(&"A".repeat(MAX_PICTURE_BYTES / 3 * 4 + 8)), Err(FetchError::TooLarge)));
    }
}
