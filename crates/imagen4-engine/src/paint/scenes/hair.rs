//! What is on the head of the silhouette, and the strands that stand off it.

use super::super::approx::{melt, wave};
use super::super::canvas::Field;
use super::super::color::{Rgb, mix};
use super::super::noise::Dice;
use super::super::stage::Stage;

/// Strands that stand off the hair and catch the light: from the back of the head, each found by walking inward.
pub(super) fn strands(
    stage: &mut Stage<'_>,
    map: &Field,
    center: [f32; 2],
    size: f32,
    face: f32,
    [dark, rim]: [Rgb; 2],
) {
    let mut dice = stage.dice("strands");
    for _ in 0..130 {
        let turn = dice.range(0.28, 0.57);
        let (dx, dy) = (wave(turn + 0.25) * face, -wave(turn));
        let (mut reach, bend, long) = (size * 1.3, dice.range(-0.9, 0.9), size * dice.range(0.03, 0.12));
        let at = |r: f32| [center[0] + dx * r, center[1] + dy * r - size * 0.1];
        while reach > size * 0.3 && map.at(at(reach)[0], at(reach)[1]) > 0.0 {
            reach -= size * 0.012;
        }
        let from = at(reach - size * 0.02);
        let way = [dx * 0.45 - dy * bend, dy * 0.45 + dx * bend];
        let middle = [from[0] + way[0] * long * 0.6, from[1] + way[1] * long * 0.6];
        let tip = [middle[0] + (way[0] - dx * 0.3) * long * 0.6, middle[1] + (way[1] - dy * 0.3) * long * 0.6];
        let thin = (size * 0.0035).max(0.7);
        let color = mix(dark, rim, dice.range(0.0, 0.4));
        stage.canvas.stroke(from, middle, [thin, thin * 0.8], color, 0.7);
        stage.canvas.stroke(middle, tip, [thin * 0.8, thin * 0.4], color, 0.5);
    }
}

/// What is on the head: short hair, a bun, long hair, curls or a hat.
pub(super) enum Hair {
    Short,
    Bun,
    Long,
    Curls,
    Hat,
}

impl Hair {
    pub(super) fn new(dice: &mut Dice) -> Self {
        match dice.below(5) {
            0 => Self::Short,
            1 => Self::Bun,
            2 => Self::Long,
            3 => Self::Curls,
            _ => Self::Hat,
        }
    }

    pub(super) fn join(&self, head: f32, u: f32, v: f32) -> f32 {
        let ball = |cx: f32, cy: f32, rx: f32, ry: f32| {
            let (dx, dy) = ((u - cx) / rx, (v - cy) / ry);
            ((dx * dx + dy * dy).sqrt() - 1.0) * rx.min(ry)
        };
        match self {
            Self::Short => melt(head, ball(-0.1, -0.2, 0.53, 0.51), 0.05),
            Self::Bun => {
                let crown = melt(head, ball(-0.1, -0.19, 0.54, 0.51), 0.05);
                melt(crown, ball(-0.62, -0.42, 0.22, 0.21), 0.06)
            }
            Self::Long => {
                let crown = melt(head, ball(-0.12, -0.17, 0.55, 0.54), 0.06);
                let fall = ball(-0.45, 0.55, 0.3, 0.85);
                melt(crown, fall, 0.16)
            }
            Self::Curls => {
                let mut all = melt(head, ball(-0.14, -0.24, 0.58, 0.56), 0.05);
                for (x, y) in [
                    (-0.6, 0.0),
                    (-0.62, -0.3),
                    (-0.45, -0.6),
                    (-0.15, -0.75),
                    (0.15, -0.7),
                    (0.32, -0.52),
                    (-0.52, 0.25),
                ] {
                    all = melt(all, ball(x, y, 0.17, 0.17), 0.07);
                }
                all
            }
            Self::Hat => {
                let brim = ball(0.0, -0.33, 0.95, 0.075);
                let crown = ball(-0.07, -0.55, 0.47, 0.36);
                melt(melt(head, crown, 0.03), brim, 0.05)
            }
        }
    }
}
