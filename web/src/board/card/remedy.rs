//! What is wrong with a run, and what can be done about it: one thing first.

use imagen4_core::api::Resolution;
use imagen4_core::{Run, RunState};
use leptos::prelude::*;

use super::problem::{Remedy, Severity, remedy, trouble};
use super::reuse;
use crate::api::RunAction;
use crate::state::clipboard;
use crate::state::runs::action::Actions;
use crate::state::use_stores;
use crate::ui::button::tool_button;
use crate::ui::focus::focus_soon;
use crate::ui::icon::Icon;

/// What happened and what it costs, with the prediction id; nothing for a run that is well.
#[component]
pub fn ProblemText(
    /// The run.
    run: RwSignal<Run>,
) -> impl IntoView {
    let stores = use_stores();
    let now = move || stores.config.now_untracked();
    let trouble = Memo::new(move |_| run.with(|run| trouble(run, now())));
    move || {
        let trouble = trouble.get()?;
        let class = match trouble.severity {
            Severity::Problem => "trouble problem",
            Severity::Warning => "trouble warning",
            Severity::Notice => "trouble",
        };
        let prediction = trouble.prediction.map(|id| {
            let copied = id.clone();
            let copy = move |_| stores.toast.tell_copied(clipboard::copy(&copied), "Prediction ID copied");
            view! {
                <p class="prediction hint">
                    <span>"Prediction"</span> <code>{id}</code> {tool_button("Copy prediction ID", Icon::Copy, copy)}
                </p>
            }
        });
        Some(view! {
            <div class=class>
                <p><strong>{trouble.title}</strong> " " {trouble.detail}</p>
                {prediction}
            </div>
        })
    }
}

/// The one thing to do about a run that ended without images, or that nobody knows of; and what else can be decided.
#[component]
pub fn Remedies(
    /// The run.
    run: RwSignal<Run>,
    /// Its requests.
    asking: Actions,
) -> impl IntoView {
    let stores = use_stores();
    let id = run.with_untracked(|run| run.id);
    let first = Memo::new(move |_| run.with(remedy));
    let check = move |_| asking.send(RunAction::Resolve(id, Resolution::Wait));
    move || match first.get() {
        Some(Remedy::TryAgain) => {
            let act = move |_| reuse::try_again(stores, &run.get_untracked());
            view! { <div class="row remedies">{primary("Try again", act)}</div> }.into_any()
        }
        Some(Remedy::EditPrompt) => {
            let act = move |_| reuse::edit_prompt(stores, &run.get_untracked());
            view! { <div class="row remedies">{primary("Edit prompt", act)}</div> }.into_any()
        }
        Some(Remedy::CheckAgain) => {
            view! { <Unknown run asking check=primary("Check again", check).into_any() /> }.into_any()
        }
        None => ().into_any(),
    }
}

fn primary(label: &'static str, on_click: impl Fn(leptos::ev::MouseEvent) + 'static) -> impl IntoView {
    view! {
        <button type="button" class="button primary" on:click=on_click>
            {label}
        </button>
    }
}

/// What can be decided about a run whose answer was lost.
#[component]
fn Unknown(run: RwSignal<Run>, asking: Actions, check: AnyView) -> impl IntoView {
    let (id, price, is_sample) = run.with_untracked(|run| (run.id, run.price_microusd, run.is_sample()));
    let confirming = RwSignal::new(false);
    let stop = format!("stop-{id}");
    let keep = {
        let stop = stop.clone();
        move |_| {
            confirming.set(false);
            focus_soon(stop.clone());
        }
    };
    let release = move |_| asking.send_then(RunAction::Resolve(id, Resolution::Release), super::focus_if_lost);
    let candidates = Memo::new(move |_| {
        run.with(|run| run.problem.as_ref().map(|problem| problem.candidates.clone()).unwrap_or_default())
    });
    let choice = move |prediction: String| {
        let label = format!("It is {prediction}");
        let adopt = move |_| {
            let resolution = Resolution::Adopt { prediction: prediction.clone() };
            asking.send_then(RunAction::Resolve(id, resolution), super::focus_if_lost);
        };
        view! {
            <button type="button" class="button" on:click=adopt>
                {label}
            </button>
        }
    };
    let is_checking = move || asking.done.get().is_some() && run.with(|run| run.state == RunState::Unknown);
    let frees = if is_sample { String::new() } else { format!("This frees {price}. ") };
    view! {
        <div class="row remedies" aria-busy=move || asking.pending.get().then_some("true")>
            {check}
            <button
                type="button"
                id=stop
                class="button quiet"
                aria-expanded=move || confirming.get().to_string()
                on:click=move |_| confirming.update(|confirming| *confirming = !*confirming)
            >
                "Stop tracking"
            </button>
            <span class="hint">{move || is_checking().then_some("Checking WaveSpeed now.")}</span>
        </div>
        <div class="row remedies candidates" hidden=move || candidates.with(Vec::is_empty)>
            {move || candidates.get().into_iter().map(choice).collect_view()}
        </div>
        <div class="confirm" hidden=move || !confirming.get()>
            <p>
                {frees}
                "WaveSpeed may have charged it all the same. If it turns up there, it counts as spent after all, and its images are saved here."
            </p>
            <div class="row remedies">
                <button type="button" class="button danger" on:click=release>
                    "Stop tracking anyway"
                </button>
                <button type="button" class="button quiet" on:click=keep>
                    "Keep tracking"
                </button>
            </div>
        </div>
    }
}
