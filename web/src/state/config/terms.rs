//! On what terms a run is sent now: with whose money, and how much of it is left.

use imagen4_core::MicroUsd;
use imagen4_core::api::UpstreamKind;

/// On what terms a run is sent now.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Terms {
    /// Whose money it is, once that is known.
    pub upstream: Option<UpstreamKind>,
    /// What is left of the day's budget; `None` is unlimited or not known yet.
    pub left: Option<MicroUsd>,
    /// Whether the server answers.
    pub reachable: bool,
}

impl Terms {
    /// Whether nothing is charged.
    pub fn is_free(&self) -> bool {
        self.upstream == Some(UpstreamKind::Embedded)
    }

    /// Whether `price` does not fit into what is left; the embedded engine charges nothing.
    pub fn is_over_budget(&self, price: MicroUsd) -> bool {
        self.upstream == Some(UpstreamKind::Wavespeed) && self.left.is_some_and(|left| price > left)
    }
}
