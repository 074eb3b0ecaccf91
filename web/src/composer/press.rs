//! Before the press: what forbids it is said, and what is dear is asked about.

use imagen4_core::MicroUsd;
use web_sys::{HtmlDialogElement, HtmlElement};

use super::send;
use crate::app::App;
use crate::platform::dom::{self, part};

/// Sends what the form says, unless something forbids it or the person wants to be asked first.
pub(super) fn press(app: App) {
    match dear(app) {
        _ if complain(app) => {}
        Some(price) => confirm(app, price),
        None => send::press(app),
    }
}

/// Says why what the form says cannot be sent and goes to where that can be mended; whether there is a reason.
pub fn complain(app: App) -> bool {
    let reasons = app.reasons_untracked();
    let Some(reason) = reasons.first() else { return false };
    app.say(&reasons.iter().map(|reason| reason.text.as_str()).collect::<Vec<_>>().join(" "));
    match reason.control.as_deref() {
        Some("prompt") => super::focus_prompt(),
        // A group of radios has no focus of its own.
        Some("ratios") => dom::focus_in(&part::<HtmlElement>("ratios"), "form", "#ratios input"),
        Some("images") if part::<HtmlElement>("images-number").hidden() => dom::focus("generate"),
        control => dom::focus(control.unwrap_or("generate")),
    }
    true
}

/// The price of the draft, if it is one that the person wants to be asked about.
fn dear(app: App) -> Option<MicroUsd> {
    let price = app.price_untracked().known()?;
    let limit = app.settings.with_untracked(|settings| settings.confirm_above)?;
    (price > limit && !app.server.terms_untracked().is_free()).then_some(price)
}

fn confirm(app: App, price: MicroUsd) {
    let said = part::<HtmlElement>("generate").text_content().unwrap_or_default();
    let limit = app.settings.with_untracked(|settings| settings.confirm_above).unwrap_or_default();
    part::<HtmlElement>("confirm-title").set_text_content(Some(&format!("{said}?")));
    part::<HtmlElement>("confirm-yes").set_text_content(Some(&spend(price)));
    part::<HtmlElement>("confirm-why")
        .set_text_content(Some(&format!("It is more than the {limit} of your settings.")));
    // Escape leaves the answer as it was.
    part::<HtmlDialogElement>("confirm").set_return_value("");
    dom::open("confirm");
}

fn spend(price: MicroUsd) -> String {
    format!("Spend {price}")
}

/// The person said yes, to the price that was asked about and to no other.
pub(super) fn confirmed(app: App) {
    let agreed = part::<HtmlElement>("confirm-yes").text_content();
    match app.price_untracked().known() {
        Some(price) if agreed == Some(spend(price)) => send::press(app),
        _ => press(app),
    }
}
