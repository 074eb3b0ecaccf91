//! What the person says of a run, and the field in which it is written.

use imagen4_core::api::{MAX_NOTE_CHARS, RunPatch};
use imagen4_core::{Run, RunId};
use leptos::html;
use leptos::prelude::*;

use super::ids::card_id;
use crate::api::RunAction;
use crate::state::draft::fields::fullness;
use crate::state::runs::action::Actions;
use crate::state::use_stores;
use crate::ui::focus::focus_soon;
use crate::ui::keys::{Modifier, shortcut};

/// The id of the field in which a run's note is written.
pub fn field_id(run: RunId) -> String {
    format!("note-{run}")
}

/// The note of a run, or its editor.
#[component]
pub fn Note(
    /// The run.
    run: RwSignal<Run>,
) -> impl IntoView {
    let notes = use_stores().notes;
    let id = run.with_untracked(|run| run.id);
    let saved = Memo::new(move |_| run.with(|run| run.note.clone()));
    let reopen = move |_| {
        notes.open(id);
        focus_soon(field_id(id));
    };
    let is_open = Memo::new(move |_| notes.is_open(id));
    let has_draft = Memo::new(move |_| notes.has_draft(id));
    move || {
        if is_open.get() {
            return view! { <NoteEditor run /> }.into_any();
        }
        view! {
            {move || saved.get().map(|note| view! { <p class="note" dir="auto">{note}</p> })}
            {move || {
                let again = || view! { <button type="button" class="link" on:click=reopen>"Continue the unsaved note"</button> };
                has_draft.get().then(again)
            }}
        }
        .into_any()
    }
}

#[component]
fn NoteEditor(run: RwSignal<Run>) -> impl IntoView {
    let stores = use_stores();
    let notes = stores.notes;
    let saving = Actions::new(stores.runs);
    let field = NodeRef::<html::Textarea>::new();
    let id = run.with_untracked(|run| run.id);
    let saved = move || run.with_untracked(|run| run.note.clone()).unwrap_or_default();
    let text = move || notes.draft(id).unwrap_or_else(saved);
    // What stands in the field is the field's own while it is being written.
    let initial = untrack(text);
    let full = Memo::new(move |_| fullness(&text(), MAX_NOTE_CHARS));
    let is_too_long = Memo::new(move |_| text().chars().count() > MAX_NOTE_CHARS);
    let close = move || {
        notes.close(id);
        focus_soon(card_id(id));
    };
    let save = move || {
        if is_too_long.get_untracked() {
            return;
        }
        let text = untrack(text);
        let patch = RunPatch { favorite: None, note: Some(text.clone()) };
        saving.send_then(RunAction::Patch(id, patch), move |_| {
            notes.saved(id, &text);
            if !untrack(|| notes.is_open(id)) {
                focus_soon(card_id(id));
            }
        });
    };
    let cancel = move |_| {
        if let Some(text) = notes.forget(id) {
            // The card may be gone by then.
            let before = saved();
            let undo = move || {
                notes.write(id, text, &before);
                notes.open(id);
                focus_soon(field_id(id));
            };
            stores.toast.offer_undo("Changes to the note discarded", undo, || {});
        }
        focus_soon(card_id(id));
    };
    let on_keydown = move |event: leptos::ev::KeyboardEvent| {
        if shortcut(&event, Modifier::None).as_deref() == Some("Escape") {
            event.stop_propagation();
            close();
        } else if shortcut(&event, Modifier::CtrlOrMeta).as_deref() == Some("Enter") {
            event.prevent_default();
            save();
        }
    };
    let on_input = move |_| {
        if let Some(field) = field.get_untracked() {
            notes.write(id, field.value(), &saved());
        }
    };
    view! {
        <div class="note-editor">
            <textarea
                node_ref=field
                id=field_id(id)
                dir="auto"
                rows="2"
                aria-label="Note"
                aria-invalid=move || is_too_long.get().then_some("true")
                prop:value=initial
                on:input=on_input
                on:keydown=on_keydown
            ></textarea>
            <div class="row">
                <button
                    type="button"
                    class="button primary"
                    aria-disabled=move || (saving.pending.get() || is_too_long.get()).then_some("true")
                    on:click=move |_| save()
                >
                    "Save note"
                </button>
                <button type="button" class="button quiet" on:click=cancel>
                    "Cancel"
                </button>
                <span class="hint" class:warning=move || is_too_long.get()>
                    {move || full.get()}
                </span>
            </div>
            <p class="failure" role="alert">
                {move || saving.failure.get()}
            </p>
        </div>
    }
}
