//! A shrunken, blurred copy of the picture, for soft light and for finding edges.

use super::color::{Rgb, mix, plus, scale};
use super::stage::Stage;

/// A shrunken copy of the picture, for soft light and for finding edges.
pub(super) struct Small {
    pub(super) step: f32,
    cols: usize,
    rows: usize,
    px: Vec<Rgb>,
}

impl Small {
    pub(super) fn new(stage: &Stage<'_>, step: usize, keep: impl Fn(Rgb) -> Rgb) -> Self {
        let canvas = &stage.canvas;
        let (cols, rows) = (canvas.w.div_ceil(step), canvas.h.div_ceil(step));
        let mut px = Vec::with_capacity(cols * rows);
        for row in 0..rows {
            for col in 0..cols {
                let (x1, y1) = (((col + 1) * step).min(canvas.w), ((row + 1) * step).min(canvas.h));
                let mut sum = [0.0; 3];
                for y in row * step..y1 {
                    for pixel in &canvas.px[y * canvas.w + col * step..y * canvas.w + x1] {
                        sum = plus(sum, *pixel);
                    }
                }
                let n = ((x1 - col * step) * (y1 - row * step)) as f32;
                px.push(keep(scale(sum, 1.0 / n)));
            }
        }
        Self { step: step as f32, cols, rows, px }
    }

    /// Averages over `2 r + 1` cells both ways, twice: close to a Gaussian.
    pub(super) fn blurred(mut self, r: usize) -> Self {
        for _ in 0..2 {
            self.px = blur_rows(&self.px, self.cols, self.rows, r);
            self.px = blur_rows(&self.px, self.rows, self.cols, r);
        }
        self
    }

    /// The cells of one row of pixels, blended from the two rows of cells around it; read it with [`along`].
    pub(super) fn line(&self, y: f32) -> Vec<Rgb> {
        let fy = (y / self.step - 0.5).clamp(0.0, (self.rows - 1) as f32);
        let r = fy as usize;
        let (top, low) = (r * self.cols, (r + 1).min(self.rows - 1) * self.cols);
        (0..self.cols).map(|c| mix(self.px[top + c], self.px[low + c], fy - r as f32)).collect()
    }

    #[inline]
    pub(super) fn at(&self, x: f32, y: f32) -> Rgb {
        let fx = (x / self.step - 0.5).clamp(0.0, (self.cols - 1) as f32);
        let fy = (y / self.step - 0.5).clamp(0.0, (self.rows - 1) as f32);
        let (c, r) = (fx as usize, fy as usize);
        let (c1, r1) = ((c + 1).min(self.cols - 1), (r + 1).min(self.rows - 1));
        let (tx, ty) = (fx - c as f32, fy - r as f32);
        let top = mix(self.px[r * self.cols + c], self.px[r * self.cols + c1], tx);
        let low = mix(self.px[r1 * self.cols + c], self.px[r1 * self.cols + c1], tx);
        mix(top, low, ty)
    }
}

/// A value between two cells of a [`Small::line`]; `at` is in cells.
#[inline]
pub(super) fn along(line: &[Rgb], at: f32) -> Rgb {
    let at = at.max(0.0);
    let c = (at as usize).min(line.len() - 1);
    mix(line[c], line[(c + 1).min(line.len() - 1)], at - c as f32)
}

/// Blurs along rows and returns the transposed picture.
fn blur_rows(px: &[Rgb], cols: usize, rows: usize, r: usize) -> Vec<Rgb> {
    let mut out = vec![[0.0; 3]; px.len()];
    for row in 0..rows {
        let line = &px[row * cols..(row + 1) * cols];
        for col in 0..cols {
            let (a, b) = (col.saturating_sub(r), (col + r + 1).min(cols));
            let sum = line[a..b].iter().fold([0.0; 3], |s, p| plus(s, *p));
            out[col * rows + row] = scale(sum, 1.0 / (b - a) as f32);
        }
    }
    out
}
