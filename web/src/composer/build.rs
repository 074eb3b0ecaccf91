//! Build: the prompt in six slots. The text is the prompt in both ways of writing; the slots are a view of it.

use imagen4_core::wording::slots::{Slot, Slots};
use leptos::prelude::*;

use crate::state::draft::fields::DraftStoreFields;
use crate::state::use_stores;

/// A slot: its control's name, what it is called, and ideas for it.
struct Row(Slot, &'static str, &'static str, [&'static str; 4]);

const ROWS: [Row; 6] = [
    Row(Slot::Subject, "subject", "Subject", ["a lighthouse", "an old sailor", "a red fox", "a paper boat"]),
    Row(
        Slot::Scene,
        "scene",
        "Scene",
        ["in fresh snow", "on a rainy street", "under a starry sky", "beside a quiet river"],
    ),
    Row(Slot::Details, "details", "Details", ["thick fur", "mirrored in puddles", "drifting petals", "weathered wood"]),
    Row(Slot::Lighting, "lighting", "Lighting", ["golden hour", "soft overcast light", "neon glow", "candlelight"]),
    Row(Slot::Camera, "camera", "Camera", ["wide shot", "close-up", "85 mm lens", "aerial view"]),
    Row(Slot::Style, "style", "Style", ["photorealistic", "watercolor", "film grain", "ink drawing"]),
];

/// The prompt in six slots, with ideas for the one that is written in.
#[component]
pub fn Build() -> impl IntoView {
    let draft = use_stores().draft;
    let prompt = draft.fields.prompt();
    let slots = RwSignal::new(Slots::split(&prompt.read_untracked()));
    // Whatever else changes the prompt is split anew; what the slots themselves say stays as it was typed.
    Effect::new(move || {
        let prompt = prompt.get();
        if slots.with_untracked(|slots| slots.compose() != prompt) {
            slots.set(Slots::split(&prompt));
        }
    });
    let write = move |slot: Slot, text: &str| {
        slots.update(|slots| slots.set(slot, text));
        prompt.set(slots.with_untracked(Slots::compose));
    };
    let focused = RwSignal::new(Slot::Subject);
    let row = |Row(slot, name, title, ideas): Row| {
        let id = format!("slot-{name}");
        let chip = move |words: &'static str| {
            let add = move |_| {
                let text = slots.with_untracked(|slots| with_words(slots.get(slot), words));
                write(slot, &text);
            };
            view! {
                <button type="button" class="chip" on:click=add>
                    {words}
                </button>
            }
        };
        view! {
            <div class="build-slot" on:focusin=move |_| focused.set(slot)>
                <label for=id.clone() class="label">
                    {title}
                </label>
                <input
                    id=id
                    type="text"
                    dir="auto"
                    prop:value=move || slots.with(|slots| slots.get(slot).to_owned())
                    on:input:target=move |event| write(slot, &event.target().value())
                />
                <div class="chips" role="group" aria-label=format!("Ideas: {name}") hidden=move || focused.get() != slot>
                    {ideas.map(chip)}
                </div>
            </div>
        }
    };
    view! {
        <div class="build" id="build">
            {ROWS.map(row)}
            <p class="hint built">
                "Prompt: " <span dir="auto">{move || prompt.get()}</span>
            </p>
        </div>
    }
}

/// `text` with `words` behind it, unless they are there.
pub(super) fn with_words(text: &str, words: &str) -> String {
    let text = text.trim_end_matches(|c: char| c.is_whitespace() || c == ',');
    match text.contains(words) {
        true => text.to_owned(),
        false if text.is_empty() => words.to_owned(),
        false => format!("{text}, {words}"),
    }
}

#[cfg(test)]
mod tests {
    use wasm_bindgen_test::wasm_bindgen_test;

    use super::*;

    #[wasm_bindgen_test(unsupported = test)]
    fn a_chip_adds_its_words_once() {
        assert_eq!(with_words("", "golden hour"), "golden hour");
        assert_eq!(with_words("soft haze, ", "golden hour"), "soft haze, golden hour");
        assert_eq!(with_words("golden hour", "golden hour"), "golden hour");
    }
}
