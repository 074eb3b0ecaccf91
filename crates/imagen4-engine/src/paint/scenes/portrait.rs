//! A head and shoulders in profile against the light: a silhouette with a bright rim, before lights out of focus.

use super::super::approx::{bell, clamp01, fade, lerp, smooth};
use super::super::canvas::Field;
use super::super::color::{hex, mix, plus, scale};
use super::super::meaning::{Thing, Weather};
use super::super::noise::Dice;
use super::super::outline;
use super::super::stage::Stage;
use super::super::weather;
use super::hair::{Hair, strands};

/// Head, neck and shoulders looking right, around the middle of the head; one unit is about a head's height.
const PROFILE: [[f32; 2]; 37] = [
    [-1.75, 2.6],
    [-1.5, 1.75],
    [-1.2, 1.38],
    [-0.78, 1.12],
    [-0.47, 0.95],
    [-0.36, 0.76],
    [-0.38, 0.55],
    [-0.5, 0.32],
    [-0.6, 0.05],
    [-0.58, -0.25],
    [-0.44, -0.5],
    [-0.17, -0.65],
    [0.13, -0.64],
    [0.35, -0.5],
    [0.45, -0.3],
    [0.468, -0.15],
    [0.445, -0.05],
    [0.492, 0.06],
    [0.553, 0.155],
    [0.53, 0.2],
    [0.468, 0.216],
    [0.482, 0.262],
    [0.512, 0.302],
    [0.474, 0.334],
    [0.504, 0.372],
    [0.466, 0.418],
    [0.484, 0.485],
    [0.445, 0.562],
    [0.32, 0.592],
    [0.14, 0.63],
    [0.07, 0.74],
    [0.09, 0.92],
    [0.24, 1.08],
    [0.62, 1.28],
    [1.0, 1.5],
    [1.28, 1.85],
    [1.42, 2.6],
];

pub(super) fn paint(stage: &mut Stage<'_>) {
    let mut dice = stage.dice("portrait");
    let (w, h, unit) = (stage.w, stage.h, stage.unit);
    let face = stage.side();
    let size = unit * dice.range(0.36, 0.42);
    let center = [w * (0.5 - face * dice.range(0.03, 0.1)), h * 0.5 - size * dice.range(0.12, 0.3)];
    // The light stands behind the head, on the side it looks to or just over the shoulder.
    let ahead = if dice.chance(0.6) { 1.0 } else { -1.0 };
    let sun = [center[0] + face * ahead * unit * dice.range(0.22, 0.36), center[1] - unit * dice.range(0.02, 0.22)];

    backdrop(stage, sun);
    bokeh(stage, sun);
    silhouette(stage, center, size, face, sun, &mut dice);
    haze(stage, sun);
    weather::fall(stage);
}

fn backdrop(stage: &mut Stage<'_>, sun: [f32; 2]) {
    let p = stage.mood.palette;
    let (tile, unit, h) = (&stage.tile, stage.unit, stage.h);
    let shift = (stage.key("backdrop") & 255) as f32 / 256.0;
    let blur = Field::new(stage.canvas.w, 0.0, h, stage.coarse() * 8.0, |x, y| {
        smooth(0.3, 0.7, tile.at(x / unit * 0.13 + shift, y / unit * 0.1 + shift))
    });
    let strength = 0.35 + 0.65 * stage.mood.sunlight();
    let k = 1.0 / (unit * unit * 0.06);
    stage.canvas.rows(0.0, h, |x, y, pixel| {
        let t = y / h;
        let air = mix(mix(p.zenith, p.middle, smooth(0.0, 0.5, t)), mix(p.land, p.shade, 0.35), smooth(0.45, 0.95, t));
        let base = mix(scale(air, 0.7), mix(p.haze, p.horizon, 0.5), 0.4 * blur.at(x, y) * (1.0 - 0.5 * t));
        let (dx, dy) = (x - sun[0], y - sun[1]);
        let d2 = (dx * dx + dy * dy) * k;
        let (a, b) = (1.0 / (1.0 + d2), 1.0 / (1.0 + d2 * 0.12));
        *pixel = plus(base, scale(p.sun, strength * (0.62 * a * a + 0.3 * b * b)));
    });
}

/// Lights out of focus: discs with a slightly brighter edge.
fn bokeh(stage: &mut Stage<'_>, sun: [f32; 2]) {
    let mut dice = stage.dice("bokeh");
    let p = stage.mood.palette;
    let unit = stage.unit;
    let tints = [p.sun, p.horizon, p.cloud_lit, mix(p.sun, hex(0xff9a50), 0.5), mix(p.middle, p.haze, 0.5)];
    let many = if stage.mood.dark() { 60.0 } else { 42.0 };
    let power = if stage.mood.dark() { 0.5 } else { 0.28 };
    for _ in 0..(stage.w * stage.h / (unit * unit) * many) as usize {
        let spread = dice.range(-0.5, 0.5) + dice.range(-0.5, 0.5);
        let x = lerp(sun[0], stage.w * 0.5, 0.4) + spread * stage.w * 0.75;
        let y = stage.h * (0.5 + 0.62 * (dice.unit() + dice.unit() - 1.0));
        let r = unit * (0.012 + 0.05 * dice.unit() * dice.unit());
        let tint = scale(tints[dice.below(tints.len())], power * dice.range(0.15, 1.0));
        stage.canvas.area([x - r - 1.0, y - r - 1.0, x + r + 1.0, y + r + 1.0], |px, py, pixel| {
            let d = ((px - x) * (px - x) + (py - y) * (py - y)).sqrt();
            let cover = clamp01((r - d) / (r * 0.08).max(1.0));
            let ring = 0.62 + 0.38 * smooth(0.6, 0.98, d / r);
            *pixel = plus(*pixel, scale(tint, cover * ring));
        });
    }
}

fn silhouette(stage: &mut Stage<'_>, center: [f32; 2], size: f32, face: f32, sun: [f32; 2], dice: &mut Dice) {
    let curve: Vec<[f32; 2]> = outline::smooth_closed(&PROFILE);
    let hair = Hair::new(dice);
    let hat = matches!(hair, Hair::Hat);
    let (tile, h) = (&stage.tile, stage.h);
    let place = |x: f32, y: f32| ((x - center[0]) / size * face, (y - center[1]) / size);
    // The distance is smooth, so a coarse map of it still has a sharp edge.
    let step = stage.coarse() * 1.5;
    let exact = |x: f32, y: f32| {
        let (u, v) = place(x, y);
        hair.join(outline::distance(&curve, u, v.min(2.5)), u, v) * size
    };
    let rough = Field::new(stage.canvas.w, 0.0, h, step * 6.0, exact);
    let map = Field::new(stage.canvas.w, 0.0, h, step, |x, y| {
        let d = rough.at(x, y);
        if d.abs() > step * 9.0 { d } else { exact(x, y) }
    });
    let p = stage.mood.palette;
    let body = mix(scale(p.shade, 0.55), p.land, 0.06);
    let fill = scale(mix(p.middle, p.zenith, 0.5), 0.1);
    let rim_on = stage.mood.allows(Thing::Rim);
    let strong = if stage.mood.wants(Thing::Rim) { 1.5 } else { 1.0 };
    let gain = if rim_on { strong * (0.35 + 0.65 * stage.mood.sunlight()) } else { 0.0 };
    let rim = scale(mix(p.sun, [1.0, 1.0, 1.0], 0.12), 1.25 * gain);
    let e = size * 0.02;
    let wisps = size * 0.022;
    stage.canvas.rows(0.0, h, |x, y, pixel| {
        let mut d = map.at(x, y);
        if d > wisps * 2.0 {
            return;
        }
        let (u, v) = place(x, y);
        let hairy = if hat { 0.0 } else { smooth(0.14, -0.05, u + v * 0.35) * smooth(0.95, 0.6, v) };
        d -= hairy * (tile.at(u * 0.9 + v * 0.3, v * 0.8 - u * 0.3) - 0.5) * wisps * 1.6;
        if d >= 0.5 {
            return;
        }
        let (gx, gy) = (map.at(x + e, y) - map.at(x - e, y), map.at(x, y + e) - map.at(x, y - e));
        let length = (gx * gx + gy * gy).sqrt().max(1e-3);
        let (sx, sy) = (sun[0] - x, sun[1] - y);
        let away = (sx * sx + sy * sy).sqrt().max(1.0);
        let toward = (gx * sx + gy * sy) / (length * away);
        let inner = -d / size;
        let edge = fade(inner * lerp(95.0, 42.0, hairy)) * smooth(-0.25, 0.75, toward) * bell(away / size * 0.34);
        let soft = fade(inner * 11.0) * smooth(0.0, 1.0, toward) * 0.1;
        let lock = 1.0 + hairy * (tile.at(u * 3.0 + v, v * 0.6 - u * 0.2) - 0.5) * 2.2;
        let c = plus(plus(body, fill), scale(rim, (edge + soft) * lock.max(0.2)));
        *pixel = mix(*pixel, c, clamp01(0.5 - d));
    });
    if !hat {
        strands(stage, &map, center, size, face, [body, scale(rim, 0.6)]);
    }
}

/// Light that spills over the edge of the figure.
fn haze(stage: &mut Stage<'_>, sun: [f32; 2]) {
    let veil = match stage.mood.weather {
        Weather::Mist => 0.16,
        _ => 0.06 + 0.06 * stage.mood.mist,
    };
    let light = scale(stage.mood.palette.sun, veil * (0.4 + 0.6 * stage.mood.sunlight()) * 3.0);
    stage.canvas.glow(sun[0], sun[1], stage.unit * 0.42, light);
}
