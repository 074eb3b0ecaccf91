//! A forest: rows of trunks fading into light, a path, shafts of sun, fern and branches close by.

use super::super::approx::{bell, clamp01, lerp, smooth};
use super::super::canvas::Field;
use super::super::color::{Rgb, dye, hex, mix, plus, scale};
use super::super::figures;
use super::super::meaning::{Thing, Time, Weather};
use super::super::noise::{Dice, fbm1, noise1};
use super::super::stage::Stage;
use super::super::weather;
use super::wood;

const ROWS: usize = 5;

pub(super) fn paint(stage: &mut Stage<'_>) {
    let mut dice = stage.dice("forest");
    let (w, h, unit) = (stage.w, stage.h, stage.unit);
    let p = stage.mood.palette;
    let ground = h * dice.range(0.66, 0.74);
    let sun = [w * (0.5 + dice.side() * dice.range(0.06, 0.24)), ground - h * dice.range(0.26, 0.42)];
    let firs = dice.chance(0.45);
    let mist = stage.mood.mist;
    let leaf = leaf_color(stage);

    let far = mix(p.haze, mix(leaf, p.horizon, 0.5), 0.3);
    let top = mix(mix(p.middle, leaf, 0.55), p.shade, 0.25);
    let glow = scale(p.sun, 0.62 * (0.3 + 0.7 * stage.mood.sunlight()) * if stage.mood.dark() { 0.3 } else { 1.0 });
    let k = 1.0 / (unit * unit * 0.075);
    stage.canvas.rows(0.0, h, |x, y, pixel| {
        let base = mix(top, far, smooth(0.0, ground, y));
        let (dx, dy) = (x - sun[0], (y - sun[1]) * 0.8);
        let a = 1.0 / (1.0 + (dx * dx + dy * dy) * k);
        *pixel = plus(base, scale(glow, a * a));
    });

    for row in 0..ROWS {
        let near = row as f32 / (ROWS - 1) as f32;
        let next = (row + 1) as f32 / (ROWS - 1) as f32;
        let foot = lerp(ground - h * 0.03, h * 0.97, near * near);
        let dark = mix(p.shade, mix(p.land, leaf, 0.3), 0.35 * (1.0 - near));
        let air = (1.0 - near) * (1.0 - near * 0.5) * (0.84 + 0.12 * mist);
        let wood = mix(dark, mix(far, plus(far, scale(glow, 0.25)), 0.6), air);
        if row < ROWS - 1 {
            wood::canopy(stage, row, near, ground, mix(mix(leaf, wood, 0.45), far, air * 0.7));
        }
        let part = ["trunks 0", "trunks 1", "trunks 2", "trunks 3", "trunks 4"][row];
        wood::trunks(stage, part, near, foot, wood, glow, sun, firs);
        let soil = mix(mix(leaf, dark, 0.35 + 0.4 * near), far, air * 0.9);
        floor(stage, part, near, [foot, if row + 1 < ROWS { lerp(ground, h, next * next) } else { h }], soil, sun);
        if row == 3 {
            if stage.mood.wants(Thing::Deer) {
                let x = sun[0] + dice.side() * unit * 0.04;
                figures::deer(&mut stage.canvas, x, foot + unit * 0.012, unit * 0.12, mix(dark, far, 0.12), 1.0);
            } else if stage.mood.wants(Thing::People) {
                let mut other = stage.dice("walker");
                let color = mix(dark, far, 0.1);
                figures::walker(&mut stage.canvas, sun[0], foot + unit * 0.02, unit * 0.13, color, &mut other);
            }
        }
    }
    shafts(stage, sun, glow);
    ferns(stage, scale(mix(p.shade, leaf, 0.12), 0.8), &mut dice);
    motes(stage, sun, glow);
    weather::fall(stage);
}

/// Foliage in this light: the dye if words name a colour, else green, frosted in snow.
fn leaf_color(stage: &Stage<'_>) -> Rgb {
    let p = stage.mood.palette;
    let base = match stage.mood.time {
        Time::Night => hex(0x14302e),
        Time::Dusk => hex(0x2c4a58),
        Time::Dawn => hex(0x60795a),
        Time::Golden => hex(0x8a7a3a),
        Time::Noon => hex(0x5f8f48),
    };
    let base = stage.mood.accent.map_or(base, |a| dye(base, a, 0.8));
    let gloom = if matches!(stage.mood.weather, Weather::Rain | Weather::Storm) { 0.55 } else { 1.0 };
    let leaf = scale(mix(base, p.land, 0.25), gloom);
    if stage.mood.weather == Weather::Snow { mix(leaf, mix(p.haze, [0.8, 0.85, 0.95], 0.4), 0.62) } else { leaf }
}

/// Ground of one row, with a lighter path that leads to the light.
fn floor(stage: &mut Stage<'_>, part: &str, near: f32, [foot, end]: [f32; 2], color: Rgb, sun: [f32; 2]) {
    let key = stage.key(part);
    let (tile, unit, w, h) = (&stage.tile, stage.unit, stage.w, stage.h);
    let rough = unit * lerp(0.01, 0.035, near);
    let line = stage.line(|x| foot + fbm1(x / unit * lerp(9.0, 4.0, near), 5, key) * rough);
    let p = stage.mood.palette;
    let path = mix(mix(color, p.haze, 0.5), p.sun, 0.25 * stage.mood.sunlight());
    let middles: Vec<f32> = (0..stage.canvas.h)
        .map(|y| {
            let t = clamp01((y as f32 - sun[1]) / (h - sun[1]));
            lerp(sun[0], w * 0.5, t * t) + noise1(y as f32 / unit * 3.0, key ^ 1) * 0.03 * unit
        })
        .collect();
    stage.canvas.below(&line, (end + unit * 0.05).min(h), |x, y, depth| {
        let t = clamp01((y - sun[1]) / (h - sun[1]));
        let middle = middles[y as usize];
        let half = unit * lerp(0.02, 0.3, t * t);
        let n = tile.at(x / unit * 1.6, y / unit * 3.2) - 0.5;
        let on = bell((x - middle) / half * 1.2 + n * 0.8) * (1.0 - 0.6 * near);
        let c = mix(color, path, on);
        scale(c, 1.0 + n * 0.9 - 0.25 * smooth(0.0, rough * 4.0, depth) * near)
    });
}

/// Rays that fan out from the sun, broken by the leaves.
fn shafts(stage: &mut Stage<'_>, sun: [f32; 2], glow: Rgb) {
    let strength = stage.mood.sunlight() * if stage.mood.allows(Thing::Fog) { 1.0 } else { 0.45 };
    let (unit, h) = (stage.unit, stage.h);
    let key = stage.key("shafts");
    let source = [sun[0] + (sun[0] - stage.w * 0.5) * 0.5, sun[1] - unit * 0.75];
    let field = Field::new(stage.canvas.w, 0.0, h, stage.coarse() * 2.0, |x, y| {
        let (dx, dy) = (x - source[0], (y - source[1]).max(1.0));
        let slope = dx / dy;
        let ray =
            noise1(slope * 7.0, key) * 0.55 + noise1(slope * 17.0, key ^ 3) * 0.3 + noise1(slope * 41.0, key ^ 5) * 0.2;
        let reach = bell((y - sun[1]) / (unit * 0.62)) * bell((x - sun[0]) / (unit * 0.5));
        clamp01(ray * 1.3) * reach
    });
    let reach = unit * 1.3;
    stage.canvas.area([sun[0] - reach, 0.0, sun[0] + reach, sun[1] + reach], |x, y, pixel| {
        *pixel = plus(*pixel, scale(glow, field.at(x, y) * 0.62 * strength));
    });
}

fn ferns(stage: &mut Stage<'_>, color: Rgb, dice: &mut Dice) {
    let (w, h, unit) = (stage.w, stage.h, stage.unit);
    for _ in 0..(w / unit * 22.0) as usize {
        let t = dice.unit();
        // More of them at the sides.
        let x = if dice.chance(0.5) { t * t * 0.45 } else { 1.0 - t * t * 0.45 } * w;
        let long = unit * dice.range(0.06, 0.17) * (1.15 - t);
        let base = [x, h + unit * 0.01];
        let side = dice.range(-1.0, 1.0);
        let mut at = base;
        let mut way = [side * 0.25, -1.0f32];
        let joints = 9;
        for k in 0..joints {
            let next = [at[0] + way[0] * long / joints as f32, at[1] + way[1] * long / joints as f32];
            let thin = unit * 0.0022;
            stage.canvas.stroke(at, next, [thin, thin], color, 1.0);
            let leaf = long * 0.26 * (1.0 - k as f32 / joints as f32);
            for lr in [-1.0, 1.0] {
                let tip =
                    [next[0] - way[1] * lr * leaf + way[0] * leaf * 0.4, next[1] + way[0] * lr * leaf + leaf * 0.15];
                stage.canvas.stroke(next, tip, [thin * 1.8, thin * 0.5], color, 1.0);
            }
            way = [way[0] + side * 0.17, way[1] + 0.1 * side.abs()];
            at = next;
        }
    }
}

/// Dust or fireflies in the light.
fn motes(stage: &mut Stage<'_>, sun: [f32; 2], glow: Rgb) {
    let mut dice = stage.dice("motes");
    let night = stage.mood.dark();
    let color = if night { hex(0xd8f070) } else { glow };
    for _ in 0..if night { 60 } else { 90 } {
        let x = sun[0] + dice.range(-0.5, 0.5) * stage.unit;
        let y = sun[1] + dice.range(-0.2, 0.55) * stage.unit;
        let r = stage.unit * dice.range(0.0008, 0.003);
        stage.canvas.glow(x, y, r, scale(color, dice.range(0.1, if night { 1.2 } else { 0.6 })));
    }
}
