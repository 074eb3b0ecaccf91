//! Randomness and smooth noise that give the same digits on every platform.
//!
//! Only integer hashes and `+ - * /`, `sqrt` and `floor` on `f32` are used: `sin`, `exp` and `pow` of the system's
//! maths library differ in the last digit from one machine to the next, and the same brief must give the same bytes.

use super::approx::split;

/// SplitMix64's finaliser: turns a counter or a weak hash into well-mixed bits.
pub(crate) fn mix64(mut z: u64) -> u64 {
    z = (z ^ (z >> 30)).wrapping_mul(0xbf58_476d_1ce4_e5b9);
    z = (z ^ (z >> 27)).wrapping_mul(0x94d0_49bb_1331_11eb);
    z ^ (z >> 31)
}

/// FNV-1a over bytes, started from `key` and finished with [`mix64`].
pub(crate) fn hash(key: u64, bytes: &[u8]) -> u64 {
    let mut h = 0xcbf2_9ce4_8422_2325 ^ mix64(key);
    for &b in bytes {
        h = (h ^ u64::from(b)).wrapping_mul(0x0000_0100_0000_01b3);
    }
    mix64(h)
}

/// A stream of numbers (SplitMix64).
pub(crate) struct Dice(u64);

impl Dice {
    pub(crate) fn new(key: u64) -> Self {
        Self(mix64(key))
    }

    pub(crate) fn bits(&mut self) -> u64 {
        self.0 = self.0.wrapping_add(0x9e37_79b9_7f4a_7c15);
        mix64(self.0)
    }

    /// Uniform in `0.0..1.0`; 24 bits, so the conversion is exact.
    pub(crate) fn unit(&mut self) -> f32 {
        (self.bits() >> 40) as f32 / 16_777_216.0
    }

    pub(crate) fn range(&mut self, low: f32, high: f32) -> f32 {
        low + (high - low) * self.unit()
    }

    pub(crate) fn below(&mut self, n: usize) -> usize {
        (self.unit() * n as f32) as usize
    }

    pub(crate) fn chance(&mut self, p: f32) -> bool {
        self.unit() < p
    }

    /// `-1.0` or `1.0`.
    pub(crate) fn side(&mut self) -> f32 {
        if self.chance(0.5) { -1.0 } else { 1.0 }
    }
}

/// A number in `0.0..1.0` for a lattice point.
#[inline]
pub(crate) fn speck(x: i32, y: i32, key: u32) -> f32 {
    let mut h =
        (x as u32).wrapping_mul(0x9e37_79b1) ^ (y as u32).wrapping_mul(0x85eb_ca77) ^ key.wrapping_mul(0xc2b2_ae3d);
    h = (h ^ (h >> 15)).wrapping_mul(0x2c1b_3c6d);
    h = (h ^ (h >> 12)).wrapping_mul(0x297a_2d39);
    h ^= h >> 15;
    (h >> 8) as f32 / 16_777_216.0
}

/// Smooth value noise along a line, `-1.0..=1.0`.
pub(crate) fn noise1(x: f32, key: u32) -> f32 {
    let (i, t) = split(x);
    let s = t * t * (3.0 - 2.0 * t);
    let (a, b) = (speck(i, 0, key), speck(i.wrapping_add(1), 0, key));
    (a + (b - a) * s) * 2.0 - 1.0
}

/// Octaves of [`noise1`]; about `-1.0..=1.0`.
pub(crate) fn fbm1(x: f32, octaves: u32, key: u32) -> f32 {
    let (mut sum, mut amp, mut freq) = (0.0, 0.55, 1.0);
    for o in 0..octaves {
        sum += amp * noise1(x * freq, key.wrapping_add(o * 101));
        amp *= 0.5;
        freq *= 2.03;
    }
    sum
}

/// Sharp-crested octaves for mountain lines, about `0.0..=1.0`.
pub(crate) fn crag1(x: f32, octaves: u32, key: u32) -> f32 {
    let (mut sum, mut amp, mut freq) = (0.0, 0.5, 1.0);
    for o in 0..octaves {
        let n = noise1(x * freq, key.wrapping_add(o * 101)).abs();
        sum += amp * (1.0 - n);
        amp *= 0.48;
        freq *= 2.11;
    }
    sum
}

const SIDE: usize = 256;

/// A square of five-octave gradient noise that repeats without a seam. Baked once for a picture: sampling it costs
/// four reads, where the octaves themselves would cost twenty hashes.
pub(crate) struct Tile {
    texels: Vec<f32>,
}

impl Tile {
    pub(crate) fn new(key: u32) -> Self {
        let mut texels = vec![0.5; SIDE * SIDE];
        let mut amp = 0.62;
        for octave in 0..5u32 {
            let cells = 4i32 << octave;
            let scale = cells as f32 / SIDE as f32;
            let slopes: Vec<[f32; 2]> =
                (0..cells * cells).map(|c| gradient(c % cells, c / cells, key.wrapping_add(octave * 7919))).collect();
            let at = |x: i32, y: i32| slopes[((y & (cells - 1)) * cells + (x & (cells - 1))) as usize];
            for row in 0..SIDE {
                let fy = row as f32 * scale;
                let (iy, ty) = split(fy);
                let sy = ty * ty * (3.0 - 2.0 * ty);
                for column in 0..SIDE {
                    let fx = column as f32 * scale;
                    let (ix, tx) = split(fx);
                    let sx = tx * tx * (3.0 - 2.0 * tx);
                    let dot = |dx: i32, dy: i32| {
                        let g = at(ix + dx, iy + dy);
                        g[0] * (tx - dx as f32) + g[1] * (ty - dy as f32)
                    };
                    let top = dot(0, 0) + (dot(1, 0) - dot(0, 0)) * sx;
                    let low = dot(0, 1) + (dot(1, 1) - dot(0, 1)) * sx;
                    texels[row * SIDE + column] += amp * (top + (low - top) * sy);
                }
            }
            amp *= 0.52;
        }
        Self { texels }
    }

    /// Noise around `0.5`, mostly within `0.1..0.9`; one unit of `u` or `v` is one period.
    #[inline]
    pub(crate) fn at(&self, u: f32, v: f32) -> f32 {
        let ((x, tx), (y, ty)) = (split(u * SIDE as f32), split(v * SIDE as f32));
        let (x0, y0) = (x as usize % SIDE, y as usize % SIDE);
        let (x1, y1) = ((x0 + 1) % SIDE, (y0 + 1) % SIDE);
        let get = |x: usize, y: usize| self.texels[y * SIDE + x];
        let top = get(x0, y0) + (get(x1, y0) - get(x0, y0)) * tx;
        let low = get(x0, y1) + (get(x1, y1) - get(x0, y1)) * tx;
        top + (low - top) * ty
    }
}

fn gradient(x: i32, y: i32, key: u32) -> [f32; 2] {
    let a = speck(x, y, key) * 2.0 - 1.0;
    let b = speck(x, y, key ^ 0x5bd1_e995) * 2.0 - 1.0;
    let length = (a * a + b * b).sqrt().max(0.05);
    [a * 1.4 / length, b * 1.4 / length]
}
