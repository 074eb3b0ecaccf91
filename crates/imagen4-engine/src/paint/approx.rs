//! Small stand-ins for library maths, the same to the last digit everywhere (see `noise.rs` for why).

/// Linear blend from `a` (`t = 0`) to `b` (`t = 1`).
#[inline]
pub(crate) fn lerp(a: f32, b: f32, t: f32) -> f32 {
    a + (b - a) * t
}

#[inline]
pub(crate) fn clamp01(x: f32) -> f32 {
    x.clamp(0.0, 1.0)
}

/// Cubic step from `0` at `low` to `1` at `high`; `low > high` steps down.
#[inline]
pub(crate) fn smooth(low: f32, high: f32, x: f32) -> f32 {
    let t = clamp01((x - low) / (high - low));
    t * t * (3.0 - 2.0 * t)
}

/// The whole part as an integer and the rest in `0.0..1.0`. For values within an `i32`; the library's `floor` is a
/// function call on baseline x86-64 and was a third of the painting time.
#[inline]
pub(crate) fn split(x: f32) -> (i32, f32) {
    let toward_zero = x as i32;
    let whole = toward_zero - i32::from((toward_zero as f32) > x);
    (whole, x - whole as f32)
}

/// A sine of `turns` full circles: a corrected parabola, within 0.002 of the real one.
#[inline]
pub(crate) fn wave(turns: f32) -> f32 {
    let u = split(turns).1 - 0.5;
    let p = 16.0 * u * u.abs() - 8.0 * u;
    p + 0.225 * (p * p.abs() - p)
}

/// Falls from 1 like `exp(-x)`: the eighth power of `1 / (1 + x/8)`, a little heavier in the tail, which suits haze.
#[inline]
pub(crate) fn fade(x: f32) -> f32 {
    let a = 1.0 / (1.0 + x.max(0.0) * 0.125);
    let b = a * a;
    let c = b * b;
    c * c
}

/// A bell of height 1 over `x = 0`: `fade` of the square.
#[inline]
pub(crate) fn bell(x: f32) -> f32 {
    fade(x * x)
}

/// Smooth minimum of two distances, melting shapes together over `k`.
#[inline]
pub(crate) fn melt(a: f32, b: f32, k: f32) -> f32 {
    let h = clamp01(0.5 + 0.5 * (b - a) / k);
    lerp(b, a, h) - k * h * (1.0 - h)
}
