//! What WaveSpeed's account says to the next run: its balance, and what is wrong with it.

use imagen4_core::api::{AccountInfo, ServerConfig};
use imagen4_core::{MicroUsd, Timestamp};

use crate::format::duration;

/// A balance that is older is told with its age, in milliseconds.
const STALE_MS: u64 = 600_000;

/// `WaveSpeed balance $8.20`
pub fn balance(account: &AccountInfo, now: Timestamp) -> Option<String> {
    let balance = account.balance_microusd?;
    Some(match account.asked_at.map(|at| now.ms_since(at)) {
        Some(age) if age >= STALE_MS => format!("WaveSpeed balance {balance} ({} ago)", duration::rough(age)),
        _ => format!("WaveSpeed balance {balance}"),
    })
}

/// What the person should know before a draft of that price is sent; none of it forbids that.
pub fn warnings(config: &ServerConfig, price: Option<MicroUsd>) -> Vec<String> {
    let mut warnings = Vec::new();
    if config.account.key_refused {
        warnings.push("WaveSpeed does not accept the API key right now: check WAVESPEED_API_KEY.".to_owned());
    }
    let balance = config.account.balance_microusd.zip(price).filter(|(balance, price)| balance < price);
    if let Some((balance, price)) = balance {
        warnings.push(format!("Low WaveSpeed balance: {balance} left, needs {price}. Top it up."));
    }
    warnings
}

#[cfg(test)]
mod tests {
    use imagen4_core::api::{Limits, UpstreamInfo, UpstreamKind};
    use wasm_bindgen_test::wasm_bindgen_test;

    use super::*;

    fn config() -> ServerConfig {
        ServerConfig {
            upstream: UpstreamInfo { kind: UpstreamKind::Wavespeed, name: "https://x".into() },
            limits: Limits { images_per_minute: Some(2), max_concurrent: None, next_slot_at: None, queue_hold: None },
            account: AccountInfo::default(),
            models_at: None,
            version: "1".into(),
        }
    }

    #[wasm_bindgen_test(unsupported = test)]
    fn the_balance_is_told_with_its_age() {
        let at = Timestamp::from_ms;
        let mut account = AccountInfo::default();
        assert_eq!(balance(&account, at(0)), None);
        account.balance_microusd = Some(MicroUsd::new(8_200_000));
        account.asked_at = Some(at(0));
        assert_eq!(balance(&account, at(6_000)).as_deref(), Some("WaveSpeed balance $8.20"));
        assert_eq!(balance(&account, at(7_200_000)).as_deref(), Some("WaveSpeed balance $8.20 (2 h ago)"));
    }

    #[wasm_bindgen_test(unsupported = test)]
    fn what_wavespeed_would_refuse_is_said_before_the_click() {
        let mut config = config();
        let price = MicroUsd::new(200_000);
        config.account.balance_microusd = Some(price);
        assert!(warnings(&config, Some(price)).is_empty());
        config.account =
            AccountInfo { balance_microusd: Some(MicroUsd::new(20_000)), key_refused: true, asked_at: None };
        assert_eq!(warnings(&config, None).len(), 1, "without a price nothing is too little");
        assert_eq!(
            warnings(&config, Some(price)),
            [
                "WaveSpeed does not accept the API key right now: check WAVESPEED_API_KEY.",
                "Low WaveSpeed balance: $0.02 left, needs $0.20. Top it up.",
            ]
        );
    }
}
