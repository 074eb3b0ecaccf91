//! Rows of towers in the haze and the windows lit in them.

use super::super::approx::{bell, clamp01, lerp, smooth, split};
use super::super::color::{Rgb, hex, mix, plus, scale};
use super::super::light::Light;
use super::super::meaning::{Time, Weather};
use super::super::noise::{Dice, speck};
use super::super::stage::Stage;

pub(super) struct Row {
    pub(super) ground: f32,
    pub(super) tall: f32,
    pub(super) wide: f32,
    pub(super) heart: f32,
    pub(super) wall: Rgb,
    pub(super) haze: Rgb,
    /// 0 is the farthest row, 1 the nearest.
    pub(super) near: f32,
}

pub(super) fn paint_row(stage: &mut Stage<'_>, row: &Row, part: &str, light: &Light) {
    let mut dice = stage.dice(part);
    let mut x = -row.wide * dice.unit();
    while x < stage.w {
        let wide = row.wide * dice.range(0.65, 1.75);
        let t = (x + wide * 0.5) / stage.w;
        let mass = bell((t - row.heart) * 2.3);
        let luck = dice.unit();
        let share = 0.2 + 0.34 * mass * dice.range(0.6, 1.0) + 0.46 * mass * luck * luck;
        let top = row.ground - row.tall * share;
        tower(stage, row, [x, top, x + wide, row.ground], light, &mut dice);
        x += wide * dice.range(0.86, 1.12);
    }
}

fn tower(stage: &mut Stage<'_>, row: &Row, bounds: [f32; 4], light: &Light, dice: &mut Dice) {
    let [left, top, right, ground] = bounds;
    let wide = right - left;
    let (roof, tone, key) = (dice.unit(), dice.range(0.78, 1.22), (dice.bits() >> 32) as u32);
    let wall = scale(row.wall, tone);
    let tall = ground - top;
    // Set back near the top, or plain, or under a spire.
    let step = if roof < 0.35 { 0.16 } else { 0.0 };
    let inset = wide * 0.17;
    let slant = if (0.35..0.47).contains(&roof) { wide * 0.35 } else { 0.0 };
    let sun_side = if light.x < (left + right) * 0.5 { -1.0 } else { 1.0 };
    let sheen = if stage.mood.dark() { 0.05 } else { 0.3 * light.strength };
    let lit = Windows::new(stage, row, key);
    let glow = mix(light.color, row.haze, 0.4);
    let haze = row.haze;
    let deep = 0.6 - 0.35 * row.near;
    stage.canvas.area([left, top - slant, right, ground], |px, py, pixel| {
        let upper = py - top < tall * step;
        let (l, r) = if upper { (left + inset, right - inset) } else { (left, right) };
        let cap = top - slant * (px - left) / wide;
        let cover = clamp01(px - l + 0.5) * clamp01(r - px + 0.5) * clamp01(py - cap + 0.5);
        if cover <= 0.0 {
            return;
        }
        let across = ((px - left) / wide * 2.0 - 1.0) * sun_side;
        let low = clamp01((py - top) / tall);
        let mut c = plus(wall, scale(glow, sheen * smooth(0.55, 1.0, across) * (1.0 - 0.6 * low) * 0.5));
        c = mix(c, haze, deep * low * low * 0.75);
        if px > l + 2.0 && px < r - 2.0 {
            c = lit.over(px - left, py - top, wide, c);
        }
        *pixel = mix(*pixel, c, cover);
    });
    if roof > 0.72 && tall > row.tall * 0.45 {
        let x = (left + right) * 0.5;
        let high = row.tall * dice.range(0.06, 0.2);
        let base = wide * 0.16;
        stage.canvas.stroke([x, top + 2.0], [x, top - high], [base, stage.unit * 0.0012], wall, 1.0);
        if stage.mood.dark() {
            stage.canvas.glow(x, top - high, stage.unit * 0.004, [1.3, 0.12, 0.1]);
        }
    }
}

/// The grid of windows of one tower.
struct Windows {
    cell: [f32; 2],
    share: f32,
    light: Rgb,
    dim: f32,
    key: u32,
}

impl Windows {
    fn new(stage: &Stage<'_>, row: &Row, key: u32) -> Self {
        let share = match stage.mood.time {
            Time::Night => 0.42,
            Time::Dusk => 0.36,
            Time::Golden => 0.13,
            Time::Dawn => 0.1,
            Time::Noon => 0.0,
        };
        let gloom = if stage.mood.weather == Weather::Storm { 0.2 } else { 0.0 };
        let cell = stage.unit * lerp(0.0058, 0.0088, row.near);
        let warm = mix(hex(0xffc46a), hex(0xffe8c0), speck(0, 1, key));
        let cool = mix(warm, hex(0xcfe2ff), if speck(0, 2, key) > 0.78 { 0.8 } else { 0.0 });
        Self {
            cell: [(cell * lerp(0.8, 1.5, speck(0, 3, key))).max(3.0), (cell * 1.35).max(4.0)],
            share: (share + gloom) * lerp(0.45, 1.5, speck(0, 4, key)),
            light: cool,
            dim: lerp(0.35, 1.0, row.near) * (1.0 - 0.45 * stage.mood.mist),
            key,
        }
    }

    fn over(&self, x: f32, y: f32, wide: f32, wall: Rgb) -> Rgb {
        // Whole windows only: the grid is centred on the wall.
        let count = (wide / self.cell[0]).floor().max(1.0);
        let (fx, fy) = (x / wide * count, y / self.cell[1] - 0.6);
        let ((ix, tx), (iy, ty)) = (split(fx), split(fy));
        if !(0.2..0.8).contains(&tx) || !(0.22..0.78).contains(&ty) || iy < 0 {
            return wall;
        }
        let luck = speck(ix, iy, self.key);
        if luck < self.share {
            let power = lerp(0.35, 1.15, speck(ix, iy, self.key ^ 9));
            return mix(wall, self.light, self.dim * power.min(1.0) * 0.9);
        }
        scale(wall, lerp(0.72, 1.0, luck))
    }
}
