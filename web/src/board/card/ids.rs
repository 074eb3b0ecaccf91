//! The ids of a card's elements.

use imagen4_core::RunId;

/// The id of a run's card.
pub fn card_id(run: RunId) -> String {
    format!("run-{run}")
}

/// The id of a run's heading.
pub fn title_id(run: RunId) -> String {
    format!("title-{run}")
}
