//! The amount above which the page asks before it submits.

use imagen4_core::MicroUsd;
use leptos::prelude::*;

use crate::state::use_stores;

const ERROR: &str = "Enter an amount in dollars, such as 0.50.";

/// The field for it. What is no amount stays as it was typed, and the limit as it was.
#[component]
pub fn SpendingLimit() -> impl IntoView {
    let settings = use_stores().settings;
    let kept = settings.with_untracked(|settings| settings.confirm_above);
    let text = RwSignal::new(kept.map(shown).unwrap_or_default());
    let is_wrong = Memo::new(move |_| text.with(|text| read(text)).is_none());
    let write = move |typed: String| {
        if let Some(limit) = read(&typed) {
            settings.update(|settings| settings.confirm_above = limit);
        }
        text.set(typed);
    };
    view! {
        <div class="setting">
            <label for="confirm-above">"Ask before spending more than, in dollars"</label>
            <input
                id="confirm-above"
                type="text"
                inputmode="decimal"
                autocomplete="off"
                placeholder="Never ask"
                aria-describedby="confirm-above-error"
                aria-invalid=move || is_wrong.get().then_some("true")
                prop:value=move || text.get()
                on:input:target=move |event| write(event.target().value())
            />
            <p class="failure" id="confirm-above-error" aria-live="polite">
                {move || is_wrong.get().then_some(ERROR)}
            </p>
        </div>
    }
}

/// An amount as it is typed: `0.50`.
fn shown(amount: MicroUsd) -> String {
    amount.to_string().trim_start_matches('$').to_owned()
}

/// The limit that a text stands for, nothing being none; `None` for what is no amount.
fn read(text: &str) -> Option<Option<MicroUsd>> {
    let text = text.trim();
    if text.is_empty() {
        return Some(None);
    }
    MicroUsd::parse(text.strip_prefix('$').unwrap_or(text).trim_start()).map(Some)
}

#[cfg(test)]
mod tests {
    use wasm_bindgen_test::wasm_bindgen_test;

    use super::*;

    #[wasm_bindgen_test(unsupported = test)]
    fn an_amount_is_read_as_people_write_it_and_nothing_else_is() {
        let half = Some(Some(MicroUsd::new(500_000)));
        for text in ["0.50", "$0.50", " .5 ", "$ 0.5"] {
            assert_eq!(read(text), half, "{text}");
        }
        assert_eq!(read("0"), Some(Some(MicroUsd::ZERO)), "everything is asked about");
        assert_eq!(["", "  "].map(read), [Some(None); 2], "nothing is");
        for text in ["lots", "-1", "1,000", "0.50 €", "$", "$$1", "NaN", "0.0000001"] {
            assert_eq!(read(text), None, "{text}");
        }
    }

    #[wasm_bindgen_test(unsupported = test)]
    fn what_is_shown_is_read_back() {
        for micros in [0, 500_000, 40_000, 27_000, 12_345_678] {
            let amount = MicroUsd::new(micros);
            assert_eq!(read(&shown(amount)), Some(Some(amount)));
        }
    }

    #[cfg(target_arch = "wasm32")]
    #[wasm_bindgen_test]
    async fn what_is_no_amount_stays_as_it_was_typed_and_the_limit_as_it_was() {
        use leptos::task::tick;
        use web_sys::{Element, Event, EventInit, HtmlInputElement};

        use crate::state::Stores;
        use crate::state::draft::fields::Draft;
        use crate::ui::dom::by_id;

        let owner = Owner::new();
        owner.set();
        let stores = Stores::new(Some(Draft::default()));
        let _mounted = leptos::mount::mount_to(document().body().expect("a body"), move || {
            provide_context(stores);
            view! { <SpendingLimit /> }
        });
        let input: HtmlInputElement = by_id("confirm-above").expect("the field");
        let error = || by_id::<Element>("confirm-above-error").and_then(|it| it.text_content()).unwrap_or_default();
        let typed = async |text: &str| {
            input.set_value(text);
            let bubbles = EventInit::new();
            bubbles.set_bubbles(true);
            let event = Event::new_with_event_init_dict("input", &bubbles).expect("an event");
            input.dispatch_event(&event).expect("it is taken");
            tick().await;
        };
        let limit = || stores.settings.with_untracked(|settings| settings.confirm_above);
        typed("0.5").await;
        assert_eq!((limit(), error().as_str()), (Some(MicroUsd::new(500_000)), ""));
        typed("0.5x").await;
        assert_eq!((limit(), error().as_str()), (Some(MicroUsd::new(500_000)), ERROR));
        assert_eq!((input.value().as_str(), input.get_attribute("aria-invalid").as_deref()), ("0.5x", Some("true")));
        typed("").await;
        assert_eq!((limit(), input.get_attribute("aria-invalid")), (None, None));
    }
}
