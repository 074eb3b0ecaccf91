//! On what terms a run is sent now: who paints, at what price, with whose money.

use imagen4_core::api::UpstreamKind;
use imagen4_core::{ImageCount, MicroUsd, Model};

/// On what terms a run is sent now.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Terms {
    /// Who paints.
    pub model: &'static Model,
    /// What one picture costs.
    pub unit_price: MicroUsd,
    /// Whose money it is, once that is known.
    pub upstream: Option<UpstreamKind>,
    /// What is left of the day's budget; `None` is unlimited or not known yet.
    pub left: Option<MicroUsd>,
    /// Whether the server answers.
    pub reachable: bool,
}

impl Terms {
    /// What `count` pictures cost.
    pub fn price_of(&self, count: ImageCount) -> MicroUsd {
        self.unit_price.times(u32::from(count.get()))
    }

    /// Whether `price` does not fit into what is left; the embedded engine charges nothing.
    pub fn is_over_budget(&self, price: MicroUsd) -> bool {
        self.upstream == Some(UpstreamKind::Wavespeed) && self.left.is_some_and(|left| price > left)
    }
}
