//! How many pictures one run asks for.

use std::fmt;

use serde::{Serialize, Serializer};

use super::Refusal;

/// 1 to 4 pictures.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct ImageCount(u8);

impl ImageCount {
    /// One picture, the default.
    pub const ONE: Self = Self(1);
    /// Four pictures, the most that any model paints in one run.
    pub const MAX: Self = Self(4);

    /// `count` pictures, if that is 1 to 4.
    pub fn new(count: i64) -> Result<Self, Refusal> {
        Self::up_to(count, Self::MAX)
    }

    /// `count` pictures, if that is 1 to `max`.
    ///
    /// # Errors
    /// With what is allowed, for every other number.
    pub fn up_to(count: i64, max: Self) -> Result<Self, Refusal> {
        match u8::try_from(count) {
            Ok(count @ 1..) if count <= max.0 => Ok(Self(count)),
            _ => Err(Self::refusal(max)),
        }
    }

    /// What is said of every other number.
    pub fn refusal(max: Self) -> Refusal {
        Refusal::new(match max {
            Self::ONE => "must be 1".to_owned(),
            _ => format!("must be a whole number from 1 to {max}"),
        })
    }

    /// The number.
    pub const fn get(self) -> u8 {
        self.0
    }

    /// 1 up to this count.
    pub fn choices(self) -> impl Iterator<Item = Self> {
        (1..=self.0).map(Self)
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

impl Serialize for ImageCount {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.serialize_u8(self.0)
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
        assert!(ImageCount::up_to(2, ImageCount::ONE).is_err());
    }
}
