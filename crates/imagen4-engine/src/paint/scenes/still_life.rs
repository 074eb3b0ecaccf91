//! Things on a table, turned on an imaginary lathe: for every height a radius, shaded as round from the window's light.

use super::super::approx::{bell, clamp01, lerp, smooth};
use super::super::canvas::Canvas;
use super::super::color::{Rgb, hex, mix, plus, scale};
use super::super::noise::Dice;
use super::super::trees;
use super::lathe::{Lamp, Turned, glaze, mouth, shadow, tube, turn};

pub(super) fn teapot(canvas: &mut Canvas, lamp: Lamp, x: f32, foot: f32, tall: f32, color: Rgb, turned: f32) {
    shadow(canvas, lamp, x, foot, tall * 0.6, tall * 1.3);
    let s = turned;
    let at = |u: f32, v: f32| [x + s * u * tall, foot - v * tall];
    let tone = |u: f32| glaze(lamp, color, clamp01(0.32 + 0.5 * u * s * lamp.side));
    tube(
        canvas,
        [at(-0.38, 0.62), at(-0.92, 0.84), at(-0.9, 0.14), at(-0.42, 0.22)],
        [tall * 0.08, tall * 0.07],
        tone(-0.8),
    );
    tube(canvas, [at(0.38, 0.26), at(0.7, 0.3), at(0.6, 0.58), at(0.82, 0.72)], [tall * 0.22, tall * 0.08], tone(0.8));
    let body = |t: f32| {
        let v = (t - 0.52) / 0.59;
        (1.0 - v * v).max(0.0).sqrt() * 0.64
    };
    turn(canvas, lamp, &Turned { x, foot, tall: tall * 0.78, color, gloss: 0.55, radius: &body });
    let lid = |t: f32| {
        let (knob, dome) = ((t - 0.17) / 0.17, (1.0 - t) / 0.72);
        let knob = (1.0 - knob * knob).max(0.0).sqrt() * 0.24;
        knob.max((1.0 - dome * dome).max(0.0).sqrt() * 1.2)
    };
    turn(canvas, lamp, &Turned { x, foot: foot - tall * 0.745, tall: tall * 0.22, color, gloss: 0.4, radius: &lid });
}

pub(super) fn cup(canvas: &mut Canvas, lamp: Lamp, x: f32, foot: f32, tall: f32, color: Rgb, turned: f32) {
    shadow(canvas, lamp, x, foot, tall * 0.8, tall * 1.2);
    let (plate, rim) = (glaze(lamp, color, 0.5), glaze(lamp, color, 0.78));
    mouth(canvas, x, foot + tall * 0.05, tall * 0.96, scale(plate, 0.45), scale(plate, 0.4));
    mouth(canvas, x, foot + tall * 0.015, tall * 0.96, plate, rim);
    mouth(canvas, x, foot + tall * 0.04, tall * 0.5, scale(plate, 0.55), scale(plate, 0.6));
    let at = |u: f32, v: f32| [x + turned * u * tall, foot - v * tall];
    let handle = glaze(lamp, color, clamp01(0.35 + 0.4 * turned * lamp.side));
    tube(canvas, [at(0.42, 0.82), at(0.98, 0.92), at(0.86, 0.22), at(0.34, 0.3)], [tall * 0.1, tall * 0.08], handle);
    let body = |t: f32| 0.56 - 0.3 * t * t * t - 0.04 * t;
    turn(canvas, lamp, &Turned { x, foot, tall, color, gloss: 0.4, radius: &body });
    mouth(
        canvas,
        x,
        foot - tall + tall * 0.045,
        tall * 0.56,
        mix(hex(0x3a1d10), lamp.env, 0.12),
        glaze(lamp, color, 0.75),
    );
}

/// Steam above a cup: a few soft ribbons.
pub(super) fn steam(canvas: &mut Canvas, tile: &super::super::noise::Tile, x: f32, foot: f32, tall: f32, light: Rgb) {
    let wide = tall * 0.3;
    canvas.area([x - wide * 1.6, foot - tall, x + wide * 1.6, foot], |px, py, pixel| {
        let t = (foot - py) / tall;
        let sway = (tile.at(0.3, t * 0.35) - 0.5) * wide * 2.4 * t;
        let d = (px - x - sway) / (wide * (0.45 + 0.7 * t));
        let n = tile.at((px - sway) / tall * 0.55, py / tall * 0.3);
        let k = clamp01(1.0 - d * d) * smooth(0.42, 0.72, n) * (1.0 - t) * smooth(0.0, 0.15, t);
        *pixel = plus(*pixel, scale(light, 0.3 * k));
    });
}

/// A vase with flowers of the colour `bloom`, or with bare twigs.
pub(super) fn vase(
    canvas: &mut Canvas,
    lamp: Lamp,
    [x, foot]: [f32; 2],
    tall: f32,
    color: Rgb,
    bloom: Option<Rgb>,
    dice: &mut Dice,
) {
    shadow(canvas, lamp, x, foot, tall * 0.32, tall * 1.1);
    let slim = dice.range(0.8, 1.15);
    let top = foot - tall * 0.94;
    let stem = glaze(lamp, hex(0x5d7048), 0.4);
    let count = if bloom.is_some() { 11 } else { 5 };
    for i in 0..count {
        let lean = (i as f32 - (count - 1) as f32 * 0.5) / count as f32 * 1.25 + dice.range(-0.12, 0.12);
        let long = tall * dice.range(0.55, 1.05);
        let tip = [x + lean * long, top - long * (1.0 - 0.3 * lean.abs())];
        let bend = [x + lean * long * 0.3, top - long * 0.5];
        let thin = tall * 0.014;
        if let Some(petal) = bloom {
            canvas.stroke([x, top + 2.0], bend, [thin, thin], stem, 1.0);
            canvas.stroke(bend, tip, [thin, thin * 0.7], stem, 1.0);
            for k in 0..3 {
                let t = 0.3 + 0.2 * k as f32;
                let at = [lerp(bend[0], tip[0], t), lerp(bend[1], tip[1], t)];
                let side = dice.side();
                let leaf = [at[0] + side * tall * 0.1, at[1] - tall * 0.05];
                canvas.stroke(at, leaf, [tall * 0.035, tall * 0.008], scale(stem, dice.range(0.7, 1.4)), 1.0);
            }
            flower(canvas, lamp, tip, tall * dice.range(0.07, 0.12), petal, dice);
        } else {
            trees::branch(canvas, [x, top + 2.0], [lean * long * 0.3, -long * 0.3], thin * 1.7, scale(stem, 0.6), dice);
        }
    }
    let radius = |t: f32| {
        let belly = 1.0 - (t - 0.62) * (t - 0.62) * 5.2;
        let neck = smooth(0.3, 0.06, t) * 0.05 * (1.0 - t * 6.0).max(0.0);
        (belly.max(0.0) * 0.27 * smooth(-0.05, 0.5, t) + 0.085 + neck) * slim * (1.0 - 0.3 * smooth(0.85, 1.0, t))
    };
    turn(canvas, lamp, &Turned { x, foot, tall, color, gloss: 0.5, radius: &radius });
    mouth(
        canvas,
        x,
        foot - tall + tall * 0.015,
        radius(0.02) * tall,
        scale(glaze(lamp, color, 0.05), 0.5),
        glaze(lamp, color, 0.55),
    );
    if let Some(petal) = bloom {
        for _ in 0..5 {
            let at = [x + dice.range(-0.22, 0.22) * tall, top - dice.range(0.08, 0.34) * tall];
            flower(canvas, lamp, at, tall * dice.range(0.09, 0.13), petal, dice);
        }
    }
}

fn flower(canvas: &mut Canvas, lamp: Lamp, at: [f32; 2], size: f32, petal: Rgb, dice: &mut Dice) {
    let base = scale(petal, dice.range(0.75, 1.2));
    for ring in 0..3 {
        let r = size * (0.62 - 0.2 * ring as f32);
        for k in 0..7 {
            let turn = k as f32 / 7.0 + dice.range(-0.05, 0.05);
            let (dx, dy) = (super::super::approx::wave(turn + 0.25), super::super::approx::wave(turn));
            let tip = [at[0] + dx * r, at[1] + dy * r * 0.8];
            let k = clamp01(0.45 + 0.35 * dx * lamp.side - 0.25 * dy + 0.1 * ring as f32);
            canvas.stroke(at, tip, [r * 0.5, r * 0.75], glaze(lamp, base, k), 1.0);
        }
    }
    canvas.stroke(at, at, [size * 0.22, size * 0.22], glaze(lamp, hex(0xd8a030), 0.7), 1.0);
}

pub(super) fn fruit(canvas: &mut Canvas, lamp: Lamp, x: f32, foot: f32, tall: f32, dice: &mut Dice) {
    shadow(canvas, lamp, x, foot, tall * 0.55, tall * 0.9);
    let kind = dice.below(3);
    let color = hex([0xc8402e, 0xe2b93a, 0xb9a53c][kind]);
    let radius = |t: f32| {
        let v = (t - 0.5) / 0.5;
        let round = (1.0 - v * v).max(0.0).sqrt() * 0.52;
        if kind != 2 {
            return round;
        }
        let (belly, neck) = ((t - 0.66) / 0.34, (t - 0.22) / 0.3);
        let ends = (clamp01(t * 9.0) * clamp01((1.0 - t) * 6.0)).sqrt();
        (bell(belly * 1.1) * 0.4 + bell(neck * 1.2) * 0.17) * ends
    };
    turn(
        canvas,
        lamp,
        &Turned { x, foot, tall: tall * if kind == 2 { 1.3 } else { 1.0 }, color, gloss: 0.45, radius: &radius },
    );
    let top = foot - tall * if kind == 2 { 1.27 } else { 0.97 };
    if kind != 1 {
        canvas.stroke(
            [x, top + tall * 0.03],
            [x + tall * 0.06, top - tall * 0.14],
            [tall * 0.05, tall * 0.04],
            hex(0x3a2a1a),
            1.0,
        );
    }
}

/// A small pile of books lying flat.
pub(super) fn books(canvas: &mut Canvas, lamp: Lamp, x: f32, foot: f32, wide: f32, dice: &mut Dice) {
    shadow(canvas, lamp, x, foot, wide * 0.55, wide * 0.5);
    let mut y = foot + wide * 0.04;
    for _ in 0..3 {
        let thick = wide * dice.range(0.1, 0.17);
        let half = wide * dice.range(0.42, 0.54);
        let cx = x + wide * dice.range(-0.05, 0.05);
        let cover = hex([0x6d2f2a, 0x2f4a5a, 0x8a7350, 0x3f5a40, 0xa58a5a][dice.below(5)]);
        canvas.area([cx - half, y - thick, cx + half, y], |px, py, pixel| {
            let across = (px - cx) / half;
            let round = (py - y) / thick + 0.62;
            let band = (across.abs() - 0.72).abs() < 0.02;
            let base = if band { hex(0xc9a860) } else { cover };
            let light = 0.3 + 0.2 * across * lamp.side - round * 0.35;
            *pixel = scale(glaze(lamp, base, light.max(0.02)), 1.0 - 0.5 * smooth(0.35, 0.5, round.abs()));
        });
        y -= thick;
    }
}
