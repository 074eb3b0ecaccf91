//! Today's money, as far as the server has told.

use imagen4_core::MicroUsd;
use imagen4_core::api::{BudgetState, Spend, UpstreamKind};
use leptos::prelude::*;

use super::config::{ConfigStore, Terms};

/// Today's money.
#[derive(Clone, Copy, Debug)]
pub struct UsageStore {
    config: ConfigStore,
    /// What was spent, once the server has told.
    pub today: RwSignal<Option<Spend>>,
}

impl UsageStore {
    /// Nothing known yet.
    pub fn new(config: ConfigStore) -> Self {
        Self { config, today: RwSignal::new(None) }
    }

    /// Takes the budget that came with a refusal: no event has told of it yet.
    pub fn take_budget(self, budget: BudgetState) {
        self.today.update(|spend| {
            let spend = spend.get_or_insert_default();
            spend.cap_microusd = Some(budget.cap_microusd);
            spend.spent_microusd = budget.spent_microusd;
            spend.held_microusd = budget.held_microusd;
        });
    }

    /// With whose money a run is sent, and whether it may be.
    pub fn terms(self) -> Terms {
        Terms {
            upstream: self.config.upstream(),
            left: self.today.with(|spend| spend.as_ref().and_then(Spend::left)),
            reachable: self.config.reachable.get(),
        }
    }

    /// What today has cost, `$1.12 of $10.00`; nothing for a demo, and before the server has told.
    pub fn summary(self) -> Option<String> {
        self.config.upstream().filter(|upstream| *upstream != UpstreamKind::Embedded)?;
        self.today.with(|spend| spend.as_ref().map(summary))
    }

    /// How much of the daily budget is gone, in thousandths: spent, and spent or reserved.
    pub fn share(self) -> Option<(i64, i64)> {
        self.today.with(|spend| {
            let spend = spend.as_ref()?;
            let cap = spend.cap_microusd?;
            let share = |part: MicroUsd| (part.micros().saturating_mul(1_000) / cap.micros().max(1)).clamp(0, 1_000);
            Some((share(spend.spent_microusd), share(spend.spent_microusd + spend.held_microusd)))
        })
    }
}

fn summary(spend: &Spend) -> String {
    match spend.cap_microusd {
        Some(cap) => format!("{} of {cap}", spend.spent_microusd),
        None => spend.spent_microusd.to_string(),
    }
}

#[cfg(test)]
mod tests {
    use wasm_bindgen_test::wasm_bindgen_test;

    use super::*;

    #[wasm_bindgen_test(unsupported = test)]
    fn the_money_is_said_in_a_few_words() {
        let cap = Some(MicroUsd::new(10_000_000));
        let mut spend = Spend { spent_microusd: MicroUsd::new(1_120_000), cap_microusd: cap, ..Spend::default() };
        assert_eq!(summary(&spend), "$1.12 of $10.00");
        spend.cap_microusd = None;
        assert_eq!(summary(&spend), "$1.12");
    }
}
