//! What every scene works with: the canvas, the mood, the dice of the composition and a tile of noise.

use super::canvas::Canvas;
use super::mood::Mood;
use super::noise::{Dice, Tile, hash};

pub(super) struct Stage<'a> {
    pub(super) canvas: Canvas,
    pub(super) mood: &'a Mood,
    pub(super) tile: Tile,
    /// Width and height in pixels.
    pub(super) w: f32,
    pub(super) h: f32,
    /// The measure of all things: the shorter side, in pixels.
    pub(super) unit: f32,
    key: u64,
}

impl<'a> Stage<'a> {
    pub(super) fn new(width: usize, height: usize, mood: &'a Mood, key: u64) -> Self {
        let (w, h) = (width as f32, height as f32);
        Self {
            canvas: Canvas::new(width, height),
            mood,
            tile: Tile::new((key >> 20) as u32),
            w,
            h,
            unit: w.min(h),
            key,
        }
    }

    /// Dice for one part of the composition. Every part has its own, so that a part which words add or remove does
    /// not move the others.
    pub(super) fn dice(&self, part: &str) -> Dice {
        Dice::new(hash(self.key, part.as_bytes()))
    }

    /// To which side the composition turns, -1 or 1: pictures next to each other in one request turn to both.
    pub(super) fn side(&self) -> f32 {
        if self.key & 1 == 0 { -1.0 } else { 1.0 }
    }

    /// A key for lattice noise of one part of the composition.
    pub(super) fn key(&self, part: &str) -> u32 {
        (hash(self.key, part.as_bytes()) >> 32) as u32
    }

    /// Pixels between samples of a coarse field: 2 at the model's own size, 4 at the doubled one.
    pub(super) fn coarse(&self) -> f32 {
        (self.unit / 420.0).floor().clamp(1.0, 4.0)
    }

    /// One height a column, in pixels from the top.
    pub(super) fn line(&self, f: impl Fn(f32) -> f32) -> Vec<f32> {
        (0..self.canvas.w).map(|x| f(x as f32 + 0.5)).collect()
    }
}
