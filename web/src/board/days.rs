//! "Today", "Yesterday", "Friday, November 20": the person's days, not the budget's.

use imagen4_core::{RunId, Timestamp};
use js_sys::{Date, Object, Reflect};

use super::store::Place;

const DAY_MS: i64 = 86_400_000;

/// A calendar day in the browser's time zone, counted from the epoch.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub struct Day(i64);

impl Day {
    /// The day of a point in time.
    pub fn of(at: Timestamp) -> Self {
        let offset_minutes = Date::new(&(at.ms() as f64).into()).get_timezone_offset() as i64;
        Self((at.ms() - offset_minutes * 60_000).div_euclid(DAY_MS))
    }

    /// What people call it.
    pub fn name(self, today: Self) -> String {
        match today.0 - self.0 {
            0 => "Today".to_owned(),
            1 => "Yesterday".to_owned(),
            days => {
                let mut parts = vec![("timeZone", "UTC"), ("weekday", "long"), ("month", "long"), ("day", "numeric")];
                if days.abs() > 300 {
                    parts.push(("year", "numeric"));
                }
                let options = options(&parts);
                let date = Date::new(&((self.0 * DAY_MS) as f64).into());
                date.to_locale_date_string("en-US", &options).into()
            }
        }
    }
}

/// A point in time on the person's own calendar: `Nov 22, 6:05 PM`.
pub fn moment(at: Timestamp) -> String {
    let parts = [("month", "short"), ("day", "numeric"), ("hour", "numeric"), ("minute", "2-digit")];
    Date::new(&(at.ms() as f64).into()).to_locale_string("en-US", &options(&parts)).into()
}

fn options(parts: &[(&str, &str)]) -> Object {
    let options = Object::new();
    for (key, value) in parts {
        let _never_fails = Reflect::set(&options, &(*key).into(), &(*value).into());
    }
    options
}

/// The runs that begin a day, and that day's name. The newest come first.
pub fn headings(places: impl Iterator<Item = Place>, now: Timestamp) -> Vec<(RunId, String)> {
    let today = Day::of(now);
    let mut headings = Vec::new();
    let mut last = None;
    for (at, id) in places {
        let day = Day::of(at);
        if last.replace(day) != Some(day) {
            headings.push((id, day.name(today)));
        }
    }
    headings
}

/// The name of the day that a run begins; empty for a run in the midst of one.
pub fn heading(headings: &[(RunId, String)], id: RunId) -> String {
    headings.iter().find(|(begins, _)| *begins == id).map(|(_, day)| day.clone()).unwrap_or_default()
}

#[cfg(test)]
mod tests {
    use wasm_bindgen_test::wasm_bindgen_test;

    use super::*;

    #[wasm_bindgen_test]
    fn only_the_newest_run_of_a_day_carries_its_name() {
        // Noon on the person's own calendar, wherever that is.
        let noon = Timestamp::from_ms(Date::new_with_year_month_day_hr(2026, 10, 22, 12).get_time() as i64);
        let hours = |n: u64| noon - n * 3_600_000;
        let order = [(hours(1), 5), (hours(2), 4), (hours(13), 3), (hours(48), 2), (hours(24 * 400), 1)];
        let order = order.map(|(at, id)| (at, RunId::from_bits(id)));
        let expected = [(5, "Today"), (3, "Yesterday"), (2, "Friday, November 20"), (1, "Saturday, October 18, 2025")];
        assert_eq!(
            headings(order.into_iter(), noon),
            expected.map(|(id, name)| (RunId::from_bits(id), name.to_owned()))
        );
    }
}
