//! What the server offers, the money, and what the vendor lists.

use imagen4_core::api::{
    AccountInfo, BudgetState, Counts, DaySpend, HoldReason, Limits, ModelSpend, QueueHold, Quote, ServerConfig, Spend,
    Unexplained, UnexplainedPrediction, UpstreamInfo,
};

use super::money;
use crate::api::json::{FromJson, Json};

impl FromJson for ServerConfig {
    fn from_json(json: &Json) -> Option<Self> {
        Some(Self {
            upstream: json.read("upstream")?,
            limits: json.read("limits")?,
            account: json.read("account").unwrap_or_default(),
            models_at: json.parsed("models_at"),
            version: json.text("version")?,
        })
    }
}

impl FromJson for Quote {
    fn from_json(json: &Json) -> Option<Self> {
        Some(Self {
            price_microusd: money(json, "price_microusd")?,
            list_price_microusd: money(json, "list_price_microusd")?,
            quoted_at: json.parsed("quoted_at")?,
        })
    }
}

impl FromJson for UpstreamInfo {
    fn from_json(json: &Json) -> Option<Self> {
        Some(Self { kind: json.word("kind")?, name: json.text("name")? })
    }
}

impl FromJson for Limits {
    fn from_json(json: &Json) -> Option<Self> {
        Some(Self {
            images_per_minute: json.number("images_per_minute"),
            max_concurrent: json.number("max_concurrent"),
            next_slot_at: json.parsed("next_slot_at"),
            queue_hold: json.read("queue_hold"),
        })
    }
}

impl FromJson for QueueHold {
    fn from_json(json: &Json) -> Option<Self> {
        let reason = json.text("reason")?;
        Some(Self {
            reason: HoldReason::ALL.into_iter().find(|known| known.as_str() == reason)?,
            until: json.parsed("until"),
            in_flight: json.number("in_flight")?,
        })
    }
}

impl FromJson for Spend {
    fn from_json(json: &Json) -> Option<Self> {
        Some(Self {
            day: json.text("day")?,
            spent_microusd: money(json, "spent_microusd")?,
            held_microusd: money(json, "held_microusd")?,
            cap_microusd: money(json, "cap_microusd"),
            unknown_microusd: money(json, "unknown_microusd").unwrap_or_default(),
            refunds_expected_microusd: money(json, "refunds_expected_microusd")?,
            days: json.list("days")?,
            models: json.list("models").unwrap_or_default(),
        })
    }
}

impl FromJson for DaySpend {
    fn from_json(json: &Json) -> Option<Self> {
        Some(Self {
            day: json.text("day")?,
            spent_microusd: money(json, "spent_microusd")?,
            held_microusd: money(json, "held_microusd")?,
            pictures: json.number("pictures").unwrap_or_default(),
        })
    }
}

impl FromJson for ModelSpend {
    fn from_json(json: &Json) -> Option<Self> {
        Some(Self {
            model: json.text("model")?,
            spent_microusd: money(json, "spent_microusd")?,
            pictures: json.number("pictures")?,
        })
    }
}

impl FromJson for Counts {
    fn from_json(json: &Json) -> Option<Self> {
        Some(Self { runs: json.number("runs")?, pictures: json.number("pictures")? })
    }
}

impl FromJson for AccountInfo {
    fn from_json(json: &Json) -> Option<Self> {
        Some(Self {
            balance_microusd: money(json, "balance_microusd"),
            asked_at: json.parsed("asked_at"),
            key_refused: json.flag("key_refused").unwrap_or_default(),
        })
    }
}

impl FromJson for BudgetState {
    fn from_json(json: &Json) -> Option<Self> {
        Some(Self {
            cap_microusd: money(json, "cap_microusd")?,
            spent_microusd: money(json, "spent_microusd")?,
            held_microusd: money(json, "held_microusd")?,
            price_microusd: money(json, "price_microusd")?,
        })
    }
}

impl FromJson for Unexplained {
    fn from_json(json: &Json) -> Option<Self> {
        Some(Self { predictions: json.list("predictions")?, looked_at: json.parsed("looked_at") })
    }
}

impl FromJson for UnexplainedPrediction {
    fn from_json(json: &Json) -> Option<Self> {
        Some(Self {
            id: json.text("id")?,
            model: json.text("model")?,
            status: json.text("status")?,
            created_at: json.parsed("created_at"),
            prompt: json.text("prompt"),
            price_microusd: money(json, "price_microusd"),
        })
    }
}
