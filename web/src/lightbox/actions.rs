//! What a person does with the image: keep it in mind, take it along, use it again.

use imagen4_core::Run;
use leptos::prelude::*;
use leptos::task::spawn_local;

use super::step::{self, Step};
use super::viewer::Viewer;
use crate::api::RunAction;
use crate::state::clipboard;
use crate::state::draft::DraftStore;
use crate::state::draft::replace::{NO_SEEDS, REFILLED};
use crate::state::view::{NARROW, Panel, hash_of};
use crate::ui::dom;

impl Viewer {
    pub(super) fn toggle_favorite(self) {
        let favorite = self.image.with_untracked(|image| image.as_ref().map(|image| image.favorite));
        if let (Some(key), Some(favorite)) = (untrack(|| self.key()), favorite) {
            self.actions.send(RunAction::FavoriteImage(key.run, key.index, !favorite));
        }
    }

    pub(super) fn copy_prompt(self) {
        let prompt = self.run.with_untracked(|run| run.as_ref().map(|run| run.request.prompt().to_owned()));
        self.say_copied(prompt.and_then(|prompt| clipboard::copy(&prompt)), "Prompt copied");
    }

    pub(super) fn copy_image(self) {
        self.say_copied(self.img.get_untracked().and_then(|img| clipboard::copy_image(&img)), "Image copied");
    }

    fn say_copied(self, promise: Option<js_sys::Promise>, done: &'static str) {
        spawn_local(async move {
            let words = if clipboard::copied(promise).await { done } else { clipboard::NO_COPY };
            self.said.set(words.to_owned());
        });
    }

    pub(super) fn lock_seed(self) {
        let is_locked = self.run.with_untracked(|run| run.as_ref().is_some_and(|run| self.stores.draft.lock_seed(run)));
        self.said.set(if is_locked { "Seed locked in the form" } else { NO_SEEDS }.to_owned());
    }

    /// Closes, and fills the form from the run with a new seed.
    pub(super) fn regenerate(self) {
        self.leave_to_form(DraftStore::regenerate);
        self.stores.toast.show(REFILLED);
    }

    /// Closes, and fills the form from the run.
    pub(super) fn leave_to_form(self, fill: fn(DraftStore, &Run)) {
        let Some(run) = self.run.get_untracked() else { return };
        // The focus goes to the form.
        self.seen.set_value(None);
        if dom::matches_media(NARROW) && self.step.get_value() == Step::Taken {
            self.step.set_value(Step::Before);
            step::turn_into(hash_of(Panel::Composer));
        }
        self.close();
        fill(self.stores.draft, &run);
        self.stores.view.show_panel(Panel::Composer);
    }
}
