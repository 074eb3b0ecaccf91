//! What else can be done with a run.

use imagen4_core::{Run, RunId};
use leptos::prelude::*;

use super::ids::card_id;
use super::note::field_id;
use super::reuse;
use crate::state::clipboard;
use crate::state::overlay::CodeRequest;
use crate::state::view::{BoardView, Step, link_to};
use crate::state::{Stores, use_stores};
use crate::ui::focus::focus_soon;
use crate::ui::icon::{Icon, drawn};
use crate::ui::popover::close_popover;

/// So many characters of a prompt name the run that another is based on.
const NAMED: usize = 32;

/// The content of the menu under ⋯.
#[component]
pub fn MoreMenu(
    /// The run.
    run: RwSignal<Run>,
) -> impl IntoView {
    let stores = use_stores();
    let id = run.with_untracked(|run| run.id);
    let panel = format!("more-{id}");
    let item = |label: Signal<String>, icon: Icon, act: fn(Stores, &Run)| {
        let panel = panel.clone();
        let on_click = move |_| {
            close_popover(&panel);
            // A copy: what is done may change the run.
            act(stores, &run.get_untracked());
        };
        menu_item(label, icon, on_click)
    };
    let named = |label: &'static str, icon, act| item(Signal::stored(label.to_owned()), icon, act);
    let (has_seed, has_group, parent) =
        run.with_untracked(|run| (run.request.known_seed().is_some(), group_of(run).is_some(), run.parent));
    let based_on = Signal::derive(move || parent.map(|parent| based_on(stores, parent)).unwrap_or_default());
    let has_note = move || run.with(|run| run.note.is_some()) || stores.notes.has_draft(id);
    let note = Signal::derive(move || if has_note() { "Edit note" } else { "Write a note" }.to_owned());
    let select = Signal::derive(move || if stores.selection.contains(id) { "Deselect" } else { "Select" }.to_owned());
    let is_terminal = Memo::new(move |_| run.with(|run| run.state.is_terminal()));
    view! {
        {has_seed.then(|| named("Lock seed", Icon::Lock, reuse::lock_seed))}
        {has_seed.then(|| named("Show runs with this seed", Icon::Search, show_seed))}
        {has_group.then(|| named("View variants", Icon::Cards, show_group))}
        {parent.is_some().then(|| item(based_on, Icon::Left, show_parent))}
        {item(note, Icon::Edit, |stores, run| {
            stores.notes.open(run.id);
            focus_soon(field_id(run.id));
        })}
        {named("Copy prompt", Icon::Copy, |stores, run| {
            stores.toast.tell_copied(clipboard::copy(run.request.prompt()), "Prompt copied");
        })}
        {named("Copy link", Icon::Copy, |stores, run| {
            stores.toast.tell_copied(clipboard::copy(&link_to(run.id)), "Link copied");
        })}
        {named("Code", Icon::Code, show_code)}
        <a class="menu-item" href=format!("api/runs/{id}") target="_blank">
            {drawn(Icon::Info)}
            "Raw JSON"
        </a>
        {item(select, Icon::Check, |stores, run| stores.selection.toggle(run.id))}
        <div hidden=move || !is_terminal.get()>{named("Delete", Icon::Trash, |stores, run| delete(stores, run.id))}</div>
    }
}

/// One item of a menu. The browser focuses the first of those that ask for it.
pub fn menu_item(label: Signal<String>, icon: Icon, on_click: impl Fn(leptos::ev::MouseEvent) + 'static) -> AnyView {
    view! {
        <button type="button" class="menu-item" autofocus=true on:click=on_click>
            {drawn(icon)}
            {move || label.get()}
        </button>
    }
    .into_any()
}

/// The group that a run was bought with.
pub fn group_of(run: &Run) -> Option<RunId> {
    run.group.as_ref()?.parse().ok()
}

fn show_seed(stores: Stores, run: &Run) {
    stores.runs.show_only(|filter| filter.seed = run.request.seed());
}

fn show_group(stores: Stores, run: &Run) {
    stores.runs.show_only(|filter| filter.group = group_of(run));
}

fn show_parent(stores: Stores, run: &Run) {
    stores.runs.show(BoardView { run: run.parent, ..BoardView::default() }, Step::Push);
}

fn show_code(stores: Stores, run: &Run) {
    stores.overlays.code.set(Some(CodeRequest { request: run.request.clone(), price: Some(run.price_microusd) }));
}

/// Takes a run off the board; Undo brings it back.
fn delete(stores: Stores, run: RunId) {
    stores.runs.delete(stores.toast, &[run], move |_| focus_soon(card_id(run)));
    focus_soon("toast-undo");
}

/// `Based on “a fox in snow”`, where that run is here.
fn based_on(stores: Stores, parent: RunId) -> String {
    let prompt = stores.runs.find(parent).map(|run| run.with(|run| run.request.prompt().to_owned()));
    match prompt {
        Some(prompt) if prompt.chars().count() > NAMED => {
            format!("Based on “{}…”", prompt.chars().take(NAMED).collect::<String>().trim_end())
        }
        Some(prompt) => format!("Based on “{prompt}”"),
        None => "Based on another run".to_owned(),
    }
}
