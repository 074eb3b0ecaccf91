//! The seed: random, or locked so that only what changes changes.

use leptos::prelude::*;

use crate::state::draft::FocusTarget;
use crate::state::draft::counts::rolled;
use crate::state::draft::fields::DraftStoreFields;
use crate::state::random;
use crate::state::use_stores;
use crate::ui::button::IconButton;
use crate::ui::icon::Icon;

/// The seed, where the model has one.
#[component]
pub fn Seed() -> impl IntoView {
    let draft = use_stores().draft;
    let seed = draft.fields.seed();
    let has_seeds = Memo::new(move |_| draft.spec.read().seeds().is_some());
    let is_locked = Memo::new(move |_| seed.with(|seed| !seed.trim().is_empty()));
    let roll = move |_| {
        if let Some(bounds) = draft.spec.read_untracked().seeds() {
            draft.replace_seed(rolled(bounds, u32::from_be_bytes(random::bytes())).to_string());
        }
    };
    let unlock = move |_| {
        draft.replace_seed(String::new());
        draft.focus.set(Some(FocusTarget::Seed));
    };
    view! {
        <div class="field" hidden=move || !has_seeds.get()>
            <label for="seed" class="label">
                "Seed"
            </label>
            <div class="seed">
                <input
                    id="seed"
                    name="seed"
                    type="text"
                    inputmode="numeric"
                    placeholder="Random"
                    aria-invalid=move || draft.has_issue("seed").then_some("true")
                    prop:value=move || seed.get()
                    on:input:target=move |event| seed.set(event.target().value())
                />
                <Show when=move || is_locked.get()>
                    <IconButton label="Unlock" icon=Icon::Lock on_click=unlock class="lock" />
                </Show>
                <IconButton label="Randomize and lock" icon=Icon::Dice on_click=roll />
            </div>
        </div>
        <Show when=move || !has_seeds.get()>
            <p class="hint">"This model has no seed: its images can't be reproduced."</p>
        </Show>
    }
}
