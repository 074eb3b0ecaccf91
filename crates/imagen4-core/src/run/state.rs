//! The life of a run: which event moves which state where, and what its money does.

use serde::{Deserialize, Serialize};

/// How far a run is.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
#[serde(rename_all = "snake_case")]
pub enum RunState {
    /// Accepted, its money held; waits for a slot.
    Queued,
    /// On disk before the first byte leaves; WaveSpeed may have it.
    Submitting,
    /// WaveSpeed has it and told its id.
    Running,
    /// WaveSpeed is done; the images are being fetched.
    Completed,
    /// Every image is kept here.
    Archived,
    /// WaveSpeed ended it without images.
    Failed,
    /// Paid, and some or all images cannot be had any more.
    Expired,
    /// Refused before acceptance, or proven never to have arrived.
    Rejected,
    /// Taken back while queued.
    Withdrawn,
    /// The answer was lost after bytes had left: it may be billed.
    Unknown,
}

impl RunState {
    /// All of them.
    pub const ALL: [Self; 10] = [
        Self::Queued,
        Self::Submitting,
        Self::Running,
        Self::Completed,
        Self::Archived,
        Self::Failed,
        Self::Expired,
        Self::Rejected,
        Self::Withdrawn,
        Self::Unknown,
    ];

    /// The name on the wire.
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Queued => "queued",
            Self::Submitting => "submitting",
            Self::Running => "running",
            Self::Completed => "completed",
            Self::Archived => "archived",
            Self::Failed => "failed",
            Self::Expired => "expired",
            Self::Rejected => "rejected",
            Self::Withdrawn => "withdrawn",
            Self::Unknown => "unknown",
        }
    }

    /// The state of that name.
    pub fn from_wire(name: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|state| state.as_str() == name)
    }

    /// Whether nothing more is going to happen by itself.
    pub const fn is_terminal(self) -> bool {
        matches!(self, Self::Archived | Self::Failed | Self::Expired | Self::Rejected | Self::Withdrawn)
    }

    /// Whether money is set aside, neither spent nor free.
    pub const fn holds_money(self) -> bool {
        matches!(self, Self::Queued | Self::Submitting | Self::Unknown)
    }
}

/// What can happen to a run.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum RunEvent {
    /// A slot is free: the request is about to leave.
    Dispatched,
    /// WaveSpeed answered with an id.
    Accepted,
    /// WaveSpeed refused in its own words.
    Refused,
    /// Provably no byte of it was taken: no connection, or 429.
    NotSent,
    /// Bytes left, and no readable answer came: time-out, reset, 5xx, or a restart in between.
    AnswerLost,
    /// It was found on WaveSpeed after all.
    Found,
    /// WaveSpeed's list and bills are clean: it never arrived.
    ProvenAbsent,
    /// The person gave up on it.
    Released,
    /// WaveSpeed says `completed`.
    Completed,
    /// WaveSpeed ended it without images.
    Failed,
    /// The last image is on disk.
    Archived,
    /// WaveSpeed keeps nothing any longer, or never had an image.
    Expired,
    /// The person took it back.
    Withdrawn,
}

impl RunEvent {
    /// All of them.
    pub const ALL: [Self; 13] = [
        Self::Dispatched,
        Self::Accepted,
        Self::Refused,
        Self::NotSent,
        Self::AnswerLost,
        Self::Found,
        Self::ProvenAbsent,
        Self::Released,
        Self::Completed,
        Self::Failed,
        Self::Archived,
        Self::Expired,
        Self::Withdrawn,
    ];
}

/// What a transition does to the run's money.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum MoneyMove {
    /// Nothing.
    Keep,
    /// The hold is given back.
    Release,
    /// The price is spent; a hold, if there is one, ends with it.
    Spend,
}

/// One transition.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Step {
    /// The next state.
    pub to: RunState,
    /// What its money does.
    pub money: MoneyMove,
}

/// Where `event` takes a run in `state`; `None` when it cannot happen there.
pub const fn step(state: RunState, event: RunEvent) -> Option<Step> {
    use MoneyMove::{Keep, Release, Spend};
    use RunEvent as E;
    use RunState as S;
    let (to, money) = match (state, event) {
        (S::Queued, E::Dispatched) => (S::Submitting, Keep),
        (S::Queued, E::Withdrawn) => (S::Withdrawn, Release),
        (S::Submitting, E::Accepted) => (S::Running, Spend),
        (S::Submitting, E::Refused) => (S::Rejected, Release),
        (S::Submitting, E::NotSent) => (S::Queued, Keep),
        (S::Submitting, E::AnswerLost) => (S::Unknown, Keep),
        (S::Unknown | S::Rejected, E::Found) => (S::Running, Spend),
        (S::Unknown, E::ProvenAbsent | E::Released) => (S::Rejected, Release),
        (S::Running, E::Completed) => (S::Completed, Keep),
        (S::Running, E::Failed) => (S::Failed, Keep),
        (S::Running | S::Completed, E::Expired) => (S::Expired, Keep),
        (S::Completed, E::Archived) => (S::Archived, Keep),
        _ => return None,
    };
    Some(Step { to, money })
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::Billed;
    use proptest::prelude::*;

    #[test]
    fn names_read_back() {
        for state in RunState::ALL {
            assert_eq!(RunState::from_wire(state.as_str()), Some(state));
            assert_eq!(serde_json::to_value(state).expect("JSON"), state.as_str());
        }
    }

    #[test]
    fn only_a_rejected_run_can_leave_a_terminal_state_and_only_when_it_is_found() {
        for state in RunState::ALL.into_iter().filter(|state| state.is_terminal()) {
            for event in RunEvent::ALL {
                let late_find = state == RunState::Rejected && event == RunEvent::Found;
                assert_eq!(step(state, event).is_some(), late_find, "{state:?} {event:?}");
            }
        }
    }

    #[test]
    fn every_living_state_has_a_way_out() {
        for state in RunState::ALL.into_iter().filter(|state| !state.is_terminal()) {
            assert!(RunEvent::ALL.into_iter().any(|event| step(state, event).is_some()), "{state:?}");
        }
    }

    proptest! {
        /// Along any path money is held, released or spent exactly as the states say, and never spent twice.
        #[test]
        fn money_follows_the_state(events in proptest::collection::vec(proptest::sample::select(RunEvent::ALL.to_vec()), 0..60)) {
            let (mut state, mut held, mut spent, mut submits, mut may_have_it) = (RunState::Queued, true, 0, 0, false);
            for event in events {
                let Some(Step { to, money }) = step(state, event) else { continue };
                if to == RunState::Submitting {
                    // Nothing that the vendor may have is ever sent again.
                    prop_assert_eq!(state, RunState::Queued);
                    prop_assert!(!may_have_it);
                    prop_assert_eq!(spent, 0);
                    submits += 1;
                }
                match money {
                    MoneyMove::Keep => {}
                    MoneyMove::Release => { prop_assert!(held); held = false }
                    MoneyMove::Spend => { held = false; spent += 1 }
                }
                may_have_it |= matches!(event, RunEvent::Accepted | RunEvent::AnswerLost | RunEvent::Found);
                state = to;
                prop_assert_eq!(held, state.holds_money());
                prop_assert!(spent <= 1);
                prop_assert_eq!(spent == 1, matches!(Billed::of(state, false), Billed::Yes | Billed::RefundExpected));
            }
            prop_assert!(submits > 0 || spent == 0);
        }
    }
}
