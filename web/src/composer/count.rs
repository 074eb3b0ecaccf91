//! How many images.

use leptos::prelude::*;

use crate::state::draft::counts::{CountControl, hint};
use crate::state::draft::fields::DraftStoreFields;
use crate::state::use_stores;

/// How many images, as far as the model lets a person choose.
#[component]
pub fn Count() -> impl IntoView {
    let draft = use_stores().draft;
    let control = Memo::new(move |_| CountControl::of(&draft.spec.read()));
    let hint = Memo::new(move |_| hint(&draft.spec.read()));
    view! {
        <div class="field">
            {move || match control.get() {
                CountControl::Segments(min, max) => segments(min, max),
                CountControl::Number(min, max) => number(min, max),
                CountControl::None => view! { <span class="label">"Images"</span> }.into_any(),
            }}
            <Show when=move || !hint.with(String::is_empty)>
                <p class="hint" id="images-hint">
                    {move || hint.get()}
                </p>
            </Show>
        </div>
    }
}

fn segments(min: i64, max: i64) -> AnyView {
    let draft = use_stores().draft;
    let count = draft.fields.count();
    let chosen = Memo::new(move |_| {
        let said = count.with(|count| count.trim().to_owned());
        let usual = draft.spec.read().counts().map(|(_, _, usual)| usual.to_string()).unwrap_or_default();
        if said.is_empty() { usual } else { said }
    });
    let segment = move |number: i64| {
        view! {
            <label>
                <input
                    type="radio"
                    name="num_images"
                    value=number.to_string()
                    prop:checked=move || chosen.with(|chosen| *chosen == number.to_string())
                    on:input=move |_| count.set(number.to_string())
                />
                {number}
                <span class="vh">{if number == 1 { " image" } else { " images" }}</span>
            </label>
        }
    };
    view! {
        <span class="label" id="images-label">
            "Images"
        </span>
        <div class="segmented" role="radiogroup" aria-labelledby="images-label">
            {(min..=max).map(segment).collect_view()}
        </div>
    }
    .into_any()
}

fn number(min: i64, max: i64) -> AnyView {
    let draft = use_stores().draft;
    let count = draft.fields.count();
    let usual = move || draft.spec.read().counts().map(|(_, _, usual)| usual.to_string());
    view! {
        <label for="images" class="label">
            "Images"
        </label>
        <input
            id="images"
            name="num_images"
            type="number"
            step="1"
            min=min.to_string()
            max=max.to_string()
            placeholder=usual
            aria-describedby="images-hint"
            aria-invalid=move || draft.has_issue("images").then_some("true")
            prop:value=move || count.get()
            on:input:target=move |event| count.set(event.target().value())
        />
    }
    .into_any()
}
