//! What can be done with all runs of a group at once.

use imagen4_core::api::RunPatch;
use imagen4_core::{Run, RunId};
use leptos::prelude::*;

use super::card::ids::card_id;
use super::card::menu::{group_of, menu_item};
use super::card::reuse;
use crate::api::{self, RunAction};
use crate::state::Stores;
use crate::state::clipboard;
use crate::state::draft::fields::Seeds;
use crate::state::draft::replace::REFILLED;
use crate::state::runs::collection::Place;
use crate::state::runs::variants::as_one_prompt;
use crate::state::view::Panel;
use crate::ui::button::{star_button, tool_button};
use crate::ui::focus::focus_soon;
use crate::ui::icon::{Icon, drawn};
use crate::ui::popover::{Popover, close_popover};

/// A group as the parts of its card see it.
#[derive(Clone, Copy, Debug)]
pub struct Group {
    /// All stores.
    pub stores: Stores,
    /// Its runs, in their order.
    pub places: Signal<Vec<Place>>,
}

impl Group {
    /// Something of each of its runs, in their order; followed.
    pub fn each<T>(self, of: impl Fn(&Run) -> T) -> Vec<T> {
        self.places.with(|places| {
            let runs = self.stores.runs.collection;
            let found: Vec<_> =
                runs.with_untracked(|runs| places.iter().filter_map(|place| runs.at(*place).cloned()).collect());
            found.iter().map(|run| run.with(&of)).collect()
        })
    }

    fn each_untracked<T>(self, of: impl Fn(&Run) -> T) -> Vec<T> {
        untrack(|| self.each(of))
    }

    /// The prompts of its runs.
    pub fn prompts(self) -> Vec<String> {
        self.each(|run| run.request.prompt().to_owned())
    }

    fn ids(self) -> Vec<RunId> {
        self.places.with(|places| places.iter().map(|place| place.1).collect())
    }

    /// The one prompt that stands for all variants, if there is one.
    fn as_one_prompt(self) -> Option<String> {
        as_one_prompt(&self.prompts())
    }

    /// Fills in what the group was made from: all variants in one prompt, where that can be said.
    fn edit_prompt(self) {
        let runs = self.each_untracked(Run::clone);
        let Some(first) = runs.first() else { return };
        match untrack(|| self.as_one_prompt()) {
            Some(prompt) => {
                self.stores.draft.edit_variants(first, &prompt, seeds_of(&runs));
                self.stores.view.show_panel(Panel::Composer);
            }
            None => reuse::edit_prompt(self.stores, first),
        }
    }

    /// Fills in all variants with a new seed, ready to be generated.
    fn regenerate(self) {
        let runs = self.each_untracked(Run::clone);
        if let (Some(first), Some(prompt)) = (runs.first(), untrack(|| self.as_one_prompt())) {
            self.stores.draft.regenerate_variants(first, &prompt, seeds_of(&runs));
            self.stores.view.show_panel(Panel::Composer);
            self.stores.toast.show(REFILLED);
        }
    }

    fn is_favorite(self) -> bool {
        self.each(|run| run.favorite).into_iter().all(|favorite| favorite)
    }

    /// Marks all of its runs, or none where all are marked.
    fn toggle_favorite(self) {
        let favorite = !untrack(|| self.is_favorite());
        let others = self.each_untracked(|run| (run.favorite != favorite).then_some(run.id));
        for run in others.into_iter().flatten() {
            let patch = RunPatch { favorite: Some(favorite), note: None };
            self.stores.runs.mark(self.stores.toast, RunAction::Patch(run, patch));
        }
    }

    /// Takes the whole group off the board; Undo brings it back.
    fn delete(self) {
        let ids = untrack(|| self.ids());
        let first = ids.first().copied();
        let undone = move |_| first.into_iter().for_each(|first| focus_soon(card_id(first)));
        self.stores.runs.delete(self.stores.toast, &ids, undone);
        focus_soon("toast-undo");
    }
}

/// How the seeds of a group were chosen.
fn seeds_of(runs: &[Run]) -> Seeds {
    let mut seeds = runs.iter().map(|run| run.request.seed());
    let first = seeds.next();
    if seeds.all(|seed| Some(seed) == first) { Seeds::One } else { Seeds::Each }
}

/// What can be done with all of them.
#[component]
pub fn GroupActions(
    /// The group.
    group: Group,
    /// Its id.
    id: String,
) -> impl IntoView {
    let with_images = move || {
        let ids = group.each(|run| (!run.images.is_empty()).then_some(run.id));
        ids.into_iter().flatten().collect::<Vec<_>>()
    };
    let downloads = Memo::new(move |_| with_images());
    let is_favorite = Memo::new(move |_| group.is_favorite());
    let has_prompt = Memo::new(move |_| group.as_one_prompt().is_some());
    let panel = format!("more-group-{id}");
    view! {
        <div class="card-actions">
            {tool_button("Edit prompt", Icon::Edit, move |_| group.edit_prompt())}
            <span hidden=move || !has_prompt.get()>
                {tool_button("Regenerate", Icon::Refresh, move |_| group.regenerate())}
            </span>
            <a
                class="icon-button"
                class:invisible=move || downloads.with(Vec::is_empty)
                href=move || api::archive_url(downloads.get())
                download=""
                aria-label="Download"
                title="Download"
            >
                {drawn(Icon::Download)}
            </a>
            {star_button("Favorite", move || is_favorite.get(), None, move |_| group.toggle_favorite())}
            <Popover id=panel.clone() label="More actions" icon=Icon::More>
                <GroupMenu group panel=panel.clone() />
            </Popover>
        </div>
    }
}

#[component]
fn GroupMenu(group: Group, panel: String) -> impl IntoView {
    let item = |label: &'static str, icon: Icon, act: fn(Group)| {
        let panel = panel.clone();
        menu_item(Signal::stored(label.to_owned()), icon, move |_| {
            close_popover(&panel);
            act(group);
        })
    };
    let is_terminal = Memo::new(move |_| group.each(|run| run.state.is_terminal()).into_iter().all(|it| it));
    view! {
        {item("Copy prompt", Icon::Copy, |group| {
            let prompts = untrack(|| group.prompts());
            let prompt = as_one_prompt(&prompts).or_else(|| prompts.first().cloned()).unwrap_or_default();
            group.stores.toast.tell_copied(clipboard::copy(&prompt), "Prompt copied");
        })}
        {item("Show these variants only", Icon::Cards, |group| {
            let id = group.each_untracked(group_of).into_iter().flatten().next();
            group.stores.runs.show_only(|filter| filter.group = id);
        })}
        {item("Select all", Icon::Check, |group| {
            let now = group.stores.selection.runs.get_untracked();
            group.stores.selection.set(now.into_iter().chain(untrack(|| group.ids())));
        })}
        <div hidden=move || !is_terminal.get()>{item("Delete all", Icon::Trash, Group::delete)}</div>
    }
}
