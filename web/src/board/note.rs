//! What the person says of a run.

use imagen4_core::api::{MAX_NOTE_CHARS, RunPatch};
use imagen4_core::{Run, RunId};
use wasm_bindgen::JsCast;
use web_sys::{Event, HtmlTextAreaElement, KeyboardEvent};

use super::desk::{Desk, card_id};
use crate::api::order::Order;
use crate::app::App;
use crate::platform::dom;
use crate::platform::part::Part;
use crate::platform::reactive::{Signal, effect};
use crate::platform::timer::soon;

/// The note under a card's chips, or the field in which it is written.
pub(crate) fn bind(app: App, run: Signal<Run>, card: &Part) {
    let desk = Desk::new(app);
    let id = run.with_untracked(|run| run.id);
    let noting = app.board.noting;
    let writing = Signal::derived(move || noting.get() == Some(id));
    let note = move || run.with(|run| run.note.clone()).unwrap_or_default();
    card.find(".note").bind(note).show(move || !writing.get() && !note().is_empty());
    let close = move || {
        noting.set(None);
        dom::focus(&card_id(id));
    };
    // Written is written when the server has it: until then the field stays, with what is in it.
    effect(move || {
        if desk.taken.get() && writing.get_untracked() {
            close();
        }
    });
    card.find(".noting").bind_parts(move || {
        let form = writing.get().then(|| form(id, app.board.note, desk, close));
        form.into_iter().collect()
    });
}

fn form(id: RunId, text: Signal<String>, desk: Desk, close: impl Fn() + Copy + 'static) -> Part {
    let form = Part::copy("note-template");
    let field: HtmlTextAreaElement = form.find("textarea").0.unchecked_into();
    // It counts UTF-16 units, of which a character has up to two; the server counts characters.
    field.set_max_length(2 * MAX_NOTE_CHARS as i32);
    field.set_value(&text.get_untracked());
    let save = move || desk.ask(Order::Patch(id, RunPatch { favorite: None, note: Some(text.get_untracked()) }));
    form.on("input", {
        let field = field.clone();
        move |_: Event| text.set(field.value())
    });
    form.on("keydown", move |event: KeyboardEvent| match event.key().as_str() {
        "Escape" => close(),
        "Enter" if event.ctrl_key() || event.meta_key() => save(),
        _ => {}
    });
    let failure = move || desk.failure.get();
    form.find(".trouble").bind(failure).show(move || !failure().is_empty());
    form.find("[data-do=cancel-note]").press(close);
    form.find("[data-do=save-note]").press(save);
    soon(move || {
        let _best_effort = field.focus();
    });
    form
}
