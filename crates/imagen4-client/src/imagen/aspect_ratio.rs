//! The shapes that Imagen 4 paints.

use std::fmt;
use std::str::FromStr;

use imagen4_core::Refusal;

/// Width to height, as WaveSpeed names it.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Hash)]
pub enum AspectRatio {
    /// 1:1
    #[default]
    Square,
    /// 16:9
    Wide,
    /// 9:16
    Tall,
    /// 3:4
    Portrait,
    /// 4:3
    Landscape,
}

impl AspectRatio {
    /// All of them, in WaveSpeed's order.
    pub const ALL: [Self; 5] = [Self::Square, Self::Wide, Self::Tall, Self::Portrait, Self::Landscape];

    /// WaveSpeed's name: `16:9`.
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Square => "1:1",
            Self::Wide => "16:9",
            Self::Tall => "9:16",
            Self::Portrait => "3:4",
            Self::Landscape => "4:3",
        }
    }
}

impl fmt::Display for AspectRatio {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.as_str())
    }
}

impl FromStr for AspectRatio {
    type Err = Refusal;

    fn from_str(text: &str) -> Result<Self, Refusal> {
        Self::ALL
            .into_iter()
            .find(|ratio| ratio.as_str() == text)
            .ok_or_else(|| Refusal::new(format!("must be one of {}", Self::ALL.map(Self::as_str).join(", "))))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn names_read_back_and_others_are_refused() {
        for ratio in AspectRatio::ALL {
            assert_eq!(ratio.as_str().parse(), Ok(ratio));
        }
        let refusal = "2:1".parse::<AspectRatio>().expect_err("unknown");
        assert_eq!(refusal.to_string(), "must be one of 1:1, 16:9, 9:16, 3:4, 4:3");
    }
}
