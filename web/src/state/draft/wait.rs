//! How long a group of runs takes.

use imagen4_core::api::Limits;

/// How long it takes until the last of so many runs is done, as far as the account's limits and earlier runs tell, in
/// milliseconds; `None` where nothing tells.
pub fn wait_ms(runs: u64, images: u64, limits: &Limits, typical_ms: Option<u64>) -> Option<u64> {
    let typical = typical_ms.unwrap_or_default();
    // A run larger than a minute's allowance has a minute of its own.
    let by_minute = limits.images_per_minute.map(|all| (runs - 1) / (u64::from(all) / images).max(1) * 60_000);
    let by_turns = limits.max_concurrent.map(|all| (runs - 1) / u64::from(all).max(1) * typical);
    let wait = by_minute.unwrap_or_default().max(by_turns.unwrap_or_default()) + typical;
    (wait > 0).then_some(wait)
}

#[cfg(test)]
mod tests {
    use wasm_bindgen_test::wasm_bindgen_test;

    use super::*;

    #[wasm_bindgen_test(unsupported = test)]
    fn the_wait_follows_from_the_accounts_limits() {
        let limits = |images_per_minute, max_concurrent| Limits {
            images_per_minute,
            max_concurrent,
            next_slot_at: None,
            queue_hold: None,
        };
        // Two images a minute: three runs of one are two in the first minute and one in the next.
        assert_eq!(wait_ms(3, 1, &limits(Some(2), Some(2)), Some(6_000)), Some(66_000));
        assert_eq!(wait_ms(3, 4, &limits(Some(2), Some(2)), None), Some(120_000), "larger than a minute allows");
        assert_eq!(wait_ms(9, 1, &limits(None, Some(2)), Some(6_000)), Some(30_000));
        assert_eq!(wait_ms(9, 1, &limits(None, None), Some(6_000)), Some(6_000));
        assert_eq!(wait_ms(2, 1, &limits(Some(2), None), None), None, "nothing tells how long a run takes");
    }
}
