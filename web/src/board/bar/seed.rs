//! The seed that runs must have.

use leptos::prelude::*;

use super::search::TypedFilter;

/// The field, and what is wrong with what it says.
#[component]
pub fn SeedField(
    /// What it says.
    seed: TypedFilter,
) -> impl IntoView {
    let is_wrong = Memo::new(move |_| seed.text.with(|text| is_wrong(text)));
    view! {
        <label class="field">
            <span class="label">"Seed"</span>
            <input
                name="seed"
                type="text"
                inputmode="numeric"
                maxlength="40"
                placeholder="Any"
                aria-label="Seed of the runs"
                aria-describedby="seed-filter-note"
                aria-invalid=move || is_wrong.get().then_some("true")
                prop:value=move || seed.text.get()
                on:input:target=move |event| seed.typed(event.target().value())
            />
        </label>
        <p class="hint warning" id="seed-filter-note" aria-live="polite">
            {move || is_wrong.get().then_some("A seed is a whole number.")}
        </p>
    }
}

/// The filter's value; none for what is no seed.
pub(super) fn value(text: &str) -> String {
    text.trim().parse::<i64>().map(|seed| seed.to_string()).unwrap_or_default()
}

fn is_wrong(text: &str) -> bool {
    !text.trim().is_empty() && value(text).is_empty()
}

#[cfg(test)]
mod tests {
    use wasm_bindgen_test::wasm_bindgen_test;

    use super::*;

    #[wasm_bindgen_test(unsupported = test)]
    fn what_is_no_whole_number_narrows_nothing_and_is_said_to_be_wrong() {
        assert_eq!(["7", " 007 ", "-1"].map(value), ["7", "7", "-1"]);
        for wrong in ["abc", "1.5", "1e9", "99999999999999999999"] {
            assert!(value(wrong).is_empty() && is_wrong(wrong), "{wrong}");
        }
        assert!(!is_wrong("") && !is_wrong(" ") && !is_wrong("7"));
    }
}
