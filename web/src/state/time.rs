//! The server's time, as far as the browser can know it.

use imagen4_core::Timestamp;

/// Differences below this are the rounding of the `Date` header and the way of the answer, not a wrong clock.
const TOLERANCE_MS: i64 = 2_000;

/// The browser's time now.
pub fn now() -> Timestamp {
    Timestamp::from_ms(js_sys::Date::now() as i64)
}

/// How far the browser's clock is ahead of the server's. Runs carry the server's times: without it, elapsed time would be
/// wrong by as much as the clock is.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Skew(i64);

impl Skew {
    /// Compares the browser's time with the server's, cut to whole seconds in its `Date` header.
    pub fn between(local: Timestamp, server: Timestamp) -> Self {
        let ahead = local.ms() - server.ms() - 500;
        Self(if ahead.abs() < TOLERANCE_MS { 0 } else { ahead })
    }

    /// The server's time at the browser's time `local`.
    pub fn server_time(self, local: Timestamp) -> Timestamp {
        Timestamp::from_ms(local.ms() - self.0)
    }
}

#[cfg(test)]
mod tests {
    use wasm_bindgen_test::wasm_bindgen_test;

    use super::*;

    #[wasm_bindgen_test(unsupported = test)]
    fn a_wrong_clock_is_noticed_and_a_slow_answer_is_not() {
        let at = Timestamp::from_ms;
        assert_eq!(Skew::between(at(10_900), at(10_000)), Skew::default());
        let skew = Skew::between(at(70_500), at(10_000));
        assert_eq!(skew.server_time(at(71_000)), at(11_000));
    }
}
