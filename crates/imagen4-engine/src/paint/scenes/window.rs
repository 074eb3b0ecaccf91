//! The window of the room: the view, rain on the glass, the frame and a curtain.

use super::super::approx::{clamp01, lerp, smooth, wave};
use super::super::color::{hex, luma, mix, plus, scale};
use super::super::meaning::{Thing, Weather};
use super::super::noise::{Dice, crag1};
use super::super::stage::Stage;
use super::lathe::Lamp;

/// What is seen through the glass: sky, a pale ridge and tree tops, all a little out of focus.
pub(super) fn view(stage: &mut Stage<'_>, pane: [f32; 4]) {
    let p = stage.mood.palette;
    let [_, top, _, bottom] = pane;
    let (tile, unit) = (&stage.tile, stage.unit);
    let key = stage.key("view");
    let skyline = lerp(top, bottom, 0.68);
    let ridge = stage.line(|x| skyline - crag1(x / unit * 1.5, 3, key) * unit * 0.13 + unit * 0.05);
    let hedge = stage.line(|x| skyline + unit * 0.08 - crag1(x / unit * 4.0, 3, key ^ 3) * unit * 0.09);
    let last = ridge.len() - 1;
    let wet = matches!(stage.mood.weather, Weather::Rain | Weather::Storm) || stage.mood.wants(Thing::Rain);
    let bright = if stage.mood.dark() { 1.0 } else { 1.12 };
    let far = mix(p.land, p.haze, 0.62);
    let near = mix(mix(p.land, p.shade, 0.3), p.haze, 0.25 + stage.mood.mist * 0.4);
    stage.canvas.area(pane, |x, y, pixel| {
        let t = clamp01((y - top) / (skyline - top));
        let mut c = mix(mix(p.zenith, p.middle, smooth(0.0, 0.5, t)), p.horizon, 0.85 * smooth(0.3, 1.1, t));
        let cloud = smooth(0.5, 0.75, tile.at(x / unit * 0.33, y / unit * 0.7)) * 0.5;
        c = mix(c, p.cloud_lit, cloud);
        let soft = unit * 0.006;
        c = mix(c, far, smooth(-soft, soft, y - ridge[(x as usize).min(last)]));
        let leaves = (tile.at(x / unit * 1.1, y / unit * 1.1) - 0.5) * unit * 0.05;
        c = mix(c, near, smooth(-soft, soft, y - hedge[(x as usize).min(last)] + leaves));
        *pixel = scale(c, bright);
    });
    if wet {
        drops(stage, pane);
    }
    if stage.mood.weather == Weather::Snow && stage.mood.allows(Thing::Snow) {
        let mut dice = stage.dice("flakes");
        let white = scale([0.95, 0.97, 1.0], 0.3 + 0.7 * luma(p.haze).sqrt());
        for _ in 0..160 {
            let at = [lerp(pane[0], pane[2], dice.unit()), lerp(top, bottom, dice.unit())];
            let r = unit * dice.range(0.002, 0.006);
            stage.canvas.stroke(at, at, [r, r], white, 0.8);
        }
    }
}

/// Rain on the glass: beads with a bright foot, and a few that run.
fn drops(stage: &mut Stage<'_>, pane: [f32; 4]) {
    let mut dice = stage.dice("drops");
    let unit = stage.unit;
    let light = mix(stage.mood.palette.horizon, [0.8, 0.85, 0.9], 0.3);
    let dark = scale(stage.mood.palette.middle, 0.4);
    for i in 0..260 {
        let at = [lerp(pane[0], pane[2], dice.unit()), lerp(pane[1], pane[3], dice.unit())];
        let r = unit * dice.range(0.0015, 0.0055);
        if i % 14 == 0 {
            let long = unit * dice.range(0.03, 0.16);
            stage.canvas.stroke([at[0], at[1] - long], at, [r * 0.4, r * 1.2], light, 0.4);
        }
        stage.canvas.stroke(at, at, [r * 1.6, r * 1.6], dark, 0.4);
        stage.canvas.stroke([at[0], at[1] + r * 0.25], [at[0], at[1] + r * 0.25], [r, r], light, 0.85);
    }
}

pub(super) fn frame(stage: &mut Stage<'_>, pane: [f32; 4], lamp: Lamp, dice: &mut Dice) {
    let unit = stage.unit;
    let [left, top, right, bottom] = pane;
    let dark = stage.mood.dark();
    let lit = if dark { scale(lamp.color, 0.5) } else { scale(lamp.env, 0.9) };
    let wood = mix(hex([0xe8e2d6, 0x6d4a34, 0xd9d4c8][dice.below(3)]), [0.5, 0.5, 0.5], 0.1);
    let face = [wood[0] * lit[0], wood[1] * lit[1], wood[2] * lit[2]];
    let thick = unit * 0.024;
    let thin = unit * 0.011;
    let bar = |stage: &mut Stage<'_>, b: [f32; 4], tone: f32| {
        stage.canvas.area(b, |_, _, pixel| *pixel = scale(face, tone));
    };
    let across = dice.below(2) + 2;
    for i in 1..across {
        let y = lerp(top, bottom, i as f32 / across as f32);
        bar(stage, [left, y - thin * 0.5, right, y + thin * 0.5], 1.1);
    }
    let cx = (left + right) * 0.5;
    bar(stage, [cx - thin * 0.5, top, cx + thin * 0.5, bottom], 0.9);
    bar(stage, [left - thick, top - thick, right + thick, top], 0.85);
    bar(stage, [left - thick, top, left, bottom], 1.0);
    bar(stage, [right, top, right + thick, bottom], 1.0);
    bar(stage, [left - thick * 1.8, bottom, right + thick * 1.8, bottom + thick * 0.7], 1.6);
    bar(stage, [left - thick * 1.8, bottom + thick * 0.7, right + thick * 1.8, bottom + thick * 1.4], 0.7);
}

/// A thin curtain drawn to the outer side, glowing where the light comes through.
pub(super) fn curtain(stage: &mut Stage<'_>, pane: [f32; 4], side: f32, lamp: Lamp, table: f32) {
    let unit = stage.unit;
    let [left, top, right, bottom] = pane;
    let wide = (right - left) * 0.3;
    let outer = if side < 0.0 { left - unit * 0.05 } else { right + unit * 0.05 };
    let tile = &stage.tile;
    let foot = (bottom + unit * 0.12).min(table + unit * 0.02);
    let cloth = mix(hex(0xe9e2d4), stage.mood.accent.unwrap_or(hex(0xe9e2d4)), 0.2);
    let through = if stage.mood.dark() { scale(lamp.color, 0.35) } else { scale(lamp.color, 0.75) };
    let bounds = [
        outer.min(outer - side * wide * 1.3) - 2.0,
        top - unit * 0.06,
        outer.max(outer - side * wide * 1.3) + 2.0,
        foot,
    ];
    stage.canvas.area(bounds, |x, y, pixel| {
        let fall = (y - top) / (foot - top);
        let u = (outer - x) * side;
        let hem = wide * (0.86 + 0.2 * fall) + (tile.at(0.2, fall * 0.3) - 0.5) * wide * 0.3;
        let cover = clamp01((hem - u) * 0.5) * clamp01(u + 1.0);
        let fold = wave(u / wide * 4.2 + tile.at(u / wide * 0.2, fall * 0.12) * 1.8);
        let light = 0.5 + 0.28 * fold;
        let c = plus(scale(lamp.env, 0.35), scale(through, light));
        let c = [c[0] * cloth[0], c[1] * cloth[1], c[2] * cloth[2]];
        *pixel = mix(*pixel, c, cover * (0.84 + 0.1 * fold));
    });
}
