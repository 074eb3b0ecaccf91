//! The filters, in a panel under a button; on a narrow screen a sheet at the bottom.

use imagen4_core::RunFilter;
use leptos::prelude::*;

use super::change::{set_filter, without_filters};
use super::choices::{self, Options};
use super::search::TypedFilter;
use super::seed::{self, SeedField};
use super::status;
use crate::state::use_stores;
use crate::state::view::Step;
use crate::ui::icon::Icon;
use crate::ui::popover::{Popover, close_popover};

const PANEL: &str = "filters";

/// The button, with how many filters are active, and the panel.
#[component]
pub fn FilterPopover() -> impl IntoView {
    let view = use_stores().view.board;
    let name = Signal::derive(move || match view.with(|view| active(&view.filter)) {
        0 => "Filter".to_owned(),
        number => format!("Filter ({number})"),
    });
    view! {
        <Popover id=PANEL label=name text=name icon=Icon::Filter class="filter-button" panel_class="filter-panel">
            {move || panel()}
        </Popover>
    }
}

/// How many of the panel's filters are active.
fn active(filter: &RunFilter) -> usize {
    let RunFilter { states, model, ratio, nsfw, seed, .. } = filter;
    [!states.is_empty(), model.is_some(), ratio.is_some(), nsfw.is_some(), seed.is_some()]
        .into_iter()
        .filter(|is_active| *is_active)
        .count()
}

fn panel() -> AnyView {
    let stores = use_stores();
    let filter = Memo::new(move |_| stores.view.board.with(|view| view.filter.clone()));
    let (models, runs) = (stores.config.models, stores.runs.collection);
    let of_runs = move |of: fn(&_, &_, &RunFilter) -> Options| {
        Memo::new(move |_| models.with(|models| runs.with(|runs| filter.with(|filter| of(models, runs, filter)))))
    };
    let now = Memo::new(move |_| filter.with(|filter| filter.seed.map(|seed| seed.to_string()).unwrap_or_default()));
    let seed = TypedFilter::new("seed", seed::value, now);
    let clear = move |_| {
        seed.set(String::new());
        stores.runs.show(without_filters(stores.view.board.get_untracked()), Step::Push);
    };
    view! {
        <Choice
            name="state"
            label="Status"
            spoken="Status"
            options=Memo::new(move |_| filter.with(choices::statuses))
            chosen=Memo::new(move |_| filter.with(|filter| status::value(&filter.states)))
        />
        <Choice
            name="model"
            label="Model"
            spoken="Model of the runs"
            options=of_runs(choices::models)
            chosen=Memo::new(move |_| filter.with(|filter| filter.model.clone().unwrap_or_default()))
        />
        <Choice
            name="ratio"
            label="Aspect ratio"
            spoken="Aspect ratio of the runs"
            options=of_runs(choices::ratios)
            chosen=Memo::new(move |_| filter.with(|filter| filter.ratio.map(|it| it.to_string()).unwrap_or_default()))
        />
        <Choice
            name="nsfw"
            label="NSFW"
            spoken="NSFW"
            options=Memo::new(move |_| choices::nsfw())
            chosen=Memo::new(move |_| filter.with(|filter| filter.nsfw.map(|it| it.to_string()).unwrap_or_default()))
        />
        <SeedField seed />
        <div class="row apart">
            <button type="button" class="button quiet" on:click=clear>
                "Clear all"
            </button>
            <button type="button" class="button" on:click=move |_| close_popover(PANEL)>
                "Done"
            </button>
        </div>
    }
    .into_any()
}

/// A filter that is chosen from a list.
#[component]
fn Choice(
    /// Its name in a query.
    name: &'static str,
    /// Its label.
    label: &'static str,
    /// The same for whoever does not see where it stands.
    spoken: &'static str,
    /// What can be chosen.
    options: Memo<Options>,
    /// What is.
    chosen: Memo<String>,
) -> impl IntoView {
    let stores = use_stores();
    view! {
        <label class="field">
            <span class="label">{label}</span>
            <select
                name=name
                aria-label=spoken
                prop:value=move || {
                    options.track();
                    chosen.get()
                }
                on:change:target=move |event| set_filter(stores, name, &event.target().value(), Step::Push)
            >
                <For each=move || options.get() key=Clone::clone let((value, text))>
                    <option value=value.clone() selected=move || chosen.with(|chosen| *chosen == value)>
                        {text}
                    </option>
                </For>
            </select>
        </label>
    }
}

#[cfg(test)]
mod tests {
    use wasm_bindgen_test::wasm_bindgen_test;

    use super::*;
    use crate::state::view::tests::read;

    #[wasm_bindgen_test(unsupported = test)]
    fn the_button_counts_what_its_panel_holds() {
        let count = |pairs: &[(&str, &str)]| active(&read(pairs).filter);
        assert_eq!(count(&[("q", "fox"), ("favorite", "true"), ("view", "grid")]), 0);
        assert_eq!(count(&[("state", "failed,expired"), ("seed", "0")]), 2);
        let all = [("state", "failed"), ("model", "m"), ("ratio", "1:1"), ("nsfw", "false"), ("seed", "7")];
        assert_eq!(count(&all), 5);
    }
}
