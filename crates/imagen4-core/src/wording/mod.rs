//! What can be known of a prompt's wording by its text alone.
//!
//! # Layout
//! - [`variants`]: `{dawn|noon}` stands for several wordings

pub mod variants;
