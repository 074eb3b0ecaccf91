//! Shapes: ratios, sizes in pixels, and what a model allows of them.

use std::fmt;
use std::str::FromStr;

use serde::{Deserialize, Serialize};

use crate::fields::Refusal;

/// The sides that are allowed where a schema names none, in pixels.
pub const DEFAULT_SIDES: (u32, u32) = (64, 16_384);

/// Ratios that people call by a name. A size in pixels goes by the nearest of them.
const NAMED: [(u32, u32); 19] = [
    (1, 1),
    (5, 4),
    (4, 3),
    (3, 2),
    (16, 9),
    (2, 1),
    (21, 9),
    (3, 1),
    (4, 1),
    (8, 1),
    (4, 5),
    (3, 4),
    (2, 3),
    (9, 16),
    (1, 2),
    (9, 21),
    (1, 3),
    (1, 4),
    (1, 8),
];

/// A size counts as a named ratio when it is within so much of it: models paint in multiples of some number of pixels.
const NEAR: f64 = 0.04;

/// Width to height, as `16:9` or `2.35:1`; both sides in hundredths.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub struct Ratio {
    width: u32,
    height: u32,
}

impl Ratio {
    /// One to one.
    pub const SQUARE: Self = Self { width: 100, height: 100 };

    /// What people call the ratio of a size in pixels; `None` for a size without area.
    pub fn of_size(width: u32, height: u32) -> Option<Self> {
        if width == 0 || height == 0 {
            return None;
        }
        let wanted = f64::from(width) / f64::from(height);
        let far = |(w, h): (u32, u32)| (f64::from(w) / f64::from(h) / wanted).ln().abs();
        let nearest = NAMED.into_iter().min_by(|a, b| far(*a).total_cmp(&far(*b)))?;
        let (w, h) = if far(nearest) <= NEAR {
            nearest
        } else {
            let divisor = gcd(width, height);
            (width / divisor, height / divisor)
        };
        Some(Self { width: w.checked_mul(100)?, height: h.checked_mul(100)? })
    }

    /// Width divided by height.
    pub fn value(self) -> f64 {
        f64::from(self.width) / f64::from(self.height)
    }
}

impl fmt::Display for Ratio {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}:{}", Hundredths(self.width), Hundredths(self.height))
    }
}

struct Hundredths(u32);

impl fmt::Display for Hundredths {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let (whole, part) = (self.0 / 100, self.0 % 100);
        match part {
            0 => write!(f, "{whole}"),
            _ if part.is_multiple_of(10) => write!(f, "{whole}.{}", part / 10),
            _ => write!(f, "{whole}.{part:02}"),
        }
    }
}

/// Reads `16:9`, `2.35:1`, `19.5:9`.
impl FromStr for Ratio {
    type Err = Refusal;

    fn from_str(text: &str) -> Result<Self, Refusal> {
        let read = || {
            let (width, height) = text.split_once(':')?;
            let ratio = Self { width: hundredths(width)?, height: hundredths(height)? };
            (ratio.width > 0 && ratio.height > 0).then_some(ratio)
        };
        read().ok_or_else(|| Refusal::new("must be width:height, such as 16:9"))
    }
}

fn hundredths(text: &str) -> Option<u32> {
    let (whole, part) = text.split_once('.').unwrap_or((text, "0"));
    let digits = |text: &str| (1..=6).contains(&text.len()) && text.bytes().all(|byte| byte.is_ascii_digit());
    if !digits(whole) || !digits(part) || part.len() > 2 {
        return None;
    }
    let part = part.parse::<u32>().ok()? * if part.len() == 1 { 10 } else { 1 };
    whole.parse::<u32>().ok()?.checked_mul(100)?.checked_add(part)
}

impl Serialize for Ratio {
    fn serialize<S: serde::Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.collect_str(self)
    }
}

const fn gcd(a: u32, b: u32) -> u32 {
    if b == 0 { a } else { gcd(b, a % b) }
}

/// Reads `1024*768`: digits of ASCII and nothing else.
pub fn size_of(text: &str) -> Option<(u32, u32)> {
    let (width, height) = text.split_once('*')?;
    let side = |text: &str| {
        let is_number = (1..=6).contains(&text.len()) && text.bytes().all(|byte| byte.is_ascii_digit());
        is_number.then(|| text.parse::<u32>().ok()).flatten().filter(|side| *side > 0)
    };
    Some((side(width)?, side(height)?))
}

/// The ratio that a choice of shape stands for: `16:9`, `1024*768`; none for `auto` and the like.
pub fn ratio_of(text: &str) -> Option<Ratio> {
    match size_of(text) {
        Some((width, height)) => Ratio::of_size(width, height),
        None => text.parse().ok(),
    }
}

/// What WaveSpeed's text says of sizes and its schema does not. Too small an image is often enlarged and billed in silence.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
#[serde(default)]
pub struct PixelRules {
    /// Fewest pixels in all.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub min_total: Option<u64>,
    /// Most pixels in all.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub max_total: Option<u64>,
    /// The longer side is at most so many times the shorter one.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub max_ratio: Option<u32>,
    /// Both sides are multiples of it.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub multiple_of: Option<u32>,
}

impl PixelRules {
    /// Checks a size against these rules and the bounds of a side.
    ///
    /// # Errors
    /// With what is allowed.
    pub fn check(&self, text: &str, (min, max): (u32, u32)) -> Result<(u32, u32), Refusal> {
        let allowed = || {
            Refusal::new(format!(
                "must be width*height in pixels, such as {}; {}",
                self.example(min, max),
                self.words(min, max)
            ))
        };
        let (width, height) = size_of(text).ok_or_else(allowed)?;
        let total = u64::from(width) * u64::from(height);
        let (long, short) = (width.max(height), width.min(height));
        let is_allowed = (min..=max).contains(&width)
            && (min..=max).contains(&height)
            && self.min_total.is_none_or(|least| total >= least)
            && self.max_total.is_none_or(|most| total <= most)
            && self.max_ratio.is_none_or(|most| u64::from(long) <= u64::from(short) * u64::from(most))
            && self.multiple_of.is_none_or(|of| of == 0 || width.is_multiple_of(of) && height.is_multiple_of(of));
        if is_allowed { Ok((width, height)) } else { Err(allowed()) }
    }

    /// A size that they allow, if a usual one does.
    fn example(&self, min: u32, max: u32) -> String {
        let usual = [1024, 2048, 512, 4096, min, max];
        let fits = |side: &u32| {
            let total = u64::from(*side) * u64::from(*side);
            (min..=max).contains(side)
                && self.min_total.is_none_or(|least| total >= least)
                && self.max_total.is_none_or(|most| total <= most)
                && self.multiple_of.is_none_or(|of| of == 0 || side.is_multiple_of(of))
        };
        let side = usual.into_iter().find(fits).unwrap_or(max);
        format!("{side}*{side}")
    }

    /// What is allowed, in words.
    pub fn words(&self, min: u32, max: u32) -> String {
        let mut words = format!("each side from {min} to {max}");
        match (self.min_total, self.max_total) {
            (Some(least), Some(most)) => words += &format!(", {least} to {most} pixels in all"),
            (Some(least), None) => words += &format!(", at least {least} pixels in all"),
            (None, Some(most)) => words += &format!(", at most {most} pixels in all"),
            (None, None) => {}
        }
        if let Some(most) = self.max_ratio {
            words += &format!(", at most {most} times as long as wide");
        }
        if let Some(of) = self.multiple_of {
            words += &format!(", both sides a multiple of {of}");
        }
        words
    }
}

#[cfg(test)]
mod tests;
