//! Small living things that give a picture its scale: a walker, birds, a boat, a deer.

use super::canvas::Canvas;
use super::color::Rgb;
use super::meaning::Thing;
use super::noise::Dice;
use super::stage::Stage;

/// A person seen from afar, standing with the feet at `(x, base)`.
pub(super) fn walker(canvas: &mut Canvas, x: f32, base: f32, tall: f32, color: Rgb, dice: &mut Dice) {
    let side = dice.side();
    let hip = base - tall * 0.47;
    let neck = base - tall * 0.84;
    let step = tall * dice.range(0.05, 0.1);
    let mut limb = |a: [f32; 2], b: [f32; 2], from: f32, to: f32| {
        canvas.stroke(a, b, [tall * from, tall * to], color, 1.0);
    };
    limb([x - tall * 0.02, hip], [x - step, base], 0.1, 0.055);
    limb([x + tall * 0.02, hip], [x + step, base], 0.1, 0.055);
    limb([x, hip + tall * 0.04], [x, neck + tall * 0.06], 0.16, 0.2);
    limb([x + side * tall * 0.09, neck + tall * 0.05], [x + side * tall * 0.13, hip], 0.06, 0.045);
    limb([x - side * tall * 0.09, neck + tall * 0.05], [x - side * tall * 0.12, hip], 0.06, 0.045);
    limb([x, neck], [x, neck - tall * 0.05], 0.06, 0.06);
    limb([x + side * tall * 0.008, neck - tall * 0.09], [x + side * tall * 0.01, neck - tall * 0.1], 0.125, 0.125);
}

/// A loose flock, if the mood has birds; without a wish for them, now and then.
pub(super) fn birds(stage: &mut Stage<'_>, x: f32, y: f32, color: Rgb) {
    let mut dice = stage.dice("birds");
    let wanted = stage.mood.wants(Thing::Birds);
    let some = dice.chance(0.4) && !stage.mood.dark();
    if !(wanted || some && stage.mood.allows(Thing::Birds)) {
        return;
    }
    for _ in 0..(if wanted { 13 } else { 6 }) {
        let at = [x + dice.range(-0.16, 0.16) * stage.unit, y + dice.range(-0.07, 0.07) * stage.unit];
        let span = stage.unit * dice.range(0.006, 0.014);
        let (dip, tilt) = (span * dice.range(0.1, 0.6), span * dice.range(-0.2, 0.2));
        let wide = (span * 0.2).max(0.8);
        for side in [-1.0, 1.0] {
            let elbow = [at[0] + side * span * 0.5, at[1] - dip + side * tilt * 0.5];
            let tip = [at[0] + side * span, at[1] - dip * 0.5 + side * tilt];
            stage.canvas.stroke(at, elbow, [wide, wide], color, 0.85);
            stage.canvas.stroke(elbow, tip, [wide, wide * 0.4], color, 0.85);
        }
    }
}

/// A rowing boat with someone in it, if people are welcome, or a sailing boat.
pub(super) fn boat(stage: &mut Stage<'_>, x: f32, base: f32, long: f32, color: Rgb, sail: Option<Rgb>) {
    let half = long * 0.5;
    let deep = long * 0.13;
    stage.canvas.shape(
        [x - half - 1.0, base - deep * 1.6, x + half + 1.0, base + 1.0],
        |px, py| {
            let t = (px - x) / half;
            let sheer = base - deep * (1.0 + 0.5 * t * t);
            let keel = base - deep * 0.9 * t * t * t * t;
            (sheer - py).max(py - keel).max((t.abs() - 1.0) * half)
        },
        |_, _, _| color,
    );
    if let Some(cloth) = sail {
        let (foot, top) = (base - deep * 1.35, base - long * 1.15);
        stage.canvas.stroke([x, base - deep], [x, top], [long * 0.025, long * 0.012], color, 1.0);
        for side in [-1.0f32, 1.0] {
            let reach = if side < 0.0 { long * 0.4 } else { long * 0.3 };
            for y in top as i32..foot as i32 {
                let t = (y as f32 - top) / (foot - top);
                let (a, b) = (x + side * long * 0.02, x + side * (long * 0.02 + reach * t * (1.15 - 0.15 * t)));
                stage.canvas.span(y, a.min(b), a.max(b), cloth, 0.95);
            }
        }
    } else if stage.mood.allows(Thing::People) {
        let (seat, tall) = (base - deep * 0.8, long * 0.3);
        stage.canvas.stroke([x, seat], [x - long * 0.02, seat - tall * 0.62], [tall * 0.4, tall * 0.34], color, 1.0);
        stage.canvas.stroke(
            [x - long * 0.02, seat - tall * 0.88],
            [x - long * 0.02, seat - tall * 0.9],
            [tall * 0.26, tall * 0.26],
            color,
            1.0,
        );
        let oar = [x + long * 0.42, base + deep * 0.5];
        stage.canvas.stroke([x, seat - tall * 0.35], oar, [long * 0.014, long * 0.02], color, 1.0);
    }
}

/// A stag standing in profile, feet at `(x, base)`, looking to `side`.
pub(super) fn deer(canvas: &mut Canvas, x: f32, base: f32, tall: f32, color: Rgb, side: f32) {
    let at = |u: f32, v: f32| [x + side * u * tall, base - v * tall];
    let mut limb = |a: [f32; 2], b: [f32; 2], from: f32, to: f32| {
        canvas.stroke(a, b, [tall * from, tall * to], color, 1.0);
    };
    limb(at(-0.22, 0.5), at(0.2, 0.52), 0.21, 0.23);
    limb(at(0.22, 0.55), at(0.36, 0.8), 0.17, 0.1);
    limb(at(0.35, 0.82), at(0.5, 0.77), 0.1, 0.05);
    limb(at(0.33, 0.85), at(0.24, 0.9), 0.05, 0.02);
    limb(at(-0.31, 0.53), at(-0.36, 0.44), 0.06, 0.03);
    for (u, bend) in [(-0.28, -0.05), (-0.2, -0.03), (0.2, 0.02), (0.27, 0.0)] {
        limb(at(u, 0.48), at(u + bend, 0.26), 0.085, 0.045);
        limb(at(u + bend, 0.26), at(u + bend + 0.01, 0.0), 0.04, 0.03);
    }
    for tip in [-0.1, 0.05] {
        limb(at(0.34, 0.87), at(0.28 + tip, 1.04), 0.028, 0.022);
        limb(at(0.28 + tip, 1.04), at(0.36 + tip * 1.4, 1.22), 0.022, 0.012);
        limb(at(0.29 + tip, 1.02), at(0.38 + tip, 1.1), 0.018, 0.01);
        limb(at(0.3 + tip * 1.1, 1.1), at(0.24 + tip * 1.3, 1.2), 0.016, 0.01);
    }
}
