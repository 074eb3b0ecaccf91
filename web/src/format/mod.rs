//! How things are said: durations, days, counts.
//!
//! # Layout
//! - [`duration`], [`day`], [`count`]

pub mod count;
pub mod day;
pub mod duration;
