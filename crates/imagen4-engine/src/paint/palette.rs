//! The colours of a picture: one set for each time of day, then bent by weather, colour words and a small drift.

use super::color::{Rgb, dye, hex, luma, mix, saturate, scale, turn_hue};
use super::meaning::{Time, Weather};

#[derive(Clone, Copy)]
pub(super) struct Palette {
    /// The sky from the top down to the horizon.
    pub(super) zenith: Rgb,
    pub(super) middle: Rgb,
    pub(super) horizon: Rgb,
    /// Light of the sun or moon.
    pub(super) sun: Rgb,
    /// What distance dissolves into.
    pub(super) haze: Rgb,
    /// Open ground in this light, and the darkest foreground.
    pub(super) land: Rgb,
    pub(super) shade: Rgb,
    pub(super) cloud_lit: Rgb,
    pub(super) cloud_dim: Rgb,
}

impl Palette {
    pub(super) fn of(time: Time) -> Self {
        let row: [u32; 9] = match time {
            Time::Dawn => [0x4f70a8, 0xb5a3bd, 0xffd3ac, 0xffdfb0, 0xe3bdb4, 0x75708a, 0x26293f, 0xffd9c4, 0x8f86ad],
            Time::Noon => [0x2667b2, 0x639fda, 0xcfe4ef, 0xfff5dc, 0xbdd3e2, 0x587a58, 0x1c3530, 0xffffff, 0xa3b4c9],
            Time::Golden => [0x3f4a7e, 0xc07c78, 0xffb765, 0xffd28a, 0xeea878, 0x7d4c4c, 0x2a1b2d, 0xffa877, 0x71507a],
            Time::Dusk => [0x15244f, 0x48569a, 0xe09a98, 0xffb094, 0x7a7cac, 0x2f3c6b, 0x0d1430, 0xd090a4, 0x39427a],
            Time::Night => [0x060c20, 0x0e1d44, 0x2a4874, 0xdde8ff, 0x27406a, 0x101f3e, 0x03070f, 0x566c9c, 0x121d3c],
        };
        let [zenith, middle, horizon, sun, haze, land, shade, cloud_lit, cloud_dim] = row.map(hex);
        Self { zenith, middle, horizon, sun, haze, land, shade, cloud_lit, cloud_dim }
    }

    /// Applies `f` to every colour.
    fn map(self, f: impl Fn(Rgb) -> Rgb) -> Self {
        Self {
            zenith: f(self.zenith),
            middle: f(self.middle),
            horizon: f(self.horizon),
            sun: f(self.sun),
            haze: f(self.haze),
            land: f(self.land),
            shade: f(self.shade),
            cloud_lit: f(self.cloud_lit),
            cloud_dim: f(self.cloud_dim),
        }
    }

    pub(super) fn under(self, weather: Weather) -> Self {
        let (grey, veil, light) = match weather {
            Weather::Clear => return self,
            Weather::Overcast => (0.55, 0.55, 0.85),
            Weather::Mist => (0.75, 0.55, 0.95),
            Weather::Rain => (0.5, 0.6, 0.62),
            Weather::Snow => (0.5, 0.5, 0.95),
            Weather::Storm => (0.55, 0.45, 0.38),
        };
        let air = mix(self.middle, self.horizon, 0.45);
        let mut p = self;
        p.zenith = mix(p.zenith, air, veil * 0.8);
        p.middle = mix(p.middle, air, veil);
        p.horizon = mix(p.horizon, air, veil * 0.7);
        p.haze = mix(p.haze, air, veil * 0.6);
        p.cloud_lit = mix(p.cloud_lit, air, veil * 0.6);
        if weather == Weather::Snow {
            let snow = mix(p.haze, [0.9, 0.93, 1.0], 0.45 * luma(p.haze).sqrt());
            p.land = mix(p.land, snow, 0.6);
        }
        let shade = p.shade;
        let mut p = p.map(|c| scale(saturate(c, grey), light));
        // Wet and misty days still have dark darks; only their light is taken away.
        p.shade = mix(shade, p.haze, if weather == Weather::Mist { 0.12 } else { 0.04 });
        p
    }

    /// Leans everything toward a colour word.
    pub(super) fn dyed(self, color: Rgb, amount: f32) -> Self {
        self.map(|c| dye(c, color, amount))
    }

    /// Turns all hues by a few degrees.
    pub(super) fn drifted(self, angle: f32) -> Self {
        self.map(|c| turn_hue(c, angle))
    }
}
