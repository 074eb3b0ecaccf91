//! What falls or hangs in the air in front of a finished scene: mist, rain, snow and lightning.

use super::approx::{clamp01, lerp};
use super::canvas::Field;
use super::color::{hex, luma, mix, plus, scale};
use super::meaning::{Thing, Weather};
use super::stage::Stage;

/// Lets the weather of the mood fall. Indoors it stays outside the window, which the room paints itself.
pub(super) fn fall(stage: &mut Stage<'_>) {
    let mood = stage.mood;
    if mood.weather == Weather::Mist && mood.allows(Thing::Fog) {
        veil(stage);
    }
    match mood.weather {
        Weather::Rain | Weather::Storm if mood.allows(Thing::Rain) => rain(stage),
        Weather::Snow if mood.allows(Thing::Snow) => snow(stage),
        _ if mood.wants(Thing::Rain) => rain(stage),
        _ if mood.wants(Thing::Snow) => snow(stage),
        _ => {}
    }
}

/// Drifting banks of mist, thicker low in the picture.
fn veil(stage: &mut Stage<'_>) {
    let ou = stage.dice("veil").unit();
    let (tile, unit, h) = (&stage.tile, stage.unit, stage.h);
    let field = Field::new(stage.canvas.w, 0.0, h, stage.coarse() * 4.0, |x, y| {
        let n = tile.at(x / unit * 0.16 + ou, y / unit * 0.4 + 0.3);
        let low = 1.0 - (y / h - 0.58).abs() * 1.7;
        clamp01((n - 0.22) * 1.5) * clamp01(low)
    });
    let color = stage.mood.palette.haze;
    stage.canvas.rows(0.0, h, |x, y, pixel| {
        *pixel = mix(*pixel, color, 0.75 * field.at(x, y));
    });
}

fn rain(stage: &mut Stage<'_>) {
    let mut dice = stage.dice("rain");
    let storm = stage.mood.weather == Weather::Storm;
    let slant = dice.side() * if storm { dice.range(0.22, 0.38) } else { dice.range(0.05, 0.16) };
    let count = (stage.w * stage.h / (stage.unit * stage.unit) * if storm { 900.0 } else { 700.0 }) as u32;
    let bright = mix(stage.mood.palette.haze, [0.75, 0.8, 0.85], 0.45);
    for _ in 0..count {
        let near = dice.unit();
        let near = near * near;
        let length = stage.unit * lerp(0.02, 0.1, near);
        let x = dice.range(-0.1, 1.1) * stage.w;
        let y = dice.range(-0.1, 1.0) * stage.h;
        let wide = stage.unit / 1024.0 * lerp(0.8, 1.7, near);
        stage.canvas.stroke([x, y], [x + length * slant, y + length], [wide, wide], bright, lerp(0.12, 0.26, near));
    }
}

fn snow(stage: &mut Stage<'_>) {
    let mut dice = stage.dice("snow");
    let count = (stage.w * stage.h / (stage.unit * stage.unit) * 900.0) as u32;
    let glow = 0.25 + 0.75 * luma(stage.mood.palette.haze).sqrt();
    let white = scale([0.95, 0.97, 1.0], glow);
    for i in 0..count {
        let near = dice.unit();
        let near = near * near * near * near;
        let (x, y) = (dice.unit() * stage.w, dice.unit() * stage.h);
        // A few flakes are close to the lens and out of focus.
        let r = stage.unit * if i % 60 == 0 { 0.006 + 0.012 * near } else { lerp(0.0011, 0.0048, near) };
        let alpha = if i % 60 == 0 { 0.3 } else { lerp(0.55, 0.85, near) };
        stage.canvas.area([x - r - 1.0, y - r - 1.0, x + r + 1.0, y + r + 1.0], |px, py, pixel| {
            let d = ((px - x) * (px - x) + (py - y) * (py - y)).sqrt();
            let cover = clamp01((r - d) / (r * 0.6).max(0.8) + 0.25);
            *pixel = mix(*pixel, white, cover * alpha);
        });
    }
}

/// One bolt from the top of the sky down to `ground`, behind whatever is painted after it.
pub(super) fn lightning(stage: &mut Stage<'_>, ground: f32) {
    if stage.mood.weather != Weather::Storm {
        return;
    }
    let mut dice = stage.dice("lightning");
    let white = hex(0xf2f0ff);
    let mut at = [stage.w * dice.range(0.2, 0.8), -2.0];
    let step = ground / 26.0;
    let wide = stage.unit / 1024.0;
    stage.canvas.glow(at[0], ground * 0.25, stage.unit * 0.3, scale(hex(0x8f92c8), 0.5));
    while at[1] < ground {
        let next = [at[0] + dice.range(-1.1, 1.1) * step, at[1] + step * dice.range(0.6, 1.2)];
        stage.canvas.stroke(at, next, [wide * 2.6, wide * 2.6], scale(white, 1.6), 1.0);
        if dice.chance(0.22) {
            let mut twig = next;
            let lean = dice.side();
            for k in 0..5 {
                let tip = [twig[0] + lean * step * dice.range(0.3, 1.1), twig[1] + step * dice.range(0.2, 0.8)];
                stage.canvas.stroke(twig, tip, [wide * 1.3, wide * 1.1], white, 0.8 - 0.13 * k as f32);
                twig = tip;
            }
        }
        at = next;
    }
    stage.canvas.rows(0.0, ground, |x, y, pixel| {
        let d = (x - at[0]) / stage.w;
        let flash = clamp01(1.0 - d * d * 5.0) * (1.0 - 0.5 * y / ground);
        *pixel = plus(*pixel, scale([0.09, 0.09, 0.13], flash));
    });
}
