//! How many images one request asks for.

use std::fmt;

use imagen4_core::Refusal;

/// 1 to 4 images.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct ImageCount(u8);

impl ImageCount {
    /// One image, the default.
    pub const ONE: Self = Self(1);
    /// Four images, the most in one request.
    pub const MAX: Self = Self(4);

    /// `count` images, if that is 1 to 4.
    ///
    /// # Errors
    /// With what is allowed, for every other number.
    pub fn new(count: i64) -> Result<Self, Refusal> {
        match u8::try_from(count) {
            Ok(count @ 1..) if count <= Self::MAX.0 => Ok(Self(count)),
            _ => Err(Refusal::new(format!("must be a whole number from 1 to {}", Self::MAX))),
        }
    }

    /// The number.
    pub const fn get(self) -> u8 {
        self.0
    }
}

impl Default for ImageCount {
    fn default() -> Self {
        Self::ONE
    }
}

impl fmt::Display for ImageCount {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        self.0.fmt(f)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn one_to_four() {
        assert!((1..=4).all(|count| ImageCount::new(count).is_ok()));
        for count in [0, 5, -1, 257, i64::MAX] {
            assert_eq!(ImageCount::new(count).expect_err("refused").to_string(), "must be a whole number from 1 to 4");
        }
    }
}
