//! WaveSpeed's key: wrapped, so that neither a log nor an error can show it.

use std::fmt;

use reqwest::header::HeaderValue;

/// An API key of WaveSpeed.
#[derive(Clone)]
pub struct ApiKey(HeaderValue);

/// The text cannot be a key. The text itself is not repeated.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
#[error("the API key is empty or holds characters that no key has")]
pub struct BadKey;

impl ApiKey {
    /// Takes a key; white space around it, as pasted keys and key files have, is dropped.
    ///
    /// # Errors
    /// [`BadKey`] when nothing is left, or when it holds anything but visible ASCII.
    pub fn new(text: impl AsRef<str>) -> Result<Self, BadKey> {
        let text = text.as_ref().trim();
        if text.is_empty() || !text.bytes().all(|c| c.is_ascii_graphic()) {
            return Err(BadKey);
        }
        let mut header = HeaderValue::from_str(&format!("Bearer {text}")).map_err(|_| BadKey)?;
        header.set_sensitive(true);
        Ok(Self(header))
    }

    /// Whether `text` is this key. It takes the same time wherever the two differ.
    pub fn is(&self, text: &str) -> bool {
        self.expose(|own| {
            let differ = own.iter().zip(text.as_bytes()).fold(0, |differ, (a, b)| differ | (a ^ b));
            own.len() == text.len() && differ == 0
        })
    }

    /// Shows the key's bytes to a function, such as one that hashes them.
    pub fn expose<T>(&self, look: impl FnOnce(&[u8]) -> T) -> T {
        look(self.0.as_bytes().strip_prefix(b"Bearer ").unwrap_or_default())
    }

    pub(crate) fn header(&self) -> HeaderValue {
        self.0.clone()
    }
}

impl fmt::Debug for ApiKey {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("ApiKey(…)")
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_key_is_trimmed_and_never_shown() {
        let key = ApiKey::new(" wsk_secret\n").expect("a key");
        assert_eq!(key.header().to_str().expect("ASCII"), "Bearer wsk_secret");
        assert!(!format!("{key:?} {:?}", key.header()).contains("secret"));
        assert!(key.is("wsk_secret"));
        assert!(!["wsk_secre", "wsk_secrets", "wsk_secrex", ""].iter().any(|other| key.is(other)));
    }

    #[test]
    fn what_no_key_looks_like_is_refused() {
        for text in ["", "  ", "two words", "schlüssel", "a\u{0}b"] {
            assert!(ApiKey::new(text).is_err(), "{text:?}");
        }
    }
}
