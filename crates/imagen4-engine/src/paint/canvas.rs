//! The picture while it is painted: linear light, one float triple a pixel, and coarse fields to shade it with.

use super::approx::clamp01;
use super::color::{Rgb, mix, plus, scale};

pub(crate) struct Canvas {
    pub(crate) w: usize,
    pub(crate) h: usize,
    pub(crate) px: Vec<Rgb>,
}

impl Canvas {
    pub(crate) fn new(w: usize, h: usize) -> Self {
        Self { w, h, px: vec![[0.0; 3]; w * h] }
    }

    /// Runs `f(x, y, pixel)` at pixel centres of the rows from `top` to `bottom`, clipped to the canvas.
    #[inline]
    pub(crate) fn rows(&mut self, top: f32, bottom: f32, f: impl FnMut(f32, f32, &mut Rgb)) {
        self.area([0.0, top, self.w as f32, bottom], f);
    }

    /// Runs `f(x, y, pixel)` at pixel centres inside `[left, top, right, bottom]`, clipped to the canvas.
    #[inline]
    pub(crate) fn area(&mut self, bounds: [f32; 4], mut f: impl FnMut(f32, f32, &mut Rgb)) {
        let limit = |v: f32, max: usize| (v.max(0.0) as usize).min(max);
        let (x0, x1) = (limit(bounds[0], self.w), limit(bounds[2].ceil(), self.w));
        let (y0, y1) = (limit(bounds[1], self.h), limit(bounds[3].ceil(), self.h));
        if x0 >= x1 {
            return;
        }
        for y in y0..y1 {
            let row = &mut self.px[y * self.w + x0..y * self.w + x1];
            for (i, pixel) in row.iter_mut().enumerate() {
                f((x0 + i) as f32 + 0.5, y as f32 + 0.5, pixel);
            }
        }
    }

    /// Paints everything under a line (`line[x]` is its height in pixels from the top) down to `bottom`.
    /// `color(x, y, depth)` gets the distance below the line.
    #[inline]
    pub(crate) fn below(&mut self, line: &[f32], bottom: f32, color: impl Fn(f32, f32, f32) -> Rgb) {
        let top = line.iter().fold(f32::MAX, |a, &b| a.min(b)).max(0.0).floor();
        let last = line.len() - 1;
        self.rows(top, bottom, |x, y, pixel| {
            let depth = y - line[(x as usize).min(last)];
            if depth > -0.5 {
                let c = color(x, y, depth.max(0.0));
                *pixel = if depth >= 0.5 { c } else { mix(*pixel, c, depth + 0.5) };
            }
        });
    }

    /// Paints where `distance(x, y)` (pixels, negative inside) says, with a soft edge one pixel wide.
    #[inline]
    pub(crate) fn shape(
        &mut self,
        bounds: [f32; 4],
        distance: impl Fn(f32, f32) -> f32,
        color: impl Fn(f32, f32, f32) -> Rgb,
    ) {
        self.area(bounds, |x, y, pixel| {
            let d = distance(x, y);
            if d < 0.5 {
                *pixel = mix(*pixel, color(x, y, d), clamp01(0.5 - d));
            }
        });
    }

    /// A row of pixels from `left` to `right` (fractional ends are blended) at row `y`.
    pub(crate) fn span(&mut self, y: i32, left: f32, right: f32, color: Rgb, alpha: f32) {
        if y < 0 || y as usize >= self.h || right <= 0.0 || left >= self.w as f32 {
            return;
        }
        let row = &mut self.px[y as usize * self.w..(y as usize + 1) * self.w];
        let (x0, x1) = (left.max(0.0) as usize, (right.ceil().max(0.0) as usize).min(row.len()));
        for (x, pixel) in row.iter_mut().enumerate().take(x1).skip(x0) {
            let cover = (right.min(x as f32 + 1.0) - left.max(x as f32)).max(0.0);
            *pixel = mix(*pixel, color, cover * alpha);
        }
    }

    /// A straight stroke whose width runs from `wide[0]` to `wide[1]` pixels.
    pub(crate) fn stroke(&mut self, from: [f32; 2], to: [f32; 2], wide: [f32; 2], color: Rgb, alpha: f32) {
        let reach = wide[0].max(wide[1]) * 0.5 + 1.0;
        let bounds = [
            from[0].min(to[0]) - reach,
            from[1].min(to[1]) - reach,
            from[0].max(to[0]) + reach,
            from[1].max(to[1]) + reach,
        ];
        let (dx, dy) = (to[0] - from[0], to[1] - from[1]);
        let length2 = (dx * dx + dy * dy).max(1e-6);
        self.area(bounds, |x, y, pixel| {
            let t = clamp01(((x - from[0]) * dx + (y - from[1]) * dy) / length2);
            let (ex, ey) = (x - from[0] - dx * t, y - from[1] - dy * t);
            let half = (wide[0] + (wide[1] - wide[0]) * t) * 0.5;
            let cover = clamp01(half + 0.5 - (ex * ex + ey * ey).sqrt()) * half.mul_clamped();
            *pixel = mix(*pixel, color, cover * alpha);
        });
    }

    /// Adds a soft round glow of light.
    pub(crate) fn glow(&mut self, x: f32, y: f32, radius: f32, light: Rgb) {
        let reach = radius * 2.2;
        let k = 1.0 / (radius * radius);
        self.area([x - reach, y - reach, x + reach, y + reach], |px, py, pixel| {
            let d2 = ((px - x) * (px - x) + (py - y) * (py - y)) * k;
            let edge = clamp01(1.0 - d2 * 0.2066);
            *pixel = plus(*pixel, scale(light, edge * edge / (1.0 + 3.0 * d2)));
        });
    }
}

/// Strokes thinner than a pixel fade instead of breaking into dots.
trait Thin {
    fn mul_clamped(self) -> f32;
}

impl Thin for f32 {
    fn mul_clamped(self) -> f32 {
        (self * 2.0).min(1.0)
    }
}

/// A coarse map of numbers over the canvas, read back with bilinear interpolation: costly shading is computed at a
/// half or a quarter of the resolution.
pub(crate) struct Field {
    top: f32,
    per_step: f32,
    cols: usize,
    rows: usize,
    v: Vec<f32>,
}

impl Field {
    /// Samples `f(x, y)` every `step` pixels over the rows `top..bottom` of a canvas `w` pixels wide.
    pub(crate) fn new(w: usize, top: f32, bottom: f32, step: f32, f: impl Fn(f32, f32) -> f32) -> Self {
        let top = top.floor().max(0.0);
        let cols = (w as f32 / step) as usize + 2;
        let rows = ((bottom - top).max(0.0) / step) as usize + 2;
        let mut v = Vec::with_capacity(cols * rows);
        for row in 0..rows {
            for col in 0..cols {
                v.push(f(col as f32 * step, top + row as f32 * step));
            }
        }
        Self { top, per_step: 1.0 / step, cols, rows, v }
    }

    #[inline]
    pub(crate) fn at(&self, x: f32, y: f32) -> f32 {
        let fx = (x * self.per_step).max(0.0);
        let fy = ((y - self.top) * self.per_step).max(0.0);
        let (c, r) = ((fx as usize).min(self.cols - 2), (fy as usize).min(self.rows - 2));
        let (tx, ty) = ((fx - c as f32).min(1.0), (fy - r as f32).min(1.0));
        let i = r * self.cols + c;
        let top = self.v[i] + (self.v[i + 1] - self.v[i]) * tx;
        let j = i + self.cols;
        let low = self.v[j] + (self.v[j + 1] - self.v[j]) * tx;
        top + (low - top) * ty
    }
}
