//! How wide the list is: what decides how many images stand side by side.

use leptos::prelude::*;

/// The width of the list before it is measured, in CSS pixels.
pub const USUAL_WIDTH: f64 = 1_060.0;

/// The content width of the list in CSS pixels; a context that the board provides.
#[derive(Clone, Copy, Debug)]
pub struct BoardWidth(pub Signal<f64>);
