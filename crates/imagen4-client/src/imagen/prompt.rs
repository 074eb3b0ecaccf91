//! The prompt and the negative prompt: text that is kept verbatim.

use imagen4_core::Refusal;
use imagen4_core::model::MAX_PROMPT_CHARS;
use imagen4_core::text::is_blank;

/// What to paint: it shows something, and has at most [`MAX_PROMPT_CHARS`].
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Prompt(String);

impl Prompt {
    /// Takes the text as it is.
    ///
    /// # Errors
    /// With what is wrong with it.
    pub fn new(text: impl Into<String>) -> Result<Self, Refusal> {
        let text = text.into();
        if is_blank(&text) {
            return Err(Refusal::new("is required: describe the image"));
        }
        within_limit(&text)?;
        Ok(Self(text))
    }

    /// The text, verbatim.
    pub fn as_str(&self) -> &str {
        &self.0
    }
}

/// What to keep out of the image: it shows something, and has at most [`MAX_PROMPT_CHARS`].
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct NegativePrompt(String);

impl NegativePrompt {
    /// Takes the text as it is; what shows nothing is no negative prompt.
    ///
    /// # Errors
    /// When it is too long.
    pub fn new(text: impl Into<String>) -> Result<Option<Self>, Refusal> {
        let text = text.into();
        if is_blank(&text) {
            return Ok(None);
        }
        within_limit(&text)?;
        Ok(Some(Self(text)))
    }

    /// The text, verbatim.
    pub fn as_str(&self) -> &str {
        &self.0
    }
}

fn within_limit(text: &str) -> Result<(), Refusal> {
    match text.chars().count() {
        count if count > MAX_PROMPT_CHARS => {
            Err(Refusal::new(format!("has {count} characters; at most {MAX_PROMPT_CHARS} are allowed")))
        }
        _ => Ok(()),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn text_is_kept_verbatim() {
        let text = "  A café\n\u{202e}at night 🌃 ";
        assert_eq!(Prompt::new(text).expect("valid").as_str(), text);
    }

    #[test]
    fn what_shows_nothing_is_no_prompt() {
        for text in ["", "   ", "\n\t\u{3000}", "\u{200b}", "\u{feff}", " \u{2060}\u{3164} ", "\u{e0020}"] {
            assert!(Prompt::new(text).is_err());
            assert_eq!(NegativePrompt::new(text), Ok(None));
        }
    }

    #[test]
    fn the_limit_counts_characters_not_bytes() {
        assert!(Prompt::new("é".repeat(MAX_PROMPT_CHARS)).is_ok());
        let refusal = Prompt::new("é".repeat(MAX_PROMPT_CHARS + 1)).expect_err("too long");
        assert_eq!(refusal.to_string(), "has 10001 characters; at most 10000 are allowed");
        assert!(NegativePrompt::new("é".repeat(MAX_PROMPT_CHARS + 1)).is_err());
    }
}
