//! What can be known of a prompt's wording by its text alone.
//!
//! # Layout
//! - [`variants`]: `{dawn|noon}` stands for several prompts
//! - [`slots`]: subject, scene, details, lighting, camera, style: a prompt in six parts that can be edited each alone
//! - [`hints`]: what may be worth a second look

pub mod hints;
pub mod slots;
pub mod variants;
