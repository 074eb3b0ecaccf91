//! What is said of a run in its line: how far it is, what it waits for, or what it was.

use imagen4_core::{Run, RunState};
use leptos::prelude::*;

use super::facts::{details, facts};
use super::phase::Phase;
use super::waiting::waits_for;
use crate::state::runs::progress::is_in_progress;
use crate::state::use_stores;

/// The phase, the reason to wait, or the facts.
#[component]
pub fn Status(
    /// The run.
    run: RwSignal<Run>,
    /// Whether nothing is said of a run that has ended: something else says it for several of them.
    #[prop(optional)]
    brief: bool,
) -> impl IntoView {
    let state = Memo::new(move |_| run.with(|run| run.state));
    move || match state.get() {
        RunState::Queued => view! { <Waits run /> }.into_any(),
        state if is_in_progress(state) => view! { <Phase run /> }.into_any(),
        _ if brief => ().into_any(),
        _ => view! { <Facts run /> }.into_any(),
    }
}

/// What a queued run waits for.
#[component]
fn Waits(run: RwSignal<Run>) -> impl IntoView {
    let stores = use_stores();
    let waits = Memo::new(move |_| run.with(|run| waits_for(stores, run)));
    let detail = move || run.with(|run| run.problem.as_ref().and_then(|problem| problem.detail.clone()));
    view! {
        <p class="meta waits" title=detail>{move || waits.get()}</p>
    }
}

/// `16:9 · 4 · seed 481516 · $0.16 · 6 s`
#[component]
fn Facts(run: RwSignal<Run>) -> impl IntoView {
    let stores = use_stores();
    let model_of_form = Memo::new(move |_| stores.draft.spec.with(|spec| spec.id.clone()));
    let facts = Memo::new(move |_| {
        stores.config.models.with(|models| run.with(|run| facts(run, models, &model_of_form.read())))
    });
    let title = move || stores.config.models.with(|models| run.with(|run| details(run, models)));
    view! {
        <FactsLine facts=facts title=Signal::derive(title) />
    }
}

/// Facts in one line.
#[component]
pub fn FactsLine(
    /// They.
    #[prop(into)]
    facts: Signal<Vec<String>>,
    /// What else is worth knowing.
    #[prop(into)]
    title: Signal<String>,
) -> impl IntoView {
    view! {
        <p class="meta" title=move || title.get()>
            {move || {
                let fact = |(index, fact)| {
                    let apart = (index > 0).then_some(" · ");
                    view! {
                        {apart}
                        <span>{fact}</span>
                    }
                };
                facts.get().into_iter().enumerate().map(fact).collect_view()
            }}
        </p>
    }
}
