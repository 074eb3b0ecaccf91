//! From light to bytes: bloom, style, vignette, tone curve, grain that also dithers, and JPEG.

use jpeg_encoder::{ColorType, Encoder, SamplingFactor};

use super::approx::split;
use super::color::scale;
use super::meaning::Thing;
use super::noise::speck;
use super::stage::Stage;
use super::style::Look;

/// Written into every file.
pub(super) const COMMENT: &str = "Demo image rendered locally by imagen4-engine, not by Imagen 4 or any other model";

const QUALITY: u8 = 88;

/// Develops the canvas; `grain_key` seeds the grain.
pub(super) fn develop(stage: &Stage<'_>, grain_key: u32) -> Vec<u8> {
    let (w, h) = (stage.canvas.w, stage.canvas.h);
    let look = Look::new(stage);
    let grain = if stage.mood.allows(Thing::Grain) { look.grain() } else { 0.0 };
    let grain = if stage.mood.wants(Thing::Grain) { grain * 2.5 + 0.01 } else { grain } * 255.0;
    let vignette = if stage.mood.allows(Thing::Vignette) { look.vignette() } else { 0.0 };
    let (cx, cy) = (w as f32 * 0.5, h as f32 * 0.5);
    // The corners are at distance 1 in every ratio.
    let (kx, ky) = (0.5 / (cx * cx), 0.5 / (cy * cy));

    let mut bytes = vec![0; w * h * 3];
    let mut lights = vec![[0.0; 3]; w];
    let mut noise = vec![0.0; w];
    let falloff: Vec<f32> = (0..w).map(|x| (x as f32 + 0.5 - cx) * (x as f32 + 0.5 - cx) * kx).collect();
    let amount = 0.75 + grain;
    // One plain loop for each step: the compiler turns those into vector code.
    for (row, line) in bytes.chunks_exact_mut(w * 3).enumerate() {
        let y = row as f32 + 0.5;
        let dy = (y - cy) * (y - cy) * ky;
        look.row(row, &mut lights);
        for (light, dx) in lights.iter_mut().zip(&falloff) {
            let d = dx + dy;
            *light = scale(*light, 255.0 * 255.0 * (1.0 - vignette * d * d));
        }
        for v in lights.as_flattened_mut() {
            *v = tone(*v);
        }
        for (x, n) in noise.iter_mut().enumerate() {
            // Two numbers from one hash: their difference is a triangle around zero.
            let speck = speck(x as i32, row as i32, grain_key);
            *n = (speck - split(speck * 4096.0).1) * amount + 0.5;
        }
        for ((out, light), n) in line.chunks_exact_mut(3).zip(&lights).zip(&noise) {
            for (byte, c) in out.iter_mut().zip(light) {
                *byte = (c + n) as u8;
            }
        }
    }
    encode(&bytes, w as u16, h as u16)
}

/// Straight up to a knee, then a shoulder that never quite reaches white; then the display's square root. Both sides
/// in units of the display: light from 0 to 255 squared becomes a shade from 0 to 255.
#[inline]
fn tone(light: f32) -> f32 {
    const WHITE: f32 = 255.0 * 255.0;
    const KNEE: f32 = 0.62 * WHITE;
    let v = light.max(0.0);
    let over = (v - KNEE).max(0.0);
    (v.min(KNEE) + over * (WHITE - KNEE) / (over + (WHITE - KNEE))).sqrt()
}

fn encode(rgb: &[u8], w: u16, h: u16) -> Vec<u8> {
    let mut jpeg = Vec::with_capacity(rgb.len() / 8);
    let mut encoder = Encoder::new(&mut jpeg, QUALITY);
    encoder.set_sampling_factor(SamplingFactor::F_2_2);
    encoder.encode(rgb, w, h, ColorType::Rgb).expect("a Vec takes every byte, and the sizes agree");
    with_comment(jpeg)
}

/// Adds a COM segment behind the JFIF header, where every decoder looks for it. The encoder has no call for it.
fn with_comment(mut jpeg: Vec<u8>) -> Vec<u8> {
    let header = usize::from(u16::from_be_bytes([jpeg[4], jpeg[5]]));
    let length = (COMMENT.len() + 2) as u16;
    let mut segment = vec![0xff, 0xfe];
    segment.extend_from_slice(&length.to_be_bytes());
    segment.extend_from_slice(COMMENT.as_bytes());
    let after = 4 + header;
    jpeg.splice(after..after, segment);
    jpeg
}
