//! The images that were paid for, and small ones beside them.
//!
//! # Layout
//! - [`ImageStore`]: the files on this machine
//! - [`thumbnails`]: small images for the board

mod local;
pub mod thumbnails;

pub(crate) use local::hex;
pub use local::{ImageStore, KeepError, extension};
