//! The night sky: stars, the band of the Milky Way and northern lights.

use super::approx::{bell, clamp01, smooth};
use super::canvas::Field;
use super::clouds::Clouds;
use super::color::{hex, mix, plus, scale};
use super::light::Light;
use super::meaning::{Thing, Time};
use super::stage::Stage;
pub(super) fn stars(stage: &mut Stage<'_>, horizon: f32, clouds: &Clouds, light: &Light) {
    let mut dice = stage.dice("stars");
    let night = stage.mood.time == Time::Night;
    let many = if night || stage.mood.wants(Thing::Stars) { 700.0 } else { 110.0 };
    let area = stage.w * horizon / (stage.unit * stage.unit);
    let (ax, tilt) = (stage.w * dice.range(0.25, 0.75), dice.range(-0.9, 0.9));
    if night {
        let (unit, tile) = (stage.unit, &stage.tile);
        let band = Field::new(stage.canvas.w, 0.0, horizon, stage.coarse() * 2.0, |x, y| {
            let off = (x - ax - (y - horizon * 0.4) * tilt) / (unit * 0.22);
            bell(off * 0.9) * smooth(0.35, 0.8, tile.at(x / unit * 0.5, y / unit * 0.5)) * smooth(horizon, 0.0, y)
        });
        let veil = hex(0x8f9fd0);
        stage.canvas.rows(0.0, horizon, |x, y, pixel| {
            *pixel = plus(*pixel, scale(veil, 0.16 * band.at(x, y) * (1.0 - clouds.cover(x, y))));
        });
    }
    let size = (stage.unit / 1024.0).max(0.6);
    for _ in 0..(many * area) as u32 {
        let (x, y) = (dice.unit() * stage.w, dice.unit() * horizon * 0.96);
        let (rare, warm) = (dice.unit(), dice.unit());
        let near_light = ((x - light.x) * (x - light.x) + (y - light.y) * (y - light.y)) / (stage.unit * stage.unit);
        let hidden = (1.0 - clouds.cover(x, y) * 1.6).max(0.0) * clamp01(near_light * 12.0);
        let power = (0.06 + rare * rare * rare * rare * 1.5) * hidden * smooth(horizon, horizon * 0.5, y);
        let tint = mix(hex(0xbcd0ff), hex(0xffe6c8), warm);
        stage.canvas.glow(x, y, size * (0.7 + rare * rare), scale(tint, power * 1.6));
    }
}

pub(super) fn aurora(stage: &mut Stage<'_>, horizon: f32) {
    let mut dice = stage.dice("aurora");
    let (ou, height) = (dice.unit(), horizon * dice.range(0.3, 0.42));
    let green = stage.mood.accent.unwrap_or(hex(0x4fe0a0));
    let violet = hex(0x9a60d0);
    let (unit, tile) = (stage.unit, &stage.tile);
    let curtain = |x: f32| horizon * 0.72 + (tile.at(x / unit * 0.21 + ou, 0.3) - 0.5) * horizon * 1.1;
    let rays = Field::new(stage.canvas.w, 0.0, horizon, stage.coarse(), |x, y| {
        let foot = curtain(x);
        let up = (foot - y) / height;
        if up < -0.15 {
            return 0.0;
        }
        let strand = 0.35 + 1.1 * tile.at(x / unit * 1.7 + up * 0.05 + ou, 0.7 + up * 0.06);
        let swell = 0.3 + 0.7 * smooth(0.35, 0.65, tile.at(x / unit * 0.3 + ou, 0.1));
        strand * swell * smooth(-0.15, 0.08, up) / (1.0 + up.max(0.0) * up.max(0.0) * 3.0)
    });
    stage.canvas.rows(0.0, horizon, |x, y, pixel| {
        let r = rays.at(x, y);
        let up = clamp01(1.0 - y / horizon);
        *pixel = plus(*pixel, scale(mix(green, violet, smooth(0.35, 0.95, up)), r * 0.5));
    });
}
