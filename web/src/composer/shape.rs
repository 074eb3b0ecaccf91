//! The shape of the images, as far as the model lets a person choose it: drawn ratios, a size in pixels, the resolution.

use imagen4_core::model::InputKind;
use leptos::prelude::*;

use super::input::InputField;
use crate::state::draft::fields::DraftStoreFields;
use crate::state::draft::input::{CUSTOM, text};
use crate::state::draft::inputs::{options, sides};
use crate::state::draft::shapes::{Choice, choices, chosen, drawn, in_words};
use crate::state::use_stores;

/// The aspect ratio, and the size where the model takes any.
#[component]
pub fn Shape() -> impl IntoView {
    let draft = use_stores().draft;
    let has_shape = Memo::new(move |_| draft.spec.read().shape().is_some());
    let choices = Memo::new(move |_| choices(&draft.spec.read()));
    let chosen = Memo::new(move |_| draft.fields.with(|draft_now| chosen(draft_now, &draft.spec.read())));
    let pixels = move || draft.spec.read().size_of(&chosen.read()).map(in_words);
    let is_custom = Memo::new(move |_| chosen.with(|chosen| chosen == CUSTOM));
    view! {
        <Show when=move || has_shape.get()>
            <div class="field" id="ratios">
                <div class="row apart">
                    <span class="label" id="ratio-label">
                        "Aspect ratio"
                    </span>
                    <span class="hint" aria-hidden="true">
                        {pixels}
                    </span>
                </div>
                <div class="ratios" role="radiogroup" aria-labelledby="ratio-label">
                    {move || {
                        choices
                            .get()
                            .into_iter()
                            .enumerate()
                            .map(|(index, choice)| ratio(index, choice, chosen))
                            .collect_view()
                    }}
                </div>
                <Show when=move || is_custom.get()>
                    <div class="pair">
                        {move || sides(&draft.spec.read()).into_iter().cloned().map(|input| view! { <InputField input /> }).collect_view()}
                    </div>
                </Show>
                <Size chosen />
            </div>
        </Show>
    }
}

fn ratio(index: usize, choice: Choice, chosen: Memo<String>) -> impl IntoView {
    let shape = use_stores().draft.fields.shape();
    let Choice { value, label, pixels } = choice;
    let (is_chosen, picked) = (value.clone(), value.clone());
    let drawing = drawn(&value).unwrap_or((20.0, 20.0));
    let is_open = drawn(&value).is_none();
    view! {
        <label class="ratio">
            <input
                type="radio"
                id=format!("ratio-{index}")
                name="aspect_ratio"
                value=value
                prop:checked=move || chosen.with(|chosen| *chosen == is_chosen)
                on:input=move |_| shape.set(picked.clone())
            />
            <Drawing sides=drawing is_open />
            {label}
            {pixels.map(|pixels| view! { <span class="vh">{format!(" {} pixels", in_words(pixels))}</span> })}
        </label>
    }
}

/// A shape, drawn.
#[component]
fn Drawing(
    /// Width and height, of at most 24.
    sides: (f64, f64),
    /// Whether it only stands for any shape.
    is_open: bool,
) -> impl IntoView {
    let (width, height) = (sides.0.round(), sides.1.round());
    view! {
        <svg class="drawing" class:open=is_open viewBox="-1 -1 26 26" aria-hidden="true">
            <rect x=(24.0 - width) / 2.0 y=(24.0 - height) / 2.0 width=width height=height rx="2" />
        </svg>
    }
}

/// The size in pixels, where the model takes any.
#[component]
fn Size(
    /// The shape that is chosen.
    chosen: Memo<String>,
) -> impl IntoView {
    let draft = use_stores().draft;
    let rules = Memo::new(move |_| match draft.spec.read().shape().map(|shape| &shape.kind) {
        Some(InputKind::Pixels { min, max, rules, .. }) => Some(rules.words(*min, *max)),
        _ => None,
    });
    view! {
        <Show when=move || rules.with(Option::is_some)>
            <label for="size" class="label">
                "Size"
            </label>
            <input
                id="size"
                name="size"
                type="text"
                aria-describedby="size-hint"
                aria-invalid=move || draft.has_issue("size").then_some("true")
                prop:value=move || chosen.get()
                on:input:target=move |event| draft.fields.shape().set(event.target().value())
            />
            <p class="hint" id="size-hint">
                {move || rules.get().map(|rules| format!("Width*height: {rules}."))}
            </p>
        </Show>
    }
}

/// How fine, where the model lets a person choose.
#[component]
pub fn Resolution() -> impl IntoView {
    let draft = use_stores().draft;
    let resolution = draft.fields.resolution();
    let input = Memo::new(move |_| {
        let spec = draft.spec.read();
        spec.concepts.resolution.as_ref().and_then(|name| spec.input(name)).cloned()
    });
    let shown = move || {
        let said = resolution.get();
        let usual = || input.with(|input| input.as_ref()?.kind.default_value()).map(|value| text(&value));
        if said.is_empty() { usual().unwrap_or_default() } else { said }
    };
    view! {
        <Show when=move || input.with(Option::is_some)>
            <div class="field">
                <label for="resolution" class="label">
                    "Resolution"
                </label>
                <select
                    id="resolution"
                    name="resolution"
                    prop:value=shown
                    on:change:target=move |event| resolution.set(event.target().value())
                >
                    {move || {
                        let options = input.with(|input| input.as_ref().map(options)).unwrap_or_default();
                        options
                            .into_iter()
                            .map(|(value, label)| {
                                let own = value.clone();
                                view! { <option value=value selected=move || shown() == own>{label}</option> }
                            })
                            .collect_view()
                    }}
                </select>
            </div>
        </Show>
    }
}
