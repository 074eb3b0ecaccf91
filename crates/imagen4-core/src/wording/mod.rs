//! What can be known of a prompt's wording by its text alone.
//!
//! # Layout
//! - [`variants`]: `{dawn|noon}` stands for several wordings
//! - [`slots`]: subject, scene, details, lighting, camera, style: a prompt in six parts, and back
//! - [`hints`]: what may be worth a second look

pub mod hints;
pub mod slots;
pub mod variants;
