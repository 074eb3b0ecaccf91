//! The variants that a prompt stands for, before they are bought: which they are, what they cost, and how long they take.

use imagen4_core::api::UpstreamKind;
use imagen4_core::wording::variants::{difference, expand};
use leptos::prelude::*;

use crate::format::count::count;
use crate::format::duration::rough;
use crate::state::Stores;
use crate::state::draft::fields::{DraftStoreFields, Seeds};
use crate::state::draft::wait::wait_ms;
use crate::state::use_stores;

/// The list of variants, once there are several.
#[component]
pub fn Variants() -> impl IntoView {
    let draft = use_stores().draft;
    let variants = Memo::new(move |_| expand(&draft.fields.prompt().read()).unwrap_or_default());
    view! {
        <Show when=move || { variants.with(Vec::len) > 1 }>{content(variants)}</Show>
    }
}

fn content(variants: Memo<Vec<String>>) -> AnyView {
    let stores = use_stores();
    let seeds = stores.draft.fields.seeds();
    let has_seeds = move || stores.draft.spec.read().seeds().is_some();
    let choice = move |which: Seeds, words: &'static str| {
        view! {
            <label class="choice-line">
                <input type="radio" name="seeds" prop:checked=move || seeds.get() == which on:input=move |_| seeds.set(which) />
                {words}
            </label>
        }
    };
    view! {
        <details class="fold variant-fold" id="variants">
            <summary>{move || summary(stores, variants.with(Vec::len))}</summary>
            <ol class="variant-list" tabindex="0" aria-label="Prompt variants">
                {move || variants.with(|all| all.iter().map(|variant| item(variant, difference(all))).collect_view())}
            </ol>
            <Show when=has_seeds>
                <div role="radiogroup" aria-label="Seeds of the variants">
                    {choice(Seeds::One, "One seed for all: only the words differ")}
                    {choice(Seeds::Each, "A new seed for each")}
                </div>
            </Show>
        </details>
    }
    .into_any()
}

/// What they share is not worth reading a hundred times.
fn item(variant: &str, (start, end): (usize, usize)) -> impl IntoView + use<> {
    let (head, rest) = variant.split_at(start);
    let (own, tail) = rest.split_at(rest.len() - end);
    view! { <li>{head.to_owned()}<strong>{own.to_owned()}</strong>{tail.to_owned()}</li> }
}

/// `3 variants · one seed for all · about 25 s`
fn summary(stores: Stores, variants: usize) -> String {
    let draft = stores.draft;
    let mut words = count(variants as u64, "variant");
    if draft.spec.read().seeds().is_some() {
        words += match draft.fields.seeds().get() {
            Seeds::One => " · one seed for all",
            Seeds::Each => " · a new seed each",
        };
    }
    let images = draft
        .plan
        .with(|plan| plan.inputs.as_ref().ok().and_then(|inputs| inputs.first().map(|input| input.request().images())));
    let wait = stores.config.server.with(|server| {
        let server = server.as_ref().filter(|server| server.upstream.kind == UpstreamKind::Wavespeed)?;
        let typical = stores.config.typical_ms(&draft.spec.read().id);
        wait_ms(variants as u64, u64::from(images.unwrap_or(1)), &server.limits, typical)
    });
    if let Some(wait) = wait {
        words += &format!(" · about {}", rough(wait));
    }
    words
}
