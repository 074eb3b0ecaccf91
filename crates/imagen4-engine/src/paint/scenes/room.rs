//! A room: a window with a view, its light on wall and table, curtains, and a still life in that light.

use super::super::approx::{clamp01, lerp, smooth};
use super::super::canvas::Field;
use super::super::color::{Rgb, hex, mix, plus, scale};
use super::super::meaning::{Thing, Time};
use super::super::noise::Dice;
use super::super::stage::Stage;
use super::lathe::Lamp;
use super::still_life;
use super::window;

pub(super) fn paint(stage: &mut Stage<'_>) {
    let mut dice = stage.dice("room");
    let (w, h, unit) = (stage.w, stage.h, stage.unit);
    let p = stage.mood.palette;
    let side = stage.side();
    let table = (h * dice.range(0.7, 0.76)).floor();
    let wide = (w * dice.range(0.36, 0.44)).min(unit * 0.68);
    let tall = (table * dice.range(0.66, 0.76)).min(wide * 1.75);
    let edge = w * dice.range(0.05, 0.1);
    let left = if side < 0.0 { edge } else { w - edge - wide };
    let top = (table - tall) * dice.range(0.3, 0.5);
    let pane = [left, top, left + wide, top + tall];

    // By day the light is the window's; when it is dark outside a lamp is on in the room.
    let dark = stage.mood.dark();
    let lamp_color = hex(0xffc27a);
    let daylight = scale(mix(p.sun, p.horizon, 0.35), lerp(0.55, 1.0, stage.mood.sunlight()));
    let key = if dark { scale(lamp_color, 0.75) } else { daylight };
    let wall = wall_color(&mut dice, stage);
    let env = if dark { hex(0x6a4a38) } else { mix(scale(p.middle, 0.4), scale(p.haze, 0.45), 0.6) };
    let lamp = Lamp { side: if dark { -side } else { side }, color: scale(key, 1.15), env };

    paint_wall(stage, wall, lamp, pane, table);
    window::view(stage, pane);
    window::frame(stage, pane, lamp, &mut dice);
    if dice.chance(0.7) {
        window::curtain(stage, pane, side, lamp, table);
    }
    paint_table(stage, table, lamp, pane, &mut dice);
    things(stage, table, lamp, side);
    light_in_air(stage, pane, side, table, scale(daylight, if dark { 0.12 } else { 1.0 }));
}

fn wall_color(dice: &mut Dice, stage: &Stage<'_>) -> Rgb {
    let base = hex([0xb9a78e, 0x8f9a92, 0xa89088, 0x7d8894, 0x9aa084][dice.below(5)]);
    mix(base, stage.mood.palette.haze, 0.12)
}

fn paint_wall(stage: &mut Stage<'_>, wall: Rgb, lamp: Lamp, pane: [f32; 4], table: f32) {
    let (tile, unit, w) = (&stage.tile, stage.unit, stage.w);
    let dark = stage.mood.dark();
    let [left, top, right, bottom] = pane;
    let (cx, cy) = ((left + right) * 0.5, (top + bottom) * 0.5);
    let (wide, tall) = (right - left, bottom - top);
    let away = if cx < w * 0.5 { 1.0 } else { -1.0 };
    // The window's patch of light lies on the wall beside it, sheared as the sun is.
    let (px0, py0) = (cx + away * wide * 1.12, cy + tall * 0.1);
    let bars = tall * 0.5;
    let patch = Field::new(stage.canvas.w, 0.0, table, stage.coarse(), |x, y| {
        let (dx, dy) = (x - px0, y - py0 - (x - px0) * away * 0.32);
        let soft = unit * 0.018;
        let inside = smooth(wide * 0.4 + soft, wide * 0.4 - soft, dx.abs())
            * smooth(tall * 0.46 + soft, tall * 0.46 - soft, dy.abs());
        let cross = smooth(unit * 0.004, unit * 0.02, dx.abs())
            * smooth(unit * 0.004, unit * 0.02, (dy.abs() - bars * 0.32).abs());
        let leaves = smooth(0.28, 0.52, tile.at(x / unit * 0.55, y / unit * 0.55));
        inside * (0.25 + 0.75 * cross) * (0.35 + 0.65 * leaves)
    });
    let strength = if dark { 0.0 } else { 0.85 * stage.mood.sunlight() };
    let glow_x = if dark { w * 0.5 + away * w * 0.32 } else { cx };
    let glow_y = if dark { table * 0.5 } else { cy };
    let k = 1.0 / (unit * unit * 0.3);
    stage.canvas.rows(0.0, table, |x, y, pixel| {
        let (dx, dy) = (x - glow_x, y - glow_y);
        let near = 1.0 / (1.0 + (dx * dx + dy * dy) * k);
        let plaster = 1.0 + (tile.at(x / unit * 1.9, y / unit * 1.9) - 0.5) * 0.1;
        let light = 0.1 + 0.42 * near * if dark { 1.3 } else { 0.8 } + patch.at(x, y) * strength;
        let lit = plus(scale(lamp.env, 0.42), scale(lamp.color, light * 0.8));
        *pixel = scale([wall[0] * lit[0], wall[1] * lit[1], wall[2] * lit[2]], plaster);
    });
}

fn paint_table(stage: &mut Stage<'_>, table: f32, lamp: Lamp, pane: [f32; 4], dice: &mut Dice) {
    let (tile, unit, w, h) = (&stage.tile, stage.unit, stage.w, stage.h);
    let wood = hex([0x8a5a38, 0x6a4630, 0xa88a68, 0x5a4438][dice.below(4)]);
    let cx = (pane[0] + pane[2]) * 0.5;
    let wide = pane[2] - pane[0];
    let dark = stage.mood.dark();
    let sheen = if dark { 0.12 } else { 0.42 } * (0.4 + 0.6 * stage.mood.sunlight());
    let glow = mix(stage.mood.palette.horizon, stage.mood.palette.sun, 0.4);
    stage.canvas.rows(table, h, |x, y, pixel| {
        let t = (y - table) / (h - table);
        let far = 1.0 / (0.45 + t);
        let (u, v) = ((x - w * 0.5) / unit * far, far * 2.0);
        let grain = tile.at(u * 0.25, v * 2.1) * 0.6 + tile.at(u * 0.9 + 0.3, v * 7.0) * 0.4 - 0.5;
        let off = (x - cx + (cx - w * 0.5) * t * 0.5) / (wide * (0.55 + 0.5 * t));
        let reflection = clamp01(1.0 - off * off) * (1.0 - 0.65 * t);
        let lit = plus(scale(lamp.env, 0.5), scale(lamp.color, 0.18 + 0.3 * clamp01(1.2 - off.abs() * 0.5)));
        let c = scale([wood[0] * lit[0], wood[1] * lit[1], wood[2] * lit[2]], 1.0 + grain * 0.75);
        let c = plus(c, scale(glow, reflection * sheen * (0.55 + grain * 0.7)));
        *pixel = scale(c, 1.0 - 0.3 * smooth(0.35, 1.0, t));
    });
    stage.canvas.rows(table - unit * 0.004, table + unit * 0.003, |_, _, pixel| *pixel = scale(*pixel, 0.6));
}

/// Sets the table: what the words ask for first, then what the dice add.
fn things(stage: &mut Stage<'_>, table: f32, lamp: Lamp, side: f32) {
    let mut dice = stage.dice("things");
    let (w, h, unit) = (stage.w, stage.h, stage.unit);
    let depth = h - table;
    let center = w * (0.5 - side * dice.range(0.04, 0.12));
    let glaze = stage.mood.accent;
    let color = glaze.unwrap_or(hex([0x3f6a78, 0xc9c0ae, 0x8a4a3a, 0x5d7a5a, 0x384a66][dice.below(5)]));
    let wants = |thing| stage.mood.wants(thing);
    let (pot, vase, cup, fruit) = (wants(Thing::Teapot), wants(Thing::Vase), wants(Thing::Cup), wants(Thing::Fruit));
    let none = !(pot || vase || cup || fruit);
    let pick = dice.below(3);
    let (pot, vase) = (pot || none && pick == 0, vase || none && pick == 1);
    let cup_too = cup || none && pick == 2;
    let extra = [dice.chance(0.5), dice.chance(0.55), dice.chance(0.4)];
    let petals = hex([0xe8a0a8, 0xf0e6d8, 0xd86a50, 0xb090d0][dice.below(4)]);
    let allow = |thing| stage.mood.allows(thing);

    let back = table + depth * 0.2;
    let front = table + depth * 0.52;
    let beside = -side * unit;
    if !wants(Thing::Fruit) && extra[2] && !vase {
        let x = center + beside * 0.36;
        still_life::books(&mut stage.canvas, lamp, x, back, unit * 0.24, &mut dice);
    }
    let flowers = allow(Thing::Vase).then_some(if vase { glaze.filter(|_| !pot).unwrap_or(petals) } else { petals });
    if vase {
        let x = if pot { center + beside * 0.34 } else { center };
        let tone = if pot || glaze.is_some() { hex(0xd8d2c4) } else { color };
        still_life::vase(&mut stage.canvas, lamp, [x, back + depth * 0.1], unit * 0.32, tone, flowers, &mut dice);
    } else if extra[0] && allow(Thing::Vase) {
        let x = center + beside * -0.3;
        still_life::vase(&mut stage.canvas, lamp, [x, back], unit * 0.24, hex(0xcfc6b4), None, &mut dice);
    }
    if pot {
        still_life::teapot(&mut stage.canvas, lamp, center, lerp(back, front, 0.6), unit * 0.27, color, -side);
    }
    if cup_too || pot && extra[1] && allow(Thing::Cup) {
        let alone = !pot && !vase;
        let x = if alone { center } else { center + beside * 0.36 };
        let tall = unit * if alone { 0.15 } else { 0.095 };
        let tone = if pot { mix(color, hex(0xe8e0d0), 0.55) } else { glaze.unwrap_or(hex(0xe4dccb)) };
        still_life::cup(&mut stage.canvas, lamp, x, front, tall, tone, -side);
        let light = scale(plus(lamp.color, lamp.env), 0.6);
        still_life::steam(&mut stage.canvas, &stage.tile, x, front - tall, unit * 0.26, light);
    }
    let fruits = if fruit {
        4
    } else if extra[1] && !cup_too && allow(Thing::Fruit) {
        2
    } else {
        0
    };
    for i in 0..fruits {
        let spread = if fruit && none { 0.0 } else { 0.26 };
        let x = center - beside * (spread + 0.02) + beside * (0.13 * i as f32);
        let y = front + depth * (0.06 * (i % 2) as f32);
        still_life::fruit(&mut stage.canvas, lamp, x, y, unit * dice.range(0.085, 0.1), &mut dice);
    }
}

/// Light made visible by the air between the window and the table, with a little dust.
fn light_in_air(stage: &mut Stage<'_>, pane: [f32; 4], side: f32, table: f32, light: Rgb) {
    let (unit, h) = (stage.unit, stage.h);
    let [left, top, right, bottom] = pane;
    let fog = if stage.mood.allows(Thing::Fog) { 0.1 + 0.08 * stage.mood.mist } else { 0.03 };
    let power = fog * stage.mood.sunlight();
    let start = if side < 0.0 { right } else { left };
    let field = Field::new(stage.canvas.w, 0.0, h, stage.coarse() * 4.0, |x, y| {
        let u = -(x - start) * side / unit;
        let v = y - u * unit * 0.55;
        let body =
            smooth(top - unit * 0.05, top + unit * 0.12, v) * smooth(bottom + unit * 0.06, bottom - unit * 0.1, v);
        body * smooth(-0.25, 0.05, u) / (1.0 + u.max(0.0) * 1.4)
    });
    stage.canvas.rows(0.0, h, |x, y, pixel| {
        *pixel = plus(*pixel, scale(light, field.at(x, y) * power));
    });
    if stage.mood.time != Time::Night {
        let mut dice = stage.dice("dust");
        for _ in 0..50 {
            let x = start - side * unit * dice.range(0.0, 0.7);
            let y = lerp(top, table, dice.unit());
            stage.canvas.glow(x, y, unit * dice.range(0.0007, 0.002), scale(light, dice.range(0.05, 0.3)));
        }
    }
}
