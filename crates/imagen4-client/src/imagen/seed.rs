//! The seed: what repeats an image.

use std::fmt;
use std::str::FromStr;

use imagen4_core::Refusal;

/// −1 to 2,147,483,647; −1 lets WaveSpeed roll one that it does not tell.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub struct Seed(i32);

impl Seed {
    /// WaveSpeed rolls it, and nobody learns it.
    pub const UNKNOWN: Self = Self(-1);
    /// The smallest seed.
    pub const MIN: i64 = -1;
    /// The largest seed.
    pub const MAX: i64 = i32::MAX as i64;

    /// That seed, if it is in range.
    ///
    /// # Errors
    /// With the range, for every other number.
    pub fn new(seed: i64) -> Result<Self, Refusal> {
        match i32::try_from(seed) {
            Ok(seed @ -1..) => Ok(Self(seed)),
            _ => Err(Self::refusal()),
        }
    }

    /// A concrete seed from random bits: never −1.
    pub const fn from_random(bits: u32) -> Self {
        Self((bits >> 1) as i32)
    }

    fn refusal() -> Refusal {
        Refusal::new(format!("must be a whole number from -1 to {}", Self::MAX))
    }

    /// The number.
    pub const fn get(self) -> i32 {
        self.0
    }

    /// Whether an image can be repeated with it.
    pub const fn is_known(self) -> bool {
        self.0 >= 0
    }
}

impl fmt::Display for Seed {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        self.0.fmt(f)
    }
}

/// Reads what a person types.
impl FromStr for Seed {
    type Err = Refusal;

    fn from_str(text: &str) -> Result<Self, Refusal> {
        text.trim().parse().map_err(|_| Self::refusal()).and_then(Self::new)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_vendors_range() {
        assert!([-1, 0, Seed::MAX].iter().all(|seed| Seed::new(*seed).is_ok()));
        for text in ["-2", "2147483648", "abc", "", "1.5"] {
            assert_eq!(
                text.parse::<Seed>().expect_err("refused").to_string(),
                "must be a whole number from -1 to 2147483647"
            );
        }
    }

    #[test]
    fn a_rolled_seed_is_always_known() {
        assert!([0, 1, u32::MAX, 0x8000_0000].into_iter().all(|bits| Seed::from_random(bits).is_known()));
    }
}
