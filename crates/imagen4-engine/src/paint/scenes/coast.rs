//! The sea: a headland with a lighthouse, stacks in the surf, swell under the light, and a beach or rocks in front.

use super::super::approx::{clamp01, lerp, smooth};
use super::super::color::{Rgb, hex, mix, plus, scale};
use super::super::figures;
use super::super::light::Light;
use super::super::meaning::{Thing, Weather};
use super::super::noise::{crag1, fbm1};
use super::super::ridge::{self, Ridge};
use super::super::sky;
use super::super::stage::Stage;
use super::super::water::{self, Water};
use super::super::weather;
use super::shore;

pub(super) fn paint(stage: &mut Stage<'_>) {
    let mut dice = stage.dice("coast");
    let horizon = (stage.h * dice.range(0.44, 0.6)).floor();
    let light = Light::new(stage, horizon);
    sky::paint(stage, horizon, &light);
    weather::lightning(stage, horizon);

    let p = stage.mood.palette;
    let unit = stage.unit;
    let side = if light.x < stage.w * 0.5 { 1.0 } else { -1.0 };
    let tower = dice.chance(0.65) || stage.mood.wants(Thing::Lighthouse);
    let far = headland(stage, "far cape", horizon, -side, unit * dice.range(0.05, 0.13), dice.range(0.3, 0.6));
    if dice.chance(0.7) {
        paint_cape(stage, &far, horizon, &light, 0.66, "far cape");
    }
    let near =
        headland(stage, "cape", horizon, side, (unit * dice.range(0.1, 0.3)).min(horizon * 0.48), dice.range(0.3, 0.6));
    paint_cape(stage, &near, horizon, &light, 0.12, "cape");
    let t = dice.range(0.06, 0.2);
    let foot_x = if side > 0.0 { stage.w * (1.0 - t) } else { stage.w * t };
    let lamp = tower.then(|| {
        let base = near[(foot_x as usize).min(near.len() - 1)] + unit * 0.012;
        // The whole tower stays in the picture, however high it stands.
        let tall = (unit * 0.24).min(base - unit * 0.06).max(unit * 0.08);
        lighthouse(stage, foot_x, base, tall, &light)
    });

    let storm = stage.mood.weather == Weather::Storm;
    water::paint(
        stage,
        &Water {
            line: horizon,
            rough: if storm { 1.0 } else { dice.range(0.5, 0.8) },
            deep: mix(mix(p.zenith, p.shade, 0.45), hex(0x1d5a66), 0.18),
            depth: 0.9,
            glitter: 0.9,
            streaks: false,
        },
        &light,
    );
    if let Some(lamp) = lamp {
        beam(stage, lamp, side);
    }
    shore::surf(stage, &near, horizon, side);
    water::mist_bank(stage, horizon, unit * 0.05, p.haze, 0.35 + stage.mood.mist * 0.6);
    let drift = dice.range(0.2, 0.5);
    if stage.mood.wants(Thing::Boat) || dice.chance(0.4) && stage.mood.allows(Thing::Boat) && !storm {
        let x = if side > 0.0 { stage.w * drift } else { stage.w * (1.0 - drift) };
        let y = horizon + (stage.h - horizon) * 0.08;
        let cloth = mix(p.cloud_lit, p.haze, 0.35);
        figures::boat(stage, x, y, unit * 0.055, mix(p.shade, p.haze, 0.2), Some(cloth));
    }
    figures::birds(stage, stage.w * 0.5, horizon * 0.5, mix(p.shade, p.middle, 0.25));
    if dice.chance(0.55) {
        shore::beach(stage, horizon, side)
    } else {
        shore::rocks(stage, side)
    }
    weather::fall(stage);
}

/// A cape that comes in from one side and falls to the sea in steps.
fn headland(stage: &Stage<'_>, part: &str, horizon: f32, side: f32, tall: f32, reach: f32) -> Vec<f32> {
    let key = stage.key(part);
    let (w, unit) = (stage.w, stage.unit);
    stage.line(|x| {
        let t = if side > 0.0 { 1.0 - x / w } else { x / w } + fbm1(x / unit * 5.0, 4, key) * 0.025;
        let plateau = smooth(reach, reach * 0.35, t) * 0.72 + smooth(reach * 0.75, reach * 0.55, t) * 0.28;
        let stack = smooth(0.05, 0.0, (t - reach * 1.16).abs()) * 0.34;
        let n = crag1(x / unit * 4.0, 6, key ^ 5) - 0.5;
        let rise = plateau.max(stack);
        horizon + 1.0 - tall * (rise + n * 0.16 * rise.min(0.5))
    })
}

fn paint_cape(stage: &mut Stage<'_>, line: &[f32], horizon: f32, light: &Light, distance: f32, part: &str) {
    let p = stage.mood.palette;
    let ridge = Ridge {
        line,
        foot: horizon,
        rock: mix(p.land, p.shade, 0.45),
        haze: p.haze,
        distance: lerp(distance, 1.0, stage.mood.mist * 0.35),
        relief: 0.85,
        snow: if stage.mood.weather == Weather::Snow { 0.8 } else { 0.0 },
    };
    ridge::paint(stage, &ridge, light, part);
}

/// Paints the tower and returns where its lamp is.
fn lighthouse(stage: &mut Stage<'_>, x: f32, base: f32, tall: f32, light: &Light) -> [f32; 2] {
    let p = stage.mood.palette;
    let from_left = light.x < x;
    let stripe = stage.mood.accent.unwrap_or(hex(0xb5362c));
    let day = mix(p.haze, [1.0, 1.0, 1.0], 0.35);
    let (body, top) = (tall * 0.78, base - tall);
    let half = |y: f32| tall * lerp(0.095, 0.058, clamp01((base - y) / body));
    stage.canvas.shape(
        [x - tall * 0.12, base - body, x + tall * 0.12, base + 1.0],
        |px, py| ((px - x).abs() - half(py)).max(base - body - py).max(py - base),
        |px, py, _| {
            let n = (px - x) / half(py);
            let facing = if from_left { -n } else { n };
            let band = ((base - py) / body * 5.0).floor() as i32 % 2 == 1;
            let paint = if band { mix(scale(stripe, 0.9), p.haze, 0.15) } else { day };
            scale(paint, 0.3 + 0.55 * smooth(-1.0, 0.9, facing))
        },
    );
    let iron = mix(p.shade, p.haze, 0.1);
    let deck = base - body;
    let mut bar = |y: f32, wide: f32, thick: f32, color: Rgb| {
        stage.canvas.stroke([x - wide, y], [x + wide, y], [thick, thick], color, 1.0);
    };
    bar(deck, tall * 0.075, tall * 0.03, iron);
    let lamp = mix(hex(0xffe9a8), [1.0, 1.0, 1.0], 0.3);
    let lamp = if stage.mood.dark() { scale(lamp, 2.2) } else { scale(lamp, 0.9) };
    bar(deck - tall * 0.065, tall * 0.018, tall * 0.08, lamp);
    bar(deck - tall * 0.12, tall * 0.03, tall * 0.03, iron);
    stage.canvas.stroke([x, deck - tall * 0.12], [x, top], [tall * 0.07, tall * 0.008], iron, 1.0);
    [x, deck - tall * 0.065]
}

/// The beam of the lamp, when it is dark enough to see one.
fn beam(stage: &mut Stage<'_>, lamp: [f32; 2], side: f32) {
    let murky = matches!(stage.mood.weather, Weather::Storm | Weather::Mist | Weather::Rain);
    if !stage.mood.dark() && !murky {
        return;
    }
    let unit = stage.unit;
    let warm = hex(0xffe4a0);
    let slope = -0.1;
    stage.canvas.rows(lamp[1] - unit * 0.5, lamp[1] + unit * 0.4, |x, y, pixel| {
        let dx = (lamp[0] - x) * side;
        let reach = dx.abs() / unit;
        let wide = unit * 0.006 + dx.abs() * 0.075;
        let off = (y - lamp[1] - dx * slope) / wide;
        let power = if dx > 0.0 { 0.42 } else { 0.14 };
        let k = clamp01(1.0 - off * off);
        *pixel = plus(*pixel, scale(warm, power * k * k / (1.0 + reach * reach * 5.0)));
    });
    stage.canvas.glow(lamp[0], lamp[1], unit * 0.035, scale(warm, 0.9));
}
