//! Reading JSON as JSON Schema means it.

use serde_json::Value;

/// The largest number below which every integer has a floating-point number of its own: 2⁵³.
const EXACT: f64 = 9_007_199_254_740_992.0;

/// An integer in JSON Schema's sense: any number without a fraction, so `4`, `4.0` and `4e0` are the same.
///
/// ```
/// use imagen4_core::json::integer;
/// use serde_json::json;
/// assert_eq!(integer(&json!(4.0)), Some(4));
/// assert_eq!(integer(&json!(4.5)), None);
/// assert_eq!(integer(&json!("4")), None);
/// ```
pub fn integer(value: &Value) -> Option<i64> {
    value.as_i64().or_else(|| {
        let number = value.as_f64()?;
        (number.fract() == 0.0 && number.abs() <= EXACT).then_some(number as i64)
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_number_without_a_fraction_is_an_integer_however_it_is_written() {
        for (text, number) in [
            ("4", Some(4)),
            ("4.0", Some(4)),
            ("42.000", Some(42)),
            ("4e0", Some(4)),
            ("0.4e1", Some(4)),
            ("-1.0", Some(-1)),
            ("-0.0", Some(0)),
            ("9223372036854775807", Some(i64::MAX)),
            ("4.5", None),
            ("1e-9", None),
            ("1e300", None),
            ("18446744073709551615", None),
            ("\"4\"", None),
            ("true", None),
            ("null", None),
            ("[4]", None),
        ] {
            assert_eq!(integer(&serde_json::from_str(text).expect("JSON")), number, "{text}");
        }
    }
}
