//! What to keep out of the image, behind a "+" until it is wanted.

use imagen4_core::text::is_blank;
use leptos::prelude::*;

use super::build::with_words;
use super::prompt::most_chars;
use crate::state::draft::fields::{DraftStoreFields, fullness};
use crate::state::use_stores;
use crate::ui::focus::focus_soon;

/// What people keep out most.
const COMMON: [&str; 5] = ["blurry", "text", "watermark", "extra fingers", "cropped"];

/// The negative prompt, where the model has one.
#[component]
pub fn NegativePrompt() -> impl IntoView {
    let draft = use_stores().draft;
    let is_open = RwSignal::new(false);
    let text = draft.fields.negative_prompt();
    let has_negative = Memo::new(move |_| draft.spec.read().concepts.negative_prompt.is_some());
    // A text that is there is never hidden.
    let is_shown = Memo::new(move |_| is_open.get() || text.with(|text| !is_blank(text)));
    view! {
        <Show when=move || has_negative.get()>
            <Show
                when=move || is_shown.get()
                fallback=move || {
                    view! {
                        <button
                            type="button"
                            class="link add"
                            on:click=move |_| {
                                is_open.set(true);
                                focus_soon("negative-prompt");
                            }
                        >
                            "+ Negative prompt"
                        </button>
                    }
                }
            >
                {move || content(is_open)}
            </Show>
        </Show>
    }
}

fn content(is_open: RwSignal<bool>) -> AnyView {
    let draft = use_stores().draft;
    // While it is open, emptying the text does not take the field away.
    is_open.set(true);
    let text = draft.fields.negative_prompt();
    let fullness = move || {
        let spec = draft.spec.read();
        fullness(&text.read(), most_chars(&spec, spec.concepts.negative_prompt.as_ref())).unwrap_or_default()
    };
    view! {
        <div class="field" id="negative">
            <div class="row apart">
                <label for="negative-prompt" class="label">
                    "Negative prompt"
                </label>
                <span class="row">
                    <span class="count">{fullness}</span>
                    <Show when=move || text.with(|text| is_blank(text))>
                        <button type="button" class="link" on:click=move |_| is_open.set(false)>
                            "Hide"
                        </button>
                    </Show>
                </span>
            </div>
            <textarea
                id="negative-prompt"
                name="negative_prompt"
                dir="auto"
                rows="2"
                placeholder="blurry, text, watermark"
                aria-invalid=move || draft.has_issue("negative-prompt").then_some("true")
                prop:value=move || text.get()
                on:input:target=move |event| text.set(event.target().value())
            ></textarea>
            <div class="chips" role="group" aria-label="Common negative prompts">
                {COMMON
                    .map(|words| {
                        view! {
                            <button type="button" class="chip" on:click=move |_| text.update(|text| *text = with_words(text, words))>
                                {words}
                            </button>
                        }
                    })}
            </div>
        </div>
    }
    .into_any()
}
