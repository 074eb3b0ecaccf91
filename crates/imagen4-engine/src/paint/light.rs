//! Where the light comes from.

use super::approx::lerp;
use super::color::Rgb;
use super::meaning::{Thing, Time};
use super::stage::Stage;

/// Where the light comes from, in pixels.
#[derive(Clone, Copy)]
pub(super) struct Light {
    pub(super) x: f32,
    pub(super) y: f32,
    pub(super) radius: f32,
    pub(super) color: Rgb,
    /// `0.0..=1.0`, less behind cloud.
    pub(super) strength: f32,
    pub(super) moon: bool,
}

impl Light {
    /// Places the sun or moon above (at dusk just below) a horizon.
    pub(super) fn new(stage: &Stage<'_>, horizon: f32) -> Self {
        let mut dice = stage.dice("light");
        let x = stage.w * (0.5 + stage.side() * dice.range(0.08, 0.32));
        let lift = dice.unit();
        let mood = stage.mood;
        let up = match mood.time {
            Time::Dawn => lerp(0.14, 0.3, lift),
            Time::Noon => lerp(0.78, 0.9, lift),
            Time::Golden => lerp(0.12, 0.3, lift),
            Time::Dusk => -0.03,
            Time::Night => lerp(0.6, 0.8, lift),
        };
        let up = if mood.wants(Thing::Sun) && mood.time != Time::Noon { up.max(0.12) } else { up };
        let radius = stage.unit * if mood.time == Time::Night { 0.032 } else { 0.036 };
        Self {
            x,
            y: horizon - up * horizon.min(stage.unit * 1.15),
            radius,
            color: mood.palette.sun,
            strength: mood.sunlight(),
            moon: mood.time == Time::Night,
        }
    }

    pub(super) fn visible(&self, stage: &Stage<'_>) -> bool {
        let thing = if self.moon { Thing::Moon } else { Thing::Sun };
        stage.mood.allows(thing) && self.strength > 0.5 && stage.mood.time != Time::Dusk
    }
}
