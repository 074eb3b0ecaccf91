//! Whose money it is, how much of it a day may take, and when a day begins.

use imagen4_core::run::EMBEDDED;
use imagen4_core::{MicroUsd, Timestamp};
use jiff::civil::DateTime;
use jiff::tz::TimeZone;

/// The upstream in use and its budget.
#[derive(Clone, Debug)]
pub struct Account {
    /// `embedded`, or the vendor's origin.
    pub upstream: String,
    /// Most that may be spent and held for one day; `None` is unlimited.
    pub daily_cap: Option<MicroUsd>,
    /// Where a day begins and ends.
    pub timezone: TimeZone,
}

impl Account {
    /// The day of a point in time: `2026-11-22`.
    pub fn day_of(&self, at: Timestamp) -> String {
        self.local(at).date().to_string()
    }

    /// What calendar and clock say at a point in time.
    pub fn local(&self, at: Timestamp) -> DateTime {
        let at = jiff::Timestamp::from_millisecond(at.ms()).unwrap_or_default();
        at.to_zoned(self.timezone.clone()).datetime()
    }

    /// Whether pictures cost money here; samples of the embedded engine do not.
    pub fn costs_money(&self) -> bool {
        upstream_costs_money(&self.upstream)
    }
}

pub(super) fn upstream_costs_money(upstream: &str) -> bool {
    upstream != EMBEDDED
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_day_begins_where_the_budget_lives() {
        let at: Timestamp = "2026-11-22T23:30:00Z".parse().expect("a time");
        let day = |zone: &str| {
            let timezone = TimeZone::get(zone).expect("a zone");
            Account { upstream: "x".to_owned(), daily_cap: None, timezone }.day_of(at)
        };
        assert_eq!((day("UTC").as_str(), day("Europe/Berlin").as_str()), ("2026-11-22", "2026-11-23"));
    }
}
