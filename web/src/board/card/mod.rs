//! One run: its images, one line that says what they are, and what can be done with it.
//!
//! # Layout
//! - this file: the card in its three forms: images, a queued row, a text
//! - [`frame`]: the geometry of the images; [`strip`]: the images
//! - [`ids`]: of its elements; [`line`]: what the line says; [`facts`]: what it was; [`steps`], [`phase`]: how far it is; [`waiting`]: why it waits
//! - [`problem`]: what is wrong; [`remedy`]: saying so, and what to do about it
//! - [`actions`]: the icons; [`menu`]: what is under ⋯; [`reuse`]: a run comes back into the form; [`note`]

pub mod actions;
pub mod facts;
pub mod frame;
pub mod ids;
pub mod line;
pub mod menu;
pub mod note;
pub mod phase;
pub mod problem;
pub mod remedy;
pub mod reuse;
pub mod steps;
pub mod strip;
#[cfg(all(test, target_family = "wasm"))]
mod tests;
pub mod waiting;

use imagen4_core::{Run, RunId, RunState};
use leptos::prelude::*;
use leptos::task::{spawn_local, tick};

use self::actions::{CardActions, has_frame};
use self::frame::Frame;
use self::ids::{card_id, title_id};
use self::line::Status;
use self::note::Note;
use self::remedy::{ProblemText, Remedies};
use self::strip::Strip;
use super::rows::{Fill, Fills};
use super::select;
use super::width::BoardWidth;
use crate::api::RunAction;
use crate::state::runs::action::Actions;
use crate::state::use_stores;
use crate::ui::focus;
use crate::ui::icon::{Icon, drawn};
use crate::ui::near::Near;

/// What a card is made of.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Form {
    /// A row that says what the run waits for.
    Queued,
    /// Images, or slots for them.
    Images,
    /// A text that says why there are none.
    Text,
}

impl Form {
    fn of(run: &Run) -> Self {
        match run.state {
            RunState::Queued => Self::Queued,
            _ if has_frame(run) => Self::Images,
            _ => Self::Text,
        }
    }
}

/// One run's card.
#[component]
pub fn RunCard(
    /// The run.
    run: RwSignal<Run>,
) -> impl IntoView {
    let stores = use_stores();
    let BoardWidth(width) = expect_context();
    let (asking, near) = (Actions::new(stores.runs), Near::new());
    let (id, prompt) = run.with_untracked(|run| (run.id, run.request.prompt().to_owned()));
    let form = Memo::new(move |_| run.with(Form::of));
    let frame =
        Memo::new(move |_| stores.config.models.with(|models| run.with(|run| Frame::of(run, models, width.get()))));
    let is_selected = Memo::new(move |_| stores.selection.contains(id));
    let fills: Option<Fills> = use_context();
    let fill = Memo::new(move |_| fills.and_then(|fills| fills.of(id)));
    // One attribute: a whole class list that changes would take single classes with it.
    let class = move || {
        let form = match form.get() {
            Form::Images => "run-card",
            Form::Queued => "row-card queued",
            Form::Text => "row-card text-card",
        };
        let fill = match fill.get() {
            Some(Fill::Beside) => " beside",
            Some(Fill::Stretch) => " stretch",
            None => "",
        };
        let selected = if is_selected.get() { " selected" } else { "" };
        format!("{form}{fill}{selected}")
    };
    let content = move || match form.get() {
        Form::Images => view! {
            <Strip run near />
            <div class="card-line">
                <Title id text=prompt.clone() />
                <Status run />
                <CardActions run near />
            </div>
            <ProblemText run />
        }
        .into_any(),
        Form::Queued => view! {
            <div class="card-line">
                <Title id text=prompt.clone() />
                <Status run />
                <CancelButton run asking />
                <CardActions run near />
            </div>
        }
        .into_any(),
        Form::Text => view! {
            <Title id text=prompt.clone() />
            <ProblemText run />
            <Remedies run asking />
            <div class="card-line">
                <Status run />
                <CardActions run near />
            </div>
        }
        .into_any(),
    };
    view! {
        <article
            id=card_id(id)
            class=class
            tabindex="-1"
            aria-labelledby=title_id(id)
            data-state=move || run.with(|run| run.state.as_str())
            style:--ratio=move || format!("{:.4}", frame.read().ratio)
            style:--columns=move || frame.read().columns.to_string()
            style:--rows=move || frame.read().rows.to_string()
            style:--tall=move || format!("{:.0}px", frame.read().height)
            on:contentvisibilityautostatechange=move |event: leptos::ev::Event| near.on_change(&event)
            on:pointerenter=move |_| near.come()
            on:focusin=move |_| near.come()
            on:click=move |event| select::on_card_click(stores, id, &event)
            on:mousedown=move |event| select::on_card_mouse_down(&event)
            on:pointerdown=move |event| select::on_card_press(stores, id, &event)
        >
            <SelectedMark is_selected />
            {content}
            <Note run />
            <Failure asking />
        </article>
    }
}

/// The prompt as a heading in one line; all of it is its tooltip.
#[component]
fn Title(id: RunId, text: String) -> impl IntoView {
    view! {
        <h3 id=title_id(id) class="card-title" dir="auto" title=text.clone()>
            {text.clone()}
        </h3>
    }
}

/// Cancels a queued run.
#[component]
pub fn CancelButton(
    /// The run.
    run: RwSignal<Run>,
    /// Its requests.
    asking: Actions,
) -> impl IntoView {
    let id = run.with_untracked(|run| run.id);
    view! {
        <button
            type="button"
            class="button cancel"
            aria-disabled=move || asking.pending.get().then_some("true")
            on:click=move |_| asking.send_then(RunAction::Cancel(id), focus_if_lost)
        >
            "Cancel"
        </button>
    }
}

/// Says that a run is selected, also to whoever does not see its color.
#[component]
pub fn SelectedMark(
    /// Whether it is.
    is_selected: Memo<bool>,
) -> impl IntoView {
    move || {
        is_selected.get().then(|| {
            view! {
                <span class="selected-mark">{drawn(Icon::Check)} <span class="vh">"Selected"</span></span>
            }
        })
    }
}

/// Why the last request about a run came to nothing.
#[component]
pub fn Failure(
    /// Its requests.
    asking: Actions,
) -> impl IntoView {
    move || {
        let failure = asking.failure.get();
        (!failure.is_empty()).then(|| view! { <p class="failure">{failure}</p> })
    }
}

/// The button that was pressed may be gone with its purpose: the focus goes to the card.
pub fn focus_if_lost(run: RunId) {
    spawn_local(async move {
        tick().await;
        if focus::is_focus_lost() {
            focus::focus(&card_id(run));
        }
    });
}

#[cfg(test)]
mod form_tests {
    use wasm_bindgen_test::wasm_bindgen_test;

    use super::*;
    use crate::state::runs::samples;

    #[wasm_bindgen_test(unsupported = test)]
    fn what_has_no_images_and_will_have_none_is_a_text() {
        let of = |state| Form::of(&samples::run(state));
        assert_eq!(of(RunState::Queued), Form::Queued);
        for state in [RunState::Submitting, RunState::Running, RunState::Completed, RunState::Archived] {
            assert_eq!(of(state), Form::Images);
        }
        for state in [RunState::Failed, RunState::Rejected, RunState::Withdrawn, RunState::Unknown, RunState::Expired] {
            assert_eq!(of(state), Form::Text);
        }
        let partial = Run { state: RunState::Expired, ..samples::run(RunState::Archived) };
        assert_eq!(Form::of(&partial), Form::Images);
    }
}
