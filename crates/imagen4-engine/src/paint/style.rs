//! The look of the medium: photograph, film, watercolour, ink or flat print.

use super::approx::{clamp01, lerp, smooth, split};
use super::canvas::Field;
use super::color::{Rgb, hex, luma, mix, plus, saturate, scale};
use super::meaning::Style;
use super::small::{Small, along};
use super::stage::Stage;

/// Everything needed to look up a finished pixel.
pub(super) struct Look<'a> {
    stage: &'a Stage<'a>,
    style: Style,
    soft: Small,
    /// Fibres of the paper, and two slow wanderings of the brush; around zero.
    paper: Option<[Field; 3]>,
}

impl<'a> Look<'a> {
    pub(super) fn new(stage: &'a Stage<'a>) -> Self {
        let style = stage.mood.style;
        let cell = (stage.unit / 128.0).ceil() as usize;
        let soft = match style {
            // Only what is brighter than paper blooms.
            Style::Photo | Style::Film => Small::new(stage, cell, |c| {
                let k = (luma(c) - 0.5).max(0.0) * 0.9;
                scale(c, k / (0.5 + k))
            })
            .blurred(3),
            _ => Small::new(stage, (cell * 3 / 8).max(1), |c| c).blurred(1),
        };
        let paper = matches!(style, Style::Watercolor | Style::Ink).then(|| {
            let (tile, unit, step) = (&stage.tile, stage.unit, stage.coarse());
            let field = |step: f32, f: &dyn Fn(f32, f32) -> f32| {
                Field::new(stage.canvas.w, 0.0, stage.h, step, |x, y| f(x / unit, y / unit) - 0.5)
            };
            [
                field(step, &|u, v| tile.at(u * 10.3, v * 10.3) * 0.7 + tile.at(v * 3.7, u * 3.7) * 0.3),
                field(step * 2.0, &|u, v| tile.at(u * 1.3, v * 1.3 + 0.5)),
                field(step * 2.0, &|u, v| tile.at(u * 1.1 + 0.3, v * 1.1)),
            ]
        });
        Self { stage, style, soft, paper }
    }

    /// Strength of the grain, in display units.
    pub(super) fn grain(&self) -> f32 {
        match self.style {
            Style::Photo => 0.012,
            Style::Film => 0.05,
            Style::Watercolor | Style::Ink => 0.008,
            Style::Flat => 0.0,
        }
    }

    /// How much darker the corners are.
    pub(super) fn vignette(&self) -> f32 {
        match self.style {
            Style::Photo => 0.32,
            Style::Film => 0.62,
            Style::Watercolor | Style::Ink | Style::Flat => 0.0,
        }
    }

    /// Finishes one row of the picture.
    pub(super) fn row(&self, row: usize, out: &mut [Rgb]) {
        let w = self.stage.canvas.w;
        let source = &self.stage.canvas.px[row * w..(row + 1) * w];
        let y = row as f32 + 0.5;
        let line = self.soft.line(y);
        let cells = 1.0 / self.soft.step;
        let soft = |x: f32| along(&line, x * cells - 0.5);
        let each = |out: &mut [Rgb], f: &dyn Fn(Rgb, f32) -> Rgb| {
            for (i, (pixel, c)) in out.iter_mut().zip(source).enumerate() {
                *pixel = f(*c, i as f32 + 0.5);
            }
        };
        match self.style {
            Style::Photo => {
                for (i, (pixel, c)) in out.iter_mut().zip(source).enumerate() {
                    *pixel = plus(*c, scale(soft(i as f32 + 0.5), 0.5));
                }
            }
            Style::Film => each(out, &|c, x| self.film(c, soft(x), y)),
            Style::Watercolor => each(out, &|_, x| self.watercolor(x, y)),
            Style::Ink => each(out, &|c, x| self.ink(c, soft(x), x, y)),
            Style::Flat => each(out, &|c, x| flat(c, soft(x))),
        }
    }

    #[inline]
    fn paper(&self, x: f32, y: f32) -> [f32; 3] {
        self.paper.as_ref().map_or([0.0; 3], |[a, b, c]| [a.at(x, y), b.at(x, y), c.at(x, y)])
    }

    /// Warm lights, blue-green shadows that never reach black, red halation, and bars above and below when wide.
    fn film(&self, c: Rgb, halo: Rgb, y: f32) -> Rgb {
        let (w, h) = (self.stage.w, self.stage.h);
        let bar = if w > h * 1.5 { (h - w / 2.2) * 0.5 } else { 0.0 };
        if y < bar || y > h - bar {
            return [0.0006; 3];
        }
        let c = plus(c, [halo[0] * 1.1, halo[1] * 0.5, halo[2] * 0.35]);
        let v = luma(c).sqrt();
        let warm = mix([0.86, 1.0, 1.06], [1.12, 1.0, 0.8], smooth(0.1, 0.8, v));
        let c = saturate([c[0] * warm[0], c[1] * warm[1], c[2] * warm[2]], 0.86);
        plus(scale(c, 0.94), [0.006, 0.008, 0.010])
    }

    /// Pigment that ran: wandering edges that dried darker, granulation, and a ragged paper margin.
    fn watercolor(&self, x: f32, y: f32) -> Rgb {
        let (stage, unit) = (self.stage, self.stage.unit);
        let [grit, run, run2] = self.paper(x, y);
        let (sx, sy) = (x + (run * 0.022 + grit * 0.006) * unit, y + (run2 * 0.022 + grit * 0.006) * unit);
        let canvas = &stage.canvas;
        let column = (sx.max(0.0) as usize).min(canvas.w - 1);
        let row = (sy.max(0.0) as usize).min(canvas.h - 1);
        let c = canvas.px[row * canvas.w + column];
        let soft = self.soft.at(sx, sy);
        let (v, vs) = (luma(c).sqrt(), luma(soft).sqrt());
        let edge = clamp01((vs - v) * 3.5);
        let mut c = saturate(mix(c, soft, 0.55), 1.22);
        c = scale(c, 1.0 - 0.4 * edge);
        let wash = 1.0 + (run + run2) * 0.4 + grit * lerp(0.6, 0.3, v);
        let paper = scale(hex(0xf8f3e8), 1.0 + grit * 0.1);
        let c = plus(scale(c, 0.93 * wash), scale(paper, 0.07));
        let border = x.min(y).min(stage.w - x).min(stage.h - y) / unit + run * 0.016 + grit * 0.01;
        let inside = smooth(0.026, 0.034, border);
        let rim = inside * (1.0 - smooth(0.034, 0.05, border));
        mix(paper, scale(c, 1.0 - 0.22 * rim), inside)
    }

    /// Washes of diluted ink in a few tones, dark lines where the picture has edges, warm paper.
    fn ink(&self, c: Rgb, soft: Rgb, x: f32, y: f32) -> Rgb {
        let [grit, bleed, _] = self.paper(x, y);
        let (v, vs) = (luma(c).min(1.2).sqrt(), luma(soft).min(1.2).sqrt());
        let tone = levels(clamp01(lerp(vs, v, 0.6) * 1.18 + 0.05 + bleed * 0.12), 5.0, 0.2);
        let line = clamp01((vs - v - 0.018) * 14.0) * clamp01(1.0 + grit * 2.5);
        let paper = scale(hex(0xf7f1e3), 1.0 + grit * 0.12);
        let hue = saturate(mix(soft, [vs * vs; 3], 0.55), 1.1);
        let wash = clamp01(0.05 + tone * (0.25 + 0.75 * tone) + grit * 0.22 * (1.0 - tone));
        let tinted = mix([wash; 3], scale(hue, wash / luma(hue).max(0.02)), 0.35);
        let c = [tinted[0] * paper[0], tinted[1] * paper[1], tinted[2] * paper[2]];
        mix(c, hex(0x17161c), line * 0.9)
    }
}

/// A poster in a few flat colours with clean borders.
fn flat(c: Rgb, soft: Rgb) -> Rgb {
    let c = mix(c, soft, 0.35);
    let v = luma(c).min(1.3).sqrt();
    let tone = levels(v, 8.0, 0.07);
    let flat = scale(c, (tone * tone) / (v * v).max(0.0008));
    saturate(mix(flat, [tone * tone; 3], 0.05), 1.22)
}

/// Rounds to `n` tones; borders between them are `soft` of a step wide.
fn levels(v: f32, n: f32, soft: f32) -> f32 {
    let (base, rest) = split(v * n);
    (base as f32 + smooth(0.5 - soft, 0.5 + soft, rest)) / n
}
