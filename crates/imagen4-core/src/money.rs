//! Money as integer micro-dollars. No float is ever involved.

use std::fmt;
use std::iter::Sum;
use std::ops::{Add, Sub};

use serde::{Deserialize, Serialize};

/// Micro-dollars in a dollar.
const PER_DOLLAR: i64 = 1_000_000;

/// An amount of US dollars in millionths: $0.04 is `MicroUsd::new(40_000)`.
///
/// Arithmetic saturates: nine trillion dollars are never reached honestly, and a wrapped sum could pass a cap.
///
/// ```
/// use imagen4_core::MicroUsd;
/// let price = MicroUsd::new(40_000);
/// assert_eq!(price.times(4).to_string(), "$0.16");
/// assert_eq!(MicroUsd::parse("10.00"), Some(MicroUsd::new(10_000_000)));
/// ```
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
#[serde(transparent)]
pub struct MicroUsd(i64);

impl MicroUsd {
    /// No money.
    pub const ZERO: Self = Self(0);

    /// The amount of `micros` millionths of a dollar.
    pub const fn new(micros: i64) -> Self {
        Self(micros)
    }

    /// The amount in micro-dollars.
    pub const fn micros(self) -> i64 {
        self.0
    }

    /// `count` times this amount.
    pub const fn times(self, count: u32) -> Self {
        Self(self.0.saturating_mul(count as i64))
    }

    /// Reads a decimal number of dollars as people and JSON write it: `10`, `10.00`, `0.04`, `4e-2`.
    ///
    /// `None` for anything else, for negative amounts, and for more than six decimal places that are not zero.
    pub fn parse(text: &str) -> Option<Self> {
        let (mantissa, exponent) = match text.split_once(['e', 'E']) {
            Some((mantissa, exponent)) => (mantissa, exponent.parse::<i32>().ok()?),
            None => (text, 0),
        };
        let (whole, fraction) = mantissa.split_once('.').unwrap_or((mantissa, ""));
        if whole.is_empty() && fraction.is_empty() || !(-40..=40).contains(&exponent) {
            return None;
        }
        let mut micros: i64 = 0;
        // The power of ten, in micro-dollars, of the digit at hand.
        let mut power = whole.len() as i32 - 1 + exponent + 6;
        for digit in whole.bytes().chain(fraction.bytes()) {
            let value = i64::from(char::from(digit).to_digit(10)?);
            if value != 0 {
                let unit = 10_i64.checked_pow(u32::try_from(power).ok()?)?;
                micros = micros.checked_add(value.checked_mul(unit)?)?;
            }
            power -= 1;
        }
        Some(Self(micros))
    }

    /// Reads a JSON number of dollars, as WaveSpeed sends prices and balances.
    pub fn from_json_dollars(number: &serde_json::Number) -> Option<Self> {
        Self::parse(&number.to_string())
    }

    /// The same amount as a JSON number of dollars, written from the integer's own digits.
    pub fn to_json_dollars(self) -> serde_json::Value {
        serde_json::from_str(&self.to_string().replace('$', "")).unwrap_or_default()
    }
}

impl Add for MicroUsd {
    type Output = Self;
    fn add(self, other: Self) -> Self {
        Self(self.0.saturating_add(other.0))
    }
}

impl Sub for MicroUsd {
    type Output = Self;
    fn sub(self, other: Self) -> Self {
        Self(self.0.saturating_sub(other.0))
    }
}

impl Sum for MicroUsd {
    fn sum<I: Iterator<Item = Self>>(amounts: I) -> Self {
        amounts.fold(Self::ZERO, Add::add)
    }
}

/// Dollars with at least two decimal places and no more than are needed: `$0.16`, `$0.038`.
impl fmt::Display for MicroUsd {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let micros = self.0.unsigned_abs();
        let (dollars, rest) = (micros / PER_DOLLAR as u64, micros % PER_DOLLAR as u64);
        let mut decimals = format!("{rest:06}");
        while decimals.len() > 2 && decimals.ends_with('0') {
            decimals.pop();
        }
        write!(f, "{}${dollars}.{decimals}", if self.0 < 0 { "-" } else { "" })
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    #[test]
    fn reads_what_people_and_json_write() {
        for (text, micros) in [
            ("10", 10_000_000),
            ("10.00", 10_000_000),
            ("0.04", 40_000),
            (".5", 500_000),
            ("4e-2", 40_000),
            ("1.5e1", 15_000_000),
            ("0", 0),
        ] {
            assert_eq!(MicroUsd::parse(text), Some(MicroUsd(micros)), "{text}");
        }
        for text in ["", ".", "-1", "1.2.3", "0.0000001", "ten", "1e99", "99999999999999", "+1", "1e"] {
            assert_eq!(MicroUsd::parse(text), None, "{text}");
        }
    }

    #[test]
    fn four_pictures_at_four_cents_are_sixteen_cents() {
        assert_eq!(MicroUsd(40_000).times(4).to_string(), "$0.16");
        assert_eq!(MicroUsd(38_000).to_string(), "$0.038");
        assert_eq!(MicroUsd(1).to_string(), "$0.000001");
        assert_eq!(MicroUsd(-10_000_000).to_string(), "-$10.00");
    }

    #[test]
    fn json_prices_are_read_exactly() {
        let price: serde_json::Number = serde_json::from_str("0.1").expect("a number");
        assert_eq!(MicroUsd::from_json_dollars(&price), Some(MicroUsd(100_000)));
    }

    proptest! {
        #[test]
        fn what_is_shown_reads_back(micros in 0..i64::MAX) {
            let shown = MicroUsd(micros).to_string();
            prop_assert_eq!(MicroUsd::parse(shown.trim_start_matches('$')), Some(MicroUsd(micros)));
        }

        #[test]
        fn any_text_is_an_amount_or_nothing(text in "\\PC*") {
            let _ = MicroUsd::parse(&text);
        }
    }
}
