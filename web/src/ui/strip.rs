//! Images of one shape in rows of one height, as large as they fit: how many stand side by side.

/// The height that rows come nearest to, and the most, in pixels.
pub const ROW: f64 = 280.0;
/// The most.
pub const TALLEST: f64 = 320.0;
/// Between images, in pixels.
pub const GAP: f64 = 4.0;

/// How many of `count` images of that ratio (width to height) stand side by side in a frame of that width.
pub fn columns(count: usize, ratio: f64, width: f64) -> usize {
    let height = |columns: usize| (width - GAP * (columns as f64 - 1.0)) / columns as f64 / ratio;
    // Too low is as wrong as too high, and a row that is half empty is worse.
    let fault = |columns: usize| {
        let rows = count.div_ceil(columns);
        let blank = (rows * columns - count) as f64 / columns as f64;
        (height(columns) / ROW).ln().abs() + 0.15 * (rows as f64 - 1.0) + if rows > 1 { blank } else { 0.0 }
    };
    (1..=count.max(1)).min_by(|one, other| fault(*one).total_cmp(&fault(*other))).unwrap_or(1)
}

/// How wide a frame wants to be, as a ratio to the height of its rows; its images fill it.
pub fn frame_ratio(count: usize, ratio: f64, width: f64) -> f64 {
    columns(count, ratio, width) as f64 * ratio
}

#[cfg(test)]
mod tests {
    use wasm_bindgen_test::wasm_bindgen_test;

    use super::*;

    #[wasm_bindgen_test(unsupported = test)]
    fn rows_are_about_as_high_as_they_should_be_and_never_half_blank() {
        let (wide, tall) = (16.0 / 9.0, 9.0 / 16.0);
        assert_eq!([1, 2, 3, 4].map(|count| columns(count, 1.0, 1_060.0)), [1, 2, 3, 4]);
        assert_eq!([1, 2, 3, 4].map(|count| columns(count, wide, 1_060.0)), [1, 2, 3, 2]);
        assert_eq!([1, 2, 3, 4].map(|count| columns(count, tall, 1_060.0)), [1, 2, 3, 4]);
        assert_eq!([1, 2, 3, 4].map(|count| columns(count, 1.0, 366.0)), [1, 1, 1, 2], "on a phone");
        assert_eq!([2, 4].map(|count| columns(count, 1.0, 350.0)), [1, 2], "on a smaller one");
        assert_eq!(columns(9, 1.0, 1_060.0), 3);
        assert_eq!(columns(0, 1.0, 1_060.0), 1);
    }
}
