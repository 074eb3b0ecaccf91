//! Clouds in perspective, lit from the side of the sun.

use super::approx::{clamp01, lerp, smooth};
use super::canvas::Field;
use super::color::{Rgb, mix, plus, scale};
use super::light::Light;
use super::meaning::Weather;
use super::stage::Stage;
pub(super) struct Clouds {
    density: Field,
    lit: Field,
    bright: Rgb,
    dim: Rgb,
    sun: Rgb,
    amount: f32,
}

impl Clouds {
    pub(super) fn new(stage: &Stage<'_>, horizon: f32, light: &Light) -> Self {
        let mood = stage.mood;
        let mut dice = stage.dice("clouds");
        let (ou, ov) = (dice.unit(), dice.unit());
        let stretch = dice.range(0.35, 0.8);
        let threshold = lerp(0.72, 0.34, mood.cloud);
        let softness = if mood.weather == Weather::Storm { 0.16 } else { 0.24 };
        let tile = &stage.tile;
        let (cx, unit) = (stage.w * 0.5, stage.unit);
        let plane = |x: f32, y: f32| {
            let e = clamp01(1.0 - y / horizon);
            let far = 1.0 / (0.2 + 0.95 * e);
            ((x - cx) / unit * far * 0.42 * stretch + ou, far * 0.5 + ov)
        };
        let noise = |u: f32, v: f32| {
            let bend = tile.at(u * 0.5 + 0.37, v * 0.5) - 0.5;
            tile.at(u + bend * 0.22, v + bend * 0.1) + (tile.at(u * 3.3, v * 3.3 + 0.5) - 0.5) * 0.28
        };
        let step = stage.coarse();
        let end = if mood.cloud > 0.0 { horizon } else { 1.0 };
        let density = Field::new(stage.canvas.w, 0.0, end, step, |x, y| {
            let (u, v) = plane(x, y);
            let e = clamp01(1.0 - y / horizon);
            smooth(threshold, threshold + softness, noise(u, v)) * smooth(0.0, 0.2, e)
        });
        // Clouds are brighter on the side toward the light: where the noise falls in that direction.
        let lit = Field::new(stage.canvas.w, 0.0, end, step * 2.0, |x, y| {
            let (dx, dy) = (light.x - x, light.y - y);
            let length = (dx * dx + dy * dy).sqrt().max(1.0);
            let reach = unit * 0.03;
            let (u, v) = plane(x, y);
            let (u2, v2) = plane(x + dx / length * reach, (y + dy / length * reach).max(0.0));
            clamp01(0.5 + (noise(u, v) - noise(u2, v2)) * 3.2)
        });
        let p = &mood.palette;
        Self {
            density,
            lit,
            bright: p.cloud_lit,
            dim: p.cloud_dim,
            sun: p.sun,
            amount: if mood.cloud > 0.0 { 0.92 } else { 0.0 },
        }
    }

    pub(super) fn over(&self, x: f32, y: f32, shine: f32, pixel: &mut Rgb) {
        let d = self.density.at(x, y) * self.amount;
        if d > 0.002 {
            let lit = self.lit.at(x, y);
            // Thick middles darken, thin edges let the light through.
            let face = mix(self.dim, self.bright, clamp01(lit * 1.15 - d * 0.25 + 0.1));
            let face = plus(face, scale(self.sun, shine * (1.3 - d) * 0.9));
            *pixel = mix(*pixel, face, d);
        }
    }

    pub(super) fn cover(&self, x: f32, y: f32) -> f32 {
        self.density.at(x, y) * self.amount
    }
}
