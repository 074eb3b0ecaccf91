//! Dunes: each row has a knife-edge crest between a lit and a shaded face, wind ripples, and blown sand in the air.

use super::super::approx::{bell, clamp01, lerp, smooth, wave};
use super::super::color::{Rgb, dye, hex, luma, mix, plus, saturate, scale};
use super::super::figures;
use super::super::light::Light;
use super::super::meaning::{Thing, Time, Weather};
use super::super::noise::{fbm1, noise1};
use super::super::ridge::{self, Ridge};
use super::super::sky;
use super::super::stage::Stage;
use super::super::water;
use super::super::weather;

const ROWS: usize = 5;

pub(super) fn paint(stage: &mut Stage<'_>) {
    let mut dice = stage.dice("desert");
    let (w, h, unit) = (stage.w, stage.h, stage.unit);
    let horizon = (h * dice.range(0.46, 0.54)).floor();
    let light = Light::new(stage, horizon);
    sky::paint(stage, horizon, &light);
    weather::lightning(stage, horizon);
    let p = stage.mood.palette;
    let mesas = ridge::crest(stage, "mesas", horizon + unit * 0.01, unit * 0.12, dice.range(0.2, 0.8), 0.5);
    let rock = mix(sand(stage), p.haze, 0.45);
    let far = Ridge {
        line: &mesas,
        foot: horizon + unit * 0.06,
        rock,
        haze: mix(p.haze, p.horizon, 0.4),
        distance: 0.62 + 0.3 * stage.mood.mist,
        relief: 0.4,
        snow: 0.0,
    };
    ridge::paint(stage, &far, &light, "mesas");

    let side = if light.x < w * 0.5 { -1.0 } else { 1.0 };
    let gap = h - horizon;
    let mut dunes = Vec::new();
    for (row, part) in PARTS.iter().enumerate() {
        let near = row as f32 / (ROWS - 1) as f32;
        let base = horizon + gap * lerp(0.03, 0.7, near * near * 0.7 + near * 0.3);
        let tall = (gap * lerp(0.06, 0.36, near)).min(unit * 0.3);
        let summit = w * dice.range(0.15, 0.85);
        dunes.push(Dune { base, tall, summit, near, side, key: stage.key(part) });
    }
    let lines: Vec<Vec<f32>> = dunes.iter().map(|dune| dune.line(stage)).collect();
    for (row, dune) in dunes.iter().enumerate() {
        // Below the lowest point of the next row nothing of this one is seen.
        let end = lines.get(row + 1).map_or(h, |next| next.iter().fold(0.0, |a: f32, &b| a.max(b)) + 1.0);
        dune.paint(stage, &lines[row], end, &light);
        if row + 1 < ROWS {
            let haze = (0.3 + stage.mood.mist * 0.6) * (1.0 - dune.near);
            let air = mix(p.haze, p.horizon, 0.3);
            water::mist_bank(stage, dune.base + dune.tall * 0.4, unit * 0.05, air, haze);
        }
        if row == 2 && stage.mood.wants(Thing::People) {
            let x = dune.summit;
            let y = lines[row][(x as usize).min(lines[row].len() - 1)] + unit * 0.003;
            let dark = scale(p.shade, 0.8);
            let mut other = stage.dice("walker");
            figures::walker(&mut stage.canvas, x, y, unit * 0.075, dark, &mut other);
        }
    }
    figures::birds(stage, w * 0.5, horizon * 0.5, mix(p.shade, p.middle, 0.3));
    weather::fall(stage);
}

const PARTS: [&str; ROWS] = ["dune 0", "dune 1", "dune 2", "dune 3", "dune 4"];

/// Sand in this light.
fn sand(stage: &Stage<'_>) -> Rgb {
    let p = stage.mood.palette;
    let base = match stage.mood.time {
        Time::Noon => hex(0xd8b07a),
        Time::Dawn => hex(0xc79a80),
        Time::Golden => hex(0xd08a55),
        Time::Dusk => hex(0x5d5078),
        Time::Night => hex(0x34466e),
    };
    let base = stage.mood.accent.map_or(base, |a| dye(base, a, 0.55));
    match stage.mood.weather {
        Weather::Snow => mix(base, mix(p.haze, [0.85, 0.88, 0.95], 0.4), 0.7),
        Weather::Rain | Weather::Storm => scale(saturate(base, 0.7), 0.5),
        Weather::Mist | Weather::Overcast => saturate(base, 0.75),
        Weather::Clear => base,
    }
}

struct Dune {
    base: f32,
    tall: f32,
    summit: f32,
    /// 0 is the farthest row, 1 the nearest.
    near: f32,
    /// Where the light comes from: -1 left, 1 right.
    side: f32,
    key: u32,
}

impl Dune {
    fn wide(&self, unit: f32) -> f32 {
        unit * lerp(0.35, 0.75, self.near)
    }

    fn line(&self, stage: &Stage<'_>) -> Vec<f32> {
        let unit = stage.unit;
        let wide = self.wide(unit);
        stage.line(|x| {
            let off = (x - self.summit) / wide;
            // The windward slope is long, the lee slope short.
            let lee = if off * self.side < 0.0 { off * 1.6 } else { off };
            let mound = 1.0 / (1.0 + lee.abs() * 0.9 + lee * lee * 0.8);
            let roll = fbm1(x / unit * lerp(2.2, 0.9, self.near), 2, self.key) * 0.32;
            self.base + self.tall * 0.35 - self.tall * (mound * 0.95 + roll)
        })
    }

    fn paint(&self, stage: &mut Stage<'_>, line: &[f32], end: f32, light: &Light) {
        let (unit, h) = (stage.unit, stage.h);
        let wide = self.wide(unit);
        let p = stage.mood.palette;
        let sand = sand(stage);
        let (tile, last) = (&stage.tile, line.len() - 1);
        let air = (1.0 - self.near) * (1.0 - self.near) * (0.45 + 0.4 * stage.mood.mist);
        let bright = plus(scale(sand, 0.85), scale(light.color, 0.2 * luma(sand).sqrt() * light.strength));
        let dim = mix(scale(sand, 0.3), mix(p.zenith, p.cloud_dim, 0.5), 0.3);
        let contrast = lerp(0.35, 1.0, light.strength);
        let foot = h - self.base + self.tall;
        let period = unit * lerp(0.006, 0.026, self.near);
        stage.canvas.below(line, end, |x, y, depth| {
            let t = clamp01(depth / foot);
            // The edge between the faces winds down from the summit toward the viewer.
            let sway = wave(t * 0.9 + (self.key & 7) as f32 * 0.13) * 0.2 + noise1(t * 5.0, self.key ^ 21) * 0.06;
            let edge = self.summit - self.side * wide * (t * 1.15 + sway * t * 2.2);
            let off = (x - edge) * self.side;
            let sharp = unit * lerp(0.004, 0.05, t);
            let lit = smooth(-sharp, sharp, off);
            // Away from the edge both faces soften toward each other.
            let far = clamp01(off.abs() / (wide * 1.6));
            let n = tile.at(x / unit * 0.6, y / unit * 0.9) - 0.5;
            let slope = (line[(x as usize).min(last)] - line[(x as usize + 6).min(last)]) / (unit * 0.02);
            let face =
                lerp(lit, 0.5, far * 0.75) + n * 0.22 + (slope * self.side).clamp(-0.3, 0.3) * 0.3 * bell(t * 4.0);
            let face = lerp(0.6, clamp01(face), contrast);
            let mut c = mix(dim, bright, face);
            let warp = tile.at(x / unit * 0.35, y / unit * 0.35) * 9.0 + depth / period + off / unit * 3.0;
            let ripple = wave(warp) * smooth(0.0, 0.12, t) * self.near;
            c = scale(c, 1.0 + ripple * 0.07 * (0.4 + lit));
            let rim = bell(depth / (unit * 0.004)) * 0.3 * light.strength;
            c = plus(c, scale(light.color, rim * lit * luma(sand)));
            let c = mix(c, p.haze, air);
            scale(c, 1.0 - 0.22 * self.near * smooth(0.2, 1.0, (y - self.base) / (h - self.base).max(1.0)))
        });
    }
}
