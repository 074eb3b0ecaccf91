//! What the person says of a run.

use imagen4_core::Run;
use imagen4_core::api::{MAX_NOTE_CHARS, RunPatch};
use leptos::html::Textarea;
use leptos::prelude::*;
use web_sys::KeyboardEvent;

use super::desk::Desk;
use crate::api::order::Order;
use crate::app::App;
use crate::platform::dom;
use crate::platform::reactive::{dynamic, effect, press};

/// The note under a card's chips, or the field in which it is written.
#[component]
pub(crate) fn NoteView(app: App, run: RwSignal<Run>) -> impl IntoView {
    let desk = Desk::new(app);
    let id = run.with_untracked(|run| run.id);
    let noting = app.board.noting;
    let writing = Memo::new(move |_| noting.get() == Some(id));
    let note = Memo::new(move |_| run.with(|run| run.note.clone()).unwrap_or_default());
    let close = move || {
        noting.set(None);
        dom::focus(&super::desk::card_id(id));
    };
    // Written is written when the server has it: until then the field stays, with what is in it.
    effect(move || {
        if desk.taken.get() && untrack(|| writing.get()) {
            close();
        }
    });
    dynamic(move || match writing.get() {
        false => {
            view! { <p class="note" hidden=Signal::derive(move || note.with(String::is_empty))>{note}</p> }.into_any()
        }
        true => {
            let field = NodeRef::<Textarea>::new();
            effect(move || {
                if let Some(field) = field.get() {
                    let _best_effort = field.focus();
                }
            });
            let save = press(move || {
                let note = field.get_untracked().map(|field| field.value()).unwrap_or_default();
                desk.ask(Order::Patch(id, RunPatch { favorite: None, note: Some(note) }));
            });
            let escape = move |event: KeyboardEvent| {
                if event.key() == "Escape" {
                    close();
                }
            };
            view! {
                <div class="noting">
                    <textarea rows="2" maxlength=MAX_NOTE_CHARS aria-label="Note" prop:value=note.get_untracked()
                        node_ref=field on:keydown=escape></textarea>
                    <div class="actions">
                        <button class="action strong" type="button" on:click=save>"Save note"</button>
                        <button class="action" type="button" on:click=press(close)>"Cancel"</button>
                    </div>
                    <p class="trouble" hidden=Signal::derive(move || desk.failure.with(String::is_empty))>{desk.failure}</p>
                </div>
            }
            .into_any()
        }
    })
}
