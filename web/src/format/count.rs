//! How many there are, in words.

/// `1 image`, `2 images`
pub fn count(number: u64, one: &str) -> String {
    if number == 1 { format!("1 {one}") } else { format!("{} {one}s", grouped(number)) }
}

/// `10,000`
pub fn grouped(number: u64) -> String {
    match number {
        0..1_000 => number.to_string(),
        _ => format!("{},{:03}", grouped(number / 1_000), number % 1_000),
    }
}

#[cfg(test)]
mod tests {
    use wasm_bindgen_test::wasm_bindgen_test;

    use super::*;

    #[wasm_bindgen_test(unsupported = test)]
    fn one_is_not_many_and_thousands_are_grouped() {
        assert_eq!([0, 1, 2, 10_000].map(|number| count(number, "run")), ["0 runs", "1 run", "2 runs", "10,000 runs"]);
    }
}
