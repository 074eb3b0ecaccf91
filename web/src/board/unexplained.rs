//! Predictions that the vendor lists and no run explains: made elsewhere under the same key, or lost here. Each can be adopted.

use imagen4_core::api::UnexplainedPrediction;
use js_sys::{Date, Object, Reflect};
use leptos::prelude::*;

use super::desk::Desk;
use crate::api::order::Order;
use crate::app::App;
use crate::platform::reactive::{dynamic, press};

/// What is known of a prediction besides its prompt: `completed · Nov 22, 6:05 PM · $0.04`.
fn facts(prediction: &UnexplainedPrediction) -> String {
    let mut facts = prediction.status.clone();
    if let Some(at) = prediction.created_at {
        facts += &format!(" · {}", moment(at.ms()));
    }
    if let Some(price) = prediction.price_microusd {
        facts += &format!(" · {price}");
    }
    facts
}

fn moment(ms: i64) -> String {
    let options = Object::new();
    for (key, value) in [("month", "short"), ("day", "numeric"), ("hour", "numeric"), ("minute", "2-digit")] {
        let _never_fails = Reflect::set(&options, &key.into(), &value.into());
    }
    Date::new(&(ms as f64).into()).to_locale_string("en-US", &options).into()
}

fn headline(count: usize) -> String {
    match count {
        1 => "The vendor lists 1 prediction of the last 7 days that no run here explains.".to_owned(),
        n => format!("The vendor lists {n} predictions of the last 7 days that no run here explains."),
    }
}

/// The notice above the runs, with the list folded into it.
#[component]
pub(crate) fn UnexplainedNotice(app: App) -> impl IntoView {
    let all = app.board.unexplained;
    let desk = Desk::new(app);
    let none = Signal::derive(move || all.with(Vec::is_empty));
    let headline = Signal::derive(move || headline(all.with(Vec::len)));
    let list = dynamic(move || all.get().into_iter().map(|prediction| entry(desk, prediction)).collect_view());
    view! {
        <details class="notice unexplained" hidden=none>
            <summary>{headline}</summary>
            <p class="hint">"They were made with the same key elsewhere, or their answer was lost. An adopted one becomes a run: it counts as spent, and its pictures are kept here."</p>
            <ul role="list" aria-label="Unexplained predictions">{list}</ul>
            <p class="failure">{desk.failure}</p>
        </details>
    }
}

fn entry(desk: Desk, prediction: UnexplainedPrediction) -> AnyView {
    let label = match prediction.price_microusd {
        Some(price) => format!("Adopt · {price}"),
        None => "Adopt".to_owned(),
    };
    let facts = facts(&prediction);
    let UnexplainedPrediction { id, prompt, .. } = prediction;
    let prompt = prompt.unwrap_or_else(|| "prompt not known".to_owned());
    let adopt = press(move || desk.ask(Order::Adopt(id.clone())));
    view! {
        <li>
            <div><p class="prompt">{prompt}</p><p class="hint">{facts}</p></div>
            <button class="action strong" type="button" on:click=adopt>{label}</button>
        </li>
    }
    .into_any()
}

#[cfg(test)]
mod tests {
    use imagen4_core::{MicroUsd, Timestamp};
    use wasm_bindgen_test::wasm_bindgen_test;

    use super::*;

    #[wasm_bindgen_test]
    fn what_is_known_is_said_and_nothing_else() {
        let mut prediction = UnexplainedPrediction {
            id: "a".into(),
            model: "m".into(),
            status: "completed".into(),
            ..UnexplainedPrediction::default()
        };
        assert_eq!(facts(&prediction), "completed");
        // Noon on the person's own calendar, wherever that is.
        let noon = Date::new_with_year_month_day_hr(2026, 10, 22, 12).get_time() as i64;
        prediction.created_at = Some(Timestamp::from_ms(noon));
        prediction.price_microusd = Some(MicroUsd::new(40_000));
        let said = facts(&prediction).replace('\u{202f}', " ");
        assert_eq!(said, "completed · Nov 22, 12:00 PM · $0.04");
        assert_eq!(headline(1), "The vendor lists 1 prediction of the last 7 days that no run here explains.");
    }
}
