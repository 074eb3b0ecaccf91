//! Round things: for every height a radius, turned on an imaginary lathe and shaded from the side of the light.

use super::super::approx::{clamp01, lerp, smooth};
use super::super::canvas::Canvas;
use super::super::color::{Rgb, mix, plus, scale};

/// The light in which all things on the table stand.
#[derive(Clone, Copy)]
pub(super) struct Lamp {
    /// From which side it comes: -1 left, 1 right.
    pub(super) side: f32,
    pub(super) color: Rgb,
    pub(super) env: Rgb,
}

/// A round thing: `radius(t)` for `t` from 0 at the top to 1 at the foot, as a share of its height.
pub(super) struct Turned<'a> {
    pub(super) x: f32,
    pub(super) foot: f32,
    pub(super) tall: f32,
    pub(super) color: Rgb,
    pub(super) gloss: f32,
    pub(super) radius: &'a dyn Fn(f32) -> f32,
}

pub(super) fn turn(canvas: &mut Canvas, lamp: Lamp, thing: &Turned<'_>) {
    let (x, tall, foot) = (thing.x, thing.tall, thing.foot);
    let widest = (0..=24).map(|i| (thing.radius)(i as f32 / 24.0)).fold(0.0, f32::max) * tall;
    let sag = 0.16;
    let bounds = [x - widest - 2.0, foot - tall - 2.0, x + widest + 2.0, foot + widest * sag + 2.0];
    canvas.area(bounds, |px, py, pixel| {
        // Seen a little from above, every ring sags toward the viewer.
        let dx = px - x;
        let guess = (thing.radius)(clamp01((py - foot + tall) / tall)) * tall;
        let n = (dx / guess.max(0.5)).clamp(-1.0, 1.0);
        let drop = (1.0 - n * n).sqrt() * guess * sag;
        let t = (py - drop - foot + tall) / tall;
        if !(-0.02..=1.0).contains(&t) {
            return;
        }
        let r = (thing.radius)(clamp01(t)) * tall;
        let cover = clamp01(r - dx.abs() + 0.5);
        if cover <= 0.0 {
            return;
        }
        let n = (dx / r.max(0.5)).clamp(-1.0, 1.0);
        let facing = n * lamp.side;
        let depth = (1.0 - n * n).sqrt();
        // Where it widens downward it faces up, to the light.
        let slope = ((thing.radius)(clamp01(t + 0.02)) - (thing.radius)(clamp01(t - 0.02))) * 25.0;
        let up = slope.clamp(-1.5, 1.5) * 0.16;
        let diffuse = clamp01(facing * 0.72 + depth * 0.3 + up + 0.06);
        let diffuse = diffuse * diffuse * (3.0 - 2.0 * diffuse);
        let bounce = smooth(0.5, 1.0, -facing) * 0.18 * smooth(0.3, 1.0, t);
        let lit = plus(scale(lamp.env, 0.55 + bounce), scale(lamp.color, diffuse));
        let mut c = [thing.color[0] * lit[0], thing.color[1] * lit[1], thing.color[2] * lit[2]];
        let spot = smooth(0.16, 0.0, (facing - 0.62).abs()) * smooth(0.0, 0.12, t) * smooth(0.75, 0.2, t);
        c = plus(c, scale(lamp.color, spot * thing.gloss));
        c = scale(c, 1.0 - 0.35 * smooth(0.88, 1.0, t));
        *pixel = mix(*pixel, c, cover);
    });
}

/// A soft shadow cast on the table away from the light.
pub(super) fn shadow(canvas: &mut Canvas, lamp: Lamp, x: f32, foot: f32, wide: f32, long: f32) {
    let reach = wide * 1.2 + long;
    canvas.area([x - reach, foot - wide * 0.5, x + reach, foot + wide * 0.6], |px, py, pixel| {
        let along = -(px - x) * lamp.side;
        let t = clamp01(along / long);
        let half = wide * lerp(1.0, 0.8, t);
        let (dx, dy) = ((along - t * long) / half, (py - foot - wide * 0.05 + along * 0.04) / (half * 0.3));
        let d = (dx * dx + dy * dy).sqrt();
        let k = smooth(1.25, 0.35, d) * lerp(0.62, 0.12, t);
        *pixel = scale(*pixel, 1.0 - k);
    });
}

/// A ring of liquid or darkness seen inside an open top.
pub(super) fn mouth(canvas: &mut Canvas, x: f32, y: f32, r: f32, inside: Rgb, rim: Rgb) {
    let flat = r * 0.17;
    canvas.area([x - r - 1.0, y - flat - 1.0, x + r + 1.0, y + flat + 1.0], |px, py, pixel| {
        let (dx, dy) = ((px - x) / r, (py - y) / flat);
        let d = (dx * dx + dy * dy).sqrt();
        let cover = clamp01((1.0 - d) * flat + 0.5);
        let c = if d > 0.86 { rim } else { inside };
        *pixel = mix(*pixel, c, cover);
    });
}

pub(super) fn glaze(lamp: Lamp, color: Rgb, k: f32) -> Rgb {
    let lit = plus(scale(lamp.env, 0.6), scale(lamp.color, k));
    [color[0] * lit[0], color[1] * lit[1], color[2] * lit[2]]
}

/// A bent tube through four points: handles and spouts.
pub(super) fn tube(canvas: &mut Canvas, points: [[f32; 2]; 4], wide: [f32; 2], color: Rgb) {
    let at = |t: f32, j: usize| {
        let s = 1.0 - t;
        s * s * s * points[0][j]
            + 3.0 * s * s * t * points[1][j]
            + 3.0 * s * t * t * points[2][j]
            + t * t * t * points[3][j]
    };
    for i in 0..16 {
        let (a, b) = (i as f32 / 16.0, (i + 1) as f32 / 16.0);
        let w = [lerp(wide[0], wide[1], a), lerp(wide[0], wide[1], b)];
        canvas.stroke([at(a, 0), at(a, 1)], [at(b, 0), at(b, 1)], w, color, 1.0);
    }
}
