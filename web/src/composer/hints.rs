//! What may be wrong with the texts, once the person pauses. It forbids nothing.

use gloo_timers::callback::Timeout;
use imagen4_core::wording::hints::hints;
use leptos::prelude::*;

use crate::state::config::set_if_new;
use crate::state::draft::fields::DraftStoreFields;
use crate::state::use_stores;

/// A pause in writing of that many milliseconds is the time for hints.
const PAUSE_MS: u32 = 700;

/// The hints, in a place of their own: nothing moves when they come.
#[component]
pub fn Hints() -> impl IntoView {
    let draft = use_stores().draft;
    let shown = RwSignal::new(Vec::<String>::new());
    let pause = StoredValue::new_local(None);
    Effect::new(move || {
        let has_negative = draft.spec.read().concepts.negative_prompt.is_some();
        let negative = if has_negative { draft.fields.negative_prompt().get() } else { String::new() };
        let now: Vec<_> = hints(&draft.fields.prompt().read(), &negative).iter().map(ToString::to_string).collect();
        // In the midst of a word they would only be in the way.
        pause.set_value(Some(Timeout::new(PAUSE_MS, move || set_if_new(shown, now))));
    });
    view! {
        <ul class="hint" id="hints">
            <For each=move || shown.get() key=Clone::clone let(hint)>
                <li>{hint}</li>
            </For>
        </ul>
    }
}
