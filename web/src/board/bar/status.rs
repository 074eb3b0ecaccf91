//! The states of a run as a person filters by them.

use imagen4_core::RunState;

/// A filter's values, and what people call them.
pub(super) const STATUSES: [(&str, &str); 5] = [
    ("queued,submitting,running,completed", "In progress"),
    ("archived", "Done"),
    ("failed,rejected,expired", "Failed"),
    ("withdrawn", "Canceled"),
    ("unknown", "Billing status unknown"),
];

/// The filter's value that lets these states through.
pub(super) fn value(states: &[RunState]) -> String {
    states.iter().map(|state| state.as_str()).collect::<Vec<_>>().join(",")
}

/// What people call them; a link may name any of them.
pub(super) fn name(states: &[RunState]) -> String {
    let value = value(states);
    match STATUSES.iter().find(|(known, _)| *known == value) {
        Some((_, name)) => (*name).to_owned(),
        None => states.iter().copied().map(name_of_one).collect::<Vec<_>>().join(", "),
    }
}

const fn name_of_one(state: RunState) -> &'static str {
    match state {
        RunState::Queued => "Queued",
        RunState::Submitting => "Submitting",
        RunState::Running => "Running",
        RunState::Completed => "Saving images",
        RunState::Archived => "Done",
        RunState::Failed => "Failed",
        RunState::Expired => "Expired",
        RunState::Rejected => "Rejected",
        RunState::Withdrawn => "Canceled",
        RunState::Unknown => "Billing status unknown",
    }
}

#[cfg(test)]
mod tests {
    use wasm_bindgen_test::wasm_bindgen_test;

    use super::*;
    use crate::state::view::tests::read;

    #[wasm_bindgen_test(unsupported = test)]
    fn every_state_belongs_to_one_status_and_each_status_is_read_as_it_is_written() {
        for state in RunState::ALL {
            let owners = STATUSES.iter().filter(|(value, _)| value.split(',').any(|name| name == state.as_str()));
            assert_eq!(owners.count(), 1, "{state:?}");
        }
        for (known, expected) in STATUSES {
            let states = read(&[("state", known)]).filter.states;
            assert_eq!((value(&states).as_str(), name(&states).as_str()), (known, expected));
        }
        assert_eq!(name(&[RunState::Failed, RunState::Expired]), "Failed, Expired", "from a link");
    }
}
