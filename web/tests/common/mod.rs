//! Mounting a component in the test's page, and using it as a person would.
#![allow(dead_code, reason = "each test file uses a part of it")]

use imagen4_core::api::{ModelInfo, ModelList, Quote};
use imagen4_core::model::Entry;
use imagen4_core::{Catalogue, MicroUsd, Timestamp};
use imagen4_web::state::Stores;
use imagen4_web::state::config::Models;
use imagen4_web::state::draft::fields::Draft;
use leptos::mount::mount_to;
use leptos::prelude::*;
use leptos::task::tick;
use wasm_bindgen::JsCast;
use web_sys::{Element, Event, HtmlElement, HtmlInputElement};

/// Mounts a view in a fresh place, its stores saying what `draft` says.
pub(crate) async fn mount<V: IntoView + 'static>(draft: Draft, view: impl FnOnce() -> V + 'static) -> Stores {
    if let Some(old) = document().get_element_by_id("test-page") {
        old.remove();
    }
    let place = document().create_element("div").expect("a div");
    place.set_id("test-page");
    document().body().expect("a body").append_child(&place).expect("it fits");
    let (send, receive) = std::sync::mpsc::channel();
    mount_to(place.unchecked_into(), move || {
        let stores = Stores::new(Some(draft));
        provide_context(stores);
        send.send(stores).expect("somebody waits");
        view()
    })
    .forget();
    settle().await;
    receive.recv().expect("it was mounted")
}

/// Lets everything follow that follows from what was done; what follows from that again takes its own turn.
pub(crate) async fn settle() {
    for _ in 0..8 {
        tick().await;
    }
}

/// All models of this build, as a server would tell them; those of `gone` are not offered any more, and `change` has the last word.
pub(crate) async fn tell_models(stores: Stores, gone: &[&str], change: impl Fn(&mut Entry)) {
    let model = |entry: &Entry| {
        let is_gone = gone.contains(&entry.spec.id.as_str());
        let gone_since = is_gone.then(|| Timestamp::from_ms(1_790_000_000_000));
        let mut entry = Entry { offered: !is_gone, gone_since, confirmed: true, ..entry.clone() };
        change(&mut entry);
        ModelInfo { entry, typical_ms: None, closest: Vec::new() }
    };
    let models = Catalogue::builtin().entries().iter().map(model).collect();
    let list = ModelList { models, default_model: None, updated_at: Some(Timestamp::from_ms(1)) };
    stores.config.models.set(Models::of(list));
    stores.draft.fit_to_models();
    settle().await;
}

/// What the server would answer to what the form asks the price of now.
pub(crate) async fn quote(stores: Stores, cents: i64) {
    let price = MicroUsd::new(cents * 10_000);
    let quote = Quote { price_microusd: price, list_price_microusd: price, quoted_at: Timestamp::default() };
    for query in stores.draft.plan_untracked().queries {
        stores.draft.quotes.take(&query, &Ok(quote));
    }
    settle().await;
}

/// What a selector finds first.
pub(crate) fn find(selector: &str) -> Option<HtmlElement> {
    document().query_selector(&format!("#test-page {selector}")).expect("a good selector").map(JsCast::unchecked_into)
}

/// The same, which is there.
pub(crate) fn part(selector: &str) -> HtmlElement {
    find(selector).unwrap_or_else(|| panic!("there is no {selector}"))
}

/// How many a selector finds.
pub(crate) fn count(selector: &str) -> u32 {
    document().query_selector_all(&format!("#test-page {selector}")).expect("a good selector").length()
}

/// The text of what a selector finds first.
pub(crate) fn text(selector: &str) -> String {
    part(selector).text_content().unwrap_or_default()
}

/// Whether what a selector finds is there and not hidden.
pub(crate) fn is_shown(selector: &str) -> bool {
    find(selector).is_some_and(|element| element.closest("[hidden]").expect("a good selector").is_none())
}

/// The names of the buttons that are shown inside what a selector finds.
pub(crate) fn buttons(selector: &str) -> Vec<String> {
    let all = document().query_selector_all(&format!("#test-page {selector} button")).expect("a good selector");
    let name = |button: Element| {
        let label = button.get_attribute("aria-label");
        label.unwrap_or_else(|| button.text_content().unwrap_or_default().trim().to_owned())
    };
    (0..all.length())
        .filter_map(|index| all.get(index)?.dyn_into::<Element>().ok())
        .filter(|button| button.closest("[hidden]").expect("a good selector").is_none())
        .map(name)
        .collect()
}

/// Presses the button of that name inside what a selector finds.
pub(crate) async fn click(selector: &str, name: &str) {
    let at = buttons(selector).iter().position(|button| button == name);
    let at = at.unwrap_or_else(|| panic!("{name} is not among {:?}", buttons(selector)));
    let all = document().query_selector_all(&format!("#test-page {selector} button")).expect("a good selector");
    let shown = (0..all.length())
        .filter_map(|index| all.get(index)?.dyn_into::<HtmlElement>().ok())
        .filter(|button| button.closest("[hidden]").expect("a good selector").is_none());
    shown.into_iter().nth(at).expect("it is there").click();
    settle().await;
}

/// Gives a control a value as a person would.
pub(crate) async fn choose(selector: &str, value: &str) {
    let control: HtmlInputElement = part(selector).unchecked_into();
    control.set_value(value);
    for name in ["input", "change"] {
        let event = Event::new(name).expect("an event");
        event.init_event_with_bubbles(name, true);
        control.dispatch_event(&event).expect("it is heard");
    }
    settle().await;
}
