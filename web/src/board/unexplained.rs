//! Predictions that WaveSpeed lists and no run here explains: generated elsewhere under the same key, or lost. Each can be imported.

use imagen4_core::api::UnexplainedPrediction;
use leptos::prelude::*;

use super::dismissed;
use crate::api::RunAction;
use crate::format::count::count;
use crate::format::day::moment;
use crate::state::runs::action::Actions;
use crate::state::use_stores;
use crate::ui::focus::focus_soon;

const SUMMARY: &str = "unexplained";

/// The notice, with the list folded into it.
#[component]
pub fn Unexplained() -> impl IntoView {
    let stores = use_stores();
    let actions = Actions::new(stores.runs);
    let dismissed = RwSignal::new(dismissed::kept());
    let open = Memo::new(move |_| {
        let all = stores.runs.unexplained.get();
        dismissed.with(|ids| all.into_iter().filter(|prediction| !ids.contains(&prediction.id)).collect::<Vec<_>>())
    });
    Effect::new(move || {
        // The button that was pressed is gone with its purpose.
        if let Some(run) = actions.done.get() {
            focus_soon(format!("run-{run}"));
        }
    });
    let dismiss = Callback::new(move |id: String| {
        dismissed.update(|ids| {
            dismissed::add(ids, &id);
            dismissed::keep(ids);
        });
        focus_soon(if open.with_untracked(Vec::is_empty) { "runs-title" } else { SUMMARY });
    });
    view! {
        <Show when=move || !open.with(Vec::is_empty)>
            <details class="notice unexplained">
                <summary id=SUMMARY>{move || headline(open.with(Vec::len))}</summary>
                <p class="hint">
                    "Generated with the same API key in the last 7 days, but not by a run here. Importing one makes it a run: "
                    "its cost counts as spent, and its images are saved here."
                </p>
                <ul role="list" aria-label="Images generated elsewhere">
                    <For each=move || open.get() key=|prediction| (prediction.id.clone(), prediction.status.clone()) let:prediction>
                        {entry(prediction, actions, dismiss)}
                    </For>
                </ul>
                <p class="failure">{move || actions.failure.get()}</p>
            </details>
        </Show>
    }
}

fn entry(prediction: UnexplainedPrediction, actions: Actions, dismiss: Callback<String>) -> AnyView {
    let model = use_stores().config.model_name(&prediction.model);
    let facts = facts(&prediction, &model);
    let prompt = prediction.prompt.unwrap_or_else(|| "Prompt not known".to_owned());
    let id = StoredValue::new(prediction.id);
    view! {
        <li>
            <div>
                <p dir="auto">{prompt}</p>
                <p class="hint">{facts}</p>
            </div>
            <button
                type="button"
                class="button"
                aria-disabled=move || actions.pending.get().then_some("true")
                on:click=move |_| actions.send(RunAction::Import(id.get_value()))
            >
                "Import"
            </button>
            <button type="button" class="button quiet" on:click=move |_| dismiss.run(id.get_value())>
                "Dismiss"
            </button>
        </li>
    }
    .into_any()
}

fn headline(number: usize) -> String {
    format!("{} generated elsewhere", count(number as u64, "image"))
}

/// What is known of a prediction besides its prompt: `Imagen 4 · completed · Nov 22, 6:05 PM · $0.04`.
fn facts(prediction: &UnexplainedPrediction, model: &str) -> String {
    let at = prediction.created_at.map(moment);
    let price = prediction.price_microusd.map(|price| price.to_string());
    let facts = [Some(model.to_owned()), Some(prediction.status.clone()), at, price];
    facts.into_iter().flatten().filter(|fact| !fact.is_empty()).collect::<Vec<_>>().join(" · ")
}

#[cfg(test)]
mod tests {
    use imagen4_core::{MicroUsd, Timestamp};
    use js_sys::Date;
    use wasm_bindgen_test::wasm_bindgen_test;

    use super::*;

    #[wasm_bindgen_test(unsupported = test)]
    fn the_headline_counts() {
        assert_eq!([1, 3].map(headline), ["1 image generated elsewhere", "3 images generated elsewhere"]);
    }

    #[wasm_bindgen_test]
    fn what_is_known_is_said_and_nothing_else() {
        let mut prediction = UnexplainedPrediction { status: "completed".into(), ..UnexplainedPrediction::default() };
        assert_eq!(facts(&prediction, "Imagen 4"), "Imagen 4 · completed");
        // Noon on the person's own calendar, wherever that is.
        let noon = Date::new_with_year_month_day_hr(2026, 10, 22, 12).get_time() as i64;
        prediction.created_at = Some(Timestamp::from_ms(noon));
        prediction.price_microusd = Some(MicroUsd::new(40_000));
        let said = facts(&prediction, "").replace('\u{202f}', " ");
        assert_eq!(said, "completed · Nov 22, 12:00 PM · $0.04");
    }
}
