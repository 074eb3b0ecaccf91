//! The images that were paid for, and small ones beside them.
//!
//! # Layout
//! - [`ImageStore`]: keeps an image and gives it back; `local`: in files on this machine, [`s3`]: in a bucket that many share
//! - `checks`: what bytes are; [`thumbnails`]: small images for the board

mod checks;
mod local;
pub mod s3;
mod store;
pub mod thumbnails;

pub use checks::extension;
pub(crate) use checks::hex;
pub use store::{ImageBody, ImageFile, ImageStore, KeepError};
