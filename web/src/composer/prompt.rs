//! The prompt: written, built from slots, or taken from a template. The text is the prompt in all of them.

use imagen4_core::model::{InputKind, MAX_PROMPT_CHARS};
use imagen4_core::wording::variants::escape;
use imagen4_core::{ModelSpec, Run};
use leptos::ev::KeyboardEvent;
use leptos::prelude::*;

use super::build::Build;
use super::generate::use_generate;
use super::hints::Hints;
use super::templates::Templates;
use super::tips::Tips;
use super::variants::Variants;
use super::way::{Way, WaySignal};
use crate::state::draft::FocusTarget;
use crate::state::draft::fields::{Draft, DraftStoreFields, fullness};
use crate::state::draft::history::PromptHistory;
use crate::state::use_stores;
use crate::ui::button::tool_button;
use crate::ui::icon::Icon;
use crate::ui::keys::{Modifier, shortcut};

/// The prompt and what is said of it.
#[component]
pub fn PromptEditor(
    /// The way that is chosen.
    way: WaySignal,
) -> impl IntoView {
    let stores = use_stores();
    let draft = stores.draft;
    let prompt = draft.fields.prompt();
    let attempted = use_generate().attempted;
    // Whoever has not begun has done nothing wrong.
    let is_invalid = move || draft.has_issue("prompt") && (attempted.get() || prompt.with(|prompt| !prompt.is_empty()));
    view! {
        <div class="prompt-head">
            <div class="tabs" role="radiogroup" aria-label="Prompt mode">
                {Way::ALL
                    .map(|(which, name)| {
                        view! {
                            <label>
                                <input
                                    type="radio"
                                    name="way"
                                    prop:checked=move || way.get() == which
                                    on:input=move |_| way.set(which)
                                />
                                {name}
                            </label>
                        }
                    })}
            </div>
            <TextActions />
        </div>
        <div class="field" hidden=move || way.get() != Way::Write>
            <label class="vh" for="prompt">
                "Prompt"
            </label>
            <textarea
                id="prompt"
                name="prompt"
                dir="auto"
                rows="5"
                placeholder="A lighthouse in a winter storm, waves breaking over the rocks"
                aria-describedby="prompt-note"
                aria-invalid=move || is_invalid().then_some("true")
                prop:value=move || prompt.get()
                on:input:target=move |event| prompt.set(event.target().value())
                on:keydown=walk_history()
            ></textarea>
        </div>
        <Show when=move || way.get() == Way::Build>
            <Build />
        </Show>
        <Show when=move || way.get() == Way::Templates>
            <Templates />
        </Show>
        <div class="prompt-note" id="prompt-note">
            <Hints />
            <span class="count">{move || count_of_prompt(&draft.spec.read(), &prompt.read())}</span>
            <Tips />
        </div>
        <Variants />
        <Show when=move || draft.fields.parent().get().is_some()>
            <p class="hint">
                "Based on an earlier run. "
                <button type="button" class="link" on:click=move |_| draft.fields.parent().set(None)>
                    "Unlink"
                </button>
            </p>
        </Show>
    }
}

/// Undo, redo and clear, where there is something to be undone, redone or cleared.
#[component]
fn TextActions() -> impl IntoView {
    let stores = use_stores();
    let draft = stores.draft;
    let refocus = move || draft.focus.set(Some(FocusTarget::Prompt));
    let undo = move |_| {
        draft.undo();
        refocus();
    };
    let redo = move |_| {
        draft.redo();
        refocus();
    };
    let clear = move |_| {
        draft.clear(&stores.settings.read_untracked());
        refocus();
    };
    view! {
        <span class="text-actions">
            <Show when=move || !draft.undo.with(Vec::is_empty)>{tool_button("Undo: bring my text back", Icon::Undo, undo)}</Show>
            <Show when=move || !draft.redo.with(Vec::is_empty)>{tool_button("Redo", Icon::Redo, redo)}</Show>
            <Show when=move || draft.fields.with(Draft::has_text)>{tool_button("Clear", Icon::Close, clear)}</Show>
        </span>
    }
}

/// Alt and an arrow walk through the prompts of the runs that the page knows, and what was written here.
fn walk_history() -> impl Fn(KeyboardEvent) {
    let stores = use_stores();
    let history = StoredValue::new(PromptHistory::default());
    move |event| {
        let older = match shortcut(&event, Modifier::Alt).as_deref() {
            Some("ArrowUp") => true,
            Some("ArrowDown") => false,
            _ => return,
        };
        event.prevent_default();
        let earlier = || {
            let prompt = |run: &ArcRwSignal<Run>| run.with_untracked(|run| escape(run.request.prompt()));
            stores.runs.collection.with_untracked(|runs| runs.iter().map(|(_, run)| prompt(run)).collect())
        };
        let prompt = stores.draft.fields.prompt();
        let now = prompt.get_untracked();
        let step = history.try_update_value(|walk| walk.step(&now, older, earlier).map(str::to_owned)).flatten();
        if let Some(step) = step {
            prompt.set(step);
        }
    }
}

fn count_of_prompt(spec: &ModelSpec, prompt: &str) -> String {
    fullness(prompt, most_chars(spec, Some(&spec.concepts.prompt))).unwrap_or_default()
}

/// How many characters a model takes of a text.
pub(super) fn most_chars(spec: &ModelSpec, name: Option<&String>) -> usize {
    match name.and_then(|name| spec.input(name)).map(|input| &input.kind) {
        Some(InputKind::Text { max_chars: Some(most), .. }) => *most,
        _ => MAX_PROMPT_CHARS,
    }
}
