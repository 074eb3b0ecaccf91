//! Predictions that the vendor lists and no run explains: made elsewhere under the same key, or lost here. Each can be adopted.

use imagen4_core::api::UnexplainedPrediction;

use super::days::moment;
use super::desk::Desk;
use crate::api::order::Order;
use crate::app::App;
use crate::platform::part::Part;

/// What is known of a prediction besides its prompt: `completed · Nov 22, 6:05 PM · $0.04`.
fn facts(prediction: &UnexplainedPrediction) -> String {
    let mut facts = prediction.status.clone();
    if let Some(at) = prediction.created_at {
        facts += &format!(" · {}", moment(at));
    }
    if let Some(price) = prediction.price_microusd {
        facts += &format!(" · {price}");
    }
    facts
}

fn headline(count: usize) -> String {
    match count {
        1 => "The vendor lists 1 prediction of the last 7 days that no run here explains.".to_owned(),
        n => format!("The vendor lists {n} predictions of the last 7 days that no run here explains."),
    }
}

/// Takes the shell's notice over, with the list folded into it.
pub fn adopt(app: App) {
    let all = app.board.unexplained;
    let desk = Desk::new(app);
    let notice = Part::shell("unexplained");
    notice.show(move || !all.with(Vec::is_empty));
    notice.find("summary").bind(move || headline(all.with(Vec::len)));
    notice.find("ul").bind_parts(move || all.get().into_iter().map(|prediction| entry(desk, prediction)).collect());
    notice.find(".failure").bind(move || desk.failure.get());
}

fn entry(desk: Desk, prediction: UnexplainedPrediction) -> Part {
    let label = match prediction.price_microusd {
        Some(price) => format!("Adopt · {price}"),
        None => "Adopt".to_owned(),
    };
    let entry = Part::copy("prediction-template");
    entry.find(".prompt").say(prediction.prompt.as_deref().unwrap_or("prompt not known"));
    entry.find(".hint").say(&facts(&prediction));
    entry.find("button").say(&label).press(move || desk.ask(Order::Adopt(prediction.id.clone())));
    entry
}

#[cfg(test)]
mod tests {
    use imagen4_core::{MicroUsd, Timestamp};
    use js_sys::Date;
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
