//! Runs that were bought together: the shared prompt once, and a column for each with the words that are its own.

use std::collections::HashMap;

use imagen4_core::{Run, RunState};
use leptos::prelude::*;

use super::card::actions::{CardActions, has_frame};
use super::card::frame::{Frame, image_ratio};
use super::card::ids::{card_id, title_id};
use super::card::line::{FactsLine, Status};
use super::card::note::Note;
use super::card::remedy::{ProblemText, Remedies};
use super::card::strip::Strip;
use super::card::{CancelButton, Failure, SelectedMark, facts};
use super::group_actions::{Group, GroupActions};
use super::select;
use super::width::BoardWidth;
use crate::format::duration::rounded;
use crate::state::runs::action::Actions;
use crate::state::runs::collection::Place;
use crate::state::runs::money;
use crate::state::runs::variants::{Variants, compare};
use crate::state::use_stores;
use crate::ui::near::Near;
use crate::ui::strip::columns;

/// What of the board's width is not the columns': the card's own edge, in pixels.
const EDGE: f64 = 26.0;

/// The card of a group.
#[component]
pub fn GroupCard(
    /// The group's id.
    id: String,
    /// Its runs, in the order in which they were asked for.
    #[prop(into)]
    places: Signal<Vec<Place>>,
) -> impl IntoView {
    let stores = use_stores();
    let BoardWidth(width) = expect_context();
    let (group, near) = (Group { stores, places }, Near::new());
    let ratio = Memo::new(move |_| {
        let ratios = stores.config.models.with(|models| group.each(|run| image_ratio(run, models)));
        ratios.first().copied().unwrap_or(1.0)
    });
    let side_by_side =
        Memo::new(move |_| columns(places.with(Vec::len), ratio.get(), (width.get() - EDGE).max(1.0)).max(1));
    // Prompts never change: it is compared again only when runs come or go.
    let variants = Memo::new(move |_| {
        places.track();
        untrack(|| compare(&group.prompts()))
    });
    let labels =
        Memo::new(move |_| variants.with(|Variants { labels, .. }| places.with(|places| labelled(places, labels))));
    let title = Memo::new(move |_| variants.with(|variants| variants.title.clone()));
    let variant = move |place| {
        let label = move || labels.with(|labels| labels.get(&place).cloned().unwrap_or_default());
        view! { <Variant place near label=Signal::derive(label) /> }
    };
    let heading = format!("group-title-{id}");
    view! {
        <section
            id=format!("group-{id}")
            class="group-card"
            aria-labelledby=heading.clone()
            style:--ratio=move || format!("{:.4}", ratio.get())
            style:--columns=move || side_by_side.get().to_string()
            on:contentvisibilityautostatechange=move |event: leptos::ev::Event| near.on_change(&event)
            on:pointerenter=move |_| near.come()
            on:focusin=move |_| near.come()
        >
            <div class="card-line">
                <h3 id=heading.clone() class="card-title" dir="auto" title=move || title.get()>
                    {move || title.get()}
                </h3>
                <GroupFacts group />
                <GroupActions group id=id.clone() />
            </div>
            <div class="variants">
                <For each=move || places.get() key=|place| *place children=variant />
            </div>
        </section>
    }
}

fn labelled(places: &[Place], labels: &[String]) -> HashMap<Place, String> {
    places.iter().copied().zip(labels.iter().cloned()).collect()
}

/// `1:1 · seed 7 · 3 × 1 · $0.12 · 7 s`
#[component]
fn GroupFacts(group: Group) -> impl IntoView {
    let stores = group.stores;
    let facts = Memo::new(move |_| {
        let runs = group.each(Run::clone);
        stores.config.models.with(|models| group_facts(&runs, |run| facts::seed(run, models)))
    });
    let title = move || {
        let runs = group.each(Run::clone);
        let first = runs.first();
        stores.config.models.with(|models| first.map(|run| facts::details(run, models)).unwrap_or_default())
    };
    view! { <FactsLine facts title=Signal::derive(title) /> }
}

fn group_facts(runs: &[Run], seed: impl Fn(&Run) -> String) -> Vec<String> {
    let Some(first) = runs.first() else { return Vec::new() };
    let mut facts = vec![facts::shape(first)];
    if runs.iter().all(|run| run.request.seed() == first.request.seed()) {
        facts.push(seed(first));
    }
    facts.push(match first.request.promised() {
        Some(images) => format!("{} × {images}", runs.len()),
        None => format!("{} runs", runs.len()),
    });
    facts.extend(money::total(runs.iter()));
    // The longest: as long as one waited for all of them.
    let is_done = runs.iter().all(|run| run.state.is_terminal());
    facts.extend(runs.iter().filter_map(facts::took).max().filter(|_| is_done).map(rounded));
    facts
}

/// One run of a group: its images, and the words that are its own.
#[component]
fn Variant(place: Place, near: Near, label: Signal<String>) -> impl IntoView {
    let stores = use_stores();
    let run = stores.runs.at(place)?;
    let asking = Actions::new(stores.runs);
    let id = place.1;
    let prompt = run.with_untracked(|run| run.request.prompt().to_owned());
    let is_selected = Memo::new(move |_| stores.selection.contains(id));
    let has_images = Memo::new(move |_| run.with(has_frame));
    let is_queued = Memo::new(move |_| run.with(|run| run.state == RunState::Queued));
    let rows = Memo::new(move |_| {
        stores.config.models.with(|models| run.with(|run| Frame::stacked(run, models).rows)).to_string()
    });
    // Runs that do not differ in words do in their seeds.
    let name = move || match label.get() {
        label if label.is_empty() => stores.config.models.with(|models| run.with(|run| facts::seed(run, models))),
        label => label,
    };
    Some(view! {
        <article
            id=card_id(id)
            class="variant"
            class:selected=move || is_selected.get()
            tabindex="-1"
            aria-labelledby=title_id(id)
            data-state=move || run.with(|run| run.state.as_str())
            style:--columns="1"
            style:--rows=move || rows.get()
            on:click=move |event| select::on_card_click(stores, id, &event)
            on:mousedown=move |event| select::on_card_mouse_down(&event)
            on:pointerdown=move |event| select::on_card_press(stores, id, &event)
        >
            <SelectedMark is_selected />
            {move || has_images.get().then(|| view! { <Strip run near /> })}
            <div class="card-line">
                <h4 id=title_id(id) class="card-title" dir="auto" title=prompt>
                    {name}
                </h4>
                <Status run brief=true />
                {move || is_queued.get().then(|| view! { <CancelButton run asking /> })}
                <CardActions run near brief=true />
            </div>
            <ProblemText run />
            <Remedies run asking />
            <Note run />
            <Failure asking />
        </article>
    })
}

#[cfg(test)]
mod tests {
    use wasm_bindgen_test::wasm_bindgen_test;

    use super::*;
    use crate::state::runs::samples::run;

    #[wasm_bindgen_test(unsupported = test)]
    fn a_group_says_once_what_its_runs_share() {
        let say = |runs: &[Run]| group_facts(runs, |_| "seed 7".to_owned()).join(" · ");
        let mut runs = vec![run(RunState::Archived), run(RunState::Archived), run(RunState::Running)];
        assert_eq!(say(&runs), "1:1 · seed 7 · 3 × 2 · $0.24");
        runs[2] = run(RunState::Archived);
        runs[2].timeline[0].at = runs[2].created_at + 9_000;
        assert_eq!(say(&runs), "1:1 · seed 7 · 3 × 2 · $0.24 · 9 s");
        runs[1].request.input.insert("seed".into(), 8.into());
        assert_eq!(say(&runs), "1:1 · 3 × 2 · $0.24 · 9 s");
    }
}
