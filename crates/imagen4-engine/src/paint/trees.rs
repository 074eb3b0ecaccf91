//! Trees and grasses as silhouettes.

use super::approx::{lerp, split};
use super::canvas::Canvas;
use super::color::{Rgb, mix};
use super::noise::{Dice, speck};

/// A conifer standing at `x`, its foot at `base`; `lit` colours the upper sides of its boughs.
pub(super) fn conifer(canvas: &mut Canvas, x: f32, base: f32, tall: f32, color: Rgb, lit: Rgb, dice: &mut Dice) {
    let half = tall * dice.range(0.17, 0.24);
    let tiers = dice.range(11.0, 17.0);
    let (key, lean) = ((dice.bits() >> 32) as u32, dice.range(-0.015, 0.015));
    let top = base - tall;
    let trunk = (half * 0.05).max(0.35);
    for y in top.max(0.0) as i32..=(base as i32).min(canvas.h as i32) {
        let t = (y as f32 + 0.5 - top) / tall;
        if t <= 0.0 {
            continue;
        }
        // Boughs droop: each tier widens downward and ends ragged, every side on its own.
        let body = half * (0.06 + 0.94 * t.min(1.0)) * (1.0 - 0.5 * ((t - 0.9) * 9.0).clamp(0.0, 1.0));
        let reach = |side: u32| {
            let shift = speck(side as i32, 7, key);
            let (tier, part) = split(t * tiers + shift);
            let long = lerp(0.55, 1.05, speck(tier, side as i32, key));
            let ragged = 0.86 + 0.28 * speck(y, side as i32, key);
            (body * long * lerp(0.38, 1.0, part) * ragged, part)
        };
        let ((left, part), (right, _)) = (reach(1), reach(2));
        let center = x + lean * (base - y as f32);
        let shade = mix(color, lit, (1.0 - part) * 0.3 * (1.0 - t));
        canvas.span(y, center - trunk - left, center + trunk + right, shade, 1.0);
    }
}

/// A tuft of bent grass or reed.
pub(super) fn reeds(canvas: &mut Canvas, x: f32, base: f32, tall: f32, color: Rgb, dice: &mut Dice) {
    for _ in 0..7 {
        let (dx, lean) = (dice.range(-0.25, 0.25) * tall, dice.range(-0.35, 0.35) * tall);
        let high = tall * dice.range(0.5, 1.0);
        let wide = (tall * 0.02).max(0.7);
        let middle = [x + dx + lean * 0.3, base - high * 0.6];
        canvas.stroke([x + dx, base], middle, [wide, wide], color, 1.0);
        canvas.stroke(middle, [x + dx + lean, base - high], [wide, wide * 0.4], color, 1.0);
    }
}

/// A bare tree: branches dividing from `from` upward.
pub(super) fn branch(canvas: &mut Canvas, from: [f32; 2], way: [f32; 2], wide: f32, color: Rgb, dice: &mut Dice) {
    let to = [from[0] + way[0], from[1] + way[1]];
    canvas.stroke(from, to, [wide, wide * 0.72], color, 1.0);
    if wide < 0.7 {
        return;
    }
    let twigs = if dice.chance(0.25) { 3 } else { 2 };
    for i in 0..twigs {
        let bend = (i as f32 - 0.5) * dice.range(0.5, 1.0) + dice.range(-0.15, 0.15);
        let k = dice.range(0.68, 0.86);
        let next = [(way[0] - way[1] * bend) * k, (way[1] + way[0] * bend) * k];
        branch(canvas, to, next, wide * 0.66, color, dice);
    }
}
