//! Today's money in the header: in words, and as a thin bar where there is a budget.

use leptos::prelude::*;

use crate::state::use_stores;

/// The button that opens the usage; nothing in demo mode, and before the server has told.
#[component]
pub fn UsagePill() -> impl IntoView {
    let stores = use_stores();
    let summary = Memo::new(move |_| stores.usage.summary());
    view! {
        <Show when=move || summary.with(Option::is_some)>
            <button
                type="button"
                id="usage-open"
                class="usage-pill"
                aria-haspopup="dialog"
                title="Usage"
                on:click=move |_| stores.overlays.usage.set(true)
            >
                <span>{move || summary.get()} <span class="wide">" today"</span></span>
                {move || stores.usage.share().map(|(spent, gone)| view! {
                    <span class="usage-meter" aria-hidden="true">
                        <span class="reserved" style:width=percent(gone)></span>
                        <span class="spent" style:width=percent(spent)></span>
                    </span>
                })}
            </button>
        </Show>
    }
}

/// Thousandths in percent: `38.4%`.
fn percent(thousandths: i64) -> String {
    format!("{}.{}%", thousandths / 10, thousandths % 10)
}

#[cfg(test)]
mod tests {
    use wasm_bindgen_test::wasm_bindgen_test;

    use super::*;

    #[wasm_bindgen_test(unsupported = test)]
    fn a_share_is_as_wide_as_it_is() {
        assert_eq!([0, 7, 384, 1_000].map(percent), ["0.0%", "0.7%", "38.4%", "100.0%"]);
    }
}
