//! What the words leave open, decided: the finished instructions a scene is painted from.

use super::color::{Rgb, hex, saturate};
use super::meaning::{Scene, Style, Thing, Things, Time, Weather};
use super::noise::Dice;
use super::palette::Palette;
use super::words::Reading;

pub(super) struct Mood {
    pub(super) time: Time,
    pub(super) weather: Weather,
    pub(super) style: Style,
    pub(super) palette: Palette,
    /// Share of the sky under cloud, `0.0..=1.0`.
    pub(super) cloud: f32,
    /// Thickness of the air, `0.0..=1.0`.
    pub(super) mist: f32,
    /// Colour of the one thing that may stand out.
    pub(super) accent: Option<Rgb>,
    asked: Things,
    banned: Things,
}

impl Mood {
    /// `dice` belongs to the composition; `drift` (`-1.0..=1.0`) to the exact words.
    pub(super) fn new(reading: &Reading, mut dice: Dice, drift: f32) -> Self {
        // Drawn in any case, so that naming one of them does not move the others.
        let (hour, sky) = (dice.unit(), dice.unit());
        let time = reading.time.unwrap_or_else(|| usual_time(reading.scene, hour));
        let weather = reading.weather.unwrap_or(Weather::Clear);
        let banned = reading.banned;
        let asked = reading.shown;

        let mut cloud: f32 = match weather {
            Weather::Clear if reading.weather.is_some() => 0.08,
            Weather::Clear => 0.22 + 0.4 * sky,
            Weather::Mist => 0.3,
            Weather::Snow => 0.7,
            Weather::Overcast => 0.85,
            Weather::Rain => 0.85,
            Weather::Storm => 0.95,
        };
        if asked.has(Thing::Clouds) {
            cloud = cloud.max(0.72);
        }
        if asked.has(Thing::Aurora) {
            cloud = cloud.min(0.12);
        }
        if banned.has(Thing::Clouds) {
            cloud = 0.0;
        }
        let mut mist: f32 = match weather {
            Weather::Mist => 1.0,
            Weather::Rain => 0.5,
            Weather::Snow => 0.45,
            Weather::Storm => 0.4,
            Weather::Overcast => 0.3,
            Weather::Clear => match time {
                Time::Dawn => 0.35,
                Time::Golden | Time::Dusk => 0.2,
                Time::Noon | Time::Night => 0.1,
            },
        };
        if asked.has(Thing::Fog) {
            mist = mist.max(0.6);
        }
        if banned.has(Thing::Fog) {
            mist = 0.0;
        }

        let mut palette = Palette::of(time).under(weather);
        let accent = reading.dye.map(hex);
        if let Some(color) = accent {
            // In a room or on a coast the colour belongs to a thing (a red teapot); elsewhere to the air.
            let amount = match reading.scene {
                _ if color[0] == color[2] => 1.0,
                Scene::Room => 0.12,
                Scene::Coast if asked.has(Thing::Lighthouse) => 0.2,
                _ => 0.5,
            };
            palette = palette.dyed(color, amount);
        }
        palette = palette.drifted(drift * 0.07);
        if reading.style == Style::Film {
            palette = palette.dyed(saturate(palette.sun, 1.2), 0.08);
        }
        Self { time, weather, style: reading.style, palette, cloud, mist, accent, asked, banned }
    }

    /// Whether the words ask for a thing.
    pub(super) fn wants(&self, thing: Thing) -> bool {
        self.asked.has(thing) && !self.banned.has(thing)
    }

    /// Whether a thing may appear unasked.
    pub(super) fn allows(&self, thing: Thing) -> bool {
        !self.banned.has(thing)
    }

    /// Whether lamps are lit.
    pub(super) fn dark(&self) -> bool {
        matches!(self.time, Time::Dusk | Time::Night)
    }

    /// How much of the sun or moon comes through, `0.0..=1.0`.
    pub(super) fn sunlight(&self) -> f32 {
        match self.weather {
            Weather::Clear => 1.0,
            Weather::Mist => 0.55,
            Weather::Snow => 0.45,
            Weather::Overcast => 0.25,
            Weather::Rain => 0.2,
            Weather::Storm => 0.12,
        }
    }
}

fn usual_time(scene: Scene, hour: f32) -> Time {
    let choices: &[Time] = match scene {
        Scene::City => &[Time::Dusk, Time::Night, Time::Golden],
        Scene::Room => &[Time::Dawn, Time::Noon, Time::Golden],
        Scene::Portrait => &[Time::Golden, Time::Golden, Time::Dusk],
        Scene::Forest => &[Time::Dawn, Time::Golden, Time::Noon],
        Scene::Lake | Scene::Coast | Scene::Desert => &[Time::Golden, Time::Dawn, Time::Dusk, Time::Noon],
    };
    choices[((hour * choices.len() as f32) as usize).min(choices.len() - 1)]
}
