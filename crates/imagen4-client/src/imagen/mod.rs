//! A generation request: what a person asks the model for. Parsed once, then always valid.
//!
//! # Layout
//! - [`Prompt`], [`NegativePrompt`]: the texts
//! - [`AspectRatio`], [`ImageCount`], [`Seed`]: the choices
//! - [`GenerationRequest`]: all of them for one model; [`FieldErrors`]: everything that is wrong, at once

mod aspect_ratio;
mod generation;
mod image_count;
mod prompt;
mod seed;

pub use aspect_ratio::AspectRatio;
pub use generation::{FieldErrors, GenerationRequest};
pub use image_count::ImageCount;
pub use prompt::{MAX_PROMPT_CHARS, NegativePrompt, Prompt};
pub use seed::Seed;

/// A value that is refused, in words that fit behind the field's name: "must be …".
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
#[error("{0}")]
pub struct Refusal(pub(crate) String);

impl Refusal {
    fn new(message: impl Into<String>) -> Self {
        Self(message.into())
    }
}
