//! What stands under the button: why it cannot be pressed, what went wrong, and whose money it is.

use imagen4_core::MicroUsd;
use imagen4_core::api::{Spend, UpstreamKind};
use leptos::prelude::*;

use super::Composer;
use super::reasons::Reason;
use crate::platform::reactive::dynamic;
use crate::server::Server;

/// The reasons, or how to send by keyboard.
#[component]
pub(crate) fn Reasons(composer: Composer, reasons: Memo<Vec<Reason>>) -> impl IntoView {
    let failure = Signal::derive(move || composer.failure.get().unwrap_or_default());
    let any = Signal::derive(move || reasons.with(|reasons| !reasons.is_empty()));
    let list = dynamic(move || reasons.get().into_iter().map(|reason| view! { <li>{reason.text}</li> }).collect_view());
    view! {
        <p class="failure">{failure}</p>
        <ul>{list}</ul>
        <p class="hint" hidden=any>"Ctrl + Enter or ⌘ + Enter sends it, too."</p>
    }
}

/// What was spent of what, or that nothing is charged.
#[component]
pub(crate) fn Money(server: Server) -> impl IntoView {
    let words = Signal::derive(move || match (server.terms().upstream, server.spend.get()) {
        (Some(UpstreamKind::Embedded), _) => FREE.to_owned(),
        (Some(UpstreamKind::Wavespeed), Some(spend)) => spend_line(&spend),
        _ => String::new(),
    });
    let share = move |part: fn(&Spend) -> MicroUsd| {
        Signal::derive(move || {
            server.spend.with(|spend| {
                let spend = spend.as_ref()?;
                Some(share(part(spend), spend.cap_microusd?))
            })
        })
    };
    let free = Signal::derive(move || server.terms().upstream != Some(UpstreamKind::Wavespeed));
    view! {
        <p class="hint">{words}</p>
        <span class="bar" aria-hidden="true" hidden=free>
            <span class="held" style:width=share(|spend| spend.spent_microusd + spend.held_microusd)></span>
            <span class="spent" style:width=share(|spend| spend.spent_microusd)></span>
        </span>
    }
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

fn share(part: MicroUsd, cap: MicroUsd) -> String {
    let thousandths = part.micros().saturating_mul(1_000) / cap.micros().max(1);
    let thousandths = thousandths.clamp(0, 1_000);
    format!("{}.{}%", thousandths / 10, thousandths % 10)
}

#[cfg(test)]
mod tests {
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
}
