//! What was spent, and what may be.

use serde::{Deserialize, Serialize};

use crate::MicroUsd;

/// Money of the upstream in use.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct Spend {
    /// Today, as the budget's time zone has it: `2026-11-22`.
    pub day: String,
    /// Spent today.
    pub spent_microusd: MicroUsd,
    /// Set aside today for runs whose bill is not known yet.
    pub held_microusd: MicroUsd,
    /// The daily cap; `None` is unlimited.
    pub cap_microusd: Option<MicroUsd>,
    /// The part of what is held whose run may have been billed: its answer was lost. Of all days.
    #[serde(default)]
    pub unknown_microusd: MicroUsd,
    /// Spent on failed runs and not seen on a bill as refunded yet. Of all days.
    pub refunds_expected_microusd: MicroUsd,
    /// The days with spend or holds, the newest first.
    pub days: Vec<DaySpend>,
    /// The models with spend on those days, the dearest first.
    #[serde(default)]
    pub models: Vec<ModelSpend>,
}

impl Spend {
    /// What may still be held today; `None` is unlimited.
    pub fn left(&self) -> Option<MicroUsd> {
        self.cap_microusd.map(|cap| (cap - self.spent_microusd - self.held_microusd).max(MicroUsd::ZERO))
    }
}

/// One day of [`Spend`].
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct DaySpend {
    /// The day: `2026-11-22`.
    pub day: String,
    /// Spent, refunds taken off.
    pub spent_microusd: MicroUsd,
    /// Still set aside.
    pub held_microusd: MicroUsd,
    /// Images that were kept of that day's runs.
    #[serde(default)]
    pub pictures: u64,
}

/// One model of [`Spend`].
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct ModelSpend {
    /// WaveSpeed's id.
    pub model: String,
    /// Spent, refunds taken off.
    pub spent_microusd: MicroUsd,
    /// Images that were kept.
    pub pictures: u64,
}

/// The budget beside a refusal.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct BudgetState {
    /// The daily cap.
    pub cap_microusd: MicroUsd,
    /// Spent for the day.
    pub spent_microusd: MicroUsd,
    /// Held for the day.
    pub held_microusd: MicroUsd,
    /// What was asked for.
    pub price_microusd: MicroUsd,
}
