//! Everything that replaces what a person wrote: by a template, a run, another model, or nothing. There is a way back.

use imagen4_core::Run;
use imagen4_core::text::is_blank;
use leptos::prelude::*;

use super::fields::{Draft, DraftStoreFields, Seeds};
use super::{DraftStore, FocusTarget, model_switch};
use crate::state::config::set_if_new;
use crate::state::settings::Settings;

/// So many texts that the page replaced can be brought back.
const MOST_UNDO: usize = 50;
/// A run is in the form again: what that did, and what it did not.
pub const REFILLED: &str = "Filled in with a new seed. Press Generate to run it.";
/// Why a seed cannot be locked.
pub const NO_SEEDS: &str = "The model in the form has no seed.";

impl DraftStore {
    /// Replaces the draft; what a person wrote can be brought back with [`Self::undo`].
    pub fn replace(self, draft: Draft) {
        let before = self.fields.get_untracked();
        if before == draft {
            return;
        }
        if self.loses_text(&before, &draft) {
            self.push_undo(before);
        }
        self.filled_seed.set_value(draft.seed.clone());
        self.fields.set(draft);
    }

    /// Whether something that a person wrote would be gone.
    fn loses_text(self, before: &Draft, after: &Draft) -> bool {
        let is_lost = |before: &str, after: &str| !is_blank(before) && before != after;
        is_lost(&before.prompt, &after.prompt)
            || is_lost(&before.negative_prompt, &after.negative_prompt)
            || (is_lost(&before.seed, &after.seed) && self.filled_seed.with_value(|filled| *filled != before.seed))
            || before.others.iter().any(|(name, value)| is_lost(value, after.other(name)))
    }

    fn push_undo(self, before: Draft) {
        self.undo.update(|undo| {
            undo.push(before);
            if undo.len() > MOST_UNDO {
                undo.remove(0);
            }
        });
        if !self.redo.with_untracked(Vec::is_empty) {
            self.redo.update(Vec::clear);
        }
    }

    /// Replaces the prompt alone.
    pub fn replace_prompt(self, prompt: &str) {
        self.replace(Draft { prompt: prompt.to_owned(), parent: None, ..self.fields.get_untracked() });
    }

    /// Replaces the seed alone.
    pub fn replace_seed(self, seed: String) {
        self.replace(Draft { seed, ..self.fields.get_untracked() });
    }

    /// Takes a template: for its own model where that is offered, else for the present one.
    pub fn apply_template(self, template: Draft, model: &str) {
        let models = self.config.models;
        let is_offered =
            !template.model.is_empty() && models.with_untracked(|models| models.offered(&template.model).is_some());
        if is_offered {
            self.replace(template);
            return;
        }
        let (from, to) = models.with_untracked(|models| (models.spec(&template.model), models.spec(model)));
        let (draft, dropped) = model_switch::carried(&template, &from, &to);
        let before = self.fields.get_untracked();
        self.replace(Draft { model: model.to_owned(), ..draft });
        let notice = if dropped.is_empty() { String::new() } else { model_switch::not_carried(&dropped) };
        self.tell_switch(before, notice);
    }

    /// Brings back what the page replaced last.
    pub fn undo(self) {
        if let Some(before) = self.undo.try_update(Vec::pop).flatten() {
            let now = self.fields.get_untracked();
            self.fields.set(with_model(before, &now));
            self.redo.update(|redo| redo.push(now));
        }
        self.model_notice.set(String::new());
    }

    /// Takes the last undo back.
    pub fn redo(self) {
        if let Some(after) = self.redo.try_update(Vec::pop).flatten() {
            let now = self.fields.get_untracked();
            self.fields.set(with_model(after, &now));
            self.undo.update(|undo| undo.push(now));
        }
    }

    /// Empties the form; it is then as the settings say.
    pub fn clear(self, settings: &Settings) {
        let model = self.fields.model().get_untracked();
        self.replace(settings.empty_draft(model, &self.spec.get_untracked()));
    }

    /// The person chose another model.
    pub fn switch_model(self, id: &str) {
        let before = self.fields.get_untracked();
        let (from, to) = self.config.models.with_untracked(|models| (models.spec(&before.model), models.spec(id)));
        let (draft, dropped) = model_switch::carried(&before, &from, &to);
        self.fields.set(Draft { model: id.to_owned(), ..draft });
        let notice = if dropped.is_empty() { String::new() } else { model_switch::not_carried(&dropped) };
        self.tell_switch(before, notice);
    }

    /// Says what has changed with the model, with a way back.
    fn tell_switch(self, before: Draft, notice: String) {
        if !notice.is_empty() && self.undo.with_untracked(|undo| undo.last() != Some(&before)) {
            self.push_undo(before);
        }
        set_if_new(self.model_notice, notice);
    }

    /// Fills in everything a run was made from, changed by `change`: for its model, or for another where that is gone.
    fn fill_from(self, run: &Run, change: impl FnOnce(Draft) -> Draft) {
        let before = self.fields.get_untracked();
        let (draft, notice) = self.config.models.with_untracked(|models| model_switch::of_run(models, run, &before));
        self.replace(change(draft));
        self.tell_switch(before, notice);
    }

    /// Fills in everything a run was made from, its seed locked, to change its words. What is submitted then names it as its parent.
    pub fn edit_prompt(self, run: &Run) {
        self.fill_from(run, |draft| Draft { parent: Some(run.id), ..draft });
        self.focus.set(Some(FocusTarget::Prompt));
    }

    /// Fills in what a group was made from: its first run, and `prompt`, which stands for all variants. `seeds` are those that they had.
    pub fn edit_variants(self, first: &Run, prompt: &str, seeds: Seeds) {
        self.fill_from(first, |draft| {
            let seed = if seeds == Seeds::One { draft.seed.clone() } else { String::new() };
            Draft { prompt: prompt.to_owned(), seeds, seed, parent: Some(first.id), ..draft }
        });
        self.focus.set(Some(FocusTarget::Prompt));
    }

    /// Fills in what a group was made from but its seed, ready to be submitted.
    pub fn regenerate_variants(self, first: &Run, prompt: &str, seeds: Seeds) {
        self.fill_from(first, |draft| Draft { prompt: prompt.to_owned(), seeds, seed: String::new(), ..draft });
        self.focus.set(Some(FocusTarget::Generate));
    }

    /// Fills in everything a run was made from but its seed, ready to be submitted.
    pub fn regenerate(self, run: &Run) {
        self.fill_from(run, |draft| Draft { seed: String::new(), ..draft });
        self.focus.set(Some(FocusTarget::Generate));
    }

    /// Fills in everything a run was made from, ready to be submitted once more.
    pub fn try_again(self, run: &Run) {
        self.fill_from(run, |draft| draft);
        self.focus.set(Some(FocusTarget::Generate));
    }

    /// Locks the seed of a run; whether the form's model has seeds.
    pub fn lock_seed(self, run: &Run) -> bool {
        let has_seeds = self.spec.get_untracked().seeds().is_some();
        if has_seeds {
            self.replace_seed(run.request.known_seed().map(|seed| seed.to_string()).unwrap_or_default());
        }
        has_seeds
    }
}

/// A draft of the time before there were models is for the present one.
fn with_model(draft: Draft, now: &Draft) -> Draft {
    if draft.model.is_empty() { Draft { model: now.model.clone(), ..draft } } else { draft }
}

#[cfg(test)]
mod tests;
