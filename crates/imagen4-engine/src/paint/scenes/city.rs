//! A skyline over water: three rows of towers in the haze, lit windows, a bridge, lights on the quay.

use super::super::approx::lerp;
use super::super::color::{hex, mix, scale};
use super::super::figures;
use super::super::light::Light;
use super::super::meaning::{Thing, Time, Weather};
use super::super::sky;
use super::super::stage::Stage;
use super::super::water::{self, Water};
use super::super::weather;
use super::towers::{Row, paint_row};

pub(super) fn paint(stage: &mut Stage<'_>) {
    let mut dice = stage.dice("city");
    let quay = (stage.h * dice.range(0.66, 0.72)).floor();
    let light = Light::new(stage, quay);
    sky::paint(stage, quay, &light);
    weather::lightning(stage, quay);

    let p = stage.mood.palette;
    let mist = stage.mood.mist;
    let unit = stage.unit;
    let tall = (quay * 0.78).min(stage.w * 0.72);
    let heart = 0.5 + dice.range(-0.18, 0.18);
    if stage.mood.dark() {
        let dome = if stage.mood.time == Time::Night { hex(0x8a6a4a) } else { hex(0xa86a5a) };
        stage.canvas.glow(stage.w * heart, quay, stage.w.max(unit) * 0.34, scale(dome, 0.42));
    }
    for (layer, part) in ["back row", "middle row", "front row"].into_iter().enumerate() {
        let near = layer as f32 * 0.5;
        let row = Row {
            ground: quay,
            tall: tall * [0.72, 1.0, 0.55][layer],
            wide: unit * [0.036, 0.05, 0.062][layer],
            heart: heart + [0.12, 0.0, -0.1][layer],
            wall: mix(mix(p.shade, p.land, 0.35), p.haze, lerp(0.62, 0.05, near) + mist * 0.3 * (1.0 - near)),
            haze: mix(p.haze, p.horizon, 0.3),
            near,
        };
        paint_row(stage, &row, part, &light);
        water::mist_bank(stage, quay, unit * 0.16, p.haze, (0.12 + mist * 0.6) * (1.0 - near * 0.6));
    }
    if stage.mood.wants(Thing::Bridge) || dice.chance(0.28) && stage.mood.allows(Thing::Bridge) {
        bridge(stage, quay);
    }
    lamps(stage, quay);
    let rain = matches!(stage.mood.weather, Weather::Rain | Weather::Storm);
    water::paint(
        stage,
        &Water {
            line: quay,
            rough: if rain { 0.5 } else { dice.range(0.18, 0.34) },
            deep: mix(p.shade, p.zenith, 0.35),
            depth: 0.45,
            glitter: 0.45,
            streaks: true,
        },
        &light,
    );
    figures::birds(stage, stage.w * (1.0 - heart), quay * 0.3, mix(p.shade, p.middle, 0.3));
    weather::fall(stage);
}

/// A suspension bridge across the water.
fn bridge(stage: &mut Stage<'_>, quay: f32) {
    let p = stage.mood.palette;
    let mut dice = stage.dice("bridge");
    let (w, unit) = (stage.w, stage.unit);
    let deck = quay - unit * 0.055;
    let steel = mix(mix(p.shade, p.haze, 0.12), stage.mood.accent.unwrap_or(p.shade), 0.3);
    let (a, b) = (w * dice.range(0.14, 0.24), w * dice.range(0.74, 0.86));
    let high = unit * 0.26;
    let sag = |x: f32| {
        let t = if x < a {
            (x - a) / (w * 0.3)
        } else if x > b {
            (x - b) / (w * 0.3)
        } else {
            (x - a) / (b - a)
        };
        let drop = if x < a || x > b { t.abs() } else { 1.0 - (2.0 * t - 1.0) * (2.0 * t - 1.0) };
        deck - high + high * 0.9 * drop.min(1.0)
    };
    let thin = unit * 0.0022;
    let mut x = 0.0;
    while x < w {
        let next = x + unit * 0.018;
        stage.canvas.stroke([x, sag(x)], [next, sag(next)], [thin * 1.6, thin * 1.6], steel, 1.0);
        stage.canvas.stroke([x, sag(x)], [x, deck], [thin * 0.5, thin * 0.5], steel, 0.8);
        if stage.mood.dark() {
            stage.canvas.glow(x, sag(x), unit * 0.0035, scale(hex(0xffd9a0), 0.8));
        }
        x = next;
    }
    stage.canvas.stroke([0.0, deck], [w, deck], [unit * 0.011, unit * 0.011], steel, 1.0);
    for x in [a, b] {
        for off in [-0.009, 0.009] {
            let px = x + off * unit;
            stage.canvas.stroke([px, quay], [px, deck - high], [unit * 0.009, unit * 0.006], steel, 1.0);
        }
        for k in 0..3 {
            let y = deck - high * (0.3 + 0.33 * k as f32);
            stage.canvas.stroke([x - unit * 0.009, y], [x + unit * 0.009, y], [thin * 2.0, thin * 2.0], steel, 1.0);
        }
    }
}

/// The quay wall with its lamps and trees.
fn lamps(stage: &mut Stage<'_>, quay: f32) {
    let p = stage.mood.palette;
    let mut dice = stage.dice("quay");
    let unit = stage.unit;
    let dark = mix(p.shade, p.haze, 0.04);
    let mut x = 0.0;
    while x < stage.w {
        let r = unit * dice.range(0.006, 0.016);
        stage.canvas.stroke([x, quay - r], [x + r, quay - r * 0.8], [r * 2.0, r * 1.6], dark, 1.0);
        x += r * dice.range(1.2, 3.5);
    }
    stage.canvas.rows(quay - unit * 0.008, quay, |_, _, pixel| *pixel = dark);
    if stage.mood.dark() || stage.mood.weather == Weather::Storm {
        let gap = unit * dice.range(0.05, 0.075);
        let mut x = gap * dice.unit();
        while x < stage.w {
            let warm = mix(hex(0xffb45a), hex(0xffe0b0), dice.unit());
            stage.canvas.glow(x, quay - unit * 0.016, unit * 0.0065, scale(warm, 1.3));
            x += gap * dice.range(0.85, 1.15);
        }
    }
}
