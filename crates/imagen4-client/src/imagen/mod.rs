//! The request of Imagen 4's contract as a type: parsed once, then always valid. Other models are asked with a
//! [`RunRequest`](crate::RunRequest) of their own input.
//!
//! # Layout
//! - [`Prompt`], [`NegativePrompt`]: the texts
//! - [`AspectRatio`], [`ImageCount`], [`Seed`]: the choices
//! - [`ImagenRequest`]: all of them for one model

mod aspect_ratio;
mod image_count;
mod prompt;
mod request;
mod seed;

pub use aspect_ratio::AspectRatio;
pub use image_count::ImageCount;
pub use prompt::{NegativePrompt, Prompt};
pub use request::ImagenRequest;
pub use seed::Seed;
