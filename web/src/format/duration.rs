//! How long something takes, in words.

/// To a tenth where it is short: `0.4 s`, `59.9 s`, `2 min 5 s`, `3 h 20 min`.
pub fn precise(ms: u64) -> String {
    let seconds = ms / 1_000;
    match seconds {
        0..60 => format!("{seconds}.{} s", ms / 100 % 10),
        60..3_600 => format!("{} min {} s", seconds / 60, seconds % 60),
        _ => format!("{} h {} min", seconds / 3_600, seconds / 60 % 60),
    }
}

/// To the second, once there is one: `0.4 s`, `6 s`, `2 min 5 s`.
pub fn rounded(ms: u64) -> String {
    match ms {
        1_000..59_500 => format!("{} s", (ms + 500) / 1_000),
        59_500..60_000 => precise(60_000),
        _ => precise(ms),
    }
}

/// In one unit: `34 s`, `5 min`, `3 h`, `6 days`. Begun seconds count, so that a countdown ends with `1 s`.
pub fn rough(ms: u64) -> String {
    let seconds = ms.div_ceil(1_000);
    match seconds {
        0..60 => format!("{seconds} s"),
        60..3_600 => format!("{} min", seconds / 60),
        3_600..172_800 => format!("{} h", seconds / 3_600),
        _ => format!("{} days", seconds / 86_400),
    }
}

#[cfg(test)]
mod tests {
    use wasm_bindgen_test::wasm_bindgen_test;

    use super::*;

    #[wasm_bindgen_test(unsupported = test)]
    fn a_span_is_as_exact_as_it_helps() {
        assert_eq!([400, 125_000, 12_000_000].map(precise), ["0.4 s", "2 min 5 s", "3 h 20 min"]);
        let times = [400, 1_000, 6_120, 6_500, 59_700, 125_000];
        assert_eq!(times.map(rounded), ["0.4 s", "1 s", "6 s", "7 s", "1 min 0 s", "2 min 5 s"]);
        let hours = |hours: u64| hours * 3_600_000;
        let spans = [1, 34_000, 60_000, hours(1), hours(47), hours(48), hours(24 * 7) - 1];
        assert_eq!(spans.map(rough), ["1 s", "34 s", "1 min", "1 h", "47 h", "2 days", "7 days"]);
    }
}
