//! The figures of the usage dialog in words.

use imagen4_core::MicroUsd;
use imagen4_core::api::Spend;

use crate::format::count::count;

/// A figure and its name.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Row {
    /// What it is.
    pub name: String,
    /// How much.
    pub value: String,
}

impl Row {
    fn new(name: &str, value: impl ToString) -> Self {
        Self { name: name.to_owned(), value: value.to_string() }
    }
}

/// What there is to say of all money.
pub fn summary(spend: &Spend) -> Vec<Row> {
    let images: u64 = spend.models.iter().map(|model| model.pictures).sum();
    let total: MicroUsd = spend.models.iter().map(|model| model.spent_microusd).sum();
    let mut rows = vec![
        Row::new("Today", spend.spent_microusd),
        Row::new("Reserved", spend.held_microusd),
        Row::new("Daily budget", spend.cap_microusd.map_or_else(|| "Unlimited".to_owned(), |cap| cap.to_string())),
        Row::new("Billing status unknown", spend.unknown_microusd),
        Row::new("Pending refunds", spend.refunds_expected_microusd),
        Row::new("Total", total),
    ];
    if let Ok(number @ 1..) = i64::try_from(images) {
        // A hundredth of a cent is as fine as anybody counts.
        let average = MicroUsd::new((total.micros() / number + 50) / 100 * 100);
        rows.push(Row::new("Average per image", format!("{average} · {}", count(images, "image"))));
    }
    rows
}

/// What was spent on each model, the dearest first.
pub fn by_model(spend: &Spend, name_of: impl Fn(&str) -> String) -> Vec<Row> {
    let row = |model: &imagen4_core::api::ModelSpend| {
        let value = format!("{} · {}", model.spent_microusd, count(model.pictures, "image"));
        Row { name: name_of(&model.model), value }
    };
    spend.models.iter().map(row).collect()
}

#[cfg(test)]
mod tests {
    use imagen4_core::api::ModelSpend;
    use wasm_bindgen_test::wasm_bindgen_test;

    use super::*;

    fn value<'a>(rows: &'a [Row], name: &str) -> Option<&'a str> {
        rows.iter().find(|row| row.name == name).map(|row| row.value.as_str())
    }

    #[wasm_bindgen_test(unsupported = test)]
    fn the_total_and_the_average_are_of_all_models() {
        let mut spend = Spend::default();
        assert_eq!(value(&summary(&spend), "Average per image"), None, "of no images there is none");
        let model = |name: &str, spent, pictures| ModelSpend {
            model: name.into(),
            spent_microusd: MicroUsd::new(spent),
            pictures,
        };
        spend.models = vec![model("a", 200_000, 4), model("b", 40_000, 1)];
        let rows = summary(&spend);
        assert_eq!(value(&rows, "Total"), Some("$0.24"));
        assert_eq!(value(&rows, "Average per image"), Some("$0.048 · 5 images"));
        let models = by_model(&spend, str::to_uppercase);
        assert_eq!(value(&models, "A"), Some("$0.20 · 4 images"));
        assert_eq!(value(&models, "B"), Some("$0.04 · 1 image"));
    }

    #[wasm_bindgen_test(unsupported = test)]
    fn what_is_reserved_or_uncertain_is_never_part_of_what_was_spent() {
        let spend = Spend {
            spent_microusd: MicroUsd::new(1_120_000),
            held_microusd: MicroUsd::new(80_000),
            unknown_microusd: MicroUsd::new(40_000),
            refunds_expected_microusd: MicroUsd::new(160_000),
            ..Spend::default()
        };
        let rows = summary(&spend);
        let values = ["Today", "Reserved", "Billing status unknown", "Pending refunds", "Total", "Daily budget"]
            .map(|name| value(&rows, name).unwrap_or_default());
        assert_eq!(values, ["$1.12", "$0.08", "$0.04", "$0.16", "$0.00", "Unlimited"]);
        let capped = Spend { cap_microusd: Some(MicroUsd::new(10_000_000)), ..spend };
        assert_eq!(value(&summary(&capped), "Daily budget"), Some("$10.00"));
    }
}
