//! Where sea and land meet: surf below the cape, a beach with the last wave on it, or rocks.

use super::super::approx::{clamp01, lerp, smooth};
use super::super::canvas::Field;
use super::super::color::{hex, mix, scale};
use super::super::figures;
use super::super::meaning::{Thing, Weather};
use super::super::noise::{crag1, fbm1};
use super::super::stage::Stage;

/// White water where the cape stands in the sea.
pub(super) fn surf(stage: &mut Stage<'_>, cape: &[f32], horizon: f32, side: f32) {
    let (tile, unit) = (&stage.tile, stage.unit);
    let white = mix(stage.mood.palette.haze, [1.0, 1.0, 1.0], 0.3);
    let storm = if stage.mood.weather == Weather::Storm { 1.6 } else { 1.0 };
    let last = cape.len() - 1;
    stage.canvas.rows(horizon - unit * 0.02, horizon + unit * 0.03, |x, y, pixel| {
        let ahead = (x + side * -unit * 0.02).clamp(0.0, last as f32);
        let land = smooth(0.0, unit * 0.03, horizon - cape[ahead as usize]);
        let n = tile.at(x / unit * 1.37, y / unit * 2.1) * 0.6 + tile.at(x / unit * 3.71, y / unit * 4.3) * 0.4;
        let d = (y - horizon - unit * 0.003) / (unit * 0.011 * storm);
        let k = land * clamp01(1.0 - d * d) * smooth(0.42, 0.66, n);
        *pixel = mix(*pixel, white, k * 0.55 * storm.min(1.4));
    });
}

/// Wet sand with the last wave running out on it.
pub(super) fn beach(stage: &mut Stage<'_>, horizon: f32, side: f32) {
    let p = stage.mood.palette;
    let mut dice = stage.dice("beach");
    let key = stage.key("beach");
    let (w, h, unit) = (stage.w, stage.h, stage.unit);
    let lean = dice.range(0.1, 0.24) * side;
    let deep = (h - horizon) * dice.range(0.34, 0.44);
    let edge = stage.line(|x| {
        let t = x / w - 0.5;
        h - deep * (1.0 + lean * 4.0 * t) + fbm1(x / unit * 1.6, 4, key) * unit * 0.035
    });
    let warm = mix(hex(0xc9a77c), p.land, 0.3);
    let day = 0.12 + 0.75 * (p.haze[0] + p.haze[1] + p.haze[2]) / 3.0;
    let snow = stage.mood.weather == Weather::Snow;
    let dry = scale(if snow { [0.8, 0.83, 0.9] } else { warm }, day);
    let wet = mix(scale(dry, 0.42), p.middle, 0.25);
    let (tile, glow) = (&stage.tile, mix(p.horizon, p.middle, 0.4));
    let foam = Field::new(stage.canvas.w, horizon, h, stage.coarse(), |x, y| {
        let near = lerp(3.2, 1.2, (y - horizon) / (h - horizon));
        tile.at(x / unit * near * 0.5, y / unit * near * 1.2)
    });
    stage.canvas.below(&edge, h, |x, y, depth| {
        let t = smooth(unit * 0.05, unit * 0.3, depth + (foam.at(x, y) - 0.5) * unit * 0.14);
        let film = mix(wet, glow, 0.5 * (1.0 - t) * clamp01(1.0 - depth / (unit * 0.16)));
        scale(mix(film, dry, t), 0.9 + 0.25 * (foam.at(x, y) - 0.5))
    });
    let white = mix(p.cloud_lit, p.haze, 0.3);
    let last = edge.len() - 1;
    stage.canvas.rows((h - deep * 2.6).max(horizon + unit * 0.06), h, |x, y, pixel| {
        let d = (y - edge[(x as usize).min(last)]) / unit;
        let n = foam.at(x, y);
        let lip = clamp01(1.0 - (d / 0.009) * (d / 0.009)) * 0.9;
        // Foam left behind by the wave: a net of thin veins.
        let net = tile.at(x / unit * 1.3, y / unit * 3.1) + (n - 0.5) * 0.4;
        let vein = smooth(0.045, 0.0, (net - 0.5).abs());
        let lace = smooth(-0.11, 0.0, d) * smooth(0.004, 0.0, d) * vein * 0.6;
        // Two more waves stand further out.
        let swell = [0.19, 0.33].map(|off: f32| {
            let q = (d + off + (n - 0.5) * 0.02) / (0.011 * (1.0 - off));
            clamp01(1.0 - q * q) * smooth(0.46, 0.6, n) * 0.5
        });
        *pixel = mix(*pixel, white, lip.max(lace).max(swell[0]).max(swell[1]));
    });
    if stage.mood.wants(Thing::People) {
        let x = w * (0.5 - side * 0.14);
        let base = edge[(x as usize).min(last)] + unit * 0.08;
        let dark = mix(p.shade, p.haze, 0.05);
        let shadow = mix(wet, p.shade, 0.6);
        stage.canvas.stroke(
            [x, base],
            [x + side * unit * 0.01, base + unit * 0.1],
            [unit * 0.02, unit * 0.012],
            shadow,
            0.5,
        );
        figures::walker(&mut stage.canvas, x, base, unit * 0.14, dark, &mut dice);
    }
}

/// Dark rocks in the near corner.
pub(super) fn rocks(stage: &mut Stage<'_>, side: f32) {
    let p = stage.mood.palette;
    let mut dice = stage.dice("rocks");
    let (w, h, unit) = (stage.w, stage.h, stage.unit);
    for layer in 0..2 {
        let key = stage.key(if layer == 0 { "rocks back" } else { "rocks front" });
        let reach = dice.range(0.45, 0.7) - 0.12 * layer as f32;
        let tall = unit * (0.2 - 0.05 * layer as f32);
        let line = stage.line(|x| {
            let t = if side > 0.0 { x / w } else { 1.0 - x / w };
            let rise = smooth(reach, 0.0, t);
            h + unit * 0.03 - tall * rise * (0.55 + 0.7 * crag1(x / unit * 3.2, 6, key)) - unit * 0.01 * rise
        });
        let top = mix(mix(p.shade, p.land, 0.4), p.haze, 0.16 - 0.06 * layer as f32);
        let dark = scale(p.shade, 0.7);
        let tile = &stage.tile;
        stage.canvas.below(&line, h, |x, y, depth| {
            let n = tile.at(x / unit * 1.4, y / unit * 1.4) - tile.at(x / unit * 1.4 + 0.012, y / unit * 1.4 + 0.02);
            let face = mix(top, dark, smooth(0.0, unit * 0.09, depth));
            scale(face, clamp01(0.85 + n * 2.2) + 0.1)
        });
        if layer == 1 && stage.mood.wants(Thing::People) {
            let x = if side > 0.0 { w * reach * 0.4 } else { w * (1.0 - reach * 0.4) };
            let base = line[(x as usize).min(line.len() - 1)] + unit * 0.012;
            figures::walker(&mut stage.canvas, x, base, unit * 0.13, scale(p.shade, 0.6), &mut dice);
        }
    }
}
