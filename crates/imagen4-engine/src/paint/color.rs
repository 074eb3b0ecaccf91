//! Colours in linear light.
//!
//! Display values are the square root of light and light the square of display values: within a shade of sRGB, and
//! `sqrt` is exact everywhere where `pow` is not.

/// Red, green and blue light; 1.0 is paper white, the sun is more.
pub(crate) type Rgb = [f32; 3];

/// Light for a display colour written `0xRRGGBB`.
pub(crate) const fn hex(code: u32) -> Rgb {
    let r = ((code >> 16) & 255) as f32 / 255.0;
    let g = ((code >> 8) & 255) as f32 / 255.0;
    let b = (code & 255) as f32 / 255.0;
    [r * r, g * g, b * b]
}

#[inline]
pub(crate) fn mix(a: Rgb, b: Rgb, t: f32) -> Rgb {
    [a[0] + (b[0] - a[0]) * t, a[1] + (b[1] - a[1]) * t, a[2] + (b[2] - a[2]) * t]
}

#[inline]
pub(crate) fn scale(a: Rgb, k: f32) -> Rgb {
    [a[0] * k, a[1] * k, a[2] * k]
}

#[inline]
pub(crate) fn plus(a: Rgb, b: Rgb) -> Rgb {
    [a[0] + b[0], a[1] + b[1], a[2] + b[2]]
}

#[inline]
pub(crate) fn times(a: Rgb, b: Rgb) -> Rgb {
    [a[0] * b[0], a[1] * b[1], a[2] * b[2]]
}

#[inline]
pub(crate) fn luma(c: Rgb) -> f32 {
    0.2126 * c[0] + 0.7152 * c[1] + 0.0722 * c[2]
}

/// Grey at `amount = 0`, unchanged at 1, more vivid above.
pub(crate) fn saturate(c: Rgb, amount: f32) -> Rgb {
    let y = luma(c);
    let d = mix([y, y, y], c, amount);
    [d[0].max(0.0), d[1].max(0.0), d[2].max(0.0)]
}

/// Moves the hue toward `tint` by `t` and keeps the brightness.
pub(crate) fn dye(c: Rgb, tint: Rgb, t: f32) -> Rgb {
    let y = luma(c);
    // Very bright colours cannot hold a strong dye without turning neon.
    let full = scale(tint, y / luma(tint).max(0.02));
    let calm = [full[0].min(y + 0.55), full[1].min(y + 0.55), full[2].min(y + 0.55)];
    mix(c, calm, t)
}

/// Turns the hue by a small angle (radians, up to about 0.2) around the grey axis.
pub(crate) fn turn_hue(c: Rgb, angle: f32) -> Rgb {
    let sin = angle - angle * angle * angle / 6.0;
    let cos = 1.0 - angle * angle * 0.5;
    let grey = (c[0] + c[1] + c[2]) / 3.0 * (1.0 - cos);
    let k = sin * 0.577_350_3;
    let turned = [
        c[0] * cos + (c[2] - c[1]) * k + grey,
        c[1] * cos + (c[0] - c[2]) * k + grey,
        c[2] * cos + (c[1] - c[0]) * k + grey,
    ];
    [turned[0].max(0.0), turned[1].max(0.0), turned[2].max(0.0)]
}
