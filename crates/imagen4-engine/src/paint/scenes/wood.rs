//! What stands in the forest: trunks with their boughs, and the leaves overhead.

use super::super::approx::{bell, clamp01, lerp, smooth};
use super::super::canvas::Field;
use super::super::color::{Rgb, mix, plus, scale};
use super::super::noise::Dice;
use super::super::stage::Stage;
use super::super::trees;

/// Leaves overhead: noise cut off at a height that comes down in the nearer rows' sides.
pub(super) fn canopy(stage: &mut Stage<'_>, row: usize, near: f32, ground: f32, color: Rgb) {
    let (tile, unit, w) = (&stage.tile, stage.unit, stage.w);
    let shift = row as f32 * 0.37 + (stage.key("canopy") & 255) as f32 / 256.0;
    let size = lerp(1.1, 0.45, near);
    let low = ground * lerp(0.9, 0.42, near);
    let field = Field::new(stage.canvas.w, 0.0, low, stage.coarse(), |x, y| {
        let (u, v) = (x / unit * size + shift, y / unit * size + shift * 0.5);
        let n = tile.at(u, v) + (tile.at(u * 4.3, v * 4.3) - 0.5) * 0.45;
        let side = (x / w - 0.5).abs() * 0.36;
        let level = y / low;
        n + 0.3 - level * 0.95 + side * (1.0 - level)
    });
    let leaf = lerp(5.0, 2.2, near);
    let lit = mix(color, stage.mood.palette.sun, 0.2 * stage.mood.sunlight());
    stage.canvas.rows(0.0, low, |x, y, pixel| {
        let mut n = field.at(x, y);
        if n < 0.36 {
            return;
        }
        n += (tile.at(x / unit * leaf, y / unit * leaf) - 0.5) * 0.42;
        let cover = smooth(0.52, 0.58, n);
        if cover > 0.0 {
            let c = mix(lit, scale(color, 0.72), smooth(0.55, 0.8, n));
            *pixel = mix(*pixel, c, cover * lerp(0.55, 0.95, near));
        }
    });
}

#[expect(clippy::too_many_arguments, reason = "one row of the forest, described once")]
pub(super) fn trunks(
    stage: &mut Stage<'_>,
    part: &str,
    near: f32,
    foot: f32,
    wood: Rgb,
    glow: Rgb,
    sun: [f32; 2],
    firs: bool,
) {
    let mut dice = stage.dice(part);
    let unit = stage.unit;
    let wide = unit * lerp(0.008, 0.075, near * near);
    let count = (stage.w / unit * lerp(22.0, 3.0, near.min(1.0))) as usize + 1;
    for i in 0..count {
        let mut x = (i as f32 + dice.range(0.1, 0.9)) / count as f32 * stage.w;
        let girth = wide * dice.range(0.6, 1.3);
        let (lean, tall) = (dice.range(-0.035, 0.035), dice.range(0.34, 0.6));
        // Keep the light open: nearer trunks step aside from it.
        let off = x - sun[0];
        let clear = unit * lerp(0.0, 0.28, near);
        if off.abs() < clear {
            x = sun[0] + if off < 0.0 { -clear } else { clear } * dice.range(1.0, 1.3);
        }
        if firs && near < 0.5 {
            let high = stage.h * tall * lerp(0.7, 1.0, near);
            trees::conifer(&mut stage.canvas, x, foot + girth, high, wood, mix(wood, glow, 0.2), &mut dice);
            continue;
        }
        trunk(stage, x, foot, girth, lean, wood, glow, sun, near);
        if near > 0.3 {
            boughs(stage, x, foot, girth, lean, wood, &mut dice);
        }
    }
}

#[expect(clippy::too_many_arguments, reason = "one trunk, described once")]
fn trunk(
    stage: &mut Stage<'_>,
    x: f32,
    foot: f32,
    girth: f32,
    lean: f32,
    wood: Rgb,
    glow: Rgb,
    sun: [f32; 2],
    near: f32,
) {
    let (tile, unit, h) = (&stage.tile, stage.unit, stage.h);
    let end = (foot + girth * 0.4).min(h) as usize;
    for row in 0..end {
        let py = row as f32 + 0.5;
        let up = (foot - py) / h;
        let sway = (tile.at(x / unit * 0.7, py / unit * 0.25) - 0.5) * girth * 0.7;
        let center = x + lean * (foot - py) + sway;
        let flare = 1.0 + 1.1 * bell(up * 26.0);
        let half = girth * 0.5 * (flare - 0.35 * up).max(0.3);
        let height = (py - sun[1]) / (unit * 0.45);
        let rim = scale(glow, (0.16 + 0.34 * near) * bell(height * 0.7) * bell((center - sun[0]) / unit * 1.3));
        let way = if sun[0] > center { 1.0 } else { -1.0 };
        stage.canvas.area([center - half - 1.0, row as f32, center + half + 1.0, py], |px, _, pixel| {
            let n = (px - center) / half;
            let cover = clamp01((1.0 - n.abs()) * half + 0.5);
            // Bark is too fine to be seen on far trunks.
            let bark = if near > 0.3 { tile.at(px / unit * 3.4, py / unit * 0.55) - 0.5 } else { 0.0 };
            let c = scale(wood, 1.0 + bark * 0.9 * near + 0.1 * n * way);
            *pixel = mix(*pixel, plus(c, scale(rim, smooth(0.35, 1.0, n * way))), cover);
        });
    }
}

fn boughs(stage: &mut Stage<'_>, x: f32, foot: f32, girth: f32, lean: f32, wood: Rgb, dice: &mut Dice) {
    for _ in 0..5 {
        let y = foot * dice.range(0.05, 0.6);
        let side = dice.side();
        let long = girth * dice.range(1.5, 4.0);
        let wide = girth * dice.range(0.08, 0.2);
        let from = [x + lean * (foot - y), y];
        let bend = [from[0] + side * long * 0.55, y - long * dice.range(0.05, 0.4)];
        let tip = [from[0] + side * long, bend[1] - long * dice.range(-0.2, 0.35)];
        stage.canvas.stroke(from, bend, [wide, wide * 0.6], wood, 1.0);
        stage.canvas.stroke(bend, tip, [wide * 0.6, wide * 0.2], wood, 1.0);
    }
}
