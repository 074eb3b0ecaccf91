//! WaveSpeed's JSON money as integer micro-dollars.

use imagen4_core::MicroUsd;
use imagen4_core::prediction::Unreadable;
use serde_json::Value;

/// From here on a whole price is micro-dollars: no image costs a thousand dollars, and none less than a tenth of a cent.
const LEAST_PRICE_IN_MICROS: f64 = 1000.0;

/// A price: dollars, or, as older answers have it, whole micro-dollars (27000 is $0.027). Rounded to the nearest
/// micro-dollar.
pub(crate) fn price(value: &Value) -> Result<MicroUsd, Unreadable> {
    let number = number(value)?;
    if number.fract() == 0.0 && number.abs() >= LEAST_PRICE_IN_MICROS {
        return micros(number);
    }
    dollars(value)
}

/// A balance: always dollars, and negative where more was spent than there was. Rounded to the nearest micro-dollar.
pub(crate) fn dollars(value: &Value) -> Result<MicroUsd, Unreadable> {
    micros((number(value)? * 1e6).round())
}

fn number(value: &Value) -> Result<f64, Unreadable> {
    let number = match value {
        Value::Number(number) => number.as_f64(),
        Value::String(text) => text.trim().parse().ok(),
        _ => None,
    };
    number.filter(|number| number.is_finite()).ok_or_else(|| Unreadable::new("an amount of money is no number"))
}

/// Doubles are exact far beyond nine billion dollars' worth of micro-dollars; more than that is nonsense.
fn micros(number: f64) -> Result<MicroUsd, Unreadable> {
    const EXACT: f64 = 9_007_199_254_740_992.0;
    match number.abs() < EXACT {
        true => Ok(MicroUsd::new(number as i64)),
        false => Err(Unreadable::new("an amount of money is too large")),
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use serde_json::json;

    #[test]
    fn a_price_is_dollars_or_whole_micro_dollars_from_a_thousand_on() {
        for (value, micros) in [
            (json!(0.04), 40_000),
            (json!(0.1), 100_000),
            (json!(0.16), 160_000),
            (json!(0.0123456789), 12_346),
            (json!(0), 0),
            (json!(1), 1_000_000),
            (json!(999), 999_000_000),
            (json!(1000), 1000),
            (json!(27000), 27_000),
            (json!(27000.0), 27_000),
            (json!(1234.5), 1_234_500_000),
            (json!("0.04"), 40_000),
            (json!("27000"), 27_000),
            (json!(-0.04), -40_000),
            (json!(-27000), -27_000),
        ] {
            assert_eq!(price(&value), Ok(MicroUsd::new(micros)), "{value}");
        }
    }

    #[test]
    fn a_balance_is_dollars_however_large() {
        for (value, micros) in [
            (json!(1000), 1_000_000_000),
            (json!(999.88), 999_880_000),
            (json!(-0.5), -500_000),
            (json!(0.1234567), 123_457),
        ] {
            assert_eq!(dollars(&value), Ok(MicroUsd::new(micros)), "{value}");
        }
    }

    #[test]
    fn what_is_no_amount_is_no_money() {
        for value in
            [json!(null), json!("free"), json!("NaN"), json!("inf"), json!([]), json!({}), json!(true), json!(1e300)]
        {
            assert!(price(&value).is_err() && dollars(&value).is_err(), "{value}");
        }
    }
}
