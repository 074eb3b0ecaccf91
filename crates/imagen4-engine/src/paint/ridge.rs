//! Mountains and hills: a line against the sky, rock relief lit from the side, snow on top and haze at the foot.

use super::approx::{clamp01, smooth};
use super::canvas::Field;
use super::color::{Rgb, mix, plus, scale};
use super::light::Light;
use super::noise::crag1;
use super::stage::Stage;

pub(super) struct Ridge<'a> {
    /// Height of the crest at every column, in pixels from the top.
    pub(super) line: &'a [f32],
    /// Row where it stands in the water or on the plain.
    pub(super) foot: f32,
    pub(super) rock: Rgb,
    /// What the foot dissolves into, and how much of the whole does (`0.0..=1.0`).
    pub(super) haze: Rgb,
    pub(super) distance: f32,
    /// Contrast of the relief, `0.0..=1.0`.
    pub(super) relief: f32,
    /// How far down from the top snow lies, as a share of the mountain's height.
    pub(super) snow: f32,
}

pub(super) fn paint(stage: &mut Stage<'_>, ridge: &Ridge<'_>, light: &Light, part: &str) {
    let top = ridge.line.iter().fold(f32::MAX, |a, &b| a.min(b)).max(0.0);
    let tall = (ridge.foot - top).max(1.0);
    let mut dice = stage.dice(part);
    let (ou, ov) = (dice.unit(), dice.unit());
    let (tile, unit) = (&stage.tile, stage.unit);
    let last = ridge.line.len() - 1;
    let side = if light.x < stage.w * 0.5 { 1.0 } else { -1.0 };
    // Slopes run down and away from the crest: follow it, and shear the noise so that gullies fall both ways.
    let slope = |x: f32, y: f32| {
        let depth = y - ridge.line[(x.max(0.0) as usize).min(last)];
        let (u, v) = (x / unit * 0.52 + ou, y / unit * 0.3 + depth / unit * 0.12 + ov);
        let bend = tile.at(u * 0.7, v * 0.7 + 0.3) - 0.5;
        let (u, v) = (u + bend * 0.35 + v * 0.25, v + bend * 0.1);
        let n = tile.at(u, v) - 0.5;
        let fine = tile.at(u * 3.1 + 0.2, v * 2.9) - 0.5;
        1.0 - (n * 2.4).abs() - (fine * 1.1).abs() * 0.8
    };
    let step = stage.coarse();
    let e = unit * 0.008;
    let shading = Field::new(stage.canvas.w, top, ridge.foot, step, |x, y| {
        (slope(x + e * side, y) - slope(x - e * side, y + e * 0.5)) * 3.0
    });
    let lit = mix(scale(light.color, 0.55), ridge.haze, 0.4);
    let dark = scale(ridge.rock, 0.45);
    let white = mix(ridge.haze, [0.86, 0.9, 1.0], 0.5);
    let white = mix(white, light.color, 0.25 * light.strength);
    stage.canvas.below(ridge.line, ridge.foot, |x, y, depth| {
        let s = shading.at(x, y) * ridge.relief;
        let mut c = if s > 0.0 {
            plus(ridge.rock, scale(lit, (s * 0.42).min(0.5)))
        } else {
            mix(ridge.rock, dark, (-s * 0.95).min(1.0))
        };
        if ridge.snow > 0.0 {
            let high = 1.0 - (y - top) / tall;
            let cover = smooth(-0.12, 0.1, high - (1.0 - ridge.snow) + s * 0.16 - (depth / tall) * 0.25);
            let shade = mix(white, mix(ridge.rock, ridge.haze, 0.55), clamp01(0.38 - s * 0.9));
            c = mix(c, shade, cover * 0.92);
        }
        let low = clamp01(1.0 - (ridge.foot - y) / tall);
        mix(c, ridge.haze, clamp01(ridge.distance + (1.0 - ridge.distance) * 0.55 * low * low))
    });
}

/// A jagged crest: `tall` pixels over `foot`, with one summit at `peak` (a share of the width).
pub(super) fn crest(stage: &Stage<'_>, part: &str, foot: f32, tall: f32, peak: f32, spread: f32) -> Vec<f32> {
    let key = stage.key(part);
    let (w, unit) = (stage.w, stage.unit);
    let shift = (key & 255) as f32;
    stage.line(|x| {
        let off = ((x / w - peak) / spread).abs();
        let mass = 1.0 / (1.0 + off * off * 1.6);
        let tooth = (1.0 - off * 1.9).max(0.0);
        let n = crag1(x / unit * 1.3 + shift, 9, key);
        let rough = crag1(x / unit * 9.0 + shift, 5, key ^ 77) - 0.5;
        foot - tall * (mass * (0.28 + 0.5 * n) + tooth * 0.3 + rough * 0.11 * mass)
    })
}
