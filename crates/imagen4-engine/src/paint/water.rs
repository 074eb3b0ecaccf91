//! Water: mirrors what is painted above the waterline, breaks it up with waves in perspective, and adds the glitter.

use super::approx::{clamp01, lerp};
use super::color::{Rgb, mix, plus, scale, times};
use super::light::Light;
use super::stage::Stage;

pub(super) struct Water {
    /// First row of water, in pixels.
    pub(super) line: f32,
    /// 0 is a pond at dawn, 1 the open sea.
    pub(super) rough: f32,
    /// What is seen where nothing is mirrored.
    pub(super) deep: Rgb,
    /// Share of light the water keeps for itself at the viewer's feet, `0.0..=1.0`.
    pub(super) depth: f32,
    /// How much of the light's path glitters.
    pub(super) glitter: f32,
    /// Whether mirrored lights are drawn out into streaks.
    pub(super) streaks: bool,
}

pub(super) fn paint(stage: &mut Stage<'_>, water: &Water, light: &Light) {
    let (w, h) = (stage.canvas.w, stage.canvas.h);
    let line = (water.line as usize).clamp(1, h - 1);
    let mut dice = stage.dice("water");
    let (ou, ov) = (dice.unit(), dice.unit());
    let (tile, unit, cx) = (&stage.tile, stage.unit, stage.w * 0.5);
    let high = (h - line) as f32;
    let squash = (line as f32 / high * 0.98).min(1.0);
    let (above, below) = stage.canvas.px.split_at_mut(line * w);
    let shine = scale(light.color, 1.5 * water.glitter * light.strength);
    let lift = water.rough;
    let across = lerp(0.16, 0.34, lift);
    for (row, pixels) in below.chunks_exact_mut(w).enumerate() {
        let t = (row as f32 + 0.5) / high;
        let distance = 1.0 / (t + 0.05);
        let v = distance * lerp(0.55, 1.3, lift) + ov;
        let smear = if water.streaks { unit * lerp(0.002, 0.03, t) } else { 0.0 };
        let reach = unit * lerp(0.006, 0.13, t) * lerp(0.16, 0.7, lift);
        let width = unit * lerp(0.03, 0.2, t) * lerp(0.75, 1.3, lift);
        let own = water.depth * lerp(0.3, 1.0, t) * 0.8;
        // Far waves are finer than a pixel: there they only soften.
        let grain = clamp01(t * 5.0);
        for (column, pixel) in pixels.iter_mut().enumerate() {
            let x = column as f32 + 0.5;
            let u = (x - cx) / unit * distance * across + ou;
            let swell = tile.at(u, v) - 0.5;
            let chop = tile.at(u * 2.9 + 0.4, v * 2.4) - 0.5;
            let wave = swell + chop * 0.6;
            let sx = (x + chop * reach * 0.5).clamp(0.0, w as f32 - 1.0) as usize;
            let sy = (line as f32 - 1.5 - row as f32 * squash - (wave * reach).abs() - wave * reach * 0.5)
                .clamp(0.0, line as f32 - 1.001);
            let y0 = sy as usize;
            let ty = sy - y0 as f32;
            let y1 = (y0 + 1).min(line - 1);
            let mut mirrored = mix(above[y0 * w + sx], above[y1 * w + sx], ty);
            if smear > 0.0 {
                for k in [-1.5, -0.75, 0.75, 1.5] {
                    let y = (sy + smear * k).clamp(0.0, line as f32 - 1.0) as usize;
                    mirrored = plus(mirrored, above[y * w + sx]);
                }
                mirrored = scale(mirrored, 0.2);
            }
            // Faces turned to the viewer show the water itself, faces turned away the sky.
            let face = clamp01(own - wave * lerp(0.25, 1.3, lift) * grain);
            let mut c = mix(mirrored, water.deep, face);
            c = times(c, [0.93, 0.96, 0.98]);
            let off = (x - light.x) / width;
            let column_of_light = 1.0 / (1.0 + off * off);
            let path = column_of_light * column_of_light;
            if path > 0.01 {
                let crest = clamp01((wave * 1.0 + path * 0.16 - 0.16) * 9.0);
                c = plus(c, scale(shine, path * (0.05 + crest * lerp(0.55, 1.0, lift))));
            }
            *pixel = c;
        }
    }
}

/// A bank of mist lying on a line, thickest there and gone `height` pixels above and below it.
pub(super) fn mist_bank(stage: &mut Stage<'_>, line: f32, height: f32, color: Rgb, amount: f32) {
    if amount <= 0.0 {
        return;
    }
    let (tile, unit) = (&stage.tile, stage.unit);
    let ou = stage.dice("bank").unit();
    let field =
        super::canvas::Field::new(stage.canvas.w, line - height, line + height, stage.coarse() * 2.0, |x, y| {
            let d = (y - line) / height;
            let body = clamp01(1.0 - d * d);
            let n = tile.at(x / unit * 0.22 + ou, y / unit * 0.7);
            body * body * clamp01(0.25 + n * 1.3)
        });
    stage.canvas.rows(line - height, line + height, |x, y, pixel| {
        *pixel = mix(*pixel, color, clamp01(field.at(x, y) * amount));
    });
}
