//! A run used again: what it was made from comes back into the form. Nothing here buys anything.

use imagen4_core::Run;
use leptos::prelude::*;

use crate::state::Stores;
use crate::state::draft::FocusTarget;
use crate::state::draft::replace::{NO_SEEDS, REFILLED};
use crate::state::view::Panel;

/// Fills in everything a run was made from, to change its words.
pub fn edit_prompt(stores: Stores, run: &Run) {
    stores.draft.edit_prompt(run);
    stores.view.show_panel(Panel::Composer);
}

/// Fills in everything a run was made from but its seed, ready to be generated.
pub fn regenerate(stores: Stores, run: &Run) {
    stores.draft.regenerate(run);
    stores.view.show_panel(Panel::Composer);
    stores.toast.show(REFILLED);
}

/// Fills in everything a run was made from, ready to be generated once more.
pub fn try_again(stores: Stores, run: &Run) {
    stores.draft.try_again(run);
    stores.view.show_panel(Panel::Composer);
}

/// Locks the seed of a run and leaves the rest of the form as it is.
pub fn lock_seed(stores: Stores, run: &Run) {
    if stores.draft.lock_seed(run) {
        stores.draft.focus.set(Some(FocusTarget::Seed));
        stores.view.show_panel(Panel::Composer);
    } else {
        stores.toast.show(NO_SEEDS);
    }
}
