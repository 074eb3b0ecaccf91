//! What WaveSpeed calls a model, an input, and what it says about them.

use serde_json::Value;

use crate::text::shows_nothing;

/// Longest title and description that are repeated, in characters.
pub(super) const MAX_TITLE: usize = 80;
pub(super) const MAX_DESCRIPTION: usize = 600;

/// WaveSpeed's words, without what cannot be seen and not too many.
pub(super) fn words(value: Option<&Value>, most: usize) -> String {
    let text = value.and_then(Value::as_str).unwrap_or_default();
    let spaced = text.chars().take(most * 4).map(|c| if c.is_whitespace() { ' ' } else { c });
    let visible: String = spaced.filter(|c| *c == ' ' || !shows_nothing(*c)).collect();
    let visible = visible.split_whitespace().collect::<Vec<_>>().join(" ");
    match visible.char_indices().nth(most) {
        Some((end, _)) => format!("{}…", &visible[..end]),
        None => visible,
    }
}
