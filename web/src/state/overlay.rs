//! What is open over the page. Features open each other's overlays through these signals, and know nothing else of each other.

use imagen4_core::{MicroUsd, RunRequest};
use leptos::prelude::*;

use super::runs::images::ImageKey;

/// A program to be shown: what it submits, and what that costs, as far as it is known.
#[derive(Clone, Debug, PartialEq)]
pub struct CodeRequest {
    /// What the program submits.
    pub request: RunRequest,
    /// What that costs.
    pub price: Option<MicroUsd>,
}

/// What is open over the page.
#[derive(Clone, Copy, Debug)]
pub struct Overlays {
    /// The settings.
    pub settings: RwSignal<bool>,
    /// The keyboard shortcuts.
    pub shortcuts: RwSignal<bool>,
    /// The usage.
    pub usage: RwSignal<bool>,
    /// A program.
    pub code: RwSignal<Option<CodeRequest>>,
    /// One image, large.
    pub lightbox: RwSignal<Option<ImageKey>>,
    /// The flagged images that were revealed, until the page is left.
    pub revealed: RwSignal<Vec<ImageKey>>,
}

impl Overlays {
    /// Nothing is open.
    pub fn new() -> Self {
        Self {
            settings: RwSignal::new(false),
            shortcuts: RwSignal::new(false),
            usage: RwSignal::new(false),
            code: RwSignal::new(None),
            lightbox: RwSignal::new(None),
            revealed: RwSignal::new(Vec::new()),
        }
    }

    /// Whether a flagged image was revealed.
    pub fn is_revealed(self, image: ImageKey) -> bool {
        self.revealed.with(|revealed| revealed.contains(&image))
    }

    /// Reveals a flagged image.
    pub fn reveal(self, image: ImageKey) {
        self.revealed.update(|revealed| revealed.push(image));
    }
}

impl Default for Overlays {
    fn default() -> Self {
        Self::new()
    }
}
