//! How far a run is: one dot a step, and beside the present one its name, the time, and what is left.

use imagen4_core::Run;
use leptos::prelude::*;

use super::steps::{STEPS, outlook, step, word};
use crate::format::duration::precise;
use crate::state::use_stores;

/// What nobody can do about a run that was sent.
const SUBMITTED: &str = "Can't be canceled once submitted";

/// The steps of a run in progress.
#[component]
pub fn Phase(
    /// The run.
    run: RwSignal<Run>,
) -> impl IntoView {
    let current = Memo::new(move |_| run.with(|run| step(run.state)));
    let item = move |index: usize| {
        let is_current = move || current.get() == index;
        view! {
            <li class:done=move || { current.get() > index } aria-current=move || is_current().then_some("step")>
                <span class="dot" aria-hidden="true"></span>
                {move || match is_current() {
                    true => view! { <Current run /> }.into_any(),
                    // Read aloud only: never two texts side by side.
                    false => view! { <span class="vh">{STEPS[index]}</span> }.into_any(),
                }}
            </li>
        }
    };
    view! {
        <ol class="phase" role="list" aria-label="Progress" title=move || (current.get() > 0).then_some(SUBMITTED)>
            {(0..STEPS.len()).map(item).collect_view()}
        </ol>
    }
}

#[component]
fn Current(run: RwSignal<Run>) -> impl IntoView {
    let stores = use_stores();
    let word = Memo::new(move |_| run.with(word));
    let left = Memo::new(move |_| {
        let left = run.with(|run| outlook(run, stores.config.typical_ms(&run.request.model), stores.clock.now()));
        if left.is_empty() { left } else { format!(" · {left}") }
    });
    let elapsed = move || precise(stores.clock.now().ms_since(run.with(|run| run.created_at)));
    view! {
        <span class="word">{move || word.get()}</span>
        <span class="elapsed">{elapsed}{move || left.get()}</span>
    }
}
