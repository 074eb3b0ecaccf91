//! The money, by day and by model: a dialog that is filled when it is opened.

use imagen4_core::MicroUsd;
use imagen4_core::api::{DaySpend, Spend, UpstreamKind};

use crate::api;
use crate::app::App;
use crate::platform::dom::open;
use crate::platform::part::Part;
use crate::platform::reactive::{Signal, spawn};
use crate::spans::count;

/// Days that are drawn.
const DAYS: usize = 30;
/// Height of the tallest bar, in pixels of the drawing.
const TALLEST: i64 = 96;

/// Takes the shell's dialog over.
pub fn adopt(app: App) {
    let spend = Signal::new(None::<Spend>);
    let failure = Signal::new(String::new());
    for opener in ["today", "spend-open"] {
        Part::shell(opener).press(move || {
            open("spending");
            spawn(async move {
                let answer = api::spend().await;
                app.server.note(&answer);
                match answer {
                    Ok(answer) => {
                        failure.set(String::new());
                        spend.set(Some(answer));
                    }
                    Err(error) => failure.set(error.words()),
                }
            });
        });
    }
    Part::shell("spending-failure").bind(move || failure.get());
    Part::shell("spending-free").bind(move || match app.server.terms().upstream {
        Some(UpstreamKind::Embedded) => "Samples of the embedded engine cost nothing and are not counted.".to_owned(),
        _ => String::new(),
    });
    Part::shell("spending-sums").bind_parts(move || {
        let rows = spend.with(|spend| spend.as_ref().map(|spend| sums(spend, |id| app.server.name_of(id))));
        let rows = rows.unwrap_or_default();
        let row = |(name, value): &(String, String)| {
            let row = Part::new("tr");
            row.add(Part::new("th").set("scope", "row").say(name)).add(Part::new("td").say(value));
            row
        };
        rows.iter().map(row).collect()
    });
    Part::shell("spending-days")
        .bind(move || spend.with(|spend| spend.as_ref().map(|spend| caption(&spend.days))).unwrap_or_default());
    Part::shell("spending-bars").bind_parts(move || {
        let bars = spend.with(|spend| spend.as_ref().map(|spend| bars(&spend.days))).unwrap_or_default();
        bars.iter().map(bar).collect()
    });
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

fn bar(bar: &Bar) -> Part {
    let (item, day) = (Part::new("li"), Part::new("span"));
    day.set("class", "bar-day").set("title", &bar.words);
    let _never_fails = day.0.style().set_property("height", &format!("{}px", bar.height));
    item.add(&day).add(Part::new("span").set("class", "vh").say(&bar.words));
    item
}

/// A day's bar and what it says.
#[derive(Clone, Debug, PartialEq, Eq)]
struct Bar {
    words: String,
    height: i64,
}

/// The bars of the latest days with money, the oldest first.
fn bars(days: &[DaySpend]) -> Vec<Bar> {
    let days = &days[..days.len().min(DAYS)];
    let most = days.iter().map(|day| day.spent_microusd).max().unwrap_or_default().micros().max(1);
    let bar = |day: &DaySpend| {
        let spent = day.spent_microusd;
        let mut words = format!("{}: {spent}, {}", day.day, count(day.pictures, "picture"));
        if day.held_microusd > MicroUsd::ZERO {
            words += &format!(", {} held", day.held_microusd);
        }
        // A little is not nothing.
        Bar { words, height: (spent.micros() * TALLEST / most).max(i64::from(spent > MicroUsd::ZERO) * 2) }
    };
    days.iter().rev().map(bar).collect()
}

/// What there is to say in numbers.
fn sums(spend: &Spend, name_of: impl Fn(&str) -> String) -> Vec<(String, String)> {
    let pictures: u64 = spend.models.iter().map(|model| model.pictures).sum();
    let spent: MicroUsd = spend.models.iter().map(|model| model.spent_microusd).sum();
    let mut rows = vec![
        ("Spent today".to_owned(), spend.spent_microusd.to_string()),
        ("Held today".to_owned(), spend.held_microusd.to_string()),
        ("Daily limit".to_owned(), spend.cap_microusd.map_or("unlimited".to_owned(), |cap| cap.to_string())),
        ("Billing unclear".to_owned(), spend.unknown_microusd.to_string()),
        ("Refunds to come".to_owned(), spend.refunds_expected_microusd.to_string()),
        ("Spent in all".to_owned(), spent.to_string()),
    ];
    if let Ok(number @ 1..) = i64::try_from(pictures) {
        // A hundredth of a cent is as fine as anybody counts.
        let average = MicroUsd::new((spent.micros() / number + 50) / 100 * 100);
        rows.push(("Average of a kept picture".to_owned(), format!("{average} · {}", count(pictures, "picture"))));
    }
    for model in &spend.models {
        rows.push((name_of(&model.model), format!("{} · {}", model.spent_microusd, count(model.pictures, "picture"))));
    }
    rows
}

#[cfg(test)]
mod tests {
    use imagen4_core::api::ModelSpend;
    use wasm_bindgen_test::wasm_bindgen_test;

    use super::*;

    fn day(day: &str, spent: i64) -> DaySpend {
        DaySpend { day: day.into(), spent_microusd: MicroUsd::new(spent), held_microusd: MicroUsd::ZERO, pictures: 3 }
    }

    #[wasm_bindgen_test(unsupported = test)]
    fn bars_go_from_the_oldest_day_to_the_newest_and_a_little_can_be_seen() {
        let bars = bars(&[day("2026-11-23", 40_000), day("2026-11-22", 4_000_000), day("2026-11-20", 0)]);
        assert_eq!(bars.iter().map(|bar| bar.height).collect::<Vec<_>>(), [0, 96, 2]);
        assert_eq!(bars[2].words, "2026-11-23: $0.04, 3 pictures");
        let days = [day("2026-11-23", 40_000), day("2026-11-22", 4_000_000), day("2026-11-20", 0)];
        assert_eq!(caption(&days), "2026-11-20 to 2026-11-23 · at most $4.00 a day");
        assert_eq!([caption(&days[..1]), caption(&[])], ["2026-11-23: $0.04", ""]);
    }

    #[wasm_bindgen_test(unsupported = test)]
    fn the_average_counts_what_was_kept() {
        let mut spend = Spend::default();
        let sums = |spend: &Spend| super::sums(spend, |id| id.to_uppercase());
        assert!(!sums(&spend).iter().any(|(name, _)| name.starts_with("Average")));
        let model = |name: &str, spent, pictures| ModelSpend {
            model: name.into(),
            spent_microusd: MicroUsd::new(spent),
            pictures,
        };
        spend.models = vec![model("a", 200_000, 4), model("b", 40_000, 1)];
        let sums = sums(&spend);
        let say = |name: &str| sums.iter().find(|row| row.0 == name).map(|row| row.1.as_str());
        assert_eq!(say("Spent in all"), Some("$0.24"));
        assert_eq!(say("Average of a kept picture"), Some("$0.048 · 5 pictures"));
        assert_eq!(say("B"), Some("$0.04 · 1 picture"));
    }
}
