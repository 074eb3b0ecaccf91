//! A mountain lake: ranges in aerial perspective, one summit, a wooded shore and still water.

use super::super::approx::{lerp, smooth};
use super::super::color::{mix, scale};
use super::super::figures;
use super::super::light::Light;
use super::super::meaning::{Thing, Weather};
use super::super::noise::fbm1;
use super::super::ridge::{self, Ridge};
use super::super::sky;
use super::super::stage::Stage;
use super::super::trees;
use super::super::water::{self, Water};
use super::super::weather;

pub(super) fn paint(stage: &mut Stage<'_>) {
    let mut dice = stage.dice("lake");
    let horizon = (stage.h * dice.range(0.55, 0.63)).floor();
    let light = Light::new(stage, horizon);
    sky::paint(stage, horizon, &light);
    weather::lightning(stage, horizon);

    let p = stage.mood.palette;
    let mist = stage.mood.mist;
    let span = (horizon * 0.92).min(stage.w * 0.85);
    // The summit stands on the far side from the light, so that neither hides the other.
    let away = if light.x < stage.w * 0.5 { 1.0 } else { -1.0 };
    let peak = 0.5 + away * dice.range(0.08, 0.26);
    let tall = dice.range(0.5, 0.72);
    let snow = if stage.mood.weather == Weather::Snow { 1.1 } else { dice.range(0.25, 0.6) };

    let far = ridge::crest(stage, "far", horizon, span * 0.4, 0.5 - away * 0.25, 0.7);
    let range = |line, rock, distance: f32, relief, snow| Ridge {
        line,
        foot: horizon,
        rock,
        haze: p.haze,
        distance: lerp(distance, 1.0, mist * 0.45),
        relief,
        snow,
    };
    let hazy = mix(p.haze, p.horizon, 0.35);
    ridge::paint(stage, &Ridge { haze: hazy, ..range(&far, p.land, 0.72, 0.5, 0.0) }, &light, "far");
    let main = ridge::crest(stage, "main", horizon, span * tall, peak, 0.3);
    ridge::paint(stage, &range(&main, mix(p.land, p.middle, 0.25), 0.3, 1.0, snow), &light, "main");
    water::mist_bank(stage, horizon - span * 0.05, span * 0.16, p.haze, 0.3 + mist);
    let flank = ridge::crest(stage, "flank", horizon, span * 0.3, 0.5 - away * 0.42, 0.28);
    ridge::paint(stage, &range(&flank, mix(p.land, p.shade, 0.5), 0.14, 0.7, 0.0), &light, "flank");

    shore(stage, horizon, mist);
    water::mist_bank(stage, horizon, span * 0.07, p.haze, 0.25 + mist * 0.8);
    let water = Water {
        line: horizon,
        rough: if stage.mood.weather == Weather::Storm { 0.5 } else { dice.range(0.03, 0.16) },
        deep: mix(mix(p.shade, p.land, 0.35), p.zenith, 0.4),
        depth: 0.5,
        glitter: 0.55,
        streaks: false,
    };
    water::paint(stage, &water, &light);
    water::mist_bank(stage, horizon + span * 0.02, span * 0.06, p.haze, 0.15 + mist * 0.5);

    let drift = dice.range(0.25, 0.75);
    if stage.mood.wants(Thing::Boat) || dice.chance(0.22) && stage.mood.allows(Thing::Boat) {
        let y = lerp(horizon, stage.h, 0.22);
        let dark = mix(p.shade, p.haze, 0.08);
        figures::boat(stage, stage.w * drift, y, stage.unit * 0.1, dark, None);
    }
    figures::birds(stage, stage.w * (1.0 - drift), horizon * 0.42, mix(p.shade, p.middle, 0.3));
    foreground(stage, horizon, -away);
    weather::fall(stage);
}

/// Firs along the far shore, in clumps, with gaps that let the mountains down to the water.
fn shore(stage: &mut Stage<'_>, horizon: f32, mist: f32) {
    let p = stage.mood.palette;
    let key = stage.key("shore");
    let mut dice = stage.dice("shore");
    let unit = stage.unit;
    let line = stage.line(|x| {
        let n = fbm1(x / unit * 2.2, 4, key) + 0.12;
        horizon - (n * unit * 0.035).max(0.0)
    });
    let dark = mix(mix(p.shade, p.land, 0.25), p.haze, 0.08 + mist * 0.25);
    let frost = stage.mood.weather == Weather::Snow;
    let lit = if frost { mix(p.haze, [0.9, 0.93, 1.0], 0.5) } else { mix(dark, p.haze, 0.35) };
    stage.canvas.below(&line, horizon, |_, _, _| dark);
    let count = (stage.w / unit * 190.0) as usize;
    for i in 0..count {
        let x = (i as f32 + dice.unit()) / count as f32 * stage.w;
        let wood = fbm1(x / unit * 2.2, 4, key) + 0.12;
        let tall = unit * (0.018 + 0.05 * dice.unit()) * smooth(-0.05, 0.5, wood);
        if tall > unit * 0.006 {
            let base = line[(x as usize).min(line.len() - 1)] + 2.0;
            trees::conifer(&mut stage.canvas, x, base.min(horizon), tall, dark, lit, &mut dice);
        }
    }
}

/// A dark bank in one corner with tall firs or reeds: the near frame of the picture.
fn foreground(stage: &mut Stage<'_>, horizon: f32, side: f32) {
    let p = stage.mood.palette;
    let mut dice = stage.dice("bank");
    let key = stage.key("bank");
    let (w, h, unit) = (stage.w, stage.h, stage.unit);
    let reach = dice.range(0.3, 0.55);
    let bank = stage.line(|x| {
        let t = if side > 0.0 { 1.0 - x / w } else { x / w };
        let slope = smooth(reach, 0.0, t);
        h - slope * unit * 0.15 + fbm1(x / unit * 5.0, 5, key) * unit * 0.018 * (0.3 + slope) + unit * 0.01
    });
    let dark = scale(p.shade, 0.75);
    let frost = stage.mood.weather == Weather::Snow;
    let top = if frost { mix(p.haze, [0.85, 0.88, 0.95], 0.4) } else { mix(p.shade, p.land, 0.45) };
    stage.canvas.below(&bank, h, |_, _, depth| mix(top, dark, smooth(0.0, unit * 0.05, depth)));
    let firs = dice.chance(0.62);
    let edge = |t: f32| if side > 0.0 { w * (1.0 - t) } else { w * t };
    let at = |x: f32| bank[(x.max(0.0) as usize).min(bank.len() - 1)];
    if firs {
        let rim = if frost { top } else { mix(dark, p.haze, 0.25) };
        for i in 0..5 {
            let x = edge(dice.range(0.0, 0.05) + 0.045 * i as f32 * dice.range(0.6, 1.2));
            let tall = (h - horizon).min(unit * 0.7) * dice.range(0.55, 1.35) * (1.0 - 0.1 * i as f32);
            trees::conifer(&mut stage.canvas, x, at(x) + unit * 0.02, tall, dark, rim, &mut dice);
        }
    }
    for _ in 0..(if firs { 14 } else { 40 }) {
        let x = edge(dice.unit() * reach);
        let tall = unit * dice.range(0.03, if firs { 0.05 } else { 0.11 });
        trees::reeds(&mut stage.canvas, x, at(x) + unit * 0.01, tall, dark, &mut dice);
    }
    if stage.mood.wants(Thing::People) {
        let x = edge(reach * 0.55);
        figures::walker(&mut stage.canvas, x, at(x) + unit * 0.01, unit * 0.15, dark, &mut dice);
    }
}
