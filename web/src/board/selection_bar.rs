//! What can be done with all selected runs at once.

use std::collections::BTreeSet;

use imagen4_core::RunId;
use imagen4_core::api::RunPatch;
use leptos::ev;
use leptos::prelude::*;
use leptos::task::spawn_local;

use super::selection_facts::{SelectionFacts, deleted_elsewhere, not_changed};
use crate::api::{self, ApiError, RunAction};
use crate::state::{Stores, use_stores};
use crate::ui::dom;
use crate::ui::focus::focus_soon;
use crate::ui::icon::{Icon, IconView};
use crate::ui::keys::{Modifier, shortcut};

/// What becomes of the favorite button's requests.
#[derive(Clone, Copy, Debug)]
struct Favorites {
    /// How many are done, and of how many.
    progress: RwSignal<Option<(usize, usize)>>,
    /// What went wrong; empty when nothing did.
    failure: RwSignal<String>,
}

/// The bar; it is there while a run is selected.
#[component]
pub fn SelectionBar() -> impl IntoView {
    let stores = use_stores();
    let favorites = Favorites { progress: RwSignal::new(None), failure: RwSignal::new(String::new()) };
    let told = StoredValue::new(None);
    keep_what_is_shown(stores, told);
    announce(stores, favorites, told);
    clear_on_escape(stores);
    view! { <Show when=move || stores.selection.is_active()>{bar(stores, favorites)}</Show> }
}

fn bar(stores: Stores, favorites: Favorites) -> AnyView {
    let (selection, runs) = (stores.selection, stores.runs);
    let facts = Memo::new(move |_| facts(stores));
    let delete = move |_| {
        let deletable = facts.with_untracked(|facts| facts.deletable.clone());
        if !deletable.is_empty() {
            runs.delete(stores.toast, &deletable, move |undone| selection.set(undone));
            focus_soon("runs-title");
        }
    };
    let star = move |_| {
        if favorites.progress.get_untracked().is_none() {
            let (changes, favorite) = facts.with_untracked(|facts| {
                let (changes, favorite) = facts.favorite_changes();
                (changes.to_vec(), favorite)
            });
            spawn_local(set_favorites(stores, favorites, changes, favorite));
        }
    };
    let star_text = move || match favorites.progress.get() {
        Some((done, of)) => format!("{done} of {of}…"),
        None => "Favorite".to_owned(),
    };
    let cannot_delete = move || facts.with(|facts| facts.deletable.is_empty()).then_some("true");
    view! {
        <div class="selection-bar" role="region" aria-label="Selection">
            <strong>{move || said(selection.runs.with(BTreeSet::len))}</strong>
            {move || download(facts.with(SelectionFacts::archive))}
            <button
                type="button"
                class="button"
                aria-pressed=move || facts.with(SelectionFacts::are_favorites).to_string()
                aria-disabled=move || favorites.progress.get().map(|_| "true")
                on:click=star
            >
                <IconView icon=Icon::Star />
                <span>{star_text}</span>
            </button>
            <button type="button" class="button danger" aria-disabled=cannot_delete on:click=delete>
                <IconView icon=Icon::Trash />
                <span>"Delete"</span>
            </button>
            <button
                type="button"
                class="button quiet"
                on:click=move |_| clear(stores)
            >
                "Clear"
            </button>
            <button
                type="button"
                class="button quiet"
                on:click=move |_| selection.set(runs.shown.with_untracked(|shown| shown.iter().map(|place| place.1).collect::<Vec<_>>()))
            >
                "Select all shown"
            </button>
            <p class="hint">{move || facts.with(SelectionFacts::notes)}</p>
            <p class="failure">{move || favorites.failure.get()}</p>
        </div>
    }
    .into_any()
}

fn download(archive: Result<String, String>) -> impl IntoView {
    let (href, reason) = match archive {
        Ok(url) => (Some(url), None),
        Err(reason) => (None, Some(reason)),
    };
    view! {
        <a class="button" role="link" download="" aria-disabled=reason.is_some().then_some("true") title=reason href=href>
            <IconView icon=Icon::Download />
            <span>"Download ZIP"</span>
        </a>
    }
}

/// `3 selected`
fn said(number: usize) -> String {
    format!("{number} selected")
}

/// What is known of the selected runs, in the order of the board.
fn facts(stores: Stores) -> SelectionFacts {
    let mut facts = SelectionFacts::default();
    stores.selection.runs.with(|selected| {
        stores.runs.collection.with(|runs| {
            let selected = runs.iter().filter(|(place, _)| selected.contains(&place.1));
            selected.for_each(|(_, run)| run.with(|run| facts.add(run)));
        });
    });
    facts
}

/// Makes runs favorites, or no more, one after another.
async fn set_favorites(stores: Stores, favorites: Favorites, runs: Vec<RunId>, favorite: bool) {
    let of = runs.len();
    let (mut failed, mut reason) = (0, String::new());
    favorites.failure.set(String::new());
    for (done, run) in runs.into_iter().enumerate() {
        favorites.progress.set(Some((done, of)));
        let patch = RunPatch { favorite: Some(favorite), note: None };
        let answer = api::act(&RunAction::Patch(run, patch)).await;
        stores.config.note(&answer);
        match answer {
            Ok(run) => stores.runs.take(run),
            Err(error) => {
                reason = error.message();
                if error == ApiError::Unreachable {
                    // The others would wait for the same answer.
                    failed = of - done;
                    break;
                }
                failed += 1;
            }
        }
    }
    favorites.progress.set(None);
    if failed > 0 {
        let text = not_changed(failed, of, &reason);
        stores.announcement.set(text.clone());
        favorites.failure.set(text);
    }
}

/// Selects none; the bar goes, and the focus does not go with it.
fn clear(stores: Stores) {
    let is_in_bar = document()
        .active_element()
        .is_some_and(|focused| focused.closest(".selection-bar").is_ok_and(|bar| bar.is_some()));
    stores.selection.clear();
    if is_in_bar {
        focus_soon("runs-title");
    }
}

/// What is not shown any more is not selected: nobody would see what is deleted. `told` is how many are left when that was said.
fn keep_what_is_shown(stores: Stores, told: StoredValue<Option<usize>>) {
    let (selection, runs) = (stores.selection, stores.runs);
    Effect::new(move || {
        let shown: BTreeSet<_> = runs.shown.with(|shown| shown.iter().map(|place| place.1).collect());
        let selected = selection.runs.get_untracked();
        let gone = selected.iter().filter(|run| runs.collection.with_untracked(|all| all.get(**run).is_none())).count();
        selection.retain(|run| shown.contains(&run));
        if gone > 0 {
            told.set_value(Some(selection.runs.with_untracked(BTreeSet::len)));
            stores.announcement.set(deleted_elsewhere(gone));
        }
    });
}

/// Says how many are selected; what went wrong with others is forgotten.
fn announce(stores: Stores, favorites: Favorites, told: StoredValue<Option<usize>>) {
    let number = Memo::new(move |_| stores.selection.runs.with(BTreeSet::len));
    Effect::new(move |before: Option<usize>| {
        let number = number.get();
        let is_told = told.try_update_value(Option::take).flatten() == Some(number);
        if !is_told && before.is_some_and(|before| number > before || (number > 0 && number < before)) {
            stores.announcement.set(said(number));
        }
        if number == 0 {
            favorites.failure.set(String::new());
        }
        number
    });
}

/// Escape clears the selection, unless it closes something, or leaves a field.
fn clear_on_escape(stores: Stores) {
    let on_key = window_event_listener(ev::keydown, move |event| {
        let is_free =
            || !(event.default_prevented() || dom::is_dialog_open() || dom::is_popover_open() || dom::is_in_field());
        if shortcut(&event, Modifier::None).as_deref() == Some("Escape") && is_free() {
            clear(stores);
        }
    });
    on_cleanup(move || on_key.remove());
}
