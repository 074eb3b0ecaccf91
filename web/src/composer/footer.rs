//! What never leaves the screen: the button with its price, and the reason when it is off.

use imagen4_core::MicroUsd;
use leptos::prelude::*;

use super::generate::use_generate;
use crate::state::config::account::{balance, warnings};
use crate::state::config::limits::next_request;
use crate::state::draft::fields::Draft;
use crate::state::draft::label::{hypothetical, label};
use crate::state::draft::quotes::Price;
use crate::state::overlay::CodeRequest;
use crate::state::{Stores, use_stores};
use crate::ui::focus::focus;

/// What the button says.
pub fn use_label() -> Memo<String> {
    let stores = use_stores();
    let draft = stores.draft;
    Memo::new(move |_| {
        let (spec, price, terms) = (draft.spec.get(), draft.price.get(), stores.usage.terms());
        let runs = draft.plan.with(|plan| plan.runs());
        draft.fields.with(|draft| label(draft, &spec, runs, &price, &terms))
    })
}

/// The button, the price, and what is said of both.
#[component]
pub fn Footer() -> impl IntoView {
    let stores = use_stores();
    let (draft, generate) = (stores.draft, use_generate());
    let label = use_label();
    let is_off = Memo::new(move |_| !draft.issues.with(Vec::is_empty));
    let hypothetical = move || hypothetical(&draft.price.read(), &stores.usage.terms());
    let warnings = Memo::new(move |_| {
        let price = draft.price.read().known();
        stores.config.server.with(|server| server.as_ref().map(|server| warnings(server, price))).unwrap_or_default()
    });
    let balance = Memo::new(move |_| {
        let now = stores.clock.now();
        stores.config.server.with(|server| balance(&server.as_ref()?.account, now))
    });
    let next_request = Memo::new(move |_| {
        let now = stores.clock.now();
        stores.config.server.with(|server| next_request(server.as_ref()?.limits.next_slot_at, now))
    });
    // Whoever has not begun has done nothing wrong.
    let has_begun = move || {
        generate.attempted.get() || draft.fields.with(Draft::has_text) || draft.issues.with(|issues| issues.len() > 1)
    };
    let retry = move |_| {
        draft.quotes.forget(&draft.plan_untracked().queries);
        focus("generate");
    };
    let show_code = move |_| match draft_code(stores) {
        Some(code) => stores.overlays.code.set(Some(code)),
        None => drop(generate.explain()),
    };
    view! {
        <footer class="composer-footer">
            <button
                id="generate"
                type="submit"
                class="generate"
                aria-describedby="generate-note reasons"
                aria-disabled=move || is_off.get().to_string()
                aria-busy=move || draft.submitting.get().to_string()
            >
                {move || label.get()}
            </button>
            <p class="generate-note hint" id="generate-note">
                <span>{move || hypothetical().or_else(|| balance.get())}</span>
                <span class="keys">"⌘/Ctrl + Enter"</span>
                <button type="button" class="link" id="code-open" aria-haspopup="dialog" on:click=show_code>
                    "Code"
                </button>
            </p>
            <div id="reasons" class="reasons">
                <Show when=move || draft.failure.with(Option::is_some)>
                    <p class="failure">{move || draft.failure.get()}</p>
                </Show>
                <ul class=move || if has_begun() { "warning" } else { "hint" }>
                    {move || draft.issues.get().into_iter().map(|issue| view! { <li>{issue.text}</li> }).collect_view()}
                    {move || warnings.get().into_iter().map(|text| view! { <li>{text}</li> }).collect_view()}
                </ul>
                {move || next_request.get().map(|text| view! { <p class="hint">{text}</p> })}
                <Show when=move || draft.price.read().can_be_retried()>
                    <button type="button" class="link" id="retry-price" on:click=retry>
                        "Retry"
                    </button>
                </Show>
                <Show when=move || !draft.is_kept.get()>
                    <p class="warning">"This browser does not save your draft: copy your text before you leave."</p>
                </Show>
            </div>
        </footer>
    }
}

/// The program for what the form says: for the first of its variants, if there are several.
fn draft_code(stores: Stores) -> Option<CodeRequest> {
    let draft = stores.draft;
    let plan = draft.plan_untracked();
    let runs = plan.runs().max(1) as i64;
    let input = plan.inputs.ok()?.into_iter().next()?;
    // Whoever runs it has a key of their own.
    let is_free = untrack(|| stores.config.is_demo());
    let price = match draft.price_untracked() {
        Price::Known { list, price } => Some(if is_free { list } else { price }),
        _ => None,
    };
    let each = price.map(|all| MicroUsd::new(all.micros() / runs));
    Some(CodeRequest { request: input.into_request(), price: each })
}
