//! The sky: a gradient, the sun or moon with its glow, clouds in perspective, stars and northern lights.

use super::approx::{clamp01, smooth};
use super::clouds::Clouds;
use super::color::{mix, plus, scale};
use super::light::Light;
use super::meaning::{Thing, Time};
use super::stage::Stage;
use super::stars::{aurora, stars};

/// Paints the sky down to `horizon` and fills the rest with its lowest colour.
pub(super) fn paint(stage: &mut Stage<'_>, horizon: f32, light: &Light) {
    let p = stage.mood.palette;
    let clouds = Clouds::new(stage, horizon, light);
    let glow = match stage.mood.time {
        Time::Noon => 0.3,
        Time::Night => 0.16,
        Time::Dusk => 0.5,
        Time::Dawn | Time::Golden => 0.62,
    } * (0.25 + 0.75 * light.strength);
    let near = 1.0 / (stage.unit * stage.unit * 0.02);
    let far = near * 0.08;
    let (lx, ly, color) = (light.x, light.y, light.color);
    stage.canvas.rows(0.0, stage.h, |x, y, pixel| {
        let e = clamp01(y / horizon);
        let high = mix(p.zenith, p.middle, smooth(0.0, 0.62, e));
        let base = mix(high, p.horizon, smooth(0.45, 1.0, e));
        let (dx, dy) = (x - lx, (y - ly) * 1.25);
        let d2 = dx * dx + dy * dy;
        let (a, b) = (1.0 / (1.0 + d2 * near), 1.0 / (1.0 + d2 * far));
        let shine = glow * (0.62 * a * a + 0.38 * b * b);
        *pixel = plus(base, scale(color, shine));
        if y < horizon {
            clouds.over(x, y, shine, pixel);
        }
    });
    if matches!(stage.mood.time, Time::Night | Time::Dusk) && stage.mood.allows(Thing::Stars) {
        stars(stage, horizon, &clouds, light);
    }
    if stage.mood.wants(Thing::Aurora) {
        aurora(stage, horizon);
    }
    if light.visible(stage) {
        disc(stage, light, &clouds);
    }
}

fn disc(stage: &mut Stage<'_>, light: &Light, clouds: &Clouds) {
    let (lx, ly, r) = (light.x, light.y, light.radius);
    let veiled = 1.0 - clouds.cover(lx, ly) * 0.5;
    let (moon, tile) = (light.moon, &stage.tile);
    let power = if moon { 0.95 } else { 2.6 } * veiled * (0.3 + 0.7 * light.strength);
    let color = if moon { light.color } else { mix(light.color, [1.0, 1.0, 1.0], 0.35) };
    let bounds = [lx - r - 1.0, ly - r - 1.0, lx + r + 1.0, ly + r + 1.0];
    stage.canvas.area(bounds, |x, y, pixel| {
        let (dx, dy) = ((x - lx) / r, (y - ly) / r);
        let d = (dx * dx + dy * dy).sqrt();
        let cover = clamp01((1.0 - d) * r + 0.5);
        let seas = if moon { 0.72 + 0.5 * smooth(0.35, 0.62, tile.at(dx * 0.13 + 0.2, dy * 0.13)) } else { 1.0 };
        let limb = if moon { 1.0 - 0.35 * d * d } else { 1.0 };
        *pixel = plus(*pixel, scale(color, cover * power * seas * limb));
    });
    stage.canvas.glow(lx, ly, r * 3.5, scale(color, if moon { 0.1 } else { 0.16 } * veiled * light.strength));
}
