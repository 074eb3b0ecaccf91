//! The browser, in small pieces: what the page needs of it and nothing else.
//!
//! # Layout
//! - [`storage`]: text under a key, where the browser allows it
//! - [`clock`]: the server's time
//! - [`timer`]: once after a while, or again and again
//! - [`dom`]: elements by id, listeners, media queries, visibility
//! - [`part`]: the shell's elements and templates, and what is bound to them
//! - [`near`]: whether an element is near what is seen
//! - [`random`]: random bits
//! - [`reactive`]: signals, effects and tasks, compiled once

pub mod clock;
pub mod dom;
pub mod near;
pub mod part;
pub mod random;
pub mod reactive;
pub mod select;
pub mod storage;
pub mod timer;
