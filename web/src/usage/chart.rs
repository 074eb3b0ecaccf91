//! What was spent by day, as bars; each also says so in words.

use imagen4_core::MicroUsd;
use imagen4_core::api::DaySpend;
use leptos::prelude::*;

use crate::format::count::count;

/// Days that are drawn.
const DAYS: usize = 30;
/// Height of the tallest bar, in pixels.
const TALLEST: i64 = 96;

/// The latest days with money, the oldest first.
#[component]
pub fn Chart(
    /// The days, the newest first.
    days: Vec<DaySpend>,
) -> impl IntoView {
    let bar = |bar: Bar| {
        view! {
            <li title=bar.words.clone()>
                <span class="usage-bar" style:height=format!("{}px", bar.height)></span>
                <span class="vh">{bar.words.clone()}</span>
            </li>
        }
    };
    (!days.is_empty()).then(|| {
        view! {
            <ol class="usage-bars" role="list" aria-label="Spent by day">
                {bars(&days).into_iter().map(bar).collect_view()}
            </ol>
            <p class="hint">{caption(&days)}</p>
        }
    })
}

/// A day's bar and what it says.
#[derive(Clone, Debug, PartialEq, Eq)]
struct Bar {
    words: String,
    height: i64,
}

fn bars(days: &[DaySpend]) -> Vec<Bar> {
    let days = &days[..days.len().min(DAYS)];
    let most = days.iter().map(|day| day.spent_microusd).max().unwrap_or_default().micros().max(1);
    let bar = |day: &DaySpend| {
        let spent = day.spent_microusd;
        let mut words = format!("{}: {spent}, {}", day.day, count(day.pictures, "image"));
        if day.held_microusd > MicroUsd::ZERO {
            words += &format!(", {} reserved", day.held_microusd);
        }
        // A little is not nothing.
        Bar { words, height: (spent.micros() * TALLEST / most).max(i64::from(spent > MicroUsd::ZERO) * 2) }
    };
    days.iter().rev().map(bar).collect()
}

/// Which days the bars are, and how much the tallest is.
fn caption(days: &[DaySpend]) -> String {
    let days = &days[..days.len().min(DAYS)];
    let most = days.iter().map(|day| day.spent_microusd).max().unwrap_or_default();
    match days {
        [] => String::new(),
        [only] => format!("{}: {most}", only.day),
        [newest, .., oldest] => format!("{} to {} · at most {most} a day", oldest.day, newest.day),
    }
}

#[cfg(test)]
mod tests {
    use wasm_bindgen_test::wasm_bindgen_test;

    use super::*;

    fn day(day: &str, spent: i64, held: i64) -> DaySpend {
        let [spent_microusd, held_microusd] = [spent, held].map(MicroUsd::new);
        DaySpend { day: day.into(), spent_microusd, held_microusd, pictures: 3 }
    }

    #[wasm_bindgen_test(unsupported = test)]
    fn bars_go_from_the_oldest_day_to_the_newest_and_a_little_can_be_seen() {
        let days = [day("2026-11-23", 40_000, 0), day("2026-11-22", 4_000_000, 80_000), day("2026-11-20", 0, 0)];
        let bars = bars(&days);
        assert_eq!(bars.iter().map(|bar| bar.height).collect::<Vec<_>>(), [0, 96, 2]);
        assert_eq!(bars[1].words, "2026-11-22: $4.00, 3 images, $0.08 reserved");
        assert_eq!(bars[2].words, "2026-11-23: $0.04, 3 images");
        assert_eq!(caption(&days), "2026-11-20 to 2026-11-23 · at most $4.00 a day");
        assert_eq!([caption(&days[..1]), caption(&[])], ["2026-11-23: $0.04", ""]);
    }

    #[wasm_bindgen_test(unsupported = test)]
    fn only_the_latest_days_are_drawn() {
        let days: Vec<_> = (0..40).map(|back| day(&format!("day {back}"), 1, 0)).collect();
        let bars = bars(&days);
        assert_eq!((bars.len(), bars[0].words.as_str()), (DAYS, "day 29: $0.000001, 3 images"));
    }
}
