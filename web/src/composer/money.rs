//! Whose money it is, how much of it is left, and what the vendor's account says to that.

use imagen4_core::api::{AccountInfo, ServerConfig, Spend, UpstreamKind};
use imagen4_core::{MicroUsd, Timestamp};

use crate::app::App;
use crate::platform::part::Part;
use crate::server::slots;
use crate::spans;

/// A balance that is older is told with its age, in milliseconds.
const STALE_MS: u64 = 600_000;

/// Keeps what stands under the button true: what was spent of what, or that nothing is charged.
pub(super) fn adopt(app: App) {
    let server = app.server;
    Part::shell("spend-open").bind(move || match (server.terms().upstream, server.spend.get()) {
        (Some(UpstreamKind::Embedded), _) => FREE.to_owned(),
        (Some(UpstreamKind::Wavespeed), Some(spend)) => spend_line(&spend),
        _ => String::new(),
    });
    let paid = move || server.terms().upstream == Some(UpstreamKind::Wavespeed);
    let share = move |part: fn(&Spend) -> MicroUsd| {
        move || {
            let share = |spend: &Spend| Some(share(part(spend), spend.cap_microusd?));
            server.spend.with(|spend| spend.as_ref().and_then(share)).unwrap_or_default()
        }
    };
    let bar = Part::shell("money").find(".bar");
    bar.show(paid);
    bar.find(".held").bind_style("width", share(|spend| spend.spent_microusd + spend.held_microusd));
    bar.find(".spent").bind_style("width", share(|spend| spend.spent_microusd));
    let say = move |what: fn(App, &ServerConfig) -> String| {
        move || {
            server.config.with(|config| config.as_ref().filter(|_| paid()).map(|it| what(app, it))).unwrap_or_default()
        }
    };
    Part::shell("account").bind(say(|app, config| account_line(config, app.now())));
    Part::shell("warnings").bind(say(|app, config| warnings(config, app.price().known())));
}

const FREE: &str =
    "Painted samples from the embedded engine: nothing is charged. Set WAVESPEED_API_KEY to use the model.";

/// `$1.12 spent · $0.16 held · $10.00 a day`
pub fn spend_line(spend: &Spend) -> String {
    let mut line = format!("{} spent", spend.spent_microusd);
    if spend.held_microusd > MicroUsd::ZERO {
        line += &format!(" · {} held", spend.held_microusd);
    }
    line + &match spend.cap_microusd {
        Some(cap) => format!(" · {cap} a day"),
        None => " · no daily limit".to_owned(),
    }
}

/// `$8.20 at the vendor · next slot in 34 s`
fn account_line(config: &ServerConfig, now: Timestamp) -> String {
    let balance = balance(&config.account, now);
    match (balance, slots::words(config.limits.next_slot_at, now)) {
        (Some(balance), Some(slot)) => format!("{balance} · {slot}"),
        (balance, slot) => balance.or(slot).unwrap_or_default(),
    }
}

fn balance(account: &AccountInfo, now: Timestamp) -> Option<String> {
    let balance = account.balance_microusd?;
    Some(match account.asked_at.map(|at| now.ms_since(at)) {
        Some(age) if age >= STALE_MS => format!("{balance} at the vendor {} ago", spans::rough(age)),
        _ => format!("{balance} at the vendor"),
    })
}

/// What the person should know before a draft of that price is sent, a line each; none of it forbids that.
fn warnings(config: &ServerConfig, price: Option<MicroUsd>) -> String {
    let mut lines = String::new();
    if config.account.key_refused {
        lines += "The vendor does not accept the key at the moment: check WAVESPEED_API_KEY.\n";
    }
    let balance = config.account.balance_microusd.zip(price).filter(|(balance, price)| balance < price);
    if let Some((balance, price)) = balance {
        lines += &format!("The vendor's account holds {balance}, and this costs {price}: top it up.\n");
    }
    lines
}

fn share(part: MicroUsd, cap: MicroUsd) -> String {
    let thousandths = part.micros().saturating_mul(1_000) / cap.micros().max(1);
    let thousandths = thousandths.clamp(0, 1_000);
    format!("{}.{}%", thousandths / 10, thousandths % 10)
}

#[cfg(test)]
mod tests {
    use imagen4_core::api::{Limits, UpstreamInfo};
    use wasm_bindgen_test::wasm_bindgen_test;

    use super::*;

    #[wasm_bindgen_test(unsupported = test)]
    fn the_money_is_said_in_one_line() {
        let mut spend = Spend {
            spent_microusd: MicroUsd::new(1_120_000),
            held_microusd: MicroUsd::new(160_000),
            cap_microusd: Some(MicroUsd::new(10_000_000)),
            ..Spend::default()
        };
        assert_eq!(spend_line(&spend), "$1.12 spent · $0.16 held · $10.00 a day");
        assert_eq!(share(spend.spent_microusd, MicroUsd::new(10_000_000)), "11.2%");
        spend = Spend::default();
        assert_eq!(spend_line(&spend), "$0.00 spent · no daily limit");
        assert_eq!(share(MicroUsd::new(5), MicroUsd::ZERO), "100.0%");
    }

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
    fn the_account_is_told_with_its_age_and_its_next_slot() {
        let at = Timestamp::from_ms;
        let mut config = config();
        assert_eq!(account_line(&config, at(0)), "");
        config.account.balance_microusd = Some(MicroUsd::new(8_200_000));
        config.account.asked_at = Some(at(0));
        config.limits.next_slot_at = Some(at(40_000));
        assert_eq!(account_line(&config, at(6_000)), "$8.20 at the vendor · next slot in 34 s");
        assert_eq!(account_line(&config, at(7_200_000)), "$8.20 at the vendor 2 h ago");
    }

    #[wasm_bindgen_test(unsupported = test)]
    fn what_the_vendor_would_refuse_is_said_before_the_click() {
        let mut config = config();
        let price = MicroUsd::new(200_000);
        config.account.balance_microusd = Some(price);
        assert_eq!(warnings(&config, Some(price)), "");
        config.account =
            AccountInfo { balance_microusd: Some(MicroUsd::new(20_000)), key_refused: true, asked_at: None };
        assert_eq!(warnings(&config, None).lines().count(), 1, "without a price nothing is too little");
        assert_eq!(
            warnings(&config, Some(price)).lines().collect::<Vec<_>>(),
            [
                "The vendor does not accept the key at the moment: check WAVESPEED_API_KEY.",
                "The vendor's account holds $0.02, and this costs $0.20: top it up.",
            ]
        );
    }
}
